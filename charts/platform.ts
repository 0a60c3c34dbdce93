import { k8s } from 'cdk8s-plus-28';
import { defineChart } from 'lockstep';
import { z } from 'zod';

/** The ground that the shop stands on: its namespace, what it may use, and a network that lets nothing in by itself. */
export const platform = defineChart({
  owner: 'team-platform',
  namespace: 'shop',
  values: z.object({ pods: z.int().min(1) }),
  build(chart, { values }) {
    new k8s.KubeNamespace(chart, 'namespace', {
      metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    new k8s.KubeResourceQuota(chart, 'quota', {
      metadata: { name: 'shop' },
      spec: { hard: { pods: k8s.Quantity.fromNumber(values.pods), 'services.loadbalancers': k8s.Quantity.fromNumber(0) } },
    });
    new k8s.KubeLimitRange(chart, 'limits', {
      metadata: { name: 'shop' },
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: k8s.Quantity.fromString('500m'), memory: k8s.Quantity.fromString('256Mi') },
            defaultRequest: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
          },
        ],
      },
    });
    new k8s.KubeNetworkPolicy(chart, 'default-deny', {
      metadata: { name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] },
    });
  },
});
