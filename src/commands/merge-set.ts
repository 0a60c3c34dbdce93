import type { Context } from '../cli/context.ts';
import { failureJson } from '../cli/failure.ts';
import { formatMergedSet, type MergedOutcome, type MergedSet } from '../cli/publish.ts';
import { type ExitCode, Failure } from '../model/failure.ts';
import type { RenderedRepository } from '../ports.ts';
import {
  branchesOfSet,
  mergeMember,
  mergeProposal,
  proposalOfSet,
  readSet,
  requireReviewedSet,
  type SetProposal,
} from '../publish/sets.ts';
import { type DestinationOptions, remoteOf } from './destination.ts';
import { exitOf, settleEach } from './outcomes.ts';
import { again } from './overtaking.ts';
import { commonRemote, homed, openSignersBy, placesOf } from './places.ts';
import { heldAtForge } from './proposing.ts';

type Ground = Context & { readonly repository: RenderedRepository };

/**
 * Merges the proposal of a set, where nobody else is to, and puts its members in force, one after the other: what cannot go forward keeps no
 * other one back.
 */
export async function mergeSet(
  context: Ground,
  name: string,
  options: Pick<DestinationOptions, 'push'> & { readonly commit?: string; readonly signedBy?: string },
): Promise<ExitCode> {
  const { world, repository, signal } = context;
  const places = await placesOf({ world }, []);
  const remote = options.push === true ? (commonRemote(places) ?? remoteOf(options)) : remoteOf(options);
  const proposal = await settleProposal(context, name, { remote, commit: options.commit });
  const members = await readSet(repository, name, remote);
  const signersBy = openSignersBy({ world });
  const outcomes = await settleEach(
    [...members].map(([environment, commit]) => ({
      environment,
      act: async () => {
        const home = homed(repository, environment, places.get(environment));
        const signers = options.signedBy ?? (await signersBy(environment));
        return { result: await again(world.clock, () => mergeMember(home, { environment, commit, remote, signers }), signal) };
      },
    })),
  );
  if (context.output === 'json') {
    const told =
      proposal !== undefined && 'failure' in proposal ? failureJson(proposal.failure, proposal.failure.exit) : (proposal ?? null);
    context.out(JSON.stringify({ set: name, proposal: told, environments: outcomes.map(memberJson) }, undefined, 2));
  } else for (const line of formatMergedSet(name, { proposal, members: outcomes }, context.paint.say)) context.say(line);
  return exitOf(proposal !== undefined && 'failure' in proposal ? [proposal, ...outcomes] : outcomes);
}

interface Asked {
  readonly remote: string | undefined;
  /** The commit that was reviewed: whoever names it wants it merged, wherever else it could be. */
  readonly commit: string | undefined;
}

/** What is done with the proposal of a set; undefined where there is none. A server that does not take it keeps back no member. */
async function settleProposal(context: Ground, name: string, { remote, commit }: Asked): Promise<MergedSet['proposal']> {
  const { repository } = context;
  const proposal = await proposalOfSet(repository, name, remote);
  if (commit !== undefined) await requireReviewedSet(repository, name, { commit, proposal, remote });
  if (proposal === undefined) return undefined;
  const { next } = proposal;
  const branch = branchesOfSet(name).next;
  const why = commit === undefined ? await heldBy(context, name, { remote, proposal }) : undefined;
  if (why !== undefined) return { op: 'held', branch, commit: next, why };
  try {
    await mergeProposal(repository, name, { ...proposal, remote });
    return { op: 'merged', branch, commit: next };
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'git-push-refused') throw thrown;
    return { failure: thrown };
  }
}

/** Why the proposal is left to the people at the forge; undefined where there is no forge, or no pull request. */
async function heldBy(
  { world, repository }: Ground,
  name: string,
  { remote, proposal }: { readonly remote: string | undefined; readonly proposal: SetProposal },
): Promise<string | undefined> {
  if (remote === undefined) return undefined;
  const [place] = (await placesOf({ world }, [...proposal.members.keys()])).values();
  if (place === undefined) return 'no environment of it can be loaded, which would say whether there is a forge';
  const { active: base, next: head } = branchesOfSet(name);
  return heldAtForge({ world, repository }, { remote, place, route: { head, base }, commit: proposal.next });
}

function memberJson(outcome: MergedOutcome): object {
  const { environment } = outcome;
  return 'failure' in outcome ? { environment, ...failureJson(outcome.failure, outcome.failure.exit) } : { environment, ...outcome.result };
}
