import type { Health } from '../model/health.ts';
import type { LiveObject } from '../model/manifest.ts';
import { compareText, formatRef, keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import type { Clock, Cluster } from '../ports.ts';
import { podReason } from '../reconcile/health/pods.ts';
import type { LiveState } from '../reconcile/live.ts';
import { mapBounded } from './bounded.ts';

/** An object with its health. */
export interface ObjectHealth {
  readonly ref: ObjectRef;
  readonly health: Health;
}

/** What is wrong with the pods of workloads that do badly. Pods are no branch's, so they are not watched but asked for. */
export interface Explanations {
  /**
   * `health`, where the messages of the worst workloads name a pod and what is wrong with it: as many as a status names.
   * Where the API server does not tell, a message stays as it is.
   */
  explain(health: readonly ObjectHealth[], live: ReadonlyMap<ObjectKey, LiveState>, signal: AbortSignal): Promise<readonly ObjectHealth[]>;
  /** Milliseconds until one that has no explanation yet may be asked for again, or undefined when there is none. */
  next(): number | undefined;
}

/** What explanations are found with; `parallel` requests run at once. */
export interface ExplainOptions {
  readonly cluster: Pick<Cluster, 'list'>;
  readonly clock: Clock;
  readonly parallel: number;
}

/** The most workloads that are explained: a status names no more. */
const named = 20;

/** The least milliseconds between two looks at the pods of one workload, and the time in which no more than `named` looks are taken. */
const pause = 5_000;

/** A rollout that goes on explains itself: it is asked about once nothing has moved for this many milliseconds. */
const patience = 2_000;

/** A workload that does badly. */
interface Subject extends ObjectHealth {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly selector: string;
  /** From when on its pods are asked for: milliseconds since 1970. */
  readonly from: number;
}

/** What a look at the pods of the workload `uid` told, and when it was. */
interface Look {
  readonly uid: string;
  readonly at: number;
  readonly reason: string | undefined;
}

/** Explanations of nothing yet. */
export function openExplanations({ cluster, clock, parallel }: ExplainOptions): Explanations {
  let looks: ReadonlyMap<ObjectKey, Look> = new Map();
  /** From when on those are asked for that nobody asked for yet. */
  let coming: readonly number[] = [];
  /** When the last looks were taken: a rollout of hundreds does not ask for the pods of each. */
  let recent: readonly number[] = [];
  /** Whether some were due and had to be put off. */
  let crowded = false;

  const look = async (subject: Subject, signal: AbortSignal): Promise<readonly [ObjectKey, Look]> => {
    const { ref, key, uid, selector } = subject;
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: ref.namespace, selector, metadataOnly: false }, signal);
    // The pods of a Job are removed when it ends; what they told still holds.
    const told = ref.kind === 'Job' ? looks.get(key)?.reason : undefined;
    return [key, { uid, at: clock.now().getTime(), reason: pods.ok ? reasonIn(pods.value, told) : told }];
  };

  return {
    async explain(health, live, signal) {
      const subjects = subjectsOf(health, live).slice(0, named);
      // What does well again is forgotten, and so is what another object stands in place of.
      const known = new Map<ObjectKey, Look>();
      for (const { key, uid } of subjects) {
        const before = looks.get(key);
        if (before?.uid === uid) known.set(key, before);
      }
      looks = known;
      const now = clock.now().getTime();
      coming = subjects.map(({ from }) => from).filter((from) => from > now);
      const due = subjects.filter(({ key, from }) => from <= now && now - (known.get(key)?.at ?? Number.NEGATIVE_INFINITY) >= pause);
      recent = recent.filter((at) => now - at < pause);
      const asked = due.slice(0, named - recent.length);
      crowded = asked.length < due.length;
      recent = [...recent, ...asked.map(() => now)];
      for await (const [key, seen] of mapBounded(asked, (subject) => look(subject, signal), { limit: parallel })) known.set(key, seen);
      return health.map((one) => withReason(one, known.get(keyOf(one.ref))?.reason));
    },
    next() {
      const now = clock.now().getTime();
      const again = [...looks.values()].flatMap(({ at, reason }) => (reason === undefined ? [at + pause] : []));
      const room = crowded ? recent.map((at) => at + pause) : [];
      const times = [...coming, ...again, ...room].map((at) => at - now);
      // What is due already was not asked for, since something else is wrong: it must not hurry anybody.
      const ahead = times.filter((left) => left > 0);
      return ahead.length === 0 ? undefined : Math.min(...ahead);
    },
  };
}

/** The workloads that do badly, in the order in which a status names them. One that is being deleted waits for no pod. */
function subjectsOf(health: readonly ObjectHealth[], live: ReadonlyMap<ObjectKey, LiveState>): readonly Subject[] {
  return health
    .filter(({ health: { status } }) => status === 'Failed' || status === 'InProgress')
    .flatMap((one) => {
      const key = keyOf(one.ref);
      const state = live.get(key);
      if (state?.selector === undefined) return [];
      const from = one.health.status === 'Failed' ? 0 : state.since + patience;
      return [{ ...one, key, uid: state.fingerprint.uid, selector: state.selector, from }];
    })
    .sort(worstFirst);
}

function worstFirst(a: Subject, b: Subject): number {
  const failed = Number(b.health.status === 'Failed') - Number(a.health.status === 'Failed');
  return failed || compareText(formatRef(a.ref), formatRef(b.ref));
}

/**
 * What is wrong with the newest pod that has something wrong. When those that stay tell nothing, what was `told` before
 * says more than that others are being deleted.
 */
function reasonIn(pods: readonly LiveObject[], told: string | undefined): string | undefined {
  const reasons = pods.toSorted(newestFirst).flatMap((pod) => {
    const reason = podReason(pod);
    const { name, deletionTimestamp } = pod.metadata;
    return reason === undefined ? [] : [{ text: `pod ${name}: ${reason}`, leaves: deletionTimestamp !== undefined }];
  });
  return reasons.find(({ leaves }) => !leaves)?.text ?? told ?? reasons[0]?.text;
}

function newestFirst({ metadata: a }: LiveObject, { metadata: b }: LiveObject): number {
  return compareText(b.creationTimestamp ?? '', a.creationTimestamp ?? '') || compareText(a.name, b.name);
}

function withReason(one: ObjectHealth, reason: string | undefined): ObjectHealth {
  if (reason === undefined) return one;
  return { ref: one.ref, health: { status: one.health.status, message: `${one.health.message}, ${reason}` } };
}
