import { readDeclared } from '../codec/declared.ts';
import type { Answer } from '../model/apierror.ts';
import { applySetId, parentOf, partOfLabel } from '../model/applyset.ts';
import { type DeclaredEnvironment, type EnvironmentSpec, environmentApi, nameOf } from '../model/declared.ts';
import type { SyncEvent } from '../model/event.ts';
import { stringAt } from '../model/json.ts';
import type { Cluster, Identity, RenderedSource, Signers } from '../ports.ts';
import { type Course, courseOf } from '../reconcile/declared.ts';
import { busyWith, restingBy, stalledBy } from '../reconcile/status.ts';
import type { AgentPorts } from './agent.ts';
import { detailsOf, holdBack, letGo, type Said, tellStatus } from './declared.ts';
import { type Followed, gateOf } from './dependencies.ts';
import { dissolvedSource } from './dissolved.ts';
import type { LeaseTerms } from './lease.ts';
import { type LoopOptions, runAgent } from './loop.ts';
import { runPlanner } from './planner.ts';
import type { Roster } from './roster.ts';
import { openStore } from './state.ts';
import type { Telling } from './teller.ts';
import type { Turns } from './turns.ts';
import type { Vitals } from './vitals.ts';

/** All that the agents of many environments share. */
export interface Fleet extends Pick<AgentPorts, 'home' | 'leases' | 'clock'> {
  /** Opens where an environment's rendered branch is read from. Throws `Failure`. */
  readonly source: (declared: DeclaredEnvironment, spec: EnvironmentSpec) => Promise<RenderedSource>;
  /** The cluster, as whoever changes the environment's objects. */
  readonly acting: (declared: DeclaredEnvironment, spec: EnvironmentSpec) => Cluster;
  /** Those who may sign what an environment takes, where somebody has to. */
  readonly signers?: ((declared: DeclaredEnvironment, spec: EnvironmentSpec) => Signers | undefined) | undefined;
  /** Begins to tell a forge how an environment does, where that is wanted. */
  readonly telling?: ((declared: DeclaredEnvironment, spec: EnvironmentSpec) => Telling | undefined) | undefined;
  readonly declared: Declared;
  /** The environments that are followed here, by `<namespace>/<name>`. */
  readonly followed: Map<string, Followed>;
  readonly roster: Roster;
  readonly turns: Turns;
  /** Told of every event of an environment, by `<namespace>/<name>`; by '' of what is of none. */
  readonly report: (name: string, event: SyncEvent) => void;
  /** Told how the environments do. */
  readonly vitals: Vitals;
  /** Calls `listener` whenever the branches are to be looked at now, until `signal` aborts. */
  readonly pokes?: LoopOptions['pokes'];
  readonly signal: AbortSignal;
}

/** The environments that are declared, and who is told when that changes. */
export interface Declared {
  readonly all: Map<string, DeclaredEnvironment>;
  /** Told which one is otherwise than before; nothing where that may be any. */
  readonly listeners: Set<(name?: string) => void>;
}

/** Tells that an environment is otherwise than before; without a name, that any may be. */
export function tellListeners({ listeners }: Declared, name?: string): void {
  for (const listener of listeners) listener(name);
}

/** What is done for one environment, and as whom; nothing while another agent keeps it. */
export interface Task {
  readonly one: DeclaredEnvironment;
  readonly course: Course | { readonly type: 'aside' };
  readonly identity: Identity | undefined;
}

/** What is to be done for one environment now. */
export function taskOf({ declared, roster, clock }: Fleet, one: DeclaredEnvironment): Task {
  const identity = roster.keeps(nameOf(one));
  return { one, course: identity === undefined ? { type: 'aside' } : courseOf(one, declared.all, clock.now()), identity };
}

/** Tells two tasks apart. A spec that changed is followed anew, whatever changed: its status says of which generation it is. */
export function keyOf({ one: { uid, generation }, course, identity }: Task): string {
  return JSON.stringify([uid, generation, identity?.name, course.type, course.type === 'rest' ? course.why : '']);
}

/** A task until `signal` aborts. */
interface Turn<Type extends Course['type'] = Course['type']> {
  readonly one: DeclaredEnvironment;
  readonly course: Extract<Course, { readonly type: Type }>;
  readonly identity: Identity;
  readonly signal: AbortSignal;
}

