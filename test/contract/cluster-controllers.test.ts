import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LiveObject, Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { answered, applied, eventually, ours } from './cluster/asking.ts';
import { openReal } from './real.ts';

let plane: ControlPlane;
let cluster: Cluster;
before(async () => {
  plane = await startControlPlane({ without: ['kube-scheduler', 'kwok'] });
  cluster = openReal(plane.kubeconfig);
});
after(async () => {
  await cluster.close();
  await plane.stop();
});

const partOf = { 'applyset.kubernetes.io/part-of': 'applyset-contract-v1' };

test('Endpoints and EndpointSlices copy our label from their Service, and are not ours', { timeout: 60_000 }, async () => {
  const service: Manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'copied', namespace: 'default', labels: partOf },
    spec: { selector: { app: 'copied' }, ports: [{ port: 80, protocol: 'TCP' }] },
  };
  await applied(cluster, service);
  for (const [apiVersion, kind] of [
    ['v1', 'Endpoints'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
  ] as const) {
    const selector = `applyset.kubernetes.io/part-of=${partOf['applyset.kubernetes.io/part-of']}`;
    let copies: readonly LiveObject[] = [];
    await eventually(async () => {
      copies = answered(await cluster.list({ apiVersion, kind, namespace: 'default', selector, metadataOnly: true }));
      return copies.length > 0;
    });
    assert.ok(copies.every((copy) => copy.metadata.name.startsWith('copied') && ours(copy) === undefined));
  }
});
