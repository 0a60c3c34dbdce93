import type { Command, Context } from '../cli/context.ts';
import { formatReport } from '../cli/diagnostics.ts';
import { formatOutcomes } from '../cli/publish.ts';
import { slicesComposer } from '../compile/compose-slice.ts';
import { lockPathOf } from '../compile/given.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedRepository, SourceState } from '../ports.ts';
import type { PublishResult } from '../publish/branches.ts';
import { publish as publishTree } from '../publish/publish.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { type DestinationOptions, destinationWords, remoteOf } from './destination.ts';
import { type Done, exitOf, outcomeJson, outcomesOf } from './outcomes.ts';
import { again } from './overtaking.ts';
import { asked, forgeAt, forgeTypeAt, unasked } from './proposing.ts';
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
  /** Whether pull requests are opened, where there is a forge. */
  readonly pullRequest: boolean;
  /** Branches whose commits may be a source, beside those that are known to be reviewed. */
  readonly reviewed: readonly string[];
}

/** Compiles environments, all or none of them, and commits the tree of each to its rendered branch. */
export const publish: Command<PublishOptions> = async (context, options) => {
  if (options.direct && options.environments.length === 0) throw withoutNames();
  const repository = await context.world.repository();
  try {
    const before = await repository.state(context.signal);
    const ground: Ground = { ...context, repository, options, before };
    // Code that nobody has reviewed is not even run.
    await requireSources(ground, options.environments);
    const renderings = await renderAll(context, options.environments);
    if (renderings === undefined) return exitCodes.input;
    const outcomes = await outcomesOf(
      renderings.map((rendering) => ({ environment: rendering.tree.environment, act: () => publishOne(ground, rendering) })),
    );
    if (context.output === 'json') context.out(JSON.stringify({ environments: outcomes.map(outcomeJson) }, undefined, 2));
    else for (const line of formatOutcomes(outcomes, destinationWords(options), context.paint.say)) context.say(line);
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
}

/** Refuses environments whose lock names a commit of which nobody knows that it was reviewed; no names mean all. */
async function requireSources({ world, repository, options }: Ground, names: readonly string[]): Promise<void> {
  const by = { remote: remoteOf(options) ?? 'origin', branches: options.reviewed };
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

async function publishOne(ground: Ground, { tree, source, place, external, commit }: Rendering): Promise<Done> {
  const { world, signal, version, repository, before, options } = ground;
  const remote = remoteOf(options, place);
  const asking = await (options.direct || !options.pullRequest ? unasked : forgeAt(ground, remote, place));
  const forge = place.owners.size === 0 ? undefined : await forgeTypeAt(repository, remote, place);
  const { slice, direct, allowDirty, overwriteEdits, allowOlder, undoRollback } = options;
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
      before,
      // What is wrong with another environment is no matter of this one.
      others: async () => {
        await requireSources(ground, []);
        return (await renderEnvironments(world, [])).value.map((one) => one.tree);
      },
    });
  const result = await again(world.clock, publishOnce, signal);
  const told = { environment: tree.environment, slice, repoURL: source, rollback: undefined };
  return asked(ground, asking, { result, told });
}

function withoutNames(): Failure {
  return new Failure('publish-unnamed', 'all environments at once would be put in force', {
    help: 'name those that are meant: `lockstep publish dev --direct`',
    exit: exitCodes.input,
  });
}
