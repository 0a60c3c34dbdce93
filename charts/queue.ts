import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { hardened } from './hardened.js';
import { spreadOverNodes } from './spread.js';

const labels = { app: 'queue', team: 'team-data' };
const selector = { app: 'queue' };

/** The queue between the orders and those who carry them out: NATS with JetStream, on volumes of its own. */
export const queue = defineChart({
  owner: 'team-data',
  namespace: 'shop',
  values: z.object({ image: image(), replicas: z.int().min(1).default(1) }),
  build(chart, { values }) {
    new k8s.KubeStatefulSet(chart, 'server', {
      metadata: { name: 'queue', labels },
      spec: {
        serviceName: 'queue',
        replicas: values.replicas,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { ...hardened.pod, fsGroup: 10001 },
            topologySpreadConstraints: spreadOverNodes(selector),
            containers: [
              {
                name: 'nats',
                image: values.image,
                args: ['--jetstream', '--store_dir=/data', '--http_port=8222'],
                ports: [
                  { name: 'nats', containerPort: 4222 },
                  { name: 'monitor', containerPort: 8222 },
                ],
                readinessProbe: { httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('monitor') } },
                securityContext: hardened.container,
                volumeMounts: [{ name: 'data', mountPath: '/data' }],
              },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('2Gi') } } },
          },
        ],
      },
    });
    new k8s.KubeService(chart, 'service', {
      metadata: { name: 'queue' },
      spec: { clusterIp: 'None', selector, ports: [{ name: 'nats', port: 4222, targetPort: k8s.IntOrString.fromString('nats') }] },
    });
    new k8s.KubeNetworkPolicy(chart, 'callers', {
      metadata: { name: 'queue' },
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: ['orders', 'invoices', 'mail'].map((app) => ({ podSelector: { matchLabels: { app } } })),
            ports: [{ port: k8s.IntOrString.fromString('nats') }],
          },
        ],
      },
    });
    if (values.replicas > 1) {
      new k8s.KubePodDisruptionBudget(chart, 'budget', {
        metadata: { name: 'queue' },
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selector } },
      });
    }
  },
});
