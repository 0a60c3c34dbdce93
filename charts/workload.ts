import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { z } from 'zod';
import { hardened } from './hardened.js';
import { spreadOverNodes } from './spread.js';

/** How many pods run: as many as told, or between two numbers, as the load asks for. */
export const scale = z
  .object({
    replicas: z.int().min(1).default(2),
    /** The most pods an autoscaler may start; without it there is none. */
    upTo: z.int().min(2).optional(),
  })
  .refine(({ replicas, upTo = replicas }) => upTo >= replicas, 'an autoscaler starts with `replicas`, and `upTo` is less');

/** What a stateless workload of the shop is made of. */
export interface Workload {
  /** The name of everything that belongs to it. */
  readonly name: string;
  /** The team that is woken when it fails. */
  readonly team: string;
  readonly image: string;
  readonly scale: z.output<typeof scale>;
  /** The port that it answers HTTP on; a worker has none. */
  readonly port?: number;
  /** Where it tells that it can take requests. */
  readonly ready?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The workloads that may call it. Nobody else can, since the platform denies what nobody allows. */
  readonly callers?: readonly string[];
}

/**
 * A stateless workload as the shop wants all of them: hardened, with an identity of its own, measured probes, reached only by
 * its callers, and never drained away as a whole. Returns the Deployment, so that a chart can say what it waits for.
 */
export function addWorkload(chart: Chart, workload: Workload): k8s.KubeDeployment {
  const { name, team, image, port, ready, env = {}, callers = [] } = workload;
  const { replicas, upTo } = workload.scale;
  const selector = { app: name };
  const labels = { ...selector, team };

  new k8s.KubeServiceAccount(chart, `${name}-account`, { metadata: { name }, automountServiceAccountToken: false });
  const deployment = new k8s.KubeDeployment(chart, name, {
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          priorityClassName: 'shop',
          securityContext: hardened.pod,
          // One node less is one pod less.
          topologySpreadConstraints: spreadOverNodes(selector),
          containers: [
            {
              name,
              image,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              resources: {
                requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
                limits: { memory: k8s.Quantity.fromString('256Mi') },
              },
              securityContext: hardened.container,
              ...(port === undefined ? {} : { ports: [{ name: 'http', containerPort: port }] }),
              ...(ready === undefined ? {} : { readinessProbe: { httpGet: { path: ready, port: k8s.IntOrString.fromString('http') } } }),
            },
          ],
        },
      },
    },
  });

  if (port !== undefined) {
    new k8s.KubeService(chart, `${name}-service`, {
      metadata: { name },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }] },
    });
  }
  if (callers.length > 0) {
    new k8s.KubeNetworkPolicy(chart, `${name}-callers`, {
      metadata: { name },
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: callers.map((app) => ({ podSelector: { matchLabels: { app } } })),
            ports: [{ port: k8s.IntOrString.fromString('http') }],
          },
        ],
      },
    });
  }
  // One pod alone cannot be disrupted without an outage, and a budget would only block the node's drain.
  if (replicas > 1) {
    new k8s.KubePodDisruptionBudget(chart, `${name}-budget`, {
      metadata: { name },
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });
  }
  // Lockstep leaves the number of pods to it, and says so in the rendered index.
  if (upTo !== undefined) {
    new k8s.KubeHorizontalPodAutoscalerV2(chart, `${name}-autoscaler`, {
      metadata: { name },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: replicas,
        maxReplicas: upTo,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
    });
  }
  return deployment;
}
