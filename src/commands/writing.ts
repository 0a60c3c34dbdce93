import type { Context } from '../cli/context.ts';
import { slicesComposer } from '../compile/compose-slice.ts';
import { lockPathOf } from '../compile/given.ts';
import { Failure } from '../model/failure.ts';
import { grouped } from '../model/grouped.ts';
import { homeOf, type RenderedTree } from '../model/rendered.ts';
import type { RenderedRepository, SourceState } from '../ports.ts';
import type { PublishResult } from '../publish/branches.ts';
import { type PublishOptions, publish } from '../publish/publish.ts';
import { publishTogether } from '../publish/together.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';
import { judgedBy } from './judged.ts';
import { allEnded, type Settled, settle } from './outcomes.ts';
import { again } from './overtaking.ts';
import { homed } from './places.ts';
import { type Asking, forgeAt, forgeTypeAt, unasked } from './proposing.ts';
import type { Rendering } from './render.ts';

/** How the branches of environments are written. */
export interface WriteOptions extends DestinationOptions {
  /** The one slice that is published of them; undefined for all. */
  readonly slice?: string;
  readonly allowDirty: boolean;
  readonly overwriteEdits: boolean;
  readonly allowOlder: boolean;
  readonly undoRollback: boolean;
  /** The set that they are proposed together in. */
  readonly set?: string;
  /** Whether pull requests are opened, where there is a forge. */
  readonly pullRequest: boolean;
  /** Whether it is signed; undefined: as git's configuration says. */
  readonly sign?: boolean;
}

/** What they are written with. */
export interface WriteGround extends Context {
  readonly repository: RenderedRepository;
  readonly options: WriteOptions;
  /** The repository as it was before anything was rendered. */
  readonly before: SourceState;
  /** The same since all was rendered; it is asked for each unless told. */
  readonly now?: SourceState;
  /** Renders all environments of the project. */
  readonly others: () => Promise<readonly RenderedTree[]>;
}

/** Asks each remote once for the branches of several environments. Of a remote that does not answer each environment tells itself. */
export async function lookAhead({ repository, options }: WriteGround, renderings: readonly Rendering[]): Promise<void> {
  const byRemote = new Map<string, string[]>();
  for (const { tree, place } of renderings) {
    const remote = remoteOf(options, place);
    const { active, next } = homed(repository, tree.environment, place).branchesOf(tree.environment);
    // What shares a branch now may have had one of its own.
    const { branch: own } = homeOf(tree.environment);
    const known = byRemote.get(remote ?? '') ?? [];
    if (remote !== undefined) byRemote.set(remote, [...new Set([...known, active, own, ...(options.direct ? [] : [next])])]);
  }
  for (const [remote, branches] of byRemote) if (branches.length > 2) await repository.lookAhead(branches, remote).catch(notThere);
}

/** What was written of an environment, and where people are asked to merge it. */
export interface Written {
  readonly result: PublishResult;
  readonly asking: Asking;
}

/** Writes branches at once: of environments that share one, those that go to that branch itself by moving it once. */
export async function writeAll(ground: WriteGround, renderings: readonly Rendering[]): Promise<readonly Settled<Written>[]> {
  const placeOf = ({ tree, place }: Rendering): string =>
    JSON.stringify([remoteOf(ground.options, place), homeOf(tree.environment, place.branch).branch]);
  const writing = [...grouped(renderings, placeOf).values()].map((group) =>
    ground.options.direct && group.length > 1 ? writeShared(ground, group) : writeEach(ground, group),
  );
  return (await allEnded(writing)).flat();
}

/** Writes environments, each by itself: in a branch that several share the first of them, which has to begin it, before the others. */
async function writeEach(ground: WriteGround, group: readonly Rendering[]): Promise<readonly Settled<Written>[]> {
  const write = (one: Rendering): Promise<Settled<Written>> =>
    settle({ environment: one.tree.environment, act: () => writeOne(ground, one) });
  const [first, ...others] = group;
  if (first === undefined) return [];
  if (others.length === 0 || (await isBegun(ground, first))) return allEnded(group.map(write));
  return [await write(first), ...(await allEnded(others.map(write)))];
}

async function isBegun({ repository, options }: WriteGround, { tree, place }: Rendering): Promise<boolean> {
  const { branch } = homeOf(tree.environment, place.branch);
  const tip = await repository.branch(branch, remoteOf(options, place)).catch(notThere);
  return tip !== undefined;
}

/** A remote that does not answer is told for each environment. */
function notThere(thrown: unknown): undefined {
  if (!(thrown instanceof Failure) || thrown.code === 'interrupted') throw thrown;
}

/** Writes environments to the branch that they share. */
async function writeShared(ground: WriteGround, group: readonly Rendering[]): Promise<readonly Settled<Written>[]> {
  const { repository, options, world, signal } = ground;
  const members = await Promise.all(
    group.map(async (one) => {
      const home = homeOf(one.tree.environment, one.place.branch);
      return { home, tree: one.tree, options: await optionsFor(ground, one) };
    }),
  );
  const [first] = group;
  const place = { branch: members[0]?.home.branch ?? '', remote: remoteOf(options, first?.place) };
  const results = await again(world.clock, () => publishTogether(repository, members, place), signal).catch((thrown: unknown) => {
    if (!(thrown instanceof Failure)) throw thrown;
    return group.map(() => thrown);
  });
  return results.map((result, i) => {
    const environment = members[i]?.tree.environment ?? '';
    return result instanceof Failure ? { environment, failure: result } : { environment, result, asking: unasked };
  });
}

/** Writes the branch of one environment. Throws what fails. */
export async function writeOne(ground: WriteGround, rendering: Rendering): Promise<Written> {
  const { tree, place } = rendering;
  const { world, signal, options } = ground;
  const repository = homed(ground.repository, tree.environment, place);
  const remote = remoteOf(options, place);
  const asking = await (options.direct || !options.pullRequest || options.set !== undefined ? unasked : forgeAt(ground, remote, place));
  const how = { ...(await optionsFor(ground, rendering)), begins: asking.forge !== undefined };
  return { result: await again(world.clock, () => publish(repository, tree, how), signal), asking };
}

/** How an environment is published. */
async function optionsFor(
  { world, repository, version, before, now, others, options }: WriteGround,
  rendering: Rendering,
): Promise<PublishOptions> {
  const { tree, source, place, external, commit } = rendering;
  const remote = remoteOf(options, place);
  const { slice, direct, allowDirty, overwriteEdits, allowOlder, undoRollback } = options;
  return {
    version,
    repoURL: source,
    sliced: slice === undefined ? undefined : { slice, compose: slicesComposer(external) },
    owners: place.owners,
    forge: place.owners.size === 0 ? undefined : await forgeTypeAt(repository, remote, place),
    from: commit === undefined ? undefined : { commit, lock: lockPathOf(tree.environment) },
    direct,
    remote,
    allowDirty,
    overwriteEdits,
    allowOlder,
    undoRollback,
    sign: options.sign,
    judged: await judgedBy(world, rendering, before.prefix),
    before,
    now,
    others,
  };
}
