/**
 * Which object: group, kind, namespace and name. There is no version, since Kubernetes stores an object once
 * whatever version it is read at. `group` is '' for the core group, `namespace` is '' for cluster-scoped kinds.
 */
export interface ObjectRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One object in one cluster as a string, for maps and sets. Two refs are the same object when their keys are equal. */
export type ObjectKey = string;

/** The key of `ref`. A slash cannot stand in any of its parts. */
export function keyOf(ref: ObjectRef): ObjectKey {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** The ref whose key is `key`. */
export function refOfKey(key: ObjectKey): ObjectRef {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  return { group, kind, namespace, name };
}

/** The namespace `name`. */
export function namespaceRef(name: string): ObjectRef {
  return { group: '', kind: 'Namespace', namespace: '', name };
}

/** For people: `Deployment/shop/web`, and `Namespace/shop` for a cluster-scoped object. */
export function formatRef(ref: ObjectRef): string {
  return ref.namespace === '' ? `${ref.kind}/${ref.name}` : `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** Which kind: group and kind, without a version. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** `Deployment.apps`, and `Service` for the core group: the form of KEP-3659's contains-group-kinds. */
export function formatGroupKind({ group, kind }: GroupKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/** The group of an apiVersion: 'apps' of 'apps/v1', '' of 'v1'. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The version of an apiVersion: 'v1' of 'apps/v1' and of 'v1'. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** Compares by code unit, so that an order never depends on a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
