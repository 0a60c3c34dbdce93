import type { Command, Context } from '../cli/context.ts';
import { formatMerged } from '../cli/publish.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';
import { merge as mergeProposal } from '../publish/merge.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';
import { mergeSet } from './merge-set.ts';
import { again } from './overtaking.ts';
import { homed, openSignersBy, renderedPlace } from './places.ts';
import { heldAtForge } from './proposing.ts';

/** `lockstep merge`. */
export interface MergeOptions extends Pick<DestinationOptions, 'push'> {
  readonly environment?: string;
  /** The slice whose proposal is merged; undefined for that of the whole. */
  readonly slice?: string;
  readonly commit?: string;
  readonly set?: string;
  /** The file with those who may have signed it; what the project says unless told. */
  readonly signedBy?: string;
}

/** Puts a proposal in force, where no forge does it: that of an environment, or that of a set with its members. */
export const merge: Command<MergeOptions> = async (context, options) => {
  const { environment, set } = options;
  if ((environment === undefined) === (set === undefined)) throw isUnclear();
  const repository = await context.world.repository();
  try {
    if (set !== undefined) return await mergeSet({ ...context, repository }, set, options);
    return await mergeOne({ ...context, repository }, environment ?? '', options);
  } finally {
    await repository.close();
  }
};

type Ground = Context & { readonly repository: RenderedRepository };

async function mergeOne(context: Ground, environment: string, options: MergeOptions) {
  const place = await renderedPlace(context, environment);
  const remote = remoteOf(options, place);
  const signers = options.signedBy ?? (await openSignersBy(context)(environment));
  const home = homed(context.repository, environment, place);
  const { active: base, next: head } = home.branchesOf(environment, options.slice);
  const heldBy = (commit: string): Promise<string | undefined> => heldAtForge(context, { remote, place, route: { head, base }, commit });
  const asked = { remote, slice: options.slice, commit: options.commit, heldBy, signers };
  // Of a branch that environments share, whoever merges another one may be quicker.
  const result = await again(context.world.clock, () => mergeProposal(home, environment, asked), context.signal);
  if (context.output === 'json') context.out(JSON.stringify(result, undefined, 2));
  else for (const line of formatMerged(result, environment, context.paint.say)) context.say(line);
  return exitCodes.done;
}

function isUnclear(): Failure {
  return new Failure('merge-unclear', 'it is not said what is to be merged: an environment, or a set', {
    help: 'name one of the two: `lockstep merge prod`, `lockstep merge --set prod`',
    exit: exitCodes.input,
  });
}
