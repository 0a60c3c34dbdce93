import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

/** A Job runs once per content: what it does is part of its name. */
const jobs = defineChart({
  namespace: 'shop',
  build(chart) {
    const job = (id: string, name: string, args: string[]) =>
      new k8s.KubeJob(chart, id, {
        metadata: { name },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'nginx:1.27', args }] } } },
      });
    job('one', 'migrate', ['up']);
    job('two', 'migrate', ['down']);
    job('long', `migrate-${'x'.repeat(55)}`, ['up']);
  },
});

export default defineEnvironment({
  name: 'jobs',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts: { jobs },
});
