import { commandLine } from '../cli/command-line.ts';
import type { PromotionResult } from '../cli/promote.ts';
import { writeLockfile } from '../codec/lockfile.ts';
import { lockPathOf } from '../compile/given.ts';
import { imagesOf } from '../compile/images.ts';
import { relocked } from '../compile/include/relock.ts';
import { includedIn, type Locks, promoteAll, promoteIncluded, promoteSome } from '../compile/promotion.ts';
import { type Checked, type Diagnostic, didYouMean, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Lockfile } from '../model/lockfile.ts';
import { dayOf } from '../model/time.ts';
import type { RenderedRepository, World } from '../ports.ts';
import { type Latest, readLatest, usualRemote } from '../publish/latest.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { withIncluded } from './inclusions.ts';
import { type ReadLock, readLock } from './locks.ts';
import { homeFor } from './places.ts';
import type { PromoteOptions } from './promote.ts';
import { findEnvironments, toldFrom } from './sources.ts';

/** What is promoted, with the locks as they are. */
export interface Asked extends Pick<PromoteOptions, 'from' | 'to' | 'only' | 'source' | 'remote' | 'reviewed'> {
  readonly locks: { readonly from: ReadLock; readonly to: ReadLock };
}

interface Ground {
  readonly world: World;
  readonly repository: RenderedRepository;
}

/** The lock that an environment is to have. */
export interface PlannedPromotion {
  readonly lock: Lockfile;
  /** Which commit of which branch told what the environment before is; undefined where its lock did, or the person. */
  readonly read: PromotionResult['read'];
}

/** The lock that the environment is to have, or what keeps it from having one. Commits that are not here are fetched. */
export function planPromotion(ground: Ground, asked: Asked): Promise<Checked<PlannedPromotion>> {
  return asked.only.length > 0 ? Promise.resolve(planSome(asked)) : planAll(ground, asked);
}

/** The same world, but that one lock in it is another one. */
export function withLock<T extends Pick<World, 'files'>>(world: T, path: string, text: string): T {
  const { files } = world;
  return { ...world, files: { ...files, read: async (asked: string) => (asked === path ? text : files.read(asked)) } };
}

function planSome({ from, to, only, locks }: Asked): Checked<PlannedPromotion> {
  const { images, unmatched, ambiguous } = promoteSome(only, valuesOf(locks));
  const inBoth = Object.keys(locks.from.value.images);
  const withoutMeant =
    locks.to.text === undefined
      ? `\`${to}\` has no lock yet: promote all of it once, \`lockstep promote ${from} ${to}\``
      : `see \`${lockPathOf(from)}\` and \`${lockPathOf(to)}\``;
  const diagnostics: Diagnostic[] = [
    ...unmatched.map((name): Diagnostic => {
      const meant = didYouMean(name, inBoth);
      const help = meant === undefined ? withoutMeant : `did you mean \`${meant}\`?`;
      return { code: 'image-unmatched', severity: 'error', message: `no image that both have is called \`${name}\``, at: {}, help };
    }),
    ...ambiguous.map(({ image, found }): Diagnostic => {
      const message = `\`${from}\` has several images for \`${image}\`: ${found.map((one) => `\`${one}\``).join(', ')}`;
      const help = `name one of them with its tag: \`--only ${found[0] ?? image}\``;
      return { code: 'promote-ambiguous', severity: 'error', message, at: { file: lockPathOf(from), environment: from }, help };
    }),
    ...(locks.to.value.source === undefined ? [withoutSource(to)] : []),
  ];
  return { value: { lock: { ...locks.to.value, images }, read: undefined }, diagnostics };
}

async function planAll({ world, repository }: Ground, asked: Asked): Promise<Checked<PlannedPromotion>> {
  const { to, locks } = asked;
  const asIs = { lock: locks.to.value, read: undefined };
  const { value: promoted, diagnostics: unread } = await sourceFor({ world, repository }, asked);
  if (hasErrors(unread)) return { value: asIs, diagnostics: unread };
  const { source, from, read } = promoted;
  const path = lockPathOf(to);
  const bare = withLock(world, path, writeLockfile({ ...locks.to.value, source, images: {} }));
  const { value: found, diagnostics } = await findEnvironments(bare, [to]);
  const [environment] = found;
  if (hasErrors(diagnostics) || environment === undefined) return { value: asIs, diagnostics };
  const { modules, file, commit } = environment;
  const today = dayOf(world.clock.now());
  const begun = await modules.running(async () => imagesOf(environment.environment, { today, root: modules.root, file }));
  const { pending } = begun;
  const included = promoteIncluded(pending?.inclusions ?? [], { from, to: locks.to.value });
  const lock = { ...relocked(locks.to.value, included).lock, source };
  const images =
    pending === undefined ? begun : await modules.running(() => withIncluded({ ...world, modules }, pending, { name: to, lock }));
  const { images: pins, missing } = promoteAll(images.value.images, { from, to: locks.to.value });
  return {
    value: { lock: { ...lock, images: pins }, read },
    diagnostics: [
      ...unread,
      ...diagnostics,
      ...toldFrom({ commit, environment: to }, images.diagnostics),
      ...missing.map((image) => unpinned(image, { ...asked, source })),
    ],
  };
}

/** A commit, and the pins that the environment before has with it. */
interface Promoted {
  readonly source: string;
  readonly from: Lockfile;
  readonly read: PromotionResult['read'];
}

