import type { JudgedObjects, JudgedPod } from '../../authoring/rule.ts';
import { at, type JsonObject, numberAt, objectAt } from '../../model/json.ts';
import { quantityOf } from '../../model/quantity.ts';
import { onceFor } from '../once.ts';
import { lastingContainers } from '../pods.ts';
import { workloadsOf } from '../workloads.ts';

/** An amount of each resource, in billionths of its unit. */
export type Amounts = ReadonlyMap<Resource, bigint>;

/** What pods are bounded by. */
export const resources = ['cpu', 'memory'] as const;
export type Resource = (typeof resources)[number];

/** What one container requests; a limit is a request where there is none (core/v1 ResourceRequirements). */
export function requestsOf(container: JsonObject): Amounts {
  return amountsIn((resource) => at(container, 'resources', 'requests', resource) ?? at(container, 'resources', 'limits', resource));
}

/** What one container is limited to. */
export function limitsOf(container: JsonObject): Amounts {
  return amountsIn((resource) => at(container, 'resources', 'limits', resource));
}

/** What a map of quantities asks for. */
export function amountsOf(quantities: JsonObject): Amounts {
  return amountsIn((resource) => quantities[resource]);
}

function amountsIn(quantity: (resource: Resource) => unknown): Amounts {
  return new Map(
    resources.flatMap((resource) => {
      const amount = quantityOf(quantity(resource));
      return amount === undefined ? [] : [[resource, amount]];
    }),
  );
}

/** What a pod requests while it runs; what is said of the pod as a whole wins (KEP-2837). */
function podRequests(pod: JudgedPod): Amounts {
  const whole = requestsOf(pod.spec);
  const parts = lastingContainers(pod).map(({ container }) => requestsOf(container));
  return new Map(resources.map((resource) => [resource, whole.get(resource) ?? total(parts, resource)]));
}

/** What is requested of `resource` in all. */
export function total(parts: readonly Amounts[], resource: Resource): bigint {
  return parts.reduce((sum, part) => sum + (part.get(resource) ?? 0n), 0n);
}

/** What holds pods, how many of them at the most, and what they request together. */
export interface Requested {
  readonly pod: JudgedPod;
  readonly count: number;
  readonly amounts: Amounts;
}

/**
 * What everything requests at the most. A Job runs as many pods as its `parallelism`, and a CronJob those of one of its Jobs; a
 * DaemonSet counts once, since nobody knows the nodes; a template that nothing makes pods of does not count.
 */
export const requestedBy: (judged: JudgedObjects) => readonly Requested[] = onceFor((judged: JudgedObjects) => {
  const most = new Map(workloadsOf(judged).map((workload) => [workload.pod, workload.most]));
  return judged.pods
    .filter(({ object }) => object.kind !== 'PodTemplate')
    .map((pod) => {
      const count = Math.max(0, Math.trunc(most.get(pod) ?? parallelism(pod)));
      const one = podRequests(pod);
      return { pod, count, amounts: new Map([...one].map(([resource, amount]) => [resource, amount * BigInt(count)])) };
    });
});

function parallelism({ object, path }: JudgedPod): number {
  // The template stands in the spec of the Job.
  return numberAt(objectAt(object, ...path.slice(0, -1)), 'parallelism') ?? 1;
}
