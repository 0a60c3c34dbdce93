import type { Command, Context } from '../cli/context.ts';
import { failureJson } from '../cli/failure.ts';
import { formatMerged, formatMergedSet, type MergedOutcome } from '../cli/publish.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';
import { merge as mergeProposal } from '../publish/merge.ts';
import { mergeMember, readSet } from '../publish/sets.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';
import { exitOf, settleEach } from './outcomes.ts';
import { again } from './overtaking.ts';
import { commonRemote, openSignersBy, renderedPlace } from './places.ts';

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

/** Puts a proposal in force, where no forge does it, or the members of a set whose proposal was merged. */
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
  const remote = options.push === undefined ? undefined : remoteOf(options, await renderedPlace(context, environment));
  const signers = options.signedBy ?? (await openSignersBy(context)(environment));
  const result = await mergeProposal(context.repository, environment, { remote, slice: options.slice, commit: options.commit, signers });
  if (context.output === 'json') context.out(JSON.stringify(result, undefined, 2));
  else for (const line of formatMerged(result, environment, context.paint.say)) context.say(line);
  return exitCodes.done;
}

/** One member after the other: what cannot go forward keeps no other one back. */
async function mergeSet({ world, repository, signal, ...context }: Ground, name: string, options: MergeOptions) {
  const remote = options.push === true ? ((await commonRemote({ world })) ?? remoteOf(options)) : remoteOf(options);
  const members = await readSet(repository, name, remote);
  const signersBy = openSignersBy({ world });
  const outcomes = await settleEach(
    [...members].map(([environment, commit]) => ({
      environment,
      act: async () => {
        const signers = options.signedBy ?? (await signersBy(environment));
        return { result: await again(world.clock, () => mergeMember(repository, { environment, commit, remote, signers }), signal) };
      },
    })),
  );
  if (context.output === 'json') context.out(JSON.stringify({ set: name, environments: outcomes.map(memberJson) }, undefined, 2));
  else for (const line of formatMergedSet(name, outcomes, context.paint.say)) context.say(line);
  return exitOf(outcomes);
}

function memberJson(outcome: MergedOutcome): object {
  const { environment } = outcome;
  return 'failure' in outcome ? { environment, ...failureJson(outcome.failure, outcome.failure.exit) } : { environment, ...outcome.result };
}

function isUnclear(): Failure {
  return new Failure('merge-unclear', 'it is not said what is to be merged: an environment, or a set', {
    help: 'name one of the two: `lockstep merge prod`, `lockstep merge --set prod`',
    exit: exitCodes.input,
  });
}
