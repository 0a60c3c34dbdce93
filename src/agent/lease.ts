import type { Answer, ApiError } from '../model/apierror.ts';
import { managerOf, parentOf } from '../model/applyset.ts';
import { Failure } from '../model/failure.ts';
import { numberAt, stringAt } from '../model/json.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import type { ObjectRef } from '../model/ref.ts';
import type { Clock, Cluster, Identity } from '../ports.ts';
import { unborn } from './manifests.ts';
import { maxLooks } from './outcome.ts';
import { stateFailure } from './state.ts';
import { within } from './within.ts';

/** What an agent contends for the lease of its environment with. */
export interface LeaseOptions {
  readonly cluster: Pick<Cluster, 'get' | 'apply'>;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly environment: string;
  /** The namespace that the agent's own state stands in. */
  readonly namespace: string;
  /** Usual ones unless told. */
  readonly terms?: LeaseTerms;
  /** Called when the lease became ours or was lost, and when it cannot be ours for another reason than before. */
  readonly onChange: () => void;
}

/** How long a lease is its holder's without a word of it. */
export interface LeaseTerms {
  /** How long it is another agent's after its last renewal, in seconds. */
  readonly duration: number;
  /** Milliseconds between two renewals. */
  readonly renewal: number;
  /**
   * How long taking or renewing may last, in milliseconds. A write may count from when it was sent, however late its answer is: this time,
   * the pause and this time again must be over before somebody else may take the lease.
   */
  readonly patience: number;
}

const usualTerms: LeaseTerms = { duration: 15, renewal: 5_000, patience: 4_000 };

/** Whether this agent is the one that acts for its environment. */
export type Standing =
  /** It is, until `signal` aborts: because the lease is lost, or because the agent is to stop. */
  | { readonly status: 'holding'; readonly signal: AbortSignal }
  /** It is not, and must change nothing. The lease is looked at again after `retryIn` milliseconds. */
  | { readonly status: 'waiting'; readonly failure: Failure; readonly retryIn: number };

/** An agent's part in the contest for the lease. */
export interface Tenure {
  /** What is known now; waits for the first look. */
  standing(): Promise<Standing>;
  /** Lets the next agent in at once. Must be called when the signal has aborted and nothing is done any more; never rejects. */
  release(): Promise<void>;
}

/** Milliseconds between two looks at a lease that is not ours, and before a renewal that failed is tried again. */
const pauses = { look: 2_000, retry: 1_000 } as const;

/** How long the lease may be given up after a stop, in milliseconds. */
const grace = 2_000;

/**
 * Contends for the Lease `lockstep-<environment>`, and renews it while it is ours, until `signal` aborts. As Kubernetes' own
 * leader election does, it trusts no other machine's clock: a lease has expired when it was seen to stand unchanged for its
 * duration here. That two agents hold it at once is not impossible (a machine may sleep), so what they write to an
 * environment's state has preconditions all the same.
 */
export function holdLease(options: LeaseOptions, signal: AbortSignal): Tenure {
  let now: Standing | undefined;
  let looked = (_: Standing): void => {};
  const first = new Promise<Standing>((resolve) => {
    looked = resolve;
  });
  const stand = (next: Standing): void => {
    const isNews = now !== undefined && codeOf(now) !== codeOf(next);
    now = next;
    looked(next);
    if (isNews) options.onChange();
  };
  const wait = (failure: Failure): void => stand({ status: 'waiting', failure, retryIn: pauses.look });

  const contend = async (): Promise<void> => {
    do {
      const lease = await take(options, wait, signal);
      if (lease === undefined) return;
      const lost = new AbortController();
      stand({ status: 'holding', signal: AbortSignal.any([signal, lost.signal]) });
      const failure = await keep(options, lease, signal);
      lost.abort();
      if (failure !== undefined) wait(failure);
    } while (!signal.aborted);
  };
  const ended = contend();
  return {
    standing: async () => now ?? first,
    async release() {
      await ended;
      await giveUp(options, AbortSignal.timeout(grace));
    },
  };
}

