import type { Command, Context } from '../cli/context.ts';
import { formatReport } from '../cli/diagnostics.ts';
import { formatOutcomes, type Outcome, type PublishedSet } from '../cli/publish.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { usualRemote } from '../publish/latest.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { proposeSet } from '../publish/sets.ts';
import { destinationWords, remoteOf } from './destination.ts';
import { type Done, exitOf, outcomeJson, settleEach } from './outcomes.ts';
import { again } from './overtaking.ts';
import { homed } from './places.ts';
import { asked, askedForSet, forgeAt, unasked } from './proposing.ts';
import { type Rendering, renderEnvironments } from './render.ts';
import { sourcesOf } from './sources.ts';
import { tellErrors } from './tell.ts';
import { lookAhead, type WriteGround, type WriteOptions, type Written, writeAll, writeOne } from './writing.ts';

/** `lockstep publish`. */
export interface PublishOptions extends WriteOptions {
  /** None means all. */
  readonly environments: readonly string[];
  /** Whether pull requests are opened also for what somebody closed without merging it. */
  readonly reopen: boolean;
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
    const outcomes = await publishAll({ ...ground, now: await repository.state() }, renderings);
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

interface Ground extends WriteGround {
  readonly options: PublishOptions;
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
 * Writes the branches of several environments together, and then asks people, one after the other, as forges want it. What fails for one is told,
 * and the others go on; where there is one alone, it throws.
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
    const written = new Map((await writeAll(ground, some)).map((one) => [one.environment, one]));
    const asks = some.map((rendering) => ({
      environment: rendering.tree.environment,
      act: async () => {
        const one = written.get(rendering.tree.environment);
        if (one === undefined || 'failure' in one) throw one?.failure;
        return askFor(ground, rendering, one);
      },
    }));
    outcomes.push(...(await settleEach(asks)));
  }
  return outcomes;
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
