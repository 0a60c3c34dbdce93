import type { Policy } from '../../authoring/policy.ts';
import type { Check, EnvironmentFinding, Finding, JudgedObjects, JudgedPod } from '../../authoring/rule.ts';
import { at, listAt, objectAt, type Path } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { quantityOf } from '../../model/quantity.ts';
import { packOf } from '../pack.ts';
import { lastingContainers } from '../pods.ts';
import { type Amounts, amountsOf, limitsOf, type Resource, requestedBy, requestsOf, resources, total } from './amounts.ts';
import { shownAmount } from './shown.ts';
import { costTexts } from './texts.ts';

/** Quantities as Kubernetes writes them: `500m`, `2Gi`. */
export interface Bounds {
  readonly cpu?: string | number;
  readonly memory?: string | number;
}

/** What `cost` takes: the most that there may be of something. What is left out is not bounded. */
export interface CostOptions {
  /** What one container may request, and what it may be limited to. */
  readonly container?: { readonly requests?: Bounds; readonly limits?: Bounds };
  /** What all replicas of one workload may request together, at the most that there may be. */
  readonly workload?: Bounds;
  /** What everything may request together. A DaemonSet counts as one pod. */
  readonly environment?: Bounds;
  /** How large one volume may be: `100Gi`. */
  readonly volume?: string | number;
  /** How many Services may have a load balancer. */
  readonly loadBalancers?: number;
}

/** What an environment may cost: bounds for what is requested, for volumes and for load balancers. Throws for what is no quantity. */
export function cost({ container, workload, environment, volume, loadBalancers }: CostOptions): Policy {
  const requests = boundsOf(container?.requests);
  const limits = boundsOf(container?.limits);
  const ofWorkload = boundsOf(workload);
  const ofEnvironment = boundsOf(environment);
  const size = volume === undefined ? undefined : boundOf(volume);
  return packOf('cost', costTexts, {
    container: container && containers(requests, limits),
    workload: workload && ofAll((judged) => workloads(judged, ofWorkload)),
    environment: environment && ofAll((judged) => everything(judged, ofEnvironment)),
    volume: size === undefined ? undefined : volumes(size),
    'load-balancers': loadBalancers === undefined ? undefined : ofAll((judged) => balancers(judged, loadBalancers)),
  });
}

function ofAll(check: (judged: JudgedObjects) => readonly EnvironmentFinding[]): Check {
  return { of: 'environment', check };
}

function boundOf(given: string | number): bigint {
  const bound = quantityOf(given);
  if (bound === undefined) throw new TypeError(`\`${given}\` is no quantity: write it like \`500m\` or \`2Gi\``);
  return bound;
}

function boundsOf(given: Bounds = {}): Amounts {
  for (const value of Object.values(given)) boundOf(value);
  return amountsOf({ ...given });
}

function containers(requests: Amounts, limits: Amounts): Check {
  const check = (pod: JudgedPod): readonly Finding[] =>
    lastingContainers(pod).flatMap(({ who, container, path }) => [
      ...beyond(requestsOf(container), {
        bounds: requests,
        what: `${who} requests`,
        path: (resource) => [...path, 'resources', 'requests', resource],
      }),
      ...beyond(limitsOf(container), {
        bounds: limits,
        what: `${who} is limited to`,
        path: (resource) => [...path, 'resources', 'limits', resource],
      }),
    ]);
  return { of: 'pods', check };
}

function workloads(judged: JudgedObjects, bounds: Amounts): readonly EnvironmentFinding[] {
  return requestedBy(judged).flatMap(({ pod, count, amounts }) => {
    const what = count === 1 ? 'its pod requests' : `its ${count} pods request`;
    return beyond(amounts, { bounds, what, path: () => [...pod.path, 'spec'] }).map((finding) => ({ ...finding, object: pod.object }));
  });
}

function everything(judged: JudgedObjects, bounds: Amounts): readonly EnvironmentFinding[] {
  const parts = requestedBy(judged).map(({ amounts }) => amounts);
  const sums = new Map(resources.map((resource) => [resource, total(parts, resource)]));
  return beyond(sums, { bounds, what: 'all pods together request', path: () => [] });
}

function beyond(
  amounts: Amounts,
  { bounds, what, path }: { readonly bounds: Amounts; readonly what: string; readonly path: (resource: Resource) => Path },
): readonly Finding[] {
  return [...bounds].flatMap(([resource, bound]) => {
    const amount = amounts.get(resource) ?? 0n;
    if (amount <= bound) return [];
    return [
      {
        message: `${what} \`${shownAmount(resource, amount)}\` of ${resource}: at most \`${shownAmount(resource, bound)}\``,
        path: path(resource),
      },
    ];
  });
}

function volumes(bound: bigint): Check {
  const check = (object: Manifest): readonly Finding[] =>
    claimsIn(object).flatMap((path) => {
      const asked = quantityOf(at(object, ...path));
      if (asked === undefined || asked <= bound) return [];
      return [{ message: `a volume of \`${shownAmount('memory', asked)}\`: at most \`${shownAmount('memory', bound)}\``, path }];
    });
  return { of: 'objects', on: ['PersistentVolumeClaim', 'StatefulSet'], check };
}

function claimsIn(object: Manifest): readonly Path[] {
  const size = ['spec', 'resources', 'requests', 'storage'];
  if (object.kind === 'PersistentVolumeClaim') return [size];
  return listAt(object, 'spec', 'volumeClaimTemplates').map((_, i) => ['spec', 'volumeClaimTemplates', i, ...size]);
}

function balancers(judged: JudgedObjects, most: number): readonly EnvironmentFinding[] {
  const found = judged.all('Service').filter((service) => objectAt(service, 'spec')['type'] === 'LoadBalancer');
  return found
    .slice(most)
    .map((object) => ({ object, message: `the environment has ${found.length} load balancers: at most ${most}`, path: ['spec', 'type'] }));
}
