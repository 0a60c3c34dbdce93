import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { hardened } from './hardened.js';

/** The shop's front end: stateless, behind an ingress, reading its greeting from a ConfigMap. */
export const web = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  values: z.object({
    image: image(),
    host: z.string(),
    replicas: z.int().min(1).default(2),
    greeting: z.string().default('Welcome to the shop'),
    logLevel: z.enum(['debug', 'info', 'warn']).default('info'),
  }),
  build(chart, { values }) {
    const labels = { app: 'web', team: 'team-shop' };
    const selector = { app: 'web' };

    new k8s.KubeServiceAccount(chart, 'account', { metadata: { name: 'web' }, automountServiceAccountToken: false });
    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { name: 'web' },
      data: { PODINFO_UI_MESSAGE: values.greeting, PODINFO_LEVEL: values.logLevel },
    });
    new k8s.KubeDeployment(chart, 'deployment', {
      metadata: { name: 'web', labels },
      spec: {
        replicas: values.replicas,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'web',
            automountServiceAccountToken: false,
            securityContext: hardened.pod,
            containers: [
              {
                name: 'web',
                image: values.image,
                envFrom: [{ configMapRef: { name: 'web' } }],
                ports: [{ name: 'http', containerPort: 9898 }],
                readinessProbe: { httpGet: { path: '/readyz', port: k8s.IntOrString.fromString('http') } },
                securityContext: hardened.container,
              },
            ],
          },
        },
      },
    });
    new k8s.KubeService(chart, 'service', {
      metadata: { name: 'web' },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }] },
    });
    new k8s.KubeIngress(chart, 'ingress', {
      metadata: { name: 'web' },
      spec: {
        rules: [
          {
            host: values.host,
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }] },
          },
        ],
      },
    });
    new k8s.KubeNetworkPolicy(chart, 'allow-http', {
      metadata: { name: 'web' },
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: k8s.IntOrString.fromString('http') }] }],
      },
    });
    // One pod alone cannot be disrupted without an outage, and a budget would only block the node's drain.
    if (values.replicas > 1) {
      new k8s.KubePodDisruptionBudget(chart, 'budget', {
        metadata: { name: 'web' },
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selector } },
      });
    }
  },
});
