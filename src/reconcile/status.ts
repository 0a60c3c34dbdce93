import type { FailureCode, ReasonOf, StatusCode } from '../model/code.ts';
import type { Condition, EnvironmentStatus, ObjectProblem } from '../model/event.ts';
import type { Health, HealthStatus } from '../model/health.ts';
import type { Held, Refusal } from '../model/plan.ts';
import { compareText, formatRef, type ObjectRef } from '../model/ref.ts';
import { formatSlice } from '../model/slice.ts';
import { type Contest, contestInWords, contestOver } from './contention.ts';
import { suspensionInWords } from './suspended.ts';

/** What an environment's status is made of. */
export interface StatusInput {
  readonly environment: string;
  readonly latest: string | undefined;
  readonly revision: string | undefined;
  readonly refused:
    | {
        readonly commit: string;
        readonly refusal: Refusal;
        readonly problems: readonly ObjectProblem[];
        readonly slices: readonly string[];
      }
    | undefined;
  /** Why the newest commit is not looked at yet: it is outside of its sync windows, or another environment is not Ready. */
  readonly postponed?:
    | { readonly commit: string; readonly reason: 'OutsideWindow' | 'DependencyNotReady' | 'Suspended'; readonly because: string }
    | undefined;
  /** The slices that the revision was refused for, and the commit that each is kept equal to. */
  readonly behind: ReadonlyMap<string, string>;
  /** What could not be done for single objects; time may mend what is `passing`. */
  readonly failed: readonly { readonly problem: ObjectProblem; readonly passing: boolean }[];
  readonly waiting: readonly { readonly ref: ObjectRef; readonly for: string }[];
  /** Objects that somebody else changes as often as they are repaired. */
  readonly contended?: readonly { readonly ref: ObjectRef; readonly path: string; readonly contest: Contest }[];
  /** How many changes of the accepted revision are not done yet. */
  readonly unfinished: number;
  readonly held: readonly Held[];
  /** Slices that somebody keeps as they are. */
  readonly suspended?: EnvironmentStatus['suspended'];
  /** Why nothing goes back, although what failed should. */
  readonly staysBecause?: string | undefined;
  /** Objects that somebody wants to hold in a way that does not count, and why it does not. */
  readonly wronglyHeld?: readonly ObjectProblem[];
  readonly rewritten: EnvironmentStatus['rewritten'];
  /** How many objects the environment wants. */
  readonly objects: number;
  /** Those of them that are not Current. */
  readonly unhealthy: readonly { readonly ref: ObjectRef; readonly health: Health }[];
  /** Objects that were deleted and are still there after their deadline, whether or not the environment wants them. */
  readonly stuck?: readonly { readonly ref: ObjectRef; readonly health: Health }[];
  /** Why branch or cluster cannot be reached now. */
  readonly outage: string | undefined;
  /** Why objects of a kind cannot be watched now. */
  readonly unheard?: string | undefined;
  readonly now: Date;
}

/** A status never grows with what is wrong: this many of each are named. */
export const named = 20;

/** How the environment does, in the three conditions that kstatus and Flux share. */
export function statusOf(input: StatusInput): EnvironmentStatus {
  const { environment, latest, revision, behind, refused, failed, waiting, held, wronglyHeld = [], rewritten, objects, now } = input;
  const contended = (input.contended ?? []).map(({ ref, path, contest }) => ({ ref, path, message: contestInWords(contest) }));
  const unhealthy = input.unhealthy.toSorted(worstFirst);
  return {
    environment,
    latest,
    revision,
    behind: [...behind].map(([slice, commit]) => ({ slice, revision: commit })).sort((a, b) => compareText(a.slice, b.slice)),
    objects,
    conditions: conditionsOf(input, unhealthy),
    problems: [
      ...(refused?.problems ?? []),
      ...failed.map(({ problem }) => problem),
      ...contended,
      ...waiting.map(asProblem),
      ...wronglyHeld,
    ].slice(0, named),
    unhealthy: unhealthy.slice(0, named),
    held: held.slice(0, named),
    suspended: (input.suspended ?? []).toSorted((a, b) => compareText(a.slice, b.slice)).slice(0, named),
    rewritten: rewritten.slice(0, named),
    updated: now.toISOString(),
  };
}

