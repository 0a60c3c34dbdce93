import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shareWatches } from '../../src/agent/shared-watches.ts';
import { systemClock } from '../../src/io/clock.ts';
import { partOfLabel } from '../../src/model/applyset.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Cluster, Resource } from '../../src/ports.ts';
import { answered, applied } from '../contract/cluster/asking.ts';
import { type Reader, reader } from '../contract/cluster/reading.ts';
import { openReal, resourceOf } from '../contract/real.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';

/** Watches that environments share, on a real API server. */
let plane: ControlPlane;
let admin: Cluster;
before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  admin = openReal(plane.kubeconfig);
});
after(async () => {
  await admin.close();
  await plane.stop();
});

function configMap(name: string, id: string | undefined, data = ''): Manifest {
  const labels = id === undefined ? {} : { labels: { [partOfLabel]: id } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...labels }, data: { data } };
}

/** Runs `act` with watches that are shared over `cluster`, which is asked nothing else, and ends them. */
async function sharing(act: (follow: (id: string) => Reader, cluster: Cluster, resource: Resource) => Promise<void>): Promise<void> {
  const cluster = openReal(plane.kubeconfig);
  const end = new AbortController();
  const watch = shareWatches({ cluster, clock: systemClock }, end.signal);
  const resource = await resourceOf(cluster, 'v1', 'ConfigMap');
  const follow = (id: string): Reader =>
    reader(watch({ resource, namespace: 'default', selector: `${partOfLabel}=${id}`, metadataOnly: true }, end.signal));
  try {
    await act(follow, cluster, resource);
  } finally {
    end.abort();
    await cluster.close();
  }
}

test('three environments take one list and one watch, and one that comes late one list more', { timeout: 60_000 }, () =>
  sharing(async (follow, cluster) => {
    for (const id of ['a', 'b', 'c', 'd']) await applied(admin, configMap(`of-${id}`, id));
    await applied(admin, configMap('of-nobody', undefined));
    const before = cluster.requests;
    const [a, b, c] = [follow('a'), follow('b'), follow('c')];
    const first = await Promise.all([a, b, c].map((one) => one.until('listed')));
    assert.deepEqual(first, [['listing', 'present of-a', 'listed'], ...['b', 'c'].map((id) => ['listing', `present of-${id}`, 'listed'])]);
    await applied(admin, configMap('of-a', 'a', 'changed'));
    assert.deepEqual(await a.until('present of-a'), ['present of-a']);
    assert.equal(cluster.requests - before, 2);
    const d = follow('d');
    assert.deepEqual(await d.until('listed'), ['listing', 'present of-d', 'listed']);
    await applied(admin, configMap('of-d', 'd', 'changed'));
    assert.deepEqual(await d.until('present of-d'), ['present of-d']);
    assert.equal(cluster.requests - before, 3);
    assert.deepEqual(Object.keys(d.objects[0] ?? {}).sort(), ['apiVersion', 'kind', 'metadata']);
  }),
);

test('an object that goes from one environment to another, and out of all, is told to each', { timeout: 60_000 }, () =>
  sharing(async (follow) => {
    await applied(admin, configMap('moved', 'from'));
    const [from, to] = [follow('from'), follow('to')];
    await Promise.all([from, to].map((one) => one.until('listed')));
    await applied(admin, configMap('moved', 'to'));
    assert.deepEqual(await from.until('absent moved'), ['absent moved']);
    assert.deepEqual(await to.until('present moved'), ['present moved']);
    await applied(admin, configMap('moved', undefined));
    assert.deepEqual(await to.until('absent moved'), ['absent moved']);
    await applied(admin, configMap('moved', 'from'));
    assert.deepEqual(await from.until('present moved'), ['present moved']);
    const { metadata } = (await applied(admin, configMap('moved', 'from'))).object;
    answered(await admin.remove('v1', refOf(configMap('moved', 'from')), metadata));
    assert.deepEqual(await from.until('absent moved'), ['absent moved']);
  }),
);

test('a cluster that is closed ends all who follow it', { timeout: 60_000 }, () =>
  sharing(async (follow, cluster) => {
    await applied(admin, configMap('kept', 'x'));
    const [x, y] = [follow('x'), follow('y')];
    await Promise.all([x, y].map((one) => one.until('listed')));
    await cluster.close();
    assert.deepEqual(await Promise.all([x.rest(), y.rest()]), [[], []]);
  }),
);
