import { readDeclared } from '../codec/declared.ts';
import type { Answer } from '../model/apierror.ts';
import { type DeclaredEnvironment, type EnvironmentSpec, environmentApi, nameOf } from '../model/declared.ts';
import type { Condition, SyncEvent } from '../model/event.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { Cluster, Identity, RenderedSource, Resource } from '../ports.ts';
import { allNeededBy, type Course, courseOf, unreadyAmong } from '../reconcile/declared.ts';
import type { AgentPorts, Gate } from './agent.ts';
import { detailsOf, holdBack, letGo, type Said, tellStatus } from './declared.ts';
import { dissolvedSource } from './dissolved.ts';
import type { LeaseTerms } from './lease.ts';
import { type LoopOptions, runAgent } from './loop.ts';
import { delayAfter } from './retry.ts';
import { joinRoster, type Roster } from './roster.ts';
import type { Vitals } from './vitals.ts';

/** What an agent for many environments reaches the world by. */
export interface FleetPorts extends Pick<AgentPorts, 'home' | 'clock' | 'identity'> {
  /** The same cluster as `home`, by connections of its own: a sign of life waits behind no other request. */
  readonly pulse: Pick<Cluster, 'get' | 'apply'>;
  /** Opens where an environment's rendered branch is read from. Throws `Failure`. */
  readonly source: (declared: DeclaredEnvironment, spec: EnvironmentSpec) => Promise<RenderedSource>;
  /** The cluster, as whoever changes the environment's objects. */
  readonly acting: (declared: DeclaredEnvironment, spec: EnvironmentSpec) => Cluster;
}

/** How an agent for many environments runs. */
export interface FleetOptions {
  /** The namespace whose objects `Environment` count; '' for all. */
  readonly namespace: string;
  /** The namespace in which agents for many environments tell each other that they are alive. */
  readonly seat: string;
  /** Told of every event of an environment, by `<namespace>/<name>`; by '' of what is of none. */
  readonly report: (name: string, event: SyncEvent) => void;
  /** Told how the environments do. */
  readonly vitals: Vitals;
  /** Calls `listener` whenever the branches are to be looked at now, until `signal` aborts. */
  readonly pokes?: LoopOptions['pokes'];
  readonly signal: AbortSignal;
}

/** The environments that are declared, and who is told when that changes. */
interface Declared {
  readonly all: Map<string, DeclaredEnvironment>;
  /** Told which one is otherwise than before; nothing where that may be any. */
  readonly listeners: Set<(name?: string) => void>;
}

/** All that the agents of the environments share. */
interface Fleet extends Omit<FleetPorts, 'identity' | 'pulse'>, Omit<FleetOptions, 'namespace' | 'seat'> {
  readonly declared: Declared;
  readonly roster: Roster;
}

/**
 * Keeps the environments that objects `Environment` declare, each by an agent of its own, until `signal` aborts: what happens to one
 * happens to no other. An object that changes is followed at once. Of several such agents each keeps its share, and that of one that is no
 * more is taken over by the others.
 */
export async function runFleet(ports: FleetPorts, { namespace, seat, ...options }: FleetOptions): Promise<void> {
  const declared: Declared = { all: new Map(), listeners: new Set() };
  const { signal } = options;
  const tell = (name?: string): void => {
    for (const listener of declared.listeners) listener(name);
  };
  const onFailure = ({ code, message }: Failure): void => options.report('', { type: 'outage', code, message, retryIn: 0 });
  const roster = joinRoster({ ...ports, cluster: ports.pulse, namespace: seat, scope: namespace, onChange: tell, onFailure }, signal);
  try {
    await keepAll({ ...ports, ...options, declared, roster }, { namespace, tell });
  } finally {
    await roster.leave();
  }
}

/** Keeps what is declared until it is over and done. `tell` is how listeners hear. */
async function keepAll(
  fleet: Fleet,
  { namespace, tell }: { readonly namespace: string; readonly tell: (name?: string) => void },
): Promise<void> {
  const { declared, signal, vitals } = fleet;
  const resource = await served(fleet);
  if (resource === undefined) return;
  const kept = new Map<string, Promise<void>>();
  const changed = (one?: string): void => {
    tell(one);
    for (const name of one === undefined ? declared.all.keys() : [one]) {
      if (kept.has(name) || !declared.all.has(name)) continue;
      kept.set(
        name,
        keepDeclared(fleet, name).finally(() => {
          kept.delete(name);
          vitals.gone(name);
          // It may have come back while its agent ended.
          if (declared.all.has(name) && !signal.aborted) changed(name);
        }),
      );
    }
  };
  await follow(fleet, { resource, namespace, changed });
  await Promise.all(kept.values());
}

