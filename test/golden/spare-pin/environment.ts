import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const empty = defineChart({
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'quiet' } });
  },
});

export default defineEnvironment({ name: 'quiet', cluster: 'eu-1', kubernetes: '1.35', charts: { empty } });
