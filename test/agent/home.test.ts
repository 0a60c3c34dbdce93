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