function codeOf(standing: Standing): string {
  return standing.status === 'waiting' ? standing.failure.code : '';
}

/** A lease as it stood when it was seen last. */
interface Lease {
  /** '' when it was released. */
  readonly holder: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly milliseconds: number;
  readonly acquired: string | undefined;
  readonly transitions: number;
}

/** What came of an attempt to make the lease ours. */
type Claim =
  | { readonly status: 'ours'; readonly lease: Lease }
  | { readonly status: 'theirs'; readonly lease: Lease }
  | { readonly status: 'unknown'; readonly failure: Failure };

/** Waits until the lease is ours; undefined when `signal` aborts before. Tells every time why it is not. */
async function take(options: LeaseOptions, tell: (failure: Failure) => void, signal: AbortSignal): Promise<Lease | undefined> {
  const { clock, identity } = options;
  /** For how long we have seen the lease unchanged: time that was slept, since the time of day may be set. */
  let seen = { version: '', unchanged: 0 };
  const isExpired = ({ resourceVersion, milliseconds }: Lease): boolean =>
    resourceVersion === seen.version && seen.unchanged >= milliseconds;
  do {
    const claimed = await within(clock, { milliseconds: termsOf(options).patience, signal }, (limit) =>
      claim(options, { isFree: async (lease) => isExpired(lease) || isOpen(lease, identity), signal: limit }),
    );
    if (claimed.status === 'ours') return claimed.lease;
    tell(failureOf(options, claimed));
    await clock.sleep(pauses.look, signal);
    const version = claimed.status === 'theirs' ? claimed.lease.resourceVersion : seen.version;
    seen = { version, unchanged: (version === seen.version ? seen.unchanged : 0) + pauses.look };
  } while (!signal.aborted);
  return undefined;
}

/** Renews the lease until it is lost, and tells why; undefined when `signal` aborts before. */
async function keep(options: LeaseOptions, taken: Lease, signal: AbortSignal): Promise<Failure | undefined> {
  const { renewal, patience } = termsOf(options);
  let lease = taken;
  for (;;) {
    await options.clock.sleep(renewal, signal);
    if (signal.aborted) return undefined;
    const renewed = await within(options.clock, { milliseconds: patience, signal }, (limit) => renew(options, lease, limit));
    if (renewed.status !== 'ours') return failureOf(options, renewed);
    lease = renewed.lease;
  }
}

/** Renews the lease, again and again while it is not known what became of it, until `signal` aborts. */
async function renew(options: LeaseOptions, lease: Lease, signal: AbortSignal): Promise<Claim> {
  for (;;) {
    const answer = await put(options, { holder: options.identity.name, before: lease }, signal);
    if (answer.ok) return { status: 'ours', lease: answer.value };
    // The conflict may be with a renewal of ours whose answer was lost.
    const claimed =
      answer.error.reason === 'conflict'
        ? await claim(options, { isFree: (found) => isOpen(found, options.identity), signal })
        : unknown(options, answer.error, signal);
    if (claimed.status !== 'unknown') return claimed;
    await options.clock.sleep(pauses.retry, signal);
    if (signal.aborted) return claimed;
  }
}

/** Whether nobody else can be at work under `lease`. */
async function isOpen({ holder }: Lease, identity: Identity): Promise<boolean> {
  return holder === '' || holder === identity.name || identity.isGone(holder);
}

function termsOf({ terms = usualTerms }: LeaseOptions): LeaseTerms {
  return terms;
}

