import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { defineChart, defineEnvironment, manage } from 'lockstep';

const shop = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  build(chart) {
    manage(chart, { progressDeadline: 900, ownership: 'strict', ignore: ['/metadata/annotations/example.com~1note'] });
    const archive = new Construct(chart, 'archive');
    manage(archive, { keep: true, replace: 'onImmutableChange' });
    const orders = new k8s.KubeConfigMap(archive, 'orders', { metadata: { name: 'orders' }, data: { a: 'b' } });
    manage(orders, { ignore: ['/data/a', '/data/a'], ownership: 'shared' });
    // Said later, so it counts.
    manage(orders, { ownership: 'strict', progressDeadline: 60 });
    const drafts = new k8s.KubeConfigMap(archive, 'drafts', { metadata: { name: 'drafts' } });
    manage(drafts, { keep: false, replace: 'never' });
    // The claims of a StatefulSet outlive it.
    new k8s.KubeStatefulSet(archive, 'database', {
      metadata: { name: 'database' },
      spec: {
        serviceName: 'database',
        selector: { matchLabels: { app: 'database' } },
        template: {
          metadata: { labels: { app: 'database' } },
          spec: { containers: [{ name: 'database', image: `db@sha256:${'0'.repeat(64)}` }] },
        },
      },
    });
    new k8s.KubeService(chart, 'service', { metadata: { name: 'shop' }, spec: { ports: [{ port: 80 }] } });
  },
});
const ingress = defineChart({
  owner: 'Platform <platform@example.com>',
  slice: '@acme/platform.eu',
  namespace: 'shop',
  build(chart) {
    new k8s.KubeIngress(chart, 'ingress', {
      metadata: { name: 'shop' },
      spec: { defaultBackend: { service: { name: 'shop', port: { number: 80 } } } },
    });
  },
});

export default defineEnvironment({
  name: 'managed',
  cluster: 'eu-1',
  external: [
    { kind: 'Service', namespace: 'shop', name: 'database' },
    { kind: 'Namespace', name: 'shop' },
  ],
  kubernetes: '1.35',
  preflight: 'updates',
  charts: {
    shop,
    ingress,
    // A plain function has no owner, and so no slice.
    legacy: (scope) => new k8s.KubeConfigMap(new Chart(scope, 'old', { namespace: 'shop' }), 'config', { metadata: { name: 'old' } }),
  },
});
