import { readDeclared } from '../codec/declared.ts';
import type { Answer } from '../model/apierror.ts';
import { type DeclaredEnvironment, type EnvironmentSpec, environmentApi, nameOf } from '../model/declared.ts';
import type { SyncEvent } from '../model/event.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { Cluster, RenderedSource, Resource } from '../ports.ts';
import { type Course, courseOf, unreadyAmong } from '../reconcile/declared.ts';
import { busyWith, restingBy, stalledBy } from '../reconcile/status.ts';
import type { AgentPorts, Gate } from './agent.ts';
import { detailsOf, holdBack, letGo, type Said, tellStatus } from './declared.ts';
import { dissolvedSource } from './dissolved.ts';
import { type LoopOptions, runAgent } from './loop.ts';
import { runPlanner } from './planner.ts';
import { delayAfter } from './retry.ts';
import type { Vitals } from './vitals.ts';

/** What an agent for many environments reaches the world by. */
export interface FleetPorts extends Pick<AgentPorts, 'home' | 'clock' | 'identity'> {
  /** Opens where an environment's rendered branch is read from. Throws `Failure`. */
  readonly source: (declared: DeclaredEnvironment, spec: EnvironmentSpec) => Promise<RenderedSource>;
  /** The cluster, as whoever changes the environment's objects. */
  readonly acting: (declared: DeclaredEnvironment, spec: EnvironmentSpec) => Cluster;
}

/** How an agent for many environments runs. */
export interface FleetOptions {
  /** The namespace whose objects `Environment` count; '' for all. */
  readonly namespace: string;
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
  readonly listeners: Set<() => void>;
}

/** All that the agents of the environments share. */
interface Fleet extends FleetPorts, Omit<FleetOptions, 'namespace'> {
  readonly declared: Declared;
}

/**
 * Keeps the environments that objects `Environment` declare, each by an agent of its own, until `signal` aborts: what happens to one
 * happens to no other. An object that changes is followed at once.
 */
