import { Failure } from '../model/failure.ts';
import type { RenderedHome, RenderedTree } from '../model/rendered.ts';
import type { RenderedRepository } from '../ports.ts';
import { type PublishResult, standing } from './branches.ts';
import { attest, type Decision, decide, note, type PublishOptions, resultOf } from './publish.ts';

/** An environment of a branch that several share. */
export interface Member {
  readonly home: RenderedHome;
  readonly tree: RenderedTree;
  readonly options: PublishOptions;
}

/**
 * Publishes environments of one branch that they share, as `publish` does with `direct`: each has a commit of its own, on top of the one before,
 * and the branch moves once. What fails for one is at its place, and the others go on without it. Throws the `Failure` `branch-moved` where
 * somebody else was quicker: nothing is in force then.
 */
export async function publishTogether(
  repository: RenderedRepository,
  members: readonly Member[],
  { branch, remote }: { readonly branch: string; readonly remote: string | undefined },
): Promise<readonly (PublishResult | Failure)[]> {
  const { from, made } = await commitAll(repository, members, { branch, remote });
  const attested = await Promise.all(
    made.map((one) => (isDecision(one) ? failureOf(() => attest(repository.of(one.home), one)) : undefined)),
  );
  const broken = attested.findIndex((failure) => failure !== undefined);
  // What stands on a commit whose tree nobody knows of would put that in force, too.
  const isKept = (place: number): boolean => broken === -1 || place < broken;
  const last = made.filter((one, place): one is Made => isKept(place) && isDecision(one) && one.isNew).at(-1);
  const refusal = last && (await failureOf(() => repository.move(branch, { from, to: last.commit }, remote)));
  const outcomes = made.map(async (one, place) => {
    if (!isDecision(one)) return one;
    const why = one.isNew ? (isKept(place) ? refusal : attested[broken]) : attested[place];
    return why ?? (await failureOf(() => note(repository.of(one.home), one))) ?? told(one, remote);
  });
  return Promise.all(outcomes);
}

type Made = Decision & Pick<Member, 'home'>;

function isDecision(one: Made | PublishResult | Failure): one is Made {
  return 'home' in one;
}

/** Makes the commits, each on top of the one before. No branch moves but one that had to begin. */
async function commitAll(
  repository: RenderedRepository,
  members: readonly Member[],
  { branch, remote }: { readonly branch: string; readonly remote: string | undefined },
): Promise<{ readonly from: string | undefined; readonly made: readonly (Made | PublishResult | Failure)[] }> {
  const made: (Made | PublishResult | Failure)[] = [];
  let from = await repository.branch(branch, remote);
  let tip = from;
  for (const { home, tree, options } of members) {
    const decided = await decide(repository.of(home, tip), tree, options).catch(orFailure);
    from ??= await repository.branch(branch, remote);
    const isOne = !(decided instanceof Failure) && !('op' in decided);
    tip = isOne && decided.isNew ? decided.commit : (tip ?? from);
    made.push(isOne ? { ...decided, home } : decided);
  }
  return { from, made };
}

function told({ tips, wanted, commit, isNew, ...decided }: Made, remote: string | undefined): PublishResult {
  const landed = { ...standing(tips, { ...wanted, branch: tips.branches.active, commit }), pushed: isNew && remote !== undefined };
  return resultOf({ tips, wanted, commit, isNew, ...decided }, landed);
}

async function failureOf(act: () => Promise<unknown>): Promise<Failure | undefined> {
  try {
    await act();
    return undefined;
  } catch (thrown) {
    return orFailure(thrown);
  }
}

/** A failure that is of one alone. Where somebody else was quicker, all is made anew. */
function orFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Failure) || thrown.code === 'branch-moved') throw thrown;
  return thrown;
}
