import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAgent } from '../../src/agent/loop.ts';
import { refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { configMap } from '../e2e/manifests.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { handClock } from '../support/clock.ts';

/** What is in a cluster that was not there from the start. */
function objectsIn({ objects }: FakeCluster): readonly string[] {
  return objects.map((object) => formatRef(refOf(object))).filter((name) => !['Namespace/default', 'Namespace/kube-system'].includes(name));
}

test('the state and the Lease of an agent stand at its home, and what it keeps does not', async () => {
  const [cluster, home, source, clock] = [fakeCluster(), fakeCluster(), fakeSource('dev'), handClock()];
  source.commit([{ manifest: configMap('default', 'config', 'one') }]);
  let exit: number | undefined;
  const running = runAgent(
    { cluster, home, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    { interval: 60_000, once: { timeout: 60_000 }, report: () => {}, signal: new AbortController().signal },
  ).then((end) => {
    exit = end.exit;
  });
  for (let turns = 0; exit === undefined && turns < 5_000; turns++) await clock.advance(50);
  await running;
  assert.equal(exit, 0);
  assert.deepEqual(objectsIn(home), [
    'ConfigMap/default/lockstep-dev',
    'ConfigMap/default/lockstep-dev-inventory-1-0',
    'Lease/default/lockstep-dev',
  ]);
  assert.deepEqual(objectsIn(cluster), ['ConfigMap/default/config']);
});

test('the Lease of an agent is renewed by connections of its own, whatever lets the others wait', async () => {
  const [cluster, leases, source, clock] = [fakeCluster(), fakeCluster(), fakeSource('dev'), handClock()];
  source.commit([{ manifest: configMap('default', 'config', 'one') }]);
  let answer = (): void => {};
  const webhook = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow: typeof cluster = {
    ...cluster,
    apply: async (manifest, options) => {
      if (manifest.metadata.name === 'config') await webhook;
      return cluster.apply(manifest, options);
    },
  };
  const events: string[] = [];
  const end = new AbortController();
  const running = runAgent(
    { cluster: slow, home: slow, leases, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    { interval: 60_000, report: ({ type }) => void events.push(type), signal: end.signal },
  );
  for (let turns = 0; turns < 400; turns++) await clock.advance(50);
  assert.deepEqual(objectsIn(leases), ['Lease/default/lockstep-dev']);
  assert.ok(leases.requests > 4, `renewed while the webhook kept an apply waiting: ${leases.requests} requests`);
  answer();
  for (let turns = 0; turns < 400 && !events.includes('synced'); turns++) await clock.advance(50);
  end.abort();
  await running;
  assert.ok(events.includes('synced'), events.join());
  assert.equal(events.includes('outage'), false);
  assert.equal(objectsIn(cluster).includes('Lease/default/lockstep-dev'), false);
});