export async function runFleet(ports: FleetPorts, { namespace, ...options }: FleetOptions): Promise<void> {
  const declared: Declared = { all: new Map(), listeners: new Set() };
  const { signal, vitals } = options;
  const fleet: Fleet = { ...ports, ...options, declared };
  const resource = await served(fleet);
  if (resource === undefined) return;
  const kept = new Map<string, Promise<void>>();
  const changed = (): void => {
    for (const listener of declared.listeners) listener();
    for (const name of declared.all.keys()) {
      if (kept.has(name)) continue;
      kept.set(
        name,
        keepDeclared(fleet, name).finally(() => {
          kept.delete(name);
          vitals.gone(name);
          // It may have come back while its agent ended.
          if (declared.all.has(name) && !signal.aborted) changed();
        }),
      );
    }
  };
  await watchDeclared(fleet, { resource, namespace, changed });
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
async function watchDeclared(
  { home, declared, report, vitals, signal }: Fleet,
  { resource, namespace, changed }: { readonly resource: Resource; readonly namespace: string; readonly changed: () => void },
): Promise<void> {
  const { all } = declared;
  let unseen: Set<string> | undefined;
  for await (const event of home.watch({ resource, namespace, selector: '', metadataOnly: false }, signal)) {
    if (event.type === 'listing') unseen = new Set(all.keys());
    else if (event.type === 'lost') report('', { type: 'outage', code: 'environments-unreadable', message: event.message, retryIn: 0 });
    else if (event.type === 'listed') {
      for (const name of unseen ?? []) all.delete(name);
      unseen = undefined;
      vitals.ready();
      changed();
    } else {
      const one = readDeclared(event.object);
      const name = nameOf(one);
      unseen?.delete(name);
      if (event.type === 'present') all.set(name, one);
      else all.delete(name);
      // Until all are listed, nobody knows who depends on whom.
      if (unseen === undefined) changed();
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
    const course = courseOf(one, declared.all, clock.now());
    const end = new AbortController();
    const look = (): void => {
      const now = declared.all.get(name);
      if (now === undefined || keyOf(now, courseOf(now, declared.all, clock.now())) !== keyOf(one, course)) end.abort();
    };
    declared.listeners.add(look);
    // It may have changed before anybody listened.
    look();
    try {
      const isDone = await carryOut(fleet, { one, course, signal: AbortSignal.any([signal, end.signal]) });
      failures = isDone ? 0 : failures + 1;
    } catch (thrown) {
      failures += 1;
      const failure = thrown instanceof Failure ? thrown : new Failure('agent-failed', messageOf(thrown), { cause: thrown });
      const retryIn = delayAfter(failures, 0.5, 'unanswered');
      fleet.report(name, { type: 'outage', code: failure.code, message: failure.message, retryIn });
      await tell(fleet, name, { said: { conditions: busyWith({ reason: 'Unreachable', message: failure.message }) }, signal });
    }
    if (failures > 0) await clock.sleep(delayAfter(failures, clock.random(), 'unanswered'), AbortSignal.any([signal, end.signal]));
    declared.listeners.delete(look);
  }
}

/** Tells two courses apart. A spec that changed is followed anew, whatever changed: its status says of which generation it is. */
function keyOf({ uid, generation }: DeclaredEnvironment, course: Course): string {
  return JSON.stringify([uid, generation, course.type, course.type === 'rest' ? course.why : '']);
}

/** What is done for one environment, until `signal` aborts. */
interface Task {
  readonly one: DeclaredEnvironment;
  readonly course: Course;
  readonly signal: AbortSignal;
}

/** Does it until it is over, or until `signal` aborts. Says whether it could be done. */
async function carryOut(fleet: Fleet, { one, course, signal }: Task): Promise<boolean> {
  const { clock, home } = fleet;
  const name = nameOf(one);
  fleet.vitals.suspended(name, course.type === 'rest' && course.why.reason === 'Suspended');
  if (course.type === 'rest') {
    await tell(fleet, name, {
      said: { conditions: course.why.reason === 'Suspended' ? restingBy(course.why) : stalledBy(course.why) },
      signal,
    });
    const left = course.until === undefined ? longest : Math.min(longest, course.until - clock.now().getTime());
    await clock.sleep(left, signal);
    return true;
  }
  if (course.type === 'leave') {
    const answer = await letGo(home, one, signal);
    if (answer === undefined) await clock.sleep(longest, signal);
    return isAnswered(fleet, name, answer);
  }
  const held = course.type === 'keep' ? await holdBack(home, one, { ...course.spec, signal }) : undefined;
  if (!isAnswered(fleet, name, held)) return false;
  if (course.type === 'dissolve') return dissolve(fleet, { one, course, signal });
  await follow(fleet, { one, course, signal });
  return true;
}

/** The longest that anything is waited for in one go, in milliseconds. */
const longest = 3_600_000;

/** Keeps the cluster equal to the branch, or tells what that would change. */
async function follow(
  fleet: Fleet,
  { one, course, signal }: Task & { readonly course: Extract<Course, { type: 'keep' | 'plan' }> },
): Promise<void> {
  const { home, clock, identity } = fleet;
  const { spec } = course;
  const name = nameOf(one);
  const source = await fleet.source(one, spec);
  const ports = { home, cluster: fleet.acting(one, spec), clock, identity, source };
  const own = { environment: one.name, namespace: one.namespace };
  const options: Pick<LoopOptions, 'interval' | 'pokes' | 'signal'> = {
    interval: spec.source.interval,
    signal,
    pokes: (look, until) =>
      fleet.pokes?.(() => {
        source.refresh();
        look();
      }, until),
  };
  try {
    if (course.type === 'plan') await runPlanner(ports, own, { ...options, tell: (said) => tell(fleet, name, { said, signal }) });
    else await runAgent(ports, { ...own, gate: gateOf(fleet, spec) }, { ...options, ...tellingOf(fleet, name) });
  } finally {
    await source.close();
  }
}

/** Deletes what the environment owns, then lets its object go. */
async function dissolve(
  fleet: Fleet,
  { one, course, signal }: Task & { readonly course: Extract<Course, { type: 'dissolve' }> },
): Promise<boolean> {
  const { home, clock, identity } = fleet;
  const name = nameOf(one);
  const { removed } = await runAgent(
    { home, cluster: fleet.acting(one, course.spec), clock, identity, source: dissolvedSource(one.name) },
    { environment: one.name, namespace: one.namespace },
    { interval: longest, untilRemoved: true, signal, ...tellingOf(fleet, name) },
  );
  return removed ? isAnswered(fleet, name, await letGo(home, one, fleet.signal)) : true;
}

function gateOf({ declared }: Fleet, { dependsOn }: EnvironmentSpec): Gate {
  return {
    closed: () => unreadyAmong(dependsOn, declared.all),
    follow(listener, signal) {
      declared.listeners.add(listener);
      signal.addEventListener('abort', () => declared.listeners.delete(listener));
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
