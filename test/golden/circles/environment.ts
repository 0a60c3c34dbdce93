import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const circle = defineChart({
  namespace: 'shop',
  build(chart) {
    const [a, b, c, tail] = ['a', 'b', 'c', 'tail'].map((id) => new k8s.KubeConfigMap(chart, id, {}));
    if (a === undefined || b === undefined || c === undefined || tail === undefined) return;
    a.addDependency(b);
    b.addDependency(c);
    c.addDependency(a);
    tail.addDependency(a);
  },
});

export default defineEnvironment({
  name: 'circle',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts: { circle },
});
