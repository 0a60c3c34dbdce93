import type { Command } from '../cli/context.ts';
import { formatPins, type PinnedEnvironment } from '../cli/pin.ts';
import { pinDifferences } from '../cli/pin-differences.ts';
import type { PinChoice } from '../cli/pin-next.ts';
import { formatSourceProposal } from '../cli/source-proposal.ts';
import { lockPathOf } from '../compile/given.ts';
import { fitsImage } from '../compile/repin.ts';
import { type Diagnostic, didYouMean, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { ForgeType } from '../model/forge.ts';
import { repositoryOf } from '../model/image.ts';
import type { Lockfile, PinChange } from '../model/lockfile.ts';
import type { World } from '../ports.ts';
import { draftFiles } from './drafts.ts';
import { byName } from './known.ts';
import { lockText, overtaken, replaceLock } from './locks.ts';
import { removeUnclaimed } from './pin-archives.ts';
import { type Decided, decidePins, type Locked } from './pin-decide.ts';
import { toldIgnored } from './pin-ignored.ts';
import type { Archive } from './pin-included.ts';
import { proposePins } from './pin-proposal.ts';
import { readForPins } from './pin-read.ts';
import { exitOfAll, problemOf } from './problems.ts';
import { tell } from './tell.ts';

/** `lockstep pin`. */
export interface PinOptions extends PinChoice {
  /** Writes nothing, and tells what would be. */
  readonly check: boolean;
  /** A remote of the source where locks are proposed, in place of being written here; true is `origin`. */
  readonly push?: string | true;
  /** What that remote is at, where its host does not tell. */
  readonly forge?: ForgeType;
  readonly forgeUrl?: string;
  /** Whether they are proposed also where somebody declined them. */
  readonly reopen: boolean;
}

/** Writes into the lockfiles of environments which digests the tags of their images stand for, and what is included. */
export const pin: Command<PinOptions> = async (context, options) => {
  const { push } = options;
  const drafts = push === undefined ? undefined : draftFiles(context.world.files);
  const world = drafts === undefined ? context.world : { ...context.world, files: drafts.files };
  const { value: locked, unrendered, diagnostics, failures: early } = await readForPins({ ...context, world }, options);
  const isKnown = !hasErrors(diagnostics) && unrendered.length === 0;
  const unmatched = isKnown ? unmatchedNames(locked, options.image) : [];
  const asking = { world, signal: context.signal, registry: await world.registry({ insecure: options.insecureRegistry }) };
  const { decided, failed } = await decidePins(asking, unmatched.length > 0 ? [] : locked, options);
  const found: Diagnostic[] = [...diagnostics, ...unmatched, ...failed.map(({ name, failure }) => problemOf(name, failure))];
  found.push(...decided.flatMap((one) => [...one.unanswered.map((failure) => problemOf(one.name, failure)), ...notesOf(one)]));
  found.push(...(await toldIgnored(world, [...new Set(locked.flatMap(({ archives }) => archives))])));
  const environments: PinnedEnvironment[] = unrendered.map(({ name, included }) => {
    return { name, lock: lockPathOf(name), images: undefined, asked: 0, unpinned: 0, changes: [], included };
  });
  const left: Archive[] = [];
  const failures = [...early, ...failed.map(({ failure }) => failure), ...decided.flatMap(({ unanswered }) => unanswered)];
  // What is not whole is not written: neither is what another environment needs held back by it.
  for (const one of decided.filter(({ unanswered }) => unanswered.length === 0)) {
    const { changes, after, unsigned } = one;
    const { name, images, plan, included } = one;
    const isSame = !changes.some(isChange) && included.length === 0;
    const written = unsigned.length > 0 || options.check || isSame ? undefined : await write(world, one, after);
    const problems = [...unsigned, ...(written === undefined ? [] : [written])];
    failures.push(...problems);
    found.push(...problems.map((problem) => problemOf(name, problem)));
    if (problems.length > 0) continue;
    left.push(...one.left);
    const unpinned = images.filter((image) => !Object.hasOwn(after.images, image)).length;
    environments.push({ name, lock: lockPathOf(name), images: images.length, asked: plan.ask.length, unpinned, changes, included });
  }
  environments.sort(byName);
  const removed = options.check ? [] : await removeUnclaimed(world.files, left);
  const exit = exitOf(environments, { found, failures, isCheck: options.check });
  const pinned = { environments, removed };
  const isWhole = !hasErrors(found);
  const proposal =
    drafts === undefined || push === undefined
      ? undefined
      : await proposePins(context, { options: { ...options, push }, pinned, drafted: drafts.drafted, drafting: world, isWhole });
  const result = { ...pinned, diagnostics: found, exit, ...(proposal === undefined ? {} : { proposal }) };
  const isNext = isWhole && proposal === undefined;
  const lines = formatPins(result, { choice: options, isCheck: options.check, isWhole: isNext }, context.paint.say);
  await tell(context, {
    result,
    diagnostics: found,
    differences: options.check ? pinDifferences(environments, options) : [],
    environments: environments.map(({ name }) => name),
    lines: proposal === undefined ? lines : [...lines, ...formatSourceProposal(proposal, context.paint.say)],
  });
  return exit;
};

/** Writes a lock, unless somebody else has written it meanwhile. Tells what kept it from being written. */
async function write({ files }: Pick<World, 'files'>, { name, text }: Locked, lock: Lockfile): Promise<Failure | undefined> {
  const path = lockPathOf(name);
  try {
    if (await replaceLock(files, { path, before: text, text: lockText(text, lock) })) return undefined;
    return overtaken(path);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

function unmatchedNames(locked: readonly Locked[], names: readonly string[]): readonly Diagnostic[] {
  const images = [...new Set(locked.flatMap((one) => one.images))];
  return names
    .filter((name) => !images.some((image) => fitsImage(name, image)))
    .map((name): Diagnostic => {
      const meant = didYouMean(name, [...images, ...images.map(repositoryOf)]);
      const help =
        meant === undefined
          ? `there ${images.length === 0 ? 'is none' : `are ${images.map((image) => `\`${image}\``).join(', ')}`}`
          : `did you mean \`${meant}\`?`;
      return { code: 'image-unmatched', severity: 'error', message: `no image is called \`${name}\``, at: {}, help };
    });
}

function notesOf({ name, plan }: Decided): readonly Diagnostic[] {
  return plan.notes.map((note) => ({ ...note, at: { file: lockPathOf(name), environment: name } }));
}

function isChange({ status }: PinChange): boolean {
  return status !== 'same';
}

function exitOf(
  environments: readonly PinnedEnvironment[],
  { found, failures, isCheck }: { readonly found: readonly Diagnostic[]; readonly failures: readonly Failure[]; readonly isCheck: boolean },
): ExitCode {
  const worst = exitOfAll(failures);
  if (worst !== undefined) return worst;
  if (hasErrors(found)) return exitCodes.input;
  return isCheck && environments.some(({ changes, included }) => changes.some(isChange) || included.length > 0)
    ? exitCodes.difference
    : exitCodes.done;
}
