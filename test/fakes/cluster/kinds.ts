import type { Json, JsonObject } from '../../../src/model/json.ts';
import { at, isObject, listAt, stringAt } from '../../../src/model/json.ts';
import type { Resource } from '../../../src/ports.ts';

/** What the fake serves from the start. Of the namespaced ones and of the rest, `plural` by `apiVersion/kind`. */
const namespaced: Readonly<Record<string, string>> = {
  'v1/ConfigMap': 'configmaps',
  'v1/Secret': 'secrets',
  'v1/Service': 'services',
  'v1/ServiceAccount': 'serviceaccounts',
  'v1/Pod': 'pods',
  'v1/Event': 'events',
  'v1/PersistentVolumeClaim': 'persistentvolumeclaims',
  'apps/v1/Deployment': 'deployments',
  'apps/v1/StatefulSet': 'statefulsets',
  'apps/v1/DaemonSet': 'daemonsets',
  'batch/v1/Job': 'jobs',
  'batch/v1/CronJob': 'cronjobs',
  'coordination.k8s.io/v1/Lease': 'leases',
  'autoscaling/v2/HorizontalPodAutoscaler': 'horizontalpodautoscalers',
  'networking.k8s.io/v1/Ingress': 'ingresses',
  'networking.k8s.io/v1/NetworkPolicy': 'networkpolicies',
  'policy/v1/PodDisruptionBudget': 'poddisruptionbudgets',
  'rbac.authorization.k8s.io/v1/Role': 'roles',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'rolebindings',
};
const clusterScoped: Readonly<Record<string, string>> = {
  'v1/Namespace': 'namespaces',
  'v1/PersistentVolume': 'persistentvolumes',
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'customresourcedefinitions',
  'rbac.authorization.k8s.io/v1/ClusterRole': 'clusterroles',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': 'clusterrolebindings',
};

/** Kinds that have no status. */
const withoutStatus = new Set([
  'ConfigMap',
  'Event',
  'Secret',
  'ServiceAccount',
  'Lease',
  'NetworkPolicy',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);

/** Kinds whose metadata has no generation, as measured on 1.35. */
const withoutGeneration = new Set([
  'ConfigMap',
  'Event',
  'Secret',
  'Service',
  'ServiceAccount',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'Lease',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);

/** Whether objects of `kind` count their generations. */
export function hasGeneration(kind: string): boolean {
  return !withoutGeneration.has(kind);
}

/** The kinds that are served without any definition, by `apiVersion/kind`. */
export function builtinResources(): Map<string, Resource> {
  const rows = [
    ...Object.entries(namespaced).map(([id, plural]) => [id, plural, true] as const),
    ...Object.entries(clusterScoped).map(([id, plural]) => [id, plural, false] as const),
  ];
  return new Map(rows.map(([id, plural, isNamespaced]) => [id, resourceOf(id, plural, isNamespaced)]));
}

function resourceOf(id: string, plural: string, isNamespaced: boolean): Resource {
  const parts = id.split('/');
  const [group, version, kind] = parts.length === 3 ? parts : ['', ...parts];
  return {
    group: group ?? '',
    version: version ?? '',
    kind: kind ?? '',
    plural,
    namespaced: isNamespaced,
    status: !withoutStatus.has(kind ?? ''),
  };
}

/** The kinds that a CustomResourceDefinition makes served, by `apiVersion/kind`. */
export function definedResources(definition: JsonObject): ReadonlyMap<string, Resource> {
  const group = stringAt(definition, 'spec', 'group') ?? '';
  const kind = stringAt(definition, 'spec', 'names', 'kind') ?? '';
  const plural = stringAt(definition, 'spec', 'names', 'plural') ?? '';
  const isNamespaced = stringAt(definition, 'spec', 'scope') === 'Namespaced';
  return new Map(
    listAt(definition, 'spec', 'versions')
      .filter((entry) => at(entry, 'served') !== false)
      .map((entry) => {
        const version = stringAt(entry, 'name') ?? '';
        const status = isObject(at(entry, 'subresources', 'status'));
        return [`${group}/${version}/${kind}`, { group, version, kind, plural, namespaced: isNamespaced, status }];
      }),
  );
}

/** A piece of a schema: a type, the fields of an object, or a map of strings. `any` is not looked into. */
type Shape = 'string' | 'number' | 'boolean' | 'strings' | 'any' | { readonly [field: string]: Shape };

const metadata: Shape = {
  name: 'string',
  namespace: 'string',
  uid: 'string',
  resourceVersion: 'string',
  generateName: 'string',
  labels: 'strings',
  annotations: 'strings',
  finalizers: 'any',
  ownerReferences: 'any',
  generation: 'number',
  creationTimestamp: 'string',
  deletionTimestamp: 'string',
  managedFields: 'any',
};
const top = { apiVersion: 'string', kind: 'string', metadata } as const;
const workload = {
  replicas: 'number',
  selector: 'any',
  template: 'any',
  paused: 'boolean',
  minReadySeconds: 'number',
  strategy: 'any',
  revisionHistoryLimit: 'number',
  progressDeadlineSeconds: 'number',
} as const;

/** What is known of some kinds; the fields of others are not checked. */
const shapes: Readonly<Record<string, Shape>> = {
  ConfigMap: { ...top, data: 'strings', binaryData: 'strings', immutable: 'boolean' },
  Secret: { ...top, type: 'string', data: 'strings', stringData: 'strings', immutable: 'boolean' },
  Namespace: { ...top, spec: 'any', status: 'any' },
  ServiceAccount: { ...top, automountServiceAccountToken: 'boolean', imagePullSecrets: 'any', secrets: 'any' },
  Deployment: { ...top, spec: workload, status: 'any' },
};

/** What does not fit the schema of its kind, in the words of the API server; undefined when all does. */
export function misfit(manifest: JsonObject): string | undefined {
  return check(manifest, shapes[stringAt(manifest, 'kind') ?? ''] ?? 'any', '');
}

function check(value: Json | undefined, shape: Shape, path: string): string | undefined {
  if (shape === 'any' || value === undefined || value === null) return undefined;
  if (typeof shape === 'string' && shape !== 'strings') {
    const expected = shape === 'number' ? 'numeric (int or float)' : shape;
    return typeof value === shape
      ? undefined
      : `${path}: expected ${expected}, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`;
  }
  if (!isObject(value)) return `${path}: expected map, got &{${JSON.stringify(value)}}`;
  for (const [key, child] of Object.entries(value)) {
    const inner = shape === 'strings' ? 'string' : shape[key];
    const found = inner === undefined ? `${path}.${key}: field not declared in schema` : check(child, inner, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
