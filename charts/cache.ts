import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { hardened } from './hardened.js';

/** The shop's cache: one Redis that forgets everything when it restarts, reached by the shop's pods only. */
export const cache = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  values: z.object({
    image: image(),
    memory: z
      .string()
      .regex(/^\d+mb$/)
      .default('64mb'),
  }),
  build(chart, { values }) {
    const labels = { app: 'cache', team: 'team-shop' };
    const selector = { app: 'cache' };

    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { name: 'cache' },
      data: { 'redis.conf': `maxmemory ${values.memory}\nmaxmemory-policy allkeys-lru\nsave ""\nappendonly no\n` },
    });
    new k8s.KubeDeployment(chart, 'deployment', {
      metadata: { name: 'cache', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            securityContext: hardened.pod,
            containers: [
              {
                name: 'redis',
                image: values.image,
                args: ['redis-server', '/etc/redis/redis.conf'],
                ports: [{ name: 'redis', containerPort: 6379 }],
                readinessProbe: { exec: { command: ['redis-cli', 'ping'] } },
                securityContext: hardened.container,
                volumeMounts: [{ name: 'config', mountPath: '/etc/redis' }],
              },
            ],
            volumes: [{ name: 'config', configMap: { name: 'cache' } }],
          },
        },
      },
    });
    new k8s.KubeService(chart, 'service', {
      metadata: { name: 'cache' },
      spec: { selector, ports: [{ name: 'redis', port: 6379, targetPort: k8s.IntOrString.fromString('redis') }] },
    });
    new k8s.KubeNetworkPolicy(chart, 'allow-shop', {
      metadata: { name: 'cache' },
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'catalog' } } }], ports: [{ port: k8s.IntOrString.fromString('redis') }] }],
      },
    });
  },
});
