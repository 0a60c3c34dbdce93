import { createHash } from 'node:crypto';
import { compareText, formatGroupKind, type ObjectRef } from './ref.ts';

/** The label that every object of an ApplySet carries (KEP-3659). */
export const partOfLabel = 'applyset.kubernetes.io/part-of';

/** The label and the annotations of the ApplySet's parent (KEP-3659). */
export const applySetMarks = {
  id: 'applyset.kubernetes.io/id',
  tooling: 'applyset.kubernetes.io/tooling',
  groupKinds: 'applyset.kubernetes.io/contains-group-kinds',
  namespaces: 'applyset.kubernetes.io/additional-namespaces',
} as const;

/** The namespace of an agent and of its state where none is told. */
export const usualNamespace = 'lockstep';

/** The ConfigMap that is the ApplySet's parent and holds the state of `environment`; `namespace` is the agent's. */
export function parentOf(environment: string, namespace: string): ObjectRef {
  return { group: '', kind: 'ConfigMap', namespace, name: `lockstep-${environment}` };
}

/** The ConfigMap beside `parent` that says which slices of its environment are suspended. No name of an environment has a dot. */
export function suspensionsOf(parent: ObjectRef): ObjectRef {
  return { ...parent, name: `${parent.name}.suspended` };
}

/** The field manager of `environment`: one each, since two writers under one name cannot see each other's changes. */
export function managerOf(environment: string): string {
  return `lockstep-${environment}`;
}

/** The id of the ApplySet whose parent is `parent`: nobody can borrow another set's id without standing in its place. */
export function applySetId(parent: ObjectRef): string {
  const digest = createHash('sha256').update(`${parent.name}.${parent.namespace}.${parent.kind}.${parent.group}`).digest('base64url');
  return `applyset-${digest}-v1`;
}

/** The parent's annotations that say where the members of the set are to be looked for. */
export function applySetAnnotations(members: Iterable<ObjectRef>, parent: ObjectRef): { readonly [key: string]: string } {
  const groupKinds = new Set<string>();
  const namespaces = new Set<string>();
  for (const ref of members) {
    groupKinds.add(formatGroupKind(ref));
    if (ref.namespace !== '' && ref.namespace !== parent.namespace) namespaces.add(ref.namespace);
  }
  return {
    [applySetMarks.tooling]: 'lockstep/v1',
    [applySetMarks.groupKinds]: [...groupKinds].sort(compareText).join(','),
    [applySetMarks.namespaces]: [...namespaces].sort(compareText).join(','),
  };
}
