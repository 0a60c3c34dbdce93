import type { JudgedObjects, JudgedPod } from '../authoring/rule.ts';
import { at, isObject, type Json, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { selects } from '../schema/selector.ts';
import { onceFor } from './once.ts';
import { byNamespace, labelsOf, namespaceOf } from './pods.ts';

/** What keeps a number of equal pods running, and how many: fewer and more when an autoscaler decides. */
export interface Workload {
  readonly pod: JudgedPod;
  readonly object: Manifest;
  readonly fewest: number;
  readonly most: number;
}

/** Kinds with `replicas`, which PodDisruptionBudgets count by. */
const scaled = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'];

/** The workloads with replicas. One whose number of replicas is of another type is left out. */
export const workloadsOf: (judged: JudgedObjects) => readonly Workload[] = onceFor((judged: JudgedObjects) => {
  const scalers = new Map(judged.all('HorizontalPodAutoscaler').map((scaler) => [targetOf(scaler), scaler]));
  return judged.pods.flatMap((pod): readonly Workload[] => {
    const { object } = pod;
    if (!scaled.includes(object.kind)) return [];
    const scaler = scalers.get(`${namespaceOf(object)}/${object.kind}/${object.metadata.name}`);
    const written = at(object, 'spec', 'replicas') ?? 1;
    const fewest = scaler === undefined ? written : (at(scaler, 'spec', 'minReplicas') ?? 1);
    const most = scaler === undefined ? written : numberAt(scaler, 'spec', 'maxReplicas');
    return typeof fewest === 'number' && typeof most === 'number' ? [{ pod, object, fewest, most }] : [];
  });
});

function targetOf(scaler: Manifest): string {
  const part = (key: string): string => stringAt(scaler, 'spec', 'scaleTargetRef', key) ?? '';
  return `${namespaceOf(scaler)}/${part('kind')}/${part('name')}`;
}

/** A Service, and the pods that it selects. */
export interface Selected {
  readonly selector: Manifest;
  readonly pods: readonly JudgedPod[];
}

/** Every Service with the pods that it sends requests to. */
export const servicesWithPods: (judged: JudgedObjects) => readonly Selected[] = onceFor((judged: JudgedObjects) => {
  return selected(judged, 'Service', (service) => {
    const labels = at(service, 'spec', 'selector');
    const isEmpty = !isObject(labels) || Object.keys(labels).length === 0;
    return isEmpty || stringAt(service, 'spec', 'type') === 'ExternalName' ? undefined : { matchLabels: labels };
  });
});

/** Every PodDisruptionBudget with the pods that it counts. One without a selector counts none, an empty one all (policy/v1). */
export const budgetsWithPods: (judged: JudgedObjects) => readonly Selected[] = onceFor((judged: JudgedObjects) => {
  return selected(judged, 'PodDisruptionBudget', (budget) => {
    const selector = at(budget, 'spec', 'selector');
    return isObject(selector) ? selector : undefined;
  });
});

function selected(judged: JudgedObjects, kind: string, selectorOf: (object: Manifest) => Json | undefined): readonly Selected[] {
  const objects = judged.all(kind);
  if (objects.length === 0) return [];
  const candidatesOf = byLabel(judged.pods);
  return objects.flatMap((object) => {
    const selector = selectorOf(object);
    if (selector === undefined) return [];
    return [{ selector: object, pods: candidatesOf(namespaceOf(object), selector).filter((pod) => selects(selector, labelsOf(pod))) }];
  });
}

/** Finds the pods of a namespace that a selector may select: those with the rarest of the labels that it asks for. */
function byLabel(pods: readonly JudgedPod[]): (namespace: string, selector: Json) => readonly JudgedPod[] {
  const namespaces = byNamespace(pods, ({ object }) => object);
  const labelled = new Map<string, JudgedPod[]>();
  for (const pod of pods) {
    for (const [key, value] of Object.entries(labelsOf(pod))) {
      const label = labelKey(namespaceOf(pod.object), key, value);
      const same = labelled.get(label);
      if (same === undefined) labelled.set(label, [pod]);
      else same.push(pod);
    }
  }
  return (namespace, selector) =>
    Object.entries(objectAt(selector, 'matchLabels'))
      .map(([key, value]) => labelled.get(labelKey(namespace, key, value)) ?? [])
      .reduce((rarest: readonly JudgedPod[], some) => (some.length < rarest.length ? some : rarest), namespaces.get(namespace) ?? []);
}

function labelKey(namespace: string, key: string, value: Json | undefined): string {
  return `${namespace} ${key} ${String(value)}`;
}

/** Whether the pod has volumes, or takes ports of its node, that only one pod at a time can have. */
export function holdsAlone({ spec, containers }: JudgedPod): boolean {
  const hasClaim = listAt(spec, 'volumes').some((volume) => isObject(at(volume, 'persistentVolumeClaim')));
  const takesPort = containers.some(({ container }) => listAt(container, 'ports').some((port) => (numberAt(port, 'hostPort') ?? 0) !== 0));
  return hasClaim || takesPort || spec['hostNetwork'] === true;
}