/** Does it until it is over, or until `signal` aborts. Says whether it could be done. */
export async function carryOut(fleet: Fleet, { one, course, identity, signal }: Task & { readonly signal: AbortSignal }): Promise<boolean> {
  const { clock, home } = fleet;
  const name = nameOf(one);
  if (course.type === 'aside' || identity === undefined) {
    // How it does is for the other agent to tell.
    fleet.vitals.gone(name);
    await clock.sleep(longest, signal);
    return true;
  }
  fleet.vitals.suspended(name, course.type === 'rest' && course.why.reason === 'Suspended');
  if (course.type === 'rest') {
    const conditions = course.why.reason === 'Suspended' ? restingBy(course.why) : stalledBy(course.why);
    if (!(await tell(fleet, name, { said: { conditions }, signal }))) return false;
    await clock.sleep(course.until === undefined ? longest : Math.min(longest, course.until - clock.now().getTime()), signal);
    return true;
  }
  if (course.type === 'leave') {
    if (!(await isFinalizerSet(fleet, { one, answer: await letGo(home, one, signal), signal }))) return false;
    await clock.sleep(longest, signal);
    return true;
  }
  if (course.type === 'dissolve') return dissolve(fleet, { one, course, identity, signal });
  const held = course.type === 'keep' ? await holdBack(home, one, { ...course.spec, signal }) : undefined;
  if (!(await isFinalizerSet(fleet, { one, answer: held, signal }))) return false;
  return follow(fleet, { one, course, identity, signal });
}

/** Tells why a finalizer cannot be set, or taken off. Says whether there is nothing to tell. */
async function isFinalizerSet(
  fleet: Fleet,
  {
    one,
    answer,
    signal,
  }: { readonly one: DeclaredEnvironment; readonly answer: Answer<unknown> | undefined; readonly signal: AbortSignal },
): Promise<boolean> {
  if (answer === undefined || answer.ok) return true;
  const { reason, message } = answer.error;
  // What is gone or was changed meanwhile is looked at anew.
  if (signal.aborted || reason === 'conflict' || reason === 'missing') return false;
  const what = `the finalizers of this object cannot be changed, by which what it owns goes before it: ${message}`;
  await tell(fleet, nameOf(one), { said: { conditions: stalledBy({ reason: 'FinalizerRefused', message: what }) }, signal });
  return false;
}

/** The longest that anything is waited for in one go, in milliseconds. */
const longest = 3_600_000;

/**
 * Who keeps many environments renews their Leases seldom: that it is alive, others of its kind learn from the roster. An agent for one
 * environment, which does not look there, waits until the Lease has ended.
 */
const leaseSeconds = 300;

/** Renewals of many Leases spread over time, and wait for each other. */
function leaseOf({ clock }: Fleet): LeaseTerms {
  const third = (leaseSeconds * 1_000) / 3;
  return { duration: leaseSeconds, renewal: third * (0.8 + clock.random() / 5), patience: third / 2 };
}

/** Keeps the cluster equal to the branch, or tells what that would change. */
async function follow(fleet: Fleet, { one, course, identity, signal }: Turn<'keep' | 'plan'>): Promise<boolean> {
  const { home, clock, followed } = fleet;
  const { spec } = course;
  const name = nameOf(one);
  const source = await fleet.source(one, spec);
  const ports = {
    home,
    ...leasesOf(fleet),
    cluster: fleet.acting(one, spec),
    clock,
    identity,
    source,
    signers: fleet.signers?.(one, spec),
  };
  const gate = gateOf({ ...fleet, one, spec, source, signal });
  const own = { environment: one.name, namespace: one.namespace, branch: spec.source.branch, gate };
  const options: Pick<LoopOptions, 'interval' | 'pokes' | 'signal'> = {
    interval: spec.source.interval,
    signal,
    pokes(look, until) {
      followed.set(name, { source, look });
      fleet.pokes?.(() => {
        source.refresh();
        look();
      }, until);
    },
  };
  try {
    if (course.type === 'keep') {
      const telling = fleet.telling?.(one, spec);
      await runAgent(ports, own, { ...options, ...loopOf(fleet, one, signal), telling }).finally(() => telling?.end());
      return true;
    }
    if (!(await isStill(fleet, one, signal))) return false;
    await runPlanner(ports, own, { ...options, tell: (said) => tell(fleet, name, { said, signal }) });
    return true;
  } finally {
    followed.delete(name);
    await source.close();
  }
}

function leasesOf({ leases }: Fleet): Pick<AgentPorts, 'leases'> {
  return leases === undefined ? {} : { leases };
}