/** The commit that is promoted, which is here by then. */
async function sourceFor({ world, repository }: Ground, asked: Asked): Promise<Checked<Promoted>> {
  const { from, source: told, locks } = asked;
  const commits = await world.commits();
  const { commit, latest } = await commitFor({ world, repository }, asked);
  await bring({ world, repository }, commit, asked);
  const now = locks.from.value;
  const read = latest && { branch: latest.branch, commit: latest.rendered.commit };
  if (now.source !== undefined) return { value: { source: commit, from: now, read }, diagnostics: [] };
  // What its lock holds by now may not be rendered yet: what it held there was.
  const { files } = await commits.open(commit);
  const { value: then, diagnostics: unread } = await readLock(files, from);
  const source = told === undefined ? (then.source ?? commit) : commit;
  if (source !== commit) await bring({ world, repository }, source, asked);
  const pins = { ...now, images: { ...now.images, ...then.images }, ...includedIn({ from: then, to: now }) };
  const unpushed = latest?.isUnpushed === true ? [isUnpushed(asked, latest)] : [];
  return { value: { source, from: pins, read }, diagnostics: [...unpushed, ...toldFrom({ commit }, unread)] };
}

/** Sees to it that a commit is here, with its packages. */
export async function bring(
  { world, repository }: Pick<Ground, 'repository'> & { readonly world: Pick<World, 'commits'> },
  commit: string,
  { to, remote, reviewed }: Pick<Asked, 'to' | 'remote' | 'reviewed'>,
): Promise<void> {
  // Not even its packages are installed of what nobody has reviewed.
  await requireReviewed(repository, commit, { environment: to, remote, branches: reviewed });
  const commits = await world.commits();
  const { packages } = await commits.fetch(commit, remote);
  if (packages === 'lacking') await commits.install(commit);
}

/** The commit that is told, or the one that the environment before is rendered from, and what was read to know that. */
async function commitFor(
  { world, repository }: Ground,
  { from, source, locks, remote }: Asked,
): Promise<{ readonly commit: string; readonly latest?: Latest }> {
  if (source !== undefined) {
    const commit = /^[0-9a-f]{40,64}$/.test(source) ? source : await repository.resolve(source);
    if (commit !== undefined) return { commit };
    throw new Failure('source-missing', `there is no commit \`${source}\` in this repository`, {
      help: 'name a branch, a tag or an id that `git log` knows, or the full id of a commit at the remote',
      exit: exitCodes.input,
    });
  }
  if (locks.from.value.source !== undefined) return { commit: locks.from.value.source };
  const latest = await readLatest(await homeFor({ world }, repository, from), from, remote);
  if (latest?.source === undefined) throw nothingToPromote(from, locks.from.text !== undefined);
  if (latest.isDirty) throw isDirty(from, latest.source);
  if (latest.isMixed) throw isMixed(from, latest.source);
  return { commit: latest.source, latest };
}

function valuesOf({ from, to }: Asked['locks']): Locks {
  return { from: from.value, to: to.value };
}

function unpinned(image: string, { from, to, source }: Pick<Asked, 'from' | 'to'> & { readonly source: string }): Diagnostic {
  const path = lockPathOf(to);
  return {
    code: 'promote-unpinned',
    severity: 'error',
    message: `\`${to}\` uses \`${image}\` at \`${source.slice(0, 7)}\`, and neither \`${from}\` nor \`${to}\` has it pinned`,
    at: { file: path, environment: to },
    help: `if \`${from}\` uses it, \`lockstep pin ${from}\` first; otherwise write \`source: ${source}\` into \`${path}\` and \`lockstep pin ${to}\``,
  };
}

function withoutSource(to: string): Diagnostic {
  return {
    code: 'promote-without-source',
    severity: 'warning',
    message: `\`${to}\` is rendered from the work tree: whatever that holds goes with the image`,
    at: { file: lockPathOf(to), environment: to },
    help: `promote all of it once: \`lockstep promote <environment> ${to}\`; from then on a hotfix moves one image alone`,
  };
}

function isUnpushed({ from, remote }: Asked, { branch, active }: Latest): Diagnostic {
  const push = commandLine(['lockstep', 'publish', from, '--direct', '--push', ...(remote === usualRemote ? [] : [remote])]);
  return {
    code: 'promote-unpushed',
    severity: 'warning',
    message: `\`${branch}\` was read, and \`${active}\` of this repository is rendered from a later commit: that is not promoted`,
    at: { environment: from },
    help: `if it is to be, push it first: \`${push}\``,
  };
}

function isDirty(from: string, source: string): Failure {
  return new Failure('promote-dirty', `changes that were not committed went into what \`${from}\` is: no commit holds all of it`, {
    help: `commit them, publish \`${from}\` and promote that; or promote \`${source.slice(0, 7)}\` without them: \`--source ${source}\``,
    exit: exitCodes.refused,
  });
}

function isMixed(from: string, source: string): Failure {
  return new Failure(
    'promote-mixed',
    `slices of \`${from}\` were published alone, from several commits: no commit holds all of what it is`,
    {
      help: `publish the whole of it, \`lockstep publish ${from}\`, and promote that; or promote a commit: \`--source ${source}\``,
      exit: exitCodes.refused,
    },
  );
}

function nothingToPromote(from: string, isKnown: boolean): Failure {
  const why = isKnown ? 'its lock names no source, and it was never published' : 'it has neither a lock nor a rendered branch';
  return new Failure('promote-nothing', `it is not known which commit \`${from}\` is rendered from: ${why}`, {
    help: isKnown
      ? `publish it first (\`lockstep publish ${from}\`), or name a commit: \`--source main\``
      : 'look at the name, or name a commit: `--source main`',
    exit: exitCodes.input,
  });
}
