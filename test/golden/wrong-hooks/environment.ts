import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { defineChart, defineEnvironment, hook } from 'lockstep';

const image = `registry.example.com/shop@sha256:${'0'.repeat(64)}`;
const jobIn = (scope: Construct, name: string) =>
  new k8s.KubeJob(scope, name, {
    metadata: { name },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] } } },
  });
const mapIn = (scope: Construct, name: string) => new k8s.KubeConfigMap(scope, name, { metadata: { name } });

/** What `hook` cannot take, all at once. */
const told = defineChart({
  namespace: 'shop',
  build(chart) {
    hook(mapIn(chart, 'map'), { when: 'before' });
    hook(new Construct(chart, 'nothing'), { when: 'after' });
    const both = new Construct(chart, 'both');
    jobIn(both, 'one');
    jobIn(both, 'two');
    hook(both, { when: 'before' });
    hook(jobIn(chart, 'odd'), { when: 'sync', once: 'always', deadline: 'soon', weight: 1 } as never);
    hook(jobIn(chart, 'bare'), 'before' as never);
    const twice = jobIn(chart, 'twice');
    hook(twice, { when: 'before', deadline: '0m' as never });
    hook(twice, { when: 'before' });
    hook(twice, { when: 'after' });
  },
});

/** What the hook needs depends on it. */
const circle = defineChart({
  namespace: 'shop',
  build(chart) {
    const first = jobIn(chart, 'first');
    const needed = mapIn(chart, 'needed');
    first.addDependency(needed);
    needed.addDependency(first);
    hook(first, { when: 'before' });
  },
});

const alone = defineChart({
  namespace: 'shop',
  build(chart) {
    hook(jobIn(chart, 'lonely'), { when: 'before' });
    hook(jobIn(chart, 'forlorn'), { when: 'after' });
    hook(jobIn(chart, 'idle'), { when: 'failure' });
  },
});

export default defineEnvironment({
  name: 'wrong-hooks',
  cluster: 'eu-1',
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { told, circle, alone },
});
