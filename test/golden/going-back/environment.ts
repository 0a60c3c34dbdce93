import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const app = defineChart({
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
  },
});

const careless = defineBase({ kubernetes: '1.35', charts: { app }, onFailure: 'stay' });
const careful = defineBase({ extends: careless, onFailure: 'return' });

/** What the nearest definition says counts, and a reader of the index has to understand it. */
export default defineEnvironment({ name: 'prod', cluster: 'eu-1', extends: careful });
