import type { Command } from '../cli/context.ts';
import { formatPublished } from '../cli/publish.ts';
import { lockPathOf } from '../compile/given.ts';
import { exitCodes } from '../model/failure.ts';
import { publish as publishTree } from '../publish/publish.ts';
import { requireReviewed } from '../publish/reviewed.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';
import { judgedBy } from './judged.ts';
import { renderOne } from './one.ts';
import { renderEnvironments } from './render.ts';
import { sourcesOf } from './sources.ts';

/** `lockstep publish`. */
export interface PublishOptions extends DestinationOptions {
  readonly environment: string;
  readonly allowDirty: boolean;
  readonly overwriteEdits: boolean;
  /** Whether it is signed; undefined: as git's configuration says. */
  readonly sign?: boolean;
  /** Branches whose commits may be a source, beside those that are known to be reviewed. */
  readonly reviewed: readonly string[];
}

/** Compiles an environment and commits its tree to the rendered branch. */
export const publish: Command<PublishOptions> = async (context, options) => {
  const { environment, direct, allowDirty, overwriteEdits } = options;
  const repository = await context.world.repository();
  const remote = remoteOf(options);
  try {
    const before = await repository.state(context.signal);
    // Code that nobody has reviewed is not even run.
    const reviewed = async (names: readonly string[]): Promise<void> => {
      const by = { remote: remote ?? 'origin', branches: options.reviewed };
      for (const [commit, [name = environment]] of await sourcesOf(context.world, names))
        await requireReviewed(repository, commit, { ...by, environment: name });
    };
    await reviewed([environment]);
    const rendering = await renderOne(context, environment);
    if (rendering === undefined) return exitCodes.input;
    const result = await publishTree(repository, rendering.tree, {
      version: context.version,
      repoURL: rendering.source,
      from: rendering.commit === undefined ? undefined : { commit: rendering.commit, lock: lockPathOf(environment) },
      direct,
      remote,
      allowDirty,
      overwriteEdits,
      sign: options.sign,
      judged: await judgedBy(context.world, rendering, before.prefix),
      before,
      // What is wrong with another environment is no matter of this one.
      others: async () => {
        await reviewed([]);
        return (await renderEnvironments(context.world, [])).value.map(({ tree }) => tree);
      },
    });
    if (context.output === 'json') context.out(JSON.stringify(result, undefined, 2));
    else for (const line of formatPublished(result, { environment, remote }, context.paint.say)) context.say(line);
    return exitCodes.done;
  } finally {
    await repository.close();
  }
};
