import type { Command, Context } from '../cli/context.ts';
import { formatPins, type PinnedEnvironment } from '../cli/pin.ts';
import { rewriteLockfile, writeLockfile } from '../codec/lockfile.ts';
import { lockPathOf } from '../compile/given.ts';
import { type FoundImages, imagesOf } from '../compile/images.ts';
import type { Pending } from '../compile/include/pending.ts';
import { changesOf, type FoundPin, fitsImage, type PinPlan, planPins, repinned } from '../compile/repin.ts';
import { type Checked, type Diagnostic, didYouMean, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import { parseImage } from '../model/image.ts';
import type { IncludedChange, Lockfile, PinChange } from '../model/lockfile.ts';
import type { World } from '../ports.ts';
import { renderIncluded } from './inclusions.ts';
import { type ReadLock, readLock } from './locks.ts';
import { openIncludedPinner } from './pin-included.ts';
import { type FoundEnvironment, findEnvironments, toldFrom } from './sources.ts';
import { tell } from './tell.ts';

/** `lockstep pin`. */
export interface PinOptions {
  /** None means all. */
  readonly environments: readonly string[];
  /** The images that are pinned anew; none means those that are not pinned. */
  readonly image: readonly string[];
  /** Writes nothing, and tells what would be. */
  readonly check: boolean;
  /** Registries that may do without TLS. */
  readonly insecureRegistry: readonly string[];
  /** Pins the programs that are installed in the place of those that are pinned. */
  readonly tools: boolean;
}

/** Writes into the lockfiles of environments which digests the tags of their images stand for, and what is included. */
export const pin: Command<PinOptions> = async (context, options) => {
  const { world } = context;
  const { value: locked, diagnostics, failures: early } = await readAll(context, options);
  const unmatched = hasErrors(diagnostics) ? [] : unmatchedNames(locked, options.image);
  const planned = (unmatched.length > 0 ? [] : locked).map((one) => ({
    ...one,
    plan: planPins({ ...one, names: options.image, isCheck: options.check }),
  }));
  const asked = await askAll(context, planned, options);
  const found: Diagnostic[] = [...diagnostics, ...unmatched, ...planned.flatMap((one) => failuresOf(one, asked.failed))];
  const environments: PinnedEnvironment[] = [];
  const failures = [...early, ...asked.failed.values()];
  for (const one of planned) {
    const { name, lock, images, plan, included } = one;
    // What is not whole is not written: neither is what another environment needs held back by it.
    if (plan.ask.some((image) => !asked.found.has(image))) continue;
    const changes = changesOf(plan, asked.found, lock);
    const after = repinned(lock, changes, asked.found);
    const isSame = !changes.some(isChange) && included.length === 0;
    const problem = options.check || isSame ? undefined : await write(world, one, after);
    if (problem instanceof Failure) failures.push(problem);
    if (problem !== undefined) found.push(problemOf(name, problem));
    else {
      const unpinned = images.filter((image) => !Object.hasOwn(after.images, image)).length;
      environments.push({ name, lock: lockPathOf(name), images: images.length, asked: plan.ask.length, unpinned, changes, included });
    }
  }
  const exit = exitOf(environments, { found, failures, isCheck: options.check });
  const lines = formatPins(environments, { isCheck: options.check, isWhole: !hasErrors(found) }, context.paint.say);
  await tell(context, {
    result: { environments, diagnostics: found, exit },
    diagnostics: found,
    environments: environments.map(({ name }) => name),
    lines,
  });
  return exit;
};

/** An environment with its lock and the images that need a place in it. */
interface Locked {
  readonly name: string;
  readonly lock: Lockfile;
  /** What the lock was read from; undefined when there is none yet. */
  readonly text: string | undefined;
  readonly images: readonly string[];
  /** What has changed of what is included. The lock holds it already. */
  readonly included: readonly IncludedChange[];
}

/** Writes a lock, unless somebody else has written it meanwhile. Tells what kept it from being written. */
async function write(
  { files }: Pick<World, 'files'>,
  { name, text }: Locked,
  lock: Lockfile,
): Promise<Failure | Pick<Diagnostic, 'code' | 'message' | 'help'> | undefined> {
  const path = lockPathOf(name);
  try {
    if ((await files.read(path)) !== text) {
      const message = `\`${path}\` was changed while registries were asked, and stays as it is`;
      return { code: 'lockfile-changed', message, help: 'run it again' };
    }
    await files.write(path, text === undefined ? writeLockfile(lock) : rewriteLockfile(text, lock));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

function problemOf(
  environment: string,
  { code, message, help }: Pick<Diagnostic, 'code' | 'message'> & { readonly help?: string | undefined },
): Diagnostic {
  return { code, severity: 'error', message, at: { environment }, ...(help === undefined ? {} : { help }) };
}

/** The environments of which nothing is wrong that has to do with their images, and what is wrong with the others. */
async function readAll(
  { world, signal }: Pick<Context, 'world' | 'signal'>,
  options: PinOptions,
): Promise<Checked<readonly Locked[]> & { readonly failures: readonly Failure[] }> {
  const { value: begun, diagnostics } = await beginAll(world, options.environments);
  const pinner = openIncludedPinner(world, options, signal);
  const found: Diagnostic[] = [...diagnostics];
  const failures: Failure[] = [];
  const value: Locked[] = [];
  for (const { name, found: from, lock, images: early } of begun) {
    const { pending } = early;
    const relocked =
      pending === undefined ? { lock: lock.value, changes: [], failures: [] } : await pinner.lock(pending.inclusions, lock.value);
    failures.push(...relocked.failures);
    // What is not locked yet cannot be rendered, and is not fetched only to be looked at.
    const isDue = options.check && relocked.changes.length > 0;
    const images = pending === undefined || isDue ? early : await withIncluded(world, pending, { name, found: from, lock: relocked.lock });
    const problems = [
      ...lock.diagnostics,
      ...relocked.failures.map((failure) => problemOf(name, failure)),
      ...toldFrom({ commit: from.commit, environment: name }, images.diagnostics),
    ];
    found.push(...problems);
    if (!hasErrors(problems)) value.push({ name, lock: relocked.lock, text: lock.text, images: images.value, included: relocked.changes });
  }
  return { value, diagnostics: found, failures };
}

async function withIncluded(
  world: World,
  pending: Pending<FoundImages>,
  { found, ...locked }: Pick<Begun, 'found' | 'name'> & { readonly lock: Lockfile },
): Promise<FoundImages> {
  const renderings = await renderIncluded(world, pending.inclusions, { ...locked, folder: found.modules.root });
  return found.modules.running(async () => pending.withRendered(renderings));
}

interface Begun {
  readonly name: string;
  readonly found: FoundEnvironment;
  readonly lock: ReadLock;
  readonly images: FoundImages;
}

async function beginAll(
  world: Pick<World, 'clock' | 'commits' | 'files' | 'modules'>,
  names: readonly string[],
): Promise<Checked<readonly Begun[]>> {
  const { value: selected, diagnostics } = await findEnvironments(world, names);
  const today = world.clock.now().toISOString().slice(0, 10);
  const value: Begun[] = [];
  for (const found of selected) {
    const { environment, file, modules } = found;
    const lock = await readLock(world.files, environment.name);
    const images = await modules.running(async () => imagesOf(environment, { today, root: modules.root, file }));
    value.push({ name: environment.name, found, lock, images });
  }
  return { value, diagnostics };
}

function unmatchedNames(locked: readonly Locked[], names: readonly string[]): readonly Diagnostic[] {
  const images = [...new Set(locked.flatMap((one) => one.images))];
  return names
    .filter((name) => !images.some((image) => fitsImage(name, image)))
    .map((name): Diagnostic => {
      const meant = didYouMean(name, [...images, ...images.map((image) => parseImage(image)?.repository ?? image)]);
      const help =
        meant === undefined
          ? `there ${images.length === 0 ? 'is none' : `are ${images.map((image) => `\`${image}\``).join(', ')}`}`
          : `did you mean \`${meant}\`?`;
      return { code: 'image-unmatched', severity: 'error', message: `no image is called \`${name}\``, at: {}, help };
    });
}

/** What registries say of all images, each asked for once. */
interface Asked {
  readonly found: ReadonlyMap<string, FoundPin>;
  readonly failed: ReadonlyMap<string, Failure>;
}

/** Registries are asked for so many images at once. */
const atOnce = 8;

async function askAll(
  { world, signal }: Pick<Context, 'world' | 'signal'>,
  planned: readonly { readonly plan: PinPlan }[],
  { insecureRegistry: insecure }: Pick<PinOptions, 'insecureRegistry'>,
): Promise<Asked> {
  const waiting = [...new Set(planned.flatMap(({ plan }) => plan.ask))];
  const found = new Map<string, FoundPin>();
  const failed = new Map<string, Failure>();
  if (waiting.length === 0) return { found, failed };
  const registry = await world.registry({ insecure });
  const work = async (): Promise<void> => {
    for (let image = waiting.shift(); image !== undefined && !signal.aborted; image = waiting.shift()) {
      const reference = parseImage(image);
      if (reference === undefined) continue;
      try {
        const { digest, platforms } = await registry.find(reference, signal);
        found.set(image, {
          digest,
          platforms,
          pinned: world.clock
            .now()
            .toISOString()
            .replace(/\.\d+Z$/, 'Z'),
        });
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(thrown instanceof Failure)) throw thrown;
        failed.set(image, thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (signal.aborted)
    throw new Failure('interrupted', 'not all registries were asked, and nothing was written', { exit: exitCodes.interrupted });
  return { found, failed };
}

function failuresOf({ name, plan }: { readonly name: string; readonly plan: PinPlan }, failed: Asked['failed']): readonly Diagnostic[] {
  return plan.ask.flatMap((image): readonly Diagnostic[] => {
    const failure = failed.get(image);
    return failure === undefined ? [] : [problemOf(name, failure)];
  });
}

function isChange({ status }: PinChange): boolean {
  return status !== 'same';
}

function exitOf(
  environments: readonly PinnedEnvironment[],
  { found, failures, isCheck }: { readonly found: readonly Diagnostic[]; readonly failures: readonly Failure[]; readonly isCheck: boolean },
): ExitCode {
  const [worst] = failures.map(({ exit }) => exit).sort((a, b) => b - a);
  if (worst !== undefined) return worst;
  if (hasErrors(found)) return exitCodes.input;
  return isCheck && environments.some(({ changes, included }) => changes.some(isChange) || included.length > 0)
    ? exitCodes.difference
    : exitCodes.done;
}