/** Whether everything is as the newest commit wants it. */
export function isReady(status: EnvironmentStatus): boolean {
  return status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** Whether nothing is missing but what somebody holds, or has to allow, or what waits for its window. */
export function isHeldUp(status: EnvironmentStatus): boolean {
  return status.conditions.some(
    (condition) => condition.type === 'Ready' && ['Held', 'Suspended', 'OutsideWindow'].includes(condition.reason),
  );
}

function conditionsOf(input: StatusInput, unhealthy: StatusInput['unhealthy']): readonly Reasoned[] {
  const stalled = stallOf(input, unhealthy);
  if (stalled !== undefined) return stalledBy(stalled);
  const busy = workOf(input, unhealthy);
  if (busy !== undefined) return busyWith(busy);
  return readyFor(input.objects === 1 ? '1 object is Current' : `${input.objects} objects are Current`);
}

/** The conditions of what is as it should be. */
export function readyFor(message: string): readonly Reasoned[] {
  return [{ type: 'Ready', status: 'True', reason: 'Synced', message }, off('Reconciling'), off('Stalled')];
}

/** The conditions of what a person has to mend. */
export function stalledBy(why: Why): readonly Reasoned[] {
  return [{ type: 'Ready', status: 'False', ...why }, off('Reconciling'), { type: 'Stalled', status: 'True', ...why }];
}

/** The conditions of what time should bring. */
export function busyWith(why: Why): readonly Reasoned[] {
  return [{ type: 'Ready', status: 'False', ...why }, { type: 'Reconciling', status: 'True', ...why }, off('Stalled')];
}

/** The conditions of what somebody wants not to be done. */
export function restingBy(why: Why): readonly Reasoned[] {
  return [{ type: 'Ready', status: 'False', ...why }, off('Reconciling'), off('Stalled')];
}

/** A condition whose reason can be explained. */
interface Reasoned extends Condition {
  readonly reason: ReasonOf<StatusCode | FailureCode>;
}

/** Why a condition is so. */
export type Why = Pick<Reasoned, 'reason' | 'message'>;

/** What a person has to mend. */
function stallOf(
  { refused, postponed, failed, contended = [], stuck = [], staysBecause }: StatusInput,
  unhealthy: StatusInput['unhealthy'],
): Why | undefined {
  if (refused !== undefined) {
    const message = `${whatOf(refused)} is refused: ${refused.refusal.message}`;
    // What may mend it is there, and has to wait.
    const then = postponed === undefined || postponed.commit === refused.commit ? '' : `; ${waitOf(postponed).message}`;
    return { reason: pascal(refused.refusal.code), message: `${message}${then}` };
  }
  const problem = failed.find(({ passing }) => !passing)?.problem;
  if (problem !== undefined)
    return { reason: 'ApplyFailed', message: `\`${formatRef(problem.ref)}\` in \`${problem.path}\`: ${problem.message}` };
  const [fight] = contended;
  if (fight !== undefined) return { reason: 'Contended', message: contestOver(fight.ref, fight.contest) };
  const [worst] = unhealthy;
  if (worst?.health.status === 'Failed') {
    const why = staysBecause === undefined ? '' : `; it does not go back: ${staysBecause}`;
    return { reason: 'HealthFailed', message: `\`${formatRef(worst.ref)}\`: ${worst.health.message}${why}` };
  }
  const [first] = stuck;
  if (first !== undefined)
    return { reason: 'DeletionStuck', message: `\`${formatRef(first.ref)}\` does not go: it is ${first.health.message}` };
  return undefined;
}

/** `3f2a91c…`, or `slices` of it. */
function whatOf({ commit, slices }: Pick<NonNullable<StatusInput['refused']>, 'commit' | 'slices'>): string {
  const short = commit.slice(0, 12);
  return slices.length === 0 ? short : `${slices.toSorted().map(formatSlice).join(', ')} of ${short}`;
}

/** What time should bring. */
function workOf(
  { latest, revision, behind, postponed, failed, waiting, held, suspended = [], unfinished, outage, unheard }: StatusInput,
  unhealthy: StatusInput['unhealthy'],
): Why | undefined {
  if (outage !== undefined) return { reason: 'Unreachable', message: outage };
  if (unheard !== undefined) return { reason: 'Unwatched', message: unheard };
  const isWaiting = postponed !== undefined;
  if (!isWaiting && (revision === undefined || revision !== latest))
    return { reason: 'NewRevision', message: `${latest?.slice(0, 12) ?? 'the first commit'} is being considered` };
  const considered = [...behind.keys()].filter((slice) => suspended.every((one) => one.slice !== slice));
  if (!isWaiting && revision !== undefined && considered.length > 0)
    return { reason: 'NewRevision', message: `${whatOf({ commit: revision, slices: considered })} is being considered` };
  const [first] = waiting;
  if (first !== undefined) return { reason: 'Waiting', message: `\`${formatRef(first.ref)}\` waits for ${first.for}` };
  const [passing] = failed;
  if (passing !== undefined) return { reason: 'Retrying', message: `\`${formatRef(passing.problem.ref)}\`: ${passing.problem.message}` };
  if (unfinished > 0)
    return { reason: 'Applying', message: unfinished === 1 ? '1 change is not done yet' : `${unfinished} changes are not done yet` };
  const [worst] = unhealthy;
  if (worst === undefined) return isWaiting ? waitOf(postponed) : (suspensionOver(behind, suspended) ?? holdOf(held));
  return { reason: 'HealthPending', message: `\`${formatRef(worst.ref)}\` is ${worst.health.status}: ${worst.health.message}` };
}

/** All else is as it was accepted. */
function waitOf({ commit, reason, because }: NonNullable<StatusInput['postponed']>): Why {
  return { reason, message: `${commit.slice(0, 12)} waits: ${because}` };
}

/** Somebody keeps a slice from taking the revision. */
function suspensionOver(behind: StatusInput['behind'], suspended: EnvironmentStatus['suspended']): Why | undefined {
  const found = suspended.find(({ slice }) => behind.has(slice));
  return found === undefined ? undefined : { reason: 'Suspended', message: suspensionInWords(found) };
}

/** Somebody wants it so, for a time; or somebody has to allow it. It is not what the branch says all the same. */
function holdOf([first]: readonly Held[]): Why | undefined {
  return first === undefined ? undefined : { reason: 'Held', message: `\`${formatRef(first.ref)}\` is left as it is: ${first.because}` };
}

function off(type: Condition['type']): Reasoned {
  return { type, status: 'False', reason: 'None', message: '' };
}

function asProblem({ ref, for: what }: { readonly ref: ObjectRef; readonly for: string }): ObjectProblem {
  return { ref, path: '', message: `waits for ${what}` };
}

const severity: Readonly<Record<HealthStatus, number>> = { Failed: 0, NotFound: 1, Terminating: 2, Unknown: 3, InProgress: 4, Current: 5 };

function worstFirst(a: StatusInput['unhealthy'][number], b: StatusInput['unhealthy'][number]): number {
  return severity[a.health.status] - severity[b.health.status] || compareText(formatRef(a.ref), formatRef(b.ref));
}

/** `deletion-budget` as a condition's reason: `DeletionBudget`. */
function pascal<C extends FailureCode>(code: C): ReasonOf<C> {
  return code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()) as ReasonOf<C>;
}
