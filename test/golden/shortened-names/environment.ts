import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { defineChart, defineEnvironment } from 'lockstep';

/** cdk8s cuts generated names to 63 characters from the front: two long ways end in one name. */
const deep = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const first of ['east', 'west']) {
      const region = new Construct(chart, first);
      new k8s.KubeConfigMap(region, `the-same-very-long-tail-of-a-name-that-takes-all-of-the-63-chars`, {});
    }
  },
});

export default defineEnvironment({
  name: 'deep',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts: { deep },
});
