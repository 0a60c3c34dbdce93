import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

/** cdk8s' file per resource writes both to `ConfigMap.settings.k8s.yaml`, and one is lost. */
const twins = defineChart({
  namespace: 'one',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'a', { metadata: { name: 'settings' }, data: { where: 'one' } });
    new k8s.KubeConfigMap(chart, 'b', { metadata: { name: 'settings', namespace: 'two' }, data: { where: 'two' } });
  },
});

export default defineEnvironment({
  name: 'twins',
  cluster: 'eu-1',
  external: [
    { kind: 'Namespace', name: 'one' },
    { kind: 'Namespace', name: 'two' },
  ],
  kubernetes: '1.35',
  charts: { twins },
});
