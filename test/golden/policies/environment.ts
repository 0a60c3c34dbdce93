import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment, definePolicy } from 'lockstep';

const shop = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  build(chart) {
    new k8s.KubeService(chart, 'public', { spec: { type: 'LoadBalancer' } });
    new k8s.KubeService(chart, 'private', { spec: { clusterIp: 'None' } });
    new k8s.KubeConfigMap(chart, 'config', { data: { a: 'b' } });
    // Somebody else's kind of that name: no policy for Services means it.
    new ApiObject(chart, 'foreign', { apiVersion: 'serving.example.com/v1', kind: 'Service', spec: { type: 'LoadBalancer' } });
  },
});
const closed = definePolicy({
  name: 'closed',
  on: ['Service', 'ConfigMap'],
  check: (object, { chart, env }) =>
    object.kind === 'Service' && object.spec?.type === 'LoadBalancer'
      ? `${chart.owner} opens ${chart.name} of ${env.name} to the world`
      : undefined,
});
const advice = definePolicy({ name: 'advice', on: ['ConfigMap'], severity: 'warning', check: () => 'consider a Secret' });
const confused = definePolicy({
  name: 'confused',
  on: ['ConfigMap'],
  check: (object) => (object as unknown as { spec: { x: string } }).spec.x,
});
const strict = definePolicy({ name: 'strict', on: ['ConfigMap'], check: () => 'never' });
const lapsed = definePolicy({ name: 'lapsed', on: ['ConfigMap'], check: () => 'again' });
const base = defineBase({ kubernetes: '1.35', charts: { shop }, policies: { closed, advice, confused, strict, lapsed } });

export default defineEnvironment({
  name: 'ruled',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  extends: base,
  policies: { strict: { off: 'LK-12: migration', until: '2026-06-01' }, lapsed: { off: 'LK-3', until: '2026-05-31' } },
});
