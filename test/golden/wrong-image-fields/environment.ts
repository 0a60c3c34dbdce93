import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const jobs = defineChart({
  namespace: 'shop',
  build(chart) {
    new ApiObject(chart, 'config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'jobs' },
      data: { a: 'nginx:1', b: 'nginx', c: 'no image' },
    });
  },
});

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  images: [
    { kind: 'ConfigMap', paths: ['/data/*'] },
    { kind: 'Rollout', paths: ['/spec/image'] },
    { kind: 'ConfigMap', paths: ['data/a'] },
    { kind: 'ConfigMap', paths: [] },
    { kind: 'Secret', paths: ['/stringData/*'] },
    { kind: 'ConfigMap', path: '/data/a' } as never,
    'ConfigMap' as never,
  ],
  charts: { jobs },
});
