import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { addWorkload, scale } from './workload.js';

/** What customers see, and what the shop's own people work with, behind one ingress. */
export const web = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  values: z.object({
    image: image(),
    host: z.string(),
    scale: scale.prefault({}),
    greeting: z.string().default('Welcome to the shop'),
    logLevel: z.enum(['debug', 'info', 'warn']).default('info'),
  }),
  build(chart, { values }) {
    const common = { team: 'team-shop', image: values.image, port: 9898, ready: '/readyz' };
    addWorkload(chart, {
      ...common,
      name: 'web',
      scale: values.scale,
      env: { PODINFO_UI_MESSAGE: values.greeting, PODINFO_LEVEL: values.logLevel },
    });
    addWorkload(chart, { ...common, name: 'office', scale: { replicas: 1 }, env: { PODINFO_UI_MESSAGE: 'For our own people' } });
    addIngress(chart, values.host);
  },
});

/** The front ends are the only ones that the world reaches; the ingress controller lives in a namespace of its own. */
function addIngress(chart: Chart, host: string): void {
  const fronts = [
    { name: 'web', host },
    { name: 'office', host: `office.${host}` },
  ];
  new k8s.KubeIngress(chart, 'ingress', {
    metadata: { name: 'web' },
    spec: {
      rules: fronts.map(({ name, host: at }) => ({
        host: at,
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
      })),
    },
  });
  new k8s.KubeNetworkPolicy(chart, 'open', {
    metadata: { name: 'fronts' },
    spec: {
      podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: fronts.map(({ name }) => name) }] },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }],
          ports: [{ port: k8s.IntOrString.fromString('http') }],
        },
      ],
    },
  });
}
