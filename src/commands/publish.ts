import type { Command, Context } from '../cli/context.ts';
import { formatReport } from '../cli/diagnostics.ts';
import { formatOutcomes, type Outcome, type PublishedSet } from '../cli/publish.ts';
import { slicesComposer } from '../compile/compose-slice.ts';
import { lockPathOf } from '../compile/given.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { homeOf, type RenderedTree } from '../model/rendered.ts';
import type { RenderedRepository, SourceState } from '../ports.ts';
import type { PublishResult } from '../publish/branches.ts';
import { usualRemote } from '../publish/latest.ts';
import { publish as publishTree } from '../publish/publish.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { proposeSet } from '../publish/sets.ts';
import { type DestinationOptions, destinationWords, remoteOf } from './destination.ts';
import { judgedBy } from './judged.ts';
import { type Done, exitOf, outcomeJson, settleEach, settleTogether } from './outcomes.ts';
import { again } from './overtaking.ts';
import { homed } from './places.ts';
import { type Asking, asked, askedForSet, forgeAt, forgeTypeAt, unasked } from './proposing.ts';
import { type Rendering, renderEnvironments } from './render.ts';
import { sourcesOf } from './sources.ts';
import { tellErrors } from './tell.ts';

/** `lockstep publish`. */
export interface PublishOptions extends DestinationOptions {
  /** None means all. */
  readonly environments: readonly string[];
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
  /** Whether they are opened also for what somebody closed without merging it. */
  readonly reopen: boolean;
  /** Whether it is signed; undefined: as git's configuration says. */
  readonly sign?: boolean;
  /** Branches whose commits may be a source, beside those that are known to be reviewed. */
  readonly reviewed: readonly string[];
}

/** Compiles environments, all or none of them, and commits the tree of each to its rendered branch. */
export const publish: Command<PublishOptions> = async (context, options) => {
  if (options.direct && options.environments.length === 0) throw withoutNames();
  const repository = await context.world.repository();
  try {
    const before = await repository.state(context.signal);
    // What is wrong with another environment is no matter of those that are published.
    const others = onlyOnce(async () => {
      await requireSources(ground, []);
      return (await renderEnvironments(context.world, [])).value.map(({ tree }) => tree);
    });
    const ground: Ground = { ...context, repository, options, before, others };
    // Code that nobody has reviewed is not even run.
    await requireSources(ground, options.environments);
    const renderings = await renderAll(context, options.environments);
    if (renderings === undefined) return exitCodes.input;
    if (options.set !== undefined) requireOnePlace(options, options.set, renderings);
    const outcomes = await publishAll(ground, renderings);
    const isWhole = outcomes.every((outcome) => 'result' in outcome);
    const set = options.set !== undefined && isWhole ? await publishSet(ground, options.set, { renderings, outcomes }) : undefined;
    if (context.output === 'json')
      context.out(JSON.stringify({ environments: outcomes.map(outcomeJson), ...(set && { set }) }, undefined, 2));
    else for (const line of formatOutcomes(outcomes, { push: destinationWords(options), set }, context.paint.say)) context.say(line);
    return exitOf(outcomes);
  } finally {
    await repository.close();
  }
};

interface Ground extends Context {
  readonly repository: RenderedRepository;
  readonly options: PublishOptions;
  /** The repository as it was before anything was rendered. */
  readonly before: SourceState;
  /** Renders all environments of the project. */
  readonly others: () => Promise<readonly RenderedTree[]>;
}

function onlyOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Refuses environments whose lock names a commit of which nobody knows that it was reviewed; no names mean all. */
async function requireSources({ world, repository, options }: Ground, names: readonly string[]): Promise<void> {
  const by = { remote: remoteOf(options) ?? usualRemote, branches: options.reviewed };
  for (const [commit, [environment = '']] of await sourcesOf(world, names))
    await requireReviewed(repository, commit, { ...by, environment });
}

/** What environments render to; undefined when there is something wrong with one of them, which was shown. */
async function renderAll(context: Context, names: readonly string[]): Promise<readonly Rendering[] | undefined> {
  const { value, diagnostics } = await renderEnvironments(context.world, names);
  if (hasErrors(diagnostics)) {
    tellErrors(context, diagnostics);
    return undefined;
  }
  for (const line of formatReport(diagnostics, context.paint.say)) context.say(line);
  return value;
}

/** So many environments are written together: of more the branches might be others before it is their turn. */
const writtenAtOnce = 25;

/**
 * Writes the branches of several environments together, those of one branch one after the other, and then asks people, one after the other, as
 * forges want it. What fails for one is told, and the others go on; where there is one alone, it throws.
 */