/** Looks at the lease, and writes our name into it where there is none or where `isFree` says so. */
async function claim(
  options: LeaseOptions,
  { isFree, signal }: { readonly isFree: (lease: Lease) => Promise<boolean>; readonly signal: AbortSignal },
): Promise<Claim> {
  for (let looks = 1; ; looks++) {
    const found = await look(options, signal);
    if (!found.ok) return unknown(options, found.error, signal);
    const before = found.value;
    if (before !== undefined && !(await isFree(before))) return { status: 'theirs', lease: before };
    const answer = await put(options, { holder: options.identity.name, before }, signal);
    if (answer.ok) return { status: 'ours', lease: answer.value };
    if (answer.error.reason !== 'conflict' || looks === maxLooks) return unknown(options, answer.error, signal);
  }
}

async function giveUp(options: LeaseOptions, signal: AbortSignal): Promise<void> {
  const found = await look(options, signal);
  if (!found.ok || found.value?.holder !== options.identity.name) return;
  // A lease that cannot be given up is free once it has expired.
  await put(options, { holder: '', before: found.value }, signal);
}

const apiVersion = 'coordination.k8s.io/v1';

function leaseOf({ environment, namespace }: LeaseOptions): ObjectRef {
  return { ...parentOf(environment, namespace), group: 'coordination.k8s.io', kind: 'Lease' };
}

async function look(options: LeaseOptions, signal: AbortSignal): Promise<Answer<Lease | undefined>> {
  const answer = await options.cluster.get(apiVersion, leaseOf(options), signal);
  return answer.ok ? { ok: true, value: answer.value && readLease(answer.value) } : answer;
}

/** Who is to hold the lease, and the lease that this may be written over. */
interface Step {
  /** '' for nobody. */
  readonly holder: string;
  readonly before: Lease | undefined;
}

async function put(options: LeaseOptions, step: Step, signal: AbortSignal): Promise<Answer<Lease>> {
  const manifest = leaseManifest(leaseOf(options), step, { now: options.clock.now(), duration: termsOf(options).duration });
  const answer = await options.cluster.apply(manifest, { manager: managerOf(options.environment), signal });
  return answer.ok ? { ok: true, value: readLease(answer.value.object) } : answer;
}

function leaseManifest(
  { kind, name, namespace }: ObjectRef,
  { holder, before }: Step,
  { now, duration }: { readonly now: Date; readonly duration: number },
): Manifest {
  const isTaken = holder !== '' && holder !== before?.holder;
  // A MicroTime has six decimals.
  const time = now.toISOString().replace('Z', '000Z');
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      ...(before === undefined ? unborn : { uid: before.uid, resourceVersion: before.resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: duration,
      acquireTime: (isTaken ? undefined : before?.acquired) ?? time,
      renewTime: time,
      leaseTransitions: before === undefined ? 0 : before.transitions + (isTaken ? 1 : 0),
    },
  };
}

function readLease(live: LiveObject): Lease {
  const { uid, resourceVersion } = live.metadata;
  return {
    holder: stringAt(live, 'spec', 'holderIdentity') ?? '',
    uid,
    resourceVersion,
    milliseconds: 1000 * (numberAt(live, 'spec', 'leaseDurationSeconds') ?? usualTerms.duration),
    acquired: stringAt(live, 'spec', 'acquireTime'),
    transitions: numberAt(live, 'spec', 'leaseTransitions') ?? 0,
  };
}

function unknown(options: LeaseOptions, error: ApiError, limit: AbortSignal): Claim {
  const message = limit.aborted ? `no answer within ${termsOf(options).patience / 1000} s` : error.message;
  return { status: 'unknown', failure: stateFailure(leaseOf(options), { ...error, message }) };
}

function failureOf(options: LeaseOptions, claimed: Exclude<Claim, { readonly status: 'ours' }>): Failure {
  if (claimed.status === 'unknown') return claimed.failure;
  const { namespace, name } = leaseOf(options);
  return new Failure(
    'another-agent',
    `another agent, \`${claimed.lease.holder}\`, keeps the environment: it holds the Lease \`${namespace}/${name}\``,
    { help: 'run one agent for an environment; this one stands back until the other one ends' },
  );
}
