import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { isRecent } from '../model/time.ts';
import type { Clock } from '../ports.ts';
import { type Contest, endOf, isContended, isOver, isSuspicious, pauseIn, type Repair, withRepair } from '../reconcile/contention.ts';

/** A fight over an object. */
export interface Contended {
  readonly ref: ObjectRef;
  readonly contest: Contest;
  /** Milliseconds until the object is repaired again. */
  readonly retryIn: number;
}

/** Who else changes what an agent repairs. It is forgotten with the agent, and with the next commit that changes the object. */
export interface Contests {
  /** Whether the object may be repaired now. */
  due(key: ObjectKey): boolean;
  /** Whether the object is to be read before it is repaired. */
  suspects(key: ObjectKey): boolean;
  repaired(ref: ObjectRef, repair: Omit<Repair, 'at'>): void;
  /** The branch has changed the object, or somebody holds it: it is fought over no longer. */
  settled(ref: ObjectRef): void;
  /** The fight over an object, if there is one. */
  over(ref: ObjectRef): Contended | undefined;
  /** All fights. */
  all(): readonly Contended[];
  /** Milliseconds until one of them has come to something, or undefined when there is none. */
  next(): number | undefined;
}

/** A record of no repairs yet. */
export function openContests(clock: Clock): Contests {
  const contests = new Map<ObjectKey, { readonly ref: ObjectRef; readonly contest: Contest }>();
  const now = (): number => clock.now().getTime();
  const asContended = ({ ref, contest }: { readonly ref: ObjectRef; readonly contest: Contest }): readonly Contended[] =>
    isContended(contest, now()) ? [{ ref, contest, retryIn: Math.max(0, contest.at + pauseIn(contest) - now()) }] : [];
  return {
    due(key) {
      const contest = contests.get(key)?.contest;
      return contest === undefined || !isRecent(contest.at, pauseIn(contest), clock.now());
    },
    suspects(key) {
      const contest = contests.get(key)?.contest;
      return contest !== undefined && isSuspicious(contest) && !isOver(contest, now());
    },
    repaired(ref, repair) {
      for (const [key, { contest }] of contests) if (isOver(contest, now())) contests.delete(key);
      const key = keyOf(ref);
      contests.set(key, { ref, contest: withRepair(contests.get(key)?.contest, { ...repair, at: now() }) });
    },
    settled: (ref) => void contests.delete(keyOf(ref)),
    over(ref) {
      const known = contests.get(keyOf(ref));
      return known && asContended(known)[0];
    },
    all: () => [...contests.values()].flatMap(asContended),
    next() {
      const times = [...contests.values()]
        .filter(({ contest }) => isContended(contest, now()))
        .flatMap(({ contest }) => [contest.at + pauseIn(contest), endOf(contest) + 1])
        .map((at) => at - now())
        .filter((left) => left > 0);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
