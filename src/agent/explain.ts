import type { Health } from '../model/health.ts';
import type { LiveObject } from '../model/manifest.ts';
import { compareText, formatRef, keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { isRecent } from '../model/time.ts';
import type { Clock, Cluster } from '../ports.ts';
import { eventReason, type Told } from '../reconcile/health/events.ts';
import { podReason, podStage } from '../reconcile/health/pods.ts';
import type { LiveState } from '../reconcile/live.ts';
import { mapBounded } from './bounded.ts';

/** An object with its health. */
export interface ObjectHealth {
  readonly ref: ObjectRef;
  readonly health: Health;
}

/**
 * What is wrong with the pods of workloads that do badly, in the words of their status and of the newest event about them.
 * Pods and events are no branch's, so they are not watched but asked for.
 */
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

/** Where events may not be listed, nobody asks for them again for this many milliseconds: rights are granted by people. */
const barredFor = 300_000;

/** The most events about one object that are looked at: those of one kind are counted in one. */
const mostEvents = 100;

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
  /** What is wrong with a pod. */
  readonly reason: string | undefined;
  /** What an event says of that pod, or of the workload where no pod tells. */
  readonly event: string | undefined;
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
  /** Until when nobody asks for the events of a namespace. */
  const barred = new Map<string, number>();

  const look = async (subject: Subject, signal: AbortSignal): Promise<readonly [ObjectKey, Look]> => {
    const { ref, key, uid, selector } = subject;
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: ref.namespace, selector, metadataOnly: false }, signal);
    // The pods of a Job are removed when it ends; what they told still holds.
    const told = ref.kind === 'Job' ? looks.get(key)?.reason : undefined;
    const at = clock.now().getTime();
    if (!pods.ok) return [key, { uid, at, reason: told, event: undefined }];
    const worst = worstOf(pods.value);
    const stays = worst !== undefined && !worst.leaves;
    const reason = stays ? worst.text : (told ?? worst?.text);
    // Of pods that are gone, or about to, no event says more.
    if (!stays && reason !== undefined) return [key, { uid, at, reason, event: undefined }];
    const about = stays ? worst : { uid, of: 'workload' as const, since: newestOf(pods.value) };
    return [key, { uid, at, reason, event: await event(ref.namespace, about, signal) }];
  };

  /** What the newest event about an object says. */
  const event = async (namespace: string, { uid, of, since }: About, signal: AbortSignal): Promise<string | undefined> => {
    const now = clock.now().getTime();
    if (now < (barred.get(namespace) ?? 0)) return undefined;
    const wanted = { apiVersion: 'v1', kind: 'Event', namespace, selector: '', fields: `involvedObject.uid=${uid}`, most: mostEvents };
    const answer = await cluster.list({ ...wanted, metadataOnly: false }, signal);
    if (!answer.ok && answer.error.reason === 'forbidden') barred.set(namespace, now + barredFor);
    return answer.ok ? eventReason(answer.value, of, since) : undefined;
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
      const moment = clock.now();
      const now = moment.getTime();
      coming = subjects.map(({ from }) => from).filter((from) => from > now);
      const due = subjects.filter(
        ({ key, from }) => from <= now && !isRecent(known.get(key)?.at ?? Number.NEGATIVE_INFINITY, pause, moment),
      );
      recent = recent.filter((at) => isRecent(at, pause, moment));
      const asked = due.slice(0, named - recent.length);
      crowded = asked.length < due.length;
      recent = [...recent, ...asked.map(() => now)];
      for await (const [key, seen] of mapBounded(asked, (subject) => look(subject, signal), { limit: parallel })) known.set(key, seen);
      return health.map((one) => withReason(one, known.get(keyOf(one.ref))));
    },
    next() {
      const now = clock.now().getTime();
      const again = [...looks.values()].flatMap(({ at, reason, event }) => ((reason ?? event) === undefined ? [at + pause] : []));
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

/** Whom events are asked for about. */
interface About {
  readonly uid: string;
  readonly of: Told;
  /** What was seen last before that is over. */
  readonly since?: number;
}

/** A pod that has something wrong, in words. */
interface Wrong extends About {
  readonly text: string;
  /** Whether it is being deleted: then it says little. */
  readonly leaves: boolean;
}

/** The newest pod that has something wrong; one that stays, where there is one. */
function worstOf(pods: readonly LiveObject[]): Wrong | undefined {
  const found = pods.toSorted(newestFirst).flatMap((pod): readonly Wrong[] => {
    const reason = podReason(pod);
    const { name, uid, deletionTimestamp } = pod.metadata;
    return reason === undefined
      ? []
      : [{ uid, of: podStage(pod), text: `pod ${name}: ${reason}`, leaves: deletionTimestamp !== undefined }];
  });
  return found.find(({ leaves }) => !leaves) ?? found[0];
}

/** When the newest of `pods` was made, in milliseconds since 1970: until then they could be made. */
function newestOf(pods: readonly LiveObject[]): number {
  return Math.max(0, ...pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '')).filter(Number.isFinite));
}

function newestFirst({ metadata: a }: LiveObject, { metadata: b }: LiveObject): number {
  return compareText(b.creationTimestamp ?? '', a.creationTimestamp ?? '') || compareText(a.name, b.name);
}

function withReason(one: ObjectHealth, look: Look | undefined): ObjectHealth {
  const { status, message } = one.health;
  const before = [message, look?.reason].join(', ');
  // What a status says already, an event says in nearly the same words.
  const event = look?.event !== undefined && !before.includes(firstWord(look.event)) ? look.event : undefined;
  const told = [look?.reason, event].filter((text) => text !== undefined);
  return told.length === 0 ? one : { ref: one.ref, health: { status, message: [message, ...told].join(', ') } };
}

function firstWord(event: string): string {
  return event.split(':', 1)[0] ?? event;
}