/** Deletes what the environment owns, then lets its object go. */
async function dissolve(fleet: Fleet, { one, course, identity, signal }: Turn<'dissolve'>): Promise<boolean> {
  const { home, clock } = fleet;
  const name = nameOf(one);
  if (!isDissolved(one)) {
    if (!(await isRecorded(fleet, one, signal))) return false;
    const { removed } = await runAgent(
      { home, ...leasesOf(fleet), cluster: fleet.acting(one, course.spec), clock, identity, source: dissolvedSource(one.name) },
      { environment: one.name, namespace: one.namespace },
      { interval: longest, untilRemoved: true, signal, ...loopOf(fleet, one, signal) },
    );
    if (!removed) return true;
    const conditions = restingBy({ reason: dissolved, message: 'what it owned is gone' });
    if (!(await tell(fleet, name, { said: { conditions, details: {} }, signal: fleet.signal }))) return false;
  }
  return isFinalizerSet(fleet, { one, answer: await letGo(home, one, fleet.signal), signal: fleet.signal });
}

const dissolved = 'Dissolved';

/** Whether all that it owned is gone already, and nothing left to do but to let it go. */
function isDissolved({ conditions }: DeclaredEnvironment): boolean {
  return conditions.some(({ type, reason }) => type === 'Ready' && reason === dissolved);
}

/**
 * Whether it is recorded what the environment owns, or it never had anything. What nobody recorded is not deleted, and to let the object go
 * would hide that it is left: a person has to see to it.
 */
async function isRecorded(fleet: Fleet, one: DeclaredEnvironment, signal: AbortSignal): Promise<boolean> {
  if (stringAt(one.status, 'revision') === undefined) return true;
  const { inventory } = await openStore({ cluster: fleet.home, environment: one.name, namespace: one.namespace }).load(signal);
  if (inventory.revision !== undefined || inventory.entries.size > 0) return true;
  const label = `${partOfLabel}=${applySetId(parentOf(one.name, one.namespace))}`;
  const message = `the record of what it owns is gone, so that nothing is deleted: delete what is left with the label \`${label}\`, then take the finalizer off`;
  await tell(fleet, nameOf(one), { said: { conditions: stalledBy({ reason: 'InventoryLost', message }) }, signal });
  return false;
}

/** Whether the object still says what is about to be done for it: what a watch told may be old. */
async function isStill({ home, declared, report }: Fleet, one: DeclaredEnvironment, signal: AbortSignal): Promise<boolean> {
  const { apiVersion, group, kind } = environmentApi;
  const name = nameOf(one);
  const answer = await home.get(apiVersion, { group, kind, namespace: one.namespace, name: one.name }, signal);
  if (!answer.ok) {
    if (!signal.aborted) report(name, { type: 'outage', code: 'environments-unreadable', message: answer.error.message, retryIn: 0 });
    return false;
  }
  const now = answer.value === undefined ? undefined : readDeclared(answer.value);
  if (now?.uid === one.uid && now.generation === one.generation && now.deleting === one.deleting) return true;
  if (now === undefined) declared.all.delete(name);
  else declared.all.set(name, now);
  tellListeners(declared, name);
  return false;
}

/** How an agent's loop runs for one of many environments. */
function loopOf(
  fleet: Fleet,
  one: DeclaredEnvironment,
  ended: AbortSignal,
): Pick<LoopOptions, 'lease' | 'isWanted' | 'report' | 'onStatus' | 'onFailing' | 'onTurn'> {
  const name = nameOf(one);
  const room = fleet.turns.room(ended);
  return {
    lease: leaseOf(fleet),
    isWanted: (signal) => isStill(fleet, one, signal),
    report: (event) => fleet.report(name, event),
    async onTurn(moment) {
      if (moment === 'begin') await room.enter();
      fleet.vitals.turn(name, moment);
      if (moment === 'end') room.leave();
    },
    async onStatus(status, signal) {
      fleet.vitals.status(name, status);
      await tell(fleet, name, { said: { conditions: status.conditions, details: detailsOf(status) }, signal });
    },
    async onFailing({ message }, signal) {
      await tell(fleet, name, { said: { conditions: busyWith({ reason: 'Unreachable', message }) }, signal });
    },
  };
}

/** Writes the status of an environment. Says whether that could be done, or need not be any more. */
export async function tell(
  { home, clock, declared, vitals, report }: Fleet,
  name: string,
  { said, signal }: { readonly said: Said; readonly signal: AbortSignal },
): Promise<boolean> {
  const one = declared.all.get(name);
  if (one === undefined || signal.aborted) return true;
  vitals.conditions(name, said.conditions);
  const answer = await tellStatus(home, one, { said, now: clock.now(), signal });
  if (answer.ok || signal.aborted) return true;
  const { reason, message } = answer.error;
  if (reason === 'conflict' || reason === 'missing') return false;
  report(name, { type: 'outage', code: 'environments-unreadable', message, retryIn: 0 });
  return false;
}
