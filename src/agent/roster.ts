import { readMembers, writeMembers } from '../codec/roster.ts';
import type { ApiError } from '../model/apierror.ts';
import type { Failure } from '../model/failure.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { ObjectRef } from '../model/ref.ts';
import { isAmong, keeperOf, type Member } from '../model/roster.ts';
import type { Clock, Cluster, Identity } from '../ports.ts';
import { unborn } from './manifests.ts';
import { maxLooks } from './outcome.ts';
import { stateFailure } from './state.ts';
import { within } from './within.ts';

/** What an agent for many environments says that it is alive with. */
export interface RosterOptions {
  readonly cluster: Pick<Cluster, 'get' | 'apply'>;
  readonly clock: Clock;
  readonly identity: Identity;
  /** The agents' own namespace. */
  readonly namespace: string;
  /** Which environments count: those who name the same share them. */
  readonly scope: string;
  /** Called when an environment may be for another agent to keep than before. */
  readonly onChange: () => void;
  /** Told why it is not known who is alive, once for each reason. */
  readonly onFailure: (failure: Failure) => void;
}

/** The agents for many environments that are alive, as one of them sees it. */
export interface Roster {
  /** Resolves when this agent is known to be alive for the first time, or is to end. */
  readonly joined: Promise<void>;
  /** Who this agent is while `environment` is for it to keep; undefined while it is not. */
  keeps(environment: string): Identity | undefined;
  /** Says that this agent is at work no longer. To be called when the signal has aborted and nothing is done any more; never rejects. */
  leave(): Promise<void>;
}

/** Milliseconds after which an agent that says nothing counts as dead, between two beats, and before a beat that failed is tried again. */
const times = { death: 15_000, beat: 3_000, retry: 500 } as const;

/**
 * How long a beat may last, in milliseconds. It may count from when it was sent, however late its answer is: this time, the pause and this
 * time again must be over before somebody else may count this agent as dead.
 */
const patience = 5_000;

/** How long saying goodbye may last, in milliseconds. */
const grace = 2_000;

/** Looks at the roster that ask at the same time wait for each other, in milliseconds. */
const gathering = 20;

/** What is known of another agent: for how long it was seen without a beat, as time that was slept here. */
interface Pulse {
  readonly beat: number;
  readonly silent: number;
}

/** What came of a beat: all who are alive, this agent among them. */
type Beat =
  | { readonly status: 'alive'; readonly members: readonly Member[] }
  /** Somebody took this agent off: it was silent for too long. */
  | { readonly status: 'dead' }
  | { readonly status: 'unknown'; readonly failure: Failure };

/**
 * Says every three seconds that this agent is alive, in a ConfigMap `lockstep` that all of them write, until `signal` aborts. Whoever is
 * silent is taken off it by another agent, and learns of it at its next beat: what it kept is open to others from then on. A name that is
 * off the roster never comes back, so that a Lease under it is nobody's.
 */
export function joinRoster(options: RosterOptions, signal: AbortSignal): Roster {
  const { clock, namespace, scope } = options;
  let terms = 0;
  let now: { readonly identity: Identity; readonly members: readonly Member[] } | undefined;
  let said: string | undefined;
  let welcome = (): void => {};
  const first = new Promise<void>((resolve) => {
    welcome = resolve;
  });
  const reader = sharedReader(options);

  const stand = (next: typeof now): void => {
    const isNews = now?.identity !== next?.identity || namesIn(now?.members) !== namesIn(next?.members);
    now = next;
    if (isNews) options.onChange();
  };
  const tell = (failure: Failure | undefined): void => {
    if (failure !== undefined && failure.message !== said && !signal.aborted) options.onFailure(failure);
    said = failure?.message;
  };
  const serve = async (): Promise<void> => {
    const name = `${options.identity.name}@${namespace}:${++terms}`;
    const identity: Identity = {
      name,
      isGone: async (other) => (await options.identity.isGone(other)) || (other.includes(`@${namespace}:`) && reader.isOff(other, signal)),
    };
    const pulses = new Map<string, Pulse>();
    let joined = false;
    while (!signal.aborted) {
      const came = await within(clock, { milliseconds: patience, signal }, (limit) =>
        beat(options, { own: { name, scope, beat: 0 }, joined, pulses }, limit),
      );
      tell(came.status === 'unknown' ? came.failure : undefined);
      if (came.status !== 'alive') break;
      joined = true;
      welcome();
      stand({ identity, members: came.members });
      await clock.sleep(times.beat, signal);
      for (const [other, { beat: last, silent }] of pulses) pulses.set(other, { beat: last, silent: silent + times.beat });
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await serve();
      if (signal.aborted) return;
      stand(undefined);
      await clock.sleep(times.retry, signal);
    }
  };
  const ended = run().finally(welcome);
  return {
    joined: first,
    keeps: (environment) =>
      now !== undefined && keeperOf(environment, { members: now.members, scope }) === now.identity.name ? now.identity : undefined,
    async leave() {
      await ended;
      const name = now?.identity.name;
      if (name !== undefined) await takeOff(options, name, AbortSignal.timeout(grace));
    },
  };
}