/** An API server that does not serve objects `Environment` yet is asked again after this many milliseconds. */
const unservedPause = 5_000;

/** Where objects `Environment` are served, as soon as they are; undefined when that ends before. */
async function served({ home, clock, report, signal }: Fleet): Promise<Resource | undefined> {
  const { apiVersion, kind } = environmentApi;
  let said: string | undefined;
  while (!signal.aborted) {
    const answer = await home.resource(apiVersion, kind, signal);
    if (answer.ok && answer.value !== undefined) return answer.value;
    const message = answer.ok
      ? `no kind \`${kind}\` is served in \`${apiVersion}\`: apply what \`lockstep bootstrap\` prints`
      : answer.error.message;
    if (message !== said && !signal.aborted)
      report('', { type: 'outage', code: 'environments-unreadable', message, retryIn: unservedPause });
    said = message;
    await clock.sleep(unservedPause, signal);
  }
  return undefined;
}

/** Follows the objects, until it is over. */
async function follow(
  { home, declared, roster, report, vitals, signal }: Fleet,
  { resource, namespace, changed }: { readonly resource: Resource; readonly namespace: string; readonly changed: (name?: string) => void },
): Promise<void> {
  const { all } = declared;
  let unseen: Set<string> | undefined;
  for await (const event of home.watch({ resource, namespace, selector: '', metadataOnly: false }, signal)) {
    if (event.type === 'listing') unseen = new Set(all.keys());
    else if (event.type === 'lost') report('', { type: 'outage', code: 'environments-unreadable', message: event.message, retryIn: 0 });
    else if (event.type === 'listed') {
      for (const name of unseen ?? []) all.delete(name);
      unseen = undefined;
      void roster.joined.then(vitals.ready);
      changed();
    } else {
      const one = readDeclared(event.object);
      const name = nameOf(one);
      unseen?.delete(name);
      if (event.type === 'present') all.set(name, one);
      else all.delete(name);
      // Until all are listed, nobody knows who depends on whom.
      if (unseen === undefined) changed(name);
    }
  }
}

/** Does what an object `Environment` says, as long as it is there. Never rejects. */
async function keepDeclared(fleet: Fleet, name: string): Promise<void> {
  const { declared, clock, signal } = fleet;
  let failures = 0;
  for (;;) {
    const one = declared.all.get(name);
    if (one === undefined || signal.aborted) return;
    const task = taskOf(fleet, one);
    const end = new AbortController();
    let needed = allNeededBy(one, declared.all);
    const look = (changed?: string): void => {
      // What becomes of others matters only to those who need them.
      if (changed !== undefined && changed !== name && !needed.has(changed)) return;
      const now = declared.all.get(name);
      if (now === undefined || keyOf(taskOf(fleet, now)) !== keyOf(task)) end.abort();
      else needed = allNeededBy(now, declared.all);
    };
    declared.listeners.add(look);
    // It may have changed before anybody listened.
    look();
    try {
      const isDone = await carryOut(fleet, { ...task, signal: AbortSignal.any([signal, end.signal]) });
      failures = isDone ? 0 : failures + 1;
    } catch (thrown) {
      failures += 1;
      const failure = thrown instanceof Failure ? thrown : new Failure('agent-failed', messageOf(thrown), { cause: thrown });
      const retryIn = delayAfter(failures, 0.5, 'unanswered');
      fleet.report(name, { type: 'outage', code: failure.code, message: failure.message, retryIn });
      await say(fleet, name, { why: { reason: 'Unreachable', message: failure.message }, isStalled: false, signal });
    }
    if (failures > 0) await clock.sleep(delayAfter(failures, clock.random(), 'unanswered'), AbortSignal.any([signal, end.signal]));
    declared.listeners.delete(look);
  }
}

/** What is done for one environment, and as whom; nothing while another agent keeps it. */
interface Task {
  readonly one: DeclaredEnvironment;
  readonly course: Course | { readonly type: 'aside' };
  readonly identity: Identity | undefined;
}

function taskOf({ declared, roster, clock }: Fleet, one: DeclaredEnvironment): Task {
  const identity = roster.keeps(nameOf(one));
  return { one, course: identity === undefined ? { type: 'aside' } : courseOf(one, declared.all, clock.now()), identity };
}

