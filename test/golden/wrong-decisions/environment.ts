import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'config', { metadata: { name: 'shop' } });
  },
});
const object = { kind: 'ConfigMap', namespace: 'shop', name: 'shop' };
const options = { kubernetes: '1.35', charts: { shop }, removed: 'prune', adopt: [] };
const base = defineBase(options as object);

export default defineEnvironment({
  name: 'torn',
  cluster: 'eu-1',
  extends: base,
  adopt: [
    { object, reason: ' ' },
    { all: true, reason: '' },
    { object: { kind: 'ConfigMap', name: 'shop' }, reason: 'LK-1' },
    { object: { kind: 'Widget', name: 'a' }, reason: 'LK-1' },
    { object, all: true, reason: 'LK-1' } as never,
    { all: false, reason: 'LK-1' } as never,
    { reason: 'LK-1' } as never,
  ],
  handOver: [
    { object, to: 'other' },
    { object, to: 'torn' },
    { object, to: 'Not_A_Name' },
    { object, to: 'other-next' },
    { object: { kind: 'Namespace', namespace: 'shop', name: 'shop' }, to: 'other' },
    { object } as never,
  ],
});
