import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment, defineHelm, HelmChart, jsonPatch, Kustomization, manage, patch } from 'lockstep';
import { z } from 'zod';

/** What a chart renders stands among other objects: it is depended on, patched, ruled, and made whole as they are. */
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    const web = new HelmChart(chart, 'web', {
      chart: './charts/web',
      release: 'shop-web',
      hooks: 'keep',
      patches: [
        patch('Deployment', '*-controller', {
          metadata: { labels: { team: 'web', obsolete: null } },
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: 'web',
                    env: [
                      { name: 'MODE', value: 'quick' },
                      { name: 'EXTRA', value: '1' },
                    ],
                  },
                  { name: 'side', image: 'side:1' },
                ],
              },
            },
          },
        }),
        patch('Service', 'web', { spec: { ports: [{ port: 80, targetPort: 8081 }] } }),
        jsonPatch('Widget' as 'Service', '*', [
          { op: 'test', path: '/spec/parts/0/id', value: 'a' },
          { op: 'add', path: '/spec/parts/-', value: { id: 'c', size: 3 } },
        ]),
        patch('Widget' as 'Service', 'web', { spec: { parts: [{ id: 'b', size: 20 }] } } as object),
      ],
    });
    manage(web, { progressDeadline: 900 });
    const after = new k8s.KubeConfigMap(chart, 'after', { metadata: { name: 'after' } });
    after.node.addDependency(web);
    new Kustomization(chart, 'extra', { path: './extra' });
    new HelmChart(chart, 'hooks', { chart: './charts/hooks', hooks: 'keep', upgradeHooks: 'before' });
  },
});

const ingress = defineHelm({
  namespace: 'ingress',
  owner: 'platform',
  chart: 'oci://registry.example.com/charts/ingress',
  version: '4.1.0',
  values: z.object({ replicas: z.int().default(2) }),
  hooks: 'drop',
});

export default defineEnvironment({
  name: 'included',
  cluster: 'eu-1',
  kubernetes: '1.35',
  external: ['shop', 'ingress'].map((name) => ({ kind: 'Namespace', name })),
  charts: { shop, ingress },
});