/** Tells two tasks apart. A spec that changed is followed anew, whatever changed: its status says of which generation it is. */
function keyOf({ one: { uid, generation }, course, identity }: Task): string {
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
async function carryOut(fleet: Fleet, { one, course, identity, signal }: Task & { readonly signal: AbortSignal }): Promise<boolean> {
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
    await say(fleet, name, { why: course.why, isStalled: course.why.reason !== 'Suspended', signal });
    const left = course.until === undefined ? longest : Math.min(longest, course.until - clock.now().getTime());
    await clock.sleep(left, signal);
    return true;
  }
  if (course.type === 'leave') {
    const answer = await letGo(home, one, signal);
    if (answer === undefined) await clock.sleep(longest, signal);
    return isAnswered(fleet, name, answer);
  }
  const held = await holdBack(home, one, { ...course.spec, signal });
  if (!isAnswered(fleet, name, held)) return false;
  if (course.type === 'keep') return keep(fleet, { one, course, identity, signal });
  return dissolve(fleet, { one, course, identity, signal });
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

/** Keeps the cluster equal to the branch. */
async function keep(fleet: Fleet, { one, course, identity, signal }: Turn<'keep'>): Promise<boolean> {
  const { home, clock } = fleet;
  const name = nameOf(one);
  const source = await fleet.source(one, course.spec);
  try {
    await runAgent(
      { home, cluster: fleet.acting(one, course.spec), clock, identity, source },
      { environment: one.name, namespace: one.namespace, gate: gateOf(fleet, course.spec) },
      {
        interval: course.spec.source.interval,
        lease: leaseOf(fleet),
        signal,
        ...tellingOf(fleet, name),
        pokes: (look, until) =>
          fleet.pokes?.(() => {
            source.refresh();
            look();
          }, until),
      },
    );
    return true;
  } finally {
    await source.close();
  }
}

/** Deletes what the environment owns, then lets its object go. */
async function dissolve(fleet: Fleet, { one, course, identity, signal }: Turn<'dissolve'>): Promise<boolean> {
  const { home, clock } = fleet;
  const name = nameOf(one);
  const { removed } = await runAgent(
    { home, cluster: fleet.acting(one, course.spec), clock, identity, source: dissolvedSource(one.name) },
    { environment: one.name, namespace: one.namespace },
    { interval: longest, lease: leaseOf(fleet), untilRemoved: true, signal, ...tellingOf(fleet, name) },
  );
  return removed ? isAnswered(fleet, name, await letGo(home, one, fleet.signal)) : true;
}

function gateOf({ declared }: Fleet, { dependsOn }: EnvironmentSpec): Gate {
  const needed = new Set(dependsOn.map(nameOf));
  return {
    closed: () => unreadyAmong(dependsOn, declared.all),
    follow(listener, signal) {
      const look = (changed?: string): void => {
        if (changed === undefined ? needed.size > 0 : needed.has(changed)) listener();
      };
      declared.listeners.add(look);
      signal.addEventListener('abort', () => declared.listeners.delete(look), { once: true });
    },
  };
}

function tellingOf(fleet: Fleet, name: string): Pick<LoopOptions, 'report' | 'onStatus' | 'onTurn'> {
  return {
    report: (event) => fleet.report(name, event),
    onTurn: (moment) => fleet.vitals.turn(name, moment),
    async onStatus(status, signal) {
      fleet.vitals.status(name, status);
      await tell(fleet, name, { said: { conditions: status.conditions, details: detailsOf(status) }, signal });
    },
  };
}

/** Says why nothing is done for an environment. */
async function say(
  fleet: Fleet,
  name: string,
  {
    why,
    isStalled,
    signal,
  }: { readonly why: Pick<Condition, 'reason' | 'message'>; readonly isStalled: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const off = { status: 'False', reason: 'None', message: '' } as const;
  const conditions: readonly Condition[] = [
    { type: 'Ready', status: 'False', ...why },
    isStalled ? { type: 'Reconciling', ...off } : { type: 'Reconciling', status: why.reason === 'Suspended' ? 'False' : 'True', ...why },
    isStalled ? { type: 'Stalled', status: 'True', ...why } : { type: 'Stalled', ...off },
  ];
  await tell(fleet, name, { said: { conditions }, signal });
}

/** Writes the status of an environment. One that cannot be written is written with the next turn. */
async function tell(fleet: Fleet, name: string, { said, signal }: { readonly said: Said; readonly signal: AbortSignal }): Promise<void> {
  const one = fleet.declared.all.get(name);
  if (one === undefined || signal.aborted) return;
  const answer = await tellStatus(fleet.home, one, { said, now: fleet.clock.now(), signal });
  if (!signal.aborted) isAnswered(fleet, name, answer);
}

/** Tells of an answer that is a refusal. Says whether it is none. */
function isAnswered(fleet: Fleet, name: string, answer: Answer<unknown> | undefined): boolean {
  if (answer === undefined || answer.ok) return true;
  // What is gone or was changed meanwhile is looked at anew.
  if (answer.error.reason !== 'conflict' && answer.error.reason !== 'missing')
    fleet.report(name, { type: 'outage', code: 'environments-unreadable', message: answer.error.message, retryIn: 0 });
  return false;
}
