import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Agent, type AgentPorts, type Known, nothingKnown, openAgent } from '../../src/agent/agent.ts';
import { cycle } from '../../src/agent/cycle.ts';
import { remember, withAccepted } from '../../src/agent/memory.ts';
import { suspendedNow } from '../../src/agent/suspensions.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type FakeSource, fakeSource } from '../fakes/source.ts';
import { type HandClock, handClock, settled } from '../support/clock.ts';

/** An agent on a fake cluster and a fake branch, turned by hand. */
export interface Bench {
  readonly agent: Agent;
  readonly cluster: FakeCluster;
  readonly source: FakeSource;
  readonly clock: HandClock;
  /** Runs one cycle at the branch's tip and returns what happened, in short. */
  turn(): Promise<readonly string[]>;
  readonly known: Known;
  /** Another agent goes on with what the cluster has recorded. */
  restart(): Promise<void>;
  value(manifest: Manifest): string | undefined;
}

export async function bench(t: TestContext, { signers }: Pick<AgentPorts, 'signers'> = {}): Promise<Bench> {
  const clock = handClock();
  const cluster = fakeCluster();
  const source = fakeSource('dev');
  const ended = new AbortController();
  t.after(() => ended.abort());
  const made = await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lockstep' } }, { manager: 'administrator' });
  assert.ok(made.ok);
  const open = (): Agent =>
    openAgent(
      { cluster, home: cluster, source, clock, identity: { name: 'test', isGone: () => false }, signers },
      { environment: 'dev', namespace: 'lockstep' },
      { onChange: () => {}, signal: ended.signal },
    );
  let agent = open();
  let known: Known = nothingKnown;
  return {
    get agent() {
      return agent;
    },
    cluster,
    source,
    clock,
    get known() {
      return known;
    },
    value: (manifest) => stringAt(cluster.live(refOf(manifest)), 'data', 'value'),
    async restart() {
      agent = open();
      const { signal } = ended;
      known = await withAccepted(agent, await remember(agent, { report: () => {}, signal }), signal);
    },
    async turn() {
      const latest = await source.tip('', ended.signal).catch(() => known.latest);
      const events = cycle(
        agent,
        {
          ...known,
          latest,
          refused: known.refused?.commit === latest ? known.refused : undefined,
          postponed: known.postponed?.commit === latest ? known.postponed : undefined,
          ...(await suspendedNow(agent, ended.signal)),
        },
        { signal: ended.signal, stop: ended.signal },
      );
      const told: string[] = [];
      for (;;) {
        const next = await events.next();
        if (next.done) {
          known = next.value;
          await settled();
          return told;
        }
        told.push(inShort(next.value));
      }
    },
  };
}

/** What happened, without what differs from run to run. */
export function inShort(event: SyncEvent): string {
  switch (event.type) {
    case 'applied':
      return `${event.outcome} ${formatRef(event.ref)}`;
    case 'pruned':
      return `${event.outcome} ${formatRef(event.ref)}`;
    case 'failed':
      return `failed ${formatRef(event.problem.ref)}`;
    case 'waiting':
      return `waiting ${formatRef(event.ref)} for ${event.for}`;
    case 'refused':
      return `refused ${event.refusal.code}`;
    case 'outage':
      return `outage ${event.code}`;
    default:
      return event.type;
  }
}