async function publishAll(ground: Ground, renderings: readonly Rendering[]): Promise<readonly Outcome[]> {
  const [only] = renderings;
  if (renderings.length === 1 && only !== undefined) {
    const { environment } = only.tree;
    return [{ environment, ...(await askFor(ground, only, await writeOne(ground, only))) }];
  }
  const outcomes: Outcome[] = [];
  for (let i = 0; i < renderings.length; i += writtenAtOnce) {
    const some = renderings.slice(i, i + writtenAtOnce);
    await lookAhead(ground, some);
    const written = await settleTogether(
      some.map((rendering) => ({
        environment: rendering.tree.environment,
        lane: homeOf(rendering.tree.environment, rendering.place.branch).branch,
        act: () => writeOne(ground, rendering),
      })),
    );
    const asks = some.map((rendering, at) => ({
      environment: rendering.tree.environment,
      act: async () => {
        const one = written[at];
        if (one === undefined || 'failure' in one) throw one?.failure;
        return askFor(ground, rendering, one);
      },
    }));
    outcomes.push(...(await settleEach(asks)));
  }
  return outcomes;
}

/** Asks each remote once for the branches of several environments. Of a remote that does not answer each environment tells itself. */
async function lookAhead({ repository, options }: Ground, renderings: readonly Rendering[]): Promise<void> {
  const byRemote = new Map<string, string[]>();
  for (const { tree, place } of renderings) {
    const remote = remoteOf(options, place);
    const { active, next } = homed(repository, tree.environment, place).branchesOf(tree.environment);
    const known = byRemote.get(remote ?? '') ?? [];
    if (remote !== undefined) byRemote.set(remote, [...new Set([...known, active, ...(options.direct ? [] : [next])])]);
  }
  for (const [remote, branches] of byRemote)
    if (branches.length > 2)
      await repository.lookAhead(branches, remote).catch((thrown: unknown) => {
        if (!(thrown instanceof Failure) || thrown.code === 'interrupted') throw thrown;
      });
}

/** What was written of an environment, and where people are asked to merge it. */
interface Written {
  readonly result: PublishResult;
  readonly asking: Asking;
}

async function writeOne(ground: Ground, rendering: Rendering): Promise<Written> {
  const { tree, source, place, external, commit } = rendering;
  const { world, signal, version, before, options } = ground;
  const repository = homed(ground.repository, tree.environment, place);
  const remote = remoteOf(options, place);
  const asking = await (options.direct || !options.pullRequest || options.set !== undefined ? unasked : forgeAt(ground, remote, place));
  const forge = place.owners.size === 0 ? undefined : await forgeTypeAt(repository, remote, place);
  const { slice, direct, allowDirty, overwriteEdits, allowOlder, undoRollback } = options;
  const judged = await judgedBy(world, rendering, before.prefix);
  const publishOnce = (): Promise<PublishResult> =>
    publishTree(repository, tree, {
      version,
      repoURL: source,
      sliced: slice === undefined ? undefined : { slice, compose: slicesComposer(external) },
      owners: place.owners,
      forge,
      from: commit === undefined ? undefined : { commit, lock: lockPathOf(tree.environment) },
      direct,
      remote,
      begins: asking.forge !== undefined,
      allowDirty,
      overwriteEdits,
      allowOlder,
      undoRollback,
      sign: options.sign,
      judged,
      before,
      others: ground.others,
    });
  return { result: await again(world.clock, publishOnce, signal), asking };
}

/** Asks people to merge what was written. */
function askFor({ repository: whole, options }: Ground, { tree, source, place }: Rendering, { result, asking }: Written): Promise<Done> {
  const told = { environment: tree.environment, slice: options.slice, repoURL: source, rollback: undefined };
  const repository = homed(whole, tree.environment, place);
  return asked({ repository }, asking, { result, told, reopen: options.reopen });
}

/** Proposes what was published as one. */
async function publishSet(
  { world, repository, options, before, version, signal }: Ground,
  name: string,
  { renderings, outcomes }: { readonly renderings: readonly Rendering[]; readonly outcomes: readonly Outcome[] },
): Promise<PublishedSet> {
  const [first] = renderings;
  const remote = remoteOf(options, first?.place);
  const published = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome] : []));
  const members = new Map(published.map(({ environment, result }) => [environment, result.commit]));
  const { sign } = options;
  const asking = options.pullRequest && first !== undefined ? await forgeAt({ world, repository }, remote, first.place) : unasked;
  const result = await again(world.clock, () => proposeSet(repository, name, { members, version, remote, source: before, sign }), signal);
  return {
    name,
    result,
    ...(await askedForSet({ repository }, asking, { name, result, published, repoURL: first?.source, reopen: options.reopen })),
  };
}

/** Refuses a set whose environments are not all in one repository, at one forge. */
function requireOnePlace(options: PublishOptions, name: string, renderings: readonly Rendering[]): void {
  const places = new Set(renderings.map(({ place }) => JSON.stringify([remoteOf(options, place), place.forge])));
  if (places.size <= 1) return;
  throw new Failure('set-scattered', `the environments of the set \`${name}\` have their rendered branches in several places`, {
    help: 'make a set of those that have the same `rendered`, or name one remote: `--push <remote>`',
    exit: exitCodes.input,
  });
}

function withoutNames(): Failure {
  return new Failure('publish-unnamed', 'all environments at once would be put in force', {
    help: 'name those that are meant: `lockstep publish dev --direct`',
    exit: exitCodes.input,
  });
}
