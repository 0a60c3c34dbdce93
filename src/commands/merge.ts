import type { Command } from '../cli/context.ts';
import { formatMerged } from '../cli/publish.ts';
import { exitCodes } from '../model/failure.ts';
import { merge as mergeProposal } from '../publish/merge.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';
import { renderedPlace } from './places.ts';

/** `lockstep merge`. */
export interface MergeOptions extends Pick<DestinationOptions, 'push'> {
  readonly environment: string;
  /** The slice whose proposal is merged; undefined for that of the whole. */
  readonly slice?: string;
  readonly commit?: string;
}

/** Puts a proposal in force, where no forge does it. */
export const merge: Command<MergeOptions> = async (context, options) => {
  const { environment, slice, commit, push } = options;
  const remote = push === undefined ? undefined : remoteOf(options, await renderedPlace(context, environment));
  const repository = await context.world.repository();
  try {
    const result = await mergeProposal(repository, environment, { remote, slice, commit });
    if (context.output === 'json') context.out(JSON.stringify(result, undefined, 2));
    else for (const line of formatMerged(result, environment, context.paint.say)) context.say(line);
    return exitCodes.done;
  } finally {
    await repository.close();
  }
};
