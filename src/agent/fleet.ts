import { readDeclared } from '../codec/declared.ts';
import { environmentApi, nameOf } from '../model/declared.ts';
import { asFailure, type Failure } from '../model/failure.ts';
import type { Cluster, Resource } from '../ports.ts';
import { allNeededBy } from '../reconcile/declared.ts';
import { busyWith } from '../reconcile/status.ts';
import type { AgentPorts } from './agent.ts';
import { carryOut, type Declared, type Fleet, keyOf, taskOf, tell, tellListeners } from './course.ts';
import { delayAfter } from './retry.ts';
import { joinRoster } from './roster.ts';
import { openTurns } from './turns.ts';

/** What an agent for many environments reaches the world by. */
export interface FleetPorts
  extends Pick<AgentPorts, 'identity'>,
    Pick<Fleet, 'home' | 'leases' | 'clock' | 'source' | 'acting' | 'signers' | 'telling'> {
  /** The same cluster as `home`, by connections of its own: a sign of life waits behind no other request. */
  readonly pulse: Pick<Cluster, 'get' | 'apply'>;
}

/** How an agent for many environments runs. */
export interface FleetOptions extends Pick<Fleet, 'report' | 'vitals' | 'pokes' | 'signal'> {
  /** The namespace whose objects `Environment` count; '' for all. */
  readonly namespace: string;
  /** The namespace in which agents for many environments tell each other that they are alive. */
  readonly seat: string;
  /** Told once how many environments there are. */
  readonly onListed?: ((count: number) => void) | undefined;
}

/**
 * Keeps the environments that objects `Environment` declare, each by an agent of its own, until `signal` aborts: what happens to one
 * happens to no other. An object that changes is followed at once. Of several such agents each keeps its share, and that of one that is no
 * more is taken over by the others.
 */
export async function runFleet(ports: FleetPorts, { namespace, seat, onListed, ...options }: FleetOptions): Promise<void> {
  const declared: Declared = { all: new Map(), listeners: new Set() };
  const { signal } = options;
  const onFailure = ({ code, message }: Failure): void => options.report('', { type: 'outage', code, message, retryIn: 0 });
  const onChange = (): void => tellListeners(declared);
  const roster = joinRoster({ ...ports, cluster: ports.pulse, namespace: seat, scope: namespace, onChange, onFailure }, signal);
  try {
    await keepAll({ ...ports, ...options, declared, followed: new Map(), roster, turns: openTurns(ports.clock) }, { namespace, onListed });
  } finally {
    await roster.leave();
  }
}

/** Keeps what is declared until it is over and done. */
async function keepAll(fleet: Fleet, { namespace, onListed }: Pick<FleetOptions, 'namespace' | 'onListed'>): Promise<void> {
  const { declared, signal, vitals } = fleet;
  const resource = await served(fleet);
  if (resource === undefined) return;
  const kept = new Map<string, Promise<void>>();
  const changed = (one?: string): void => {
    tellListeners(declared, one);
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
  await watchDeclared(fleet, { resource, namespace, changed, onListed });
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
      ? `no kind \`${kind}\` is served in \`${apiVersion}\`: apply what \`lockstep bootstrap <environment> --source <url> --image <image>\` prints`
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
  { home, declared, roster, report, vitals, signal }: Fleet,
  {
    resource,
    namespace,
    changed,
    onListed,
  }: Pick<FleetOptions, 'namespace' | 'onListed'> & { readonly resource: Resource; readonly changed: (name?: string) => void },
): Promise<void> {
  const { all } = declared;
  let unseen: Set<string> | undefined;
  let isListed = false;
  for await (const event of home.watch({ resource, namespace, selector: '', metadataOnly: false }, signal)) {
    if (event.type === 'listing') unseen = new Set(all.keys());
    else if (event.type === 'lost') report('', { type: 'outage', code: 'environments-unreadable', message: event.message, retryIn: 0 });
    else if (event.type === 'listed') {
      for (const name of unseen ?? []) all.delete(name);
      unseen = undefined;
      void roster.joined.then(vitals.ready);
      if (!isListed) onListed?.(all.size);
      isListed = true;
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
    const until = AbortSignal.any([signal, end.signal]);
    let pause = 0;
    try {
      failures = (await carryOut(fleet, { ...task, signal: until })) ? 0 : failures + 1;
      if (failures > 0) pause = delayAfter(failures, clock.random(), 'unanswered');
    } catch (thrown) {
      failures += 1;
      pause = delayAfter(failures, clock.random(), 'unanswered');
      const { code, message } = asFailure(thrown, 'agent-failed');
      fleet.report(name, { type: 'outage', code, message, retryIn: pause });
      await tell(fleet, name, { said: { conditions: busyWith({ reason: 'Unreachable', message }) }, signal });
    }
    if (pause > 0) await clock.sleep(pause, until);
    declared.listeners.delete(look);
  }
}