function namesIn(members: readonly Member[] = []): string {
  return members.map(({ name }) => name).join(' ');
}

/** One beat, again and again while it is not known what became of it, until `signal` aborts. */
async function beat(
  options: RosterOptions,
  of: { readonly own: Member; readonly joined: boolean; readonly pulses: Map<string, Pulse> },
  signal: AbortSignal,
): Promise<Beat> {
  for (let looks = 1; ; looks++) {
    const came = await tryBeat(options, of, signal);
    if (came.status !== 'unknown') return came;
    // Another agent wrote at the same time.
    const isConflict = came.error.reason === 'conflict' && looks < maxLooks;
    if (!isConflict) await options.clock.sleep(times.retry, signal);
    if (signal.aborted) {
      const message =
        came.error.reason === 'conflict' ? came.error.message : `no answer within ${patience / 1000} s: ${came.error.message}`;
      return { status: 'unknown', failure: stateFailure(rosterIn(options), { ...came.error, message }) };
    }
  }
}

async function tryBeat(
  options: RosterOptions,
  { own, joined, pulses }: { readonly own: Member; readonly joined: boolean; readonly pulses: Map<string, Pulse> },
  signal: AbortSignal,
): Promise<Exclude<Beat, { status: 'unknown' }> | { readonly status: 'unknown'; readonly error: ApiError }> {
  const found = await look(options, signal);
  if (!found.ok) return { status: 'unknown', error: found.error };
  const { live, members } = found;
  const before = members.find(({ name }) => name === own.name);
  if (joined && before === undefined) return { status: 'dead' };
  const others = await aliveAmong(
    options,
    members.filter(({ name }) => name !== own.name),
    pulses,
  );
  const next = [...others, { ...own, beat: (before?.beat ?? 0) + 1 }];
  const answer = await put(options, { live, members: next }, signal);
  return answer.ok ? { status: 'alive', members: next } : { status: 'unknown', error: answer.error };
}

/** Those who were heard of lately, or are seen for the first time. Takes in what is seen of them. */
async function aliveAmong({ identity }: RosterOptions, others: readonly Member[], pulses: Map<string, Pulse>): Promise<readonly Member[]> {
  const alive: Member[] = [];
  for (const other of others) {
    const pulse = pulses.get(other.name);
    const silent = pulse?.beat === other.beat ? pulse.silent : 0;
    pulses.set(other.name, { beat: other.beat, silent });
    if (silent < times.death && !(await identity.isGone(other.name))) alive.push(other);
  }
  return alive;
}

async function takeOff(options: RosterOptions, own: string, signal: AbortSignal): Promise<void> {
  for (let looks = 1; looks <= maxLooks; looks++) {
    const found = await look(options, signal);
    if (!found.ok || !isAmong(found.members, own)) return;
    // Who cannot say goodbye counts as dead soon.
    const answer = await put(options, { live: found.live, members: found.members.filter(({ name }) => name !== own) }, signal);
    if (answer.ok || answer.error.reason !== 'conflict') return;
  }
}

/** Tells who is off the roster, by one look that begins when all who want to know have asked. */
function sharedReader(options: RosterOptions): { isOff(name: string, signal: AbortSignal): Promise<boolean> } {
  let next: Promise<Awaited<ReturnType<typeof look>>> | undefined;
  const read = async (signal: AbortSignal): ReturnType<typeof look> => {
    await options.clock.sleep(gathering, signal);
    next = undefined;
    return within(options.clock, { milliseconds: patience, signal }, (limit) => look(options, limit));
  };
  return {
    async isOff(name, signal) {
      next ??= read(signal);
      const found = await next;
      return found.ok && !isAmong(found.members, name);
    },
  };
}

function rosterIn({ namespace }: RosterOptions): ObjectRef {
  return { group: '', kind: 'ConfigMap', namespace, name: 'lockstep' };
}

async function look(
  options: RosterOptions,
  signal: AbortSignal,
): Promise<
  | { readonly ok: true; readonly live: LiveObject | undefined; readonly members: readonly Member[] }
  | { readonly ok: false; readonly error: ApiError }
> {
  const answer = await options.cluster.get('v1', rosterIn(options), signal);
  return answer.ok ? { ok: true, live: answer.value, members: answer.value === undefined ? [] : readMembers(answer.value) } : answer;
}

function put(
  options: RosterOptions,
  { live, members }: { readonly live: LiveObject | undefined; readonly members: readonly Member[] },
  signal: AbortSignal,
): ReturnType<Cluster['apply']> {
  const { kind, name, namespace } = rosterIn(options);
  const { uid, resourceVersion } = live?.metadata ?? {};
  const preconditions = uid === undefined || resourceVersion === undefined ? unborn : { uid, resourceVersion };
  const manifest = { apiVersion: 'v1', kind, metadata: { name, namespace, ...preconditions }, data: writeMembers(members) };
  return options.cluster.apply(manifest, { manager: 'lockstep', signal });
}
