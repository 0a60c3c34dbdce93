import { partOfLabel, suspensionsOf, usualNamespace } from '../model/applyset.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ObjectRef } from '../model/ref.ts';
import type { AccessRule, RenderedIndex } from '../model/rendered.ts';
import { rbacGroup } from './roles.ts';

/**
 * The namespaces that an agent works in before it can make any: those of its state and of itself, and those that the environment has
 * itself, which are marked as members of its ApplySet `setId`, so that the agent finds its own and not somebody else's.
 */
export function namespaceObjects(
  index: RenderedIndex,
  { namespaces, setId }: { readonly namespaces: readonly string[]; readonly setId: string },
): readonly Manifest[] {
  const given = [...new Set(namespaces)];
  const own = index.objects.filter(({ ref }) => ref.kind === 'Namespace' && ref.group === '').map(({ ref }) => ref.name);
  return [
    ...given.map((namespace) => namespaceObject(namespace, {})),
    ...own.filter((other) => !given.includes(other)).map((other) => namespaceObject(other, { [partOfLabel]: setId })),
  ];
}

function namespaceObject(name: string, labels: { readonly [key: string]: string }): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) } };
}

/** A ServiceAccount that rights are given to. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The name of a role of the whole cluster, or of a namespace that others use as well, for what stands in `namespace`: environments of two
 * namespaces may be called the same. No name of an environment or a namespace has a colon, so that no two of them meet.
 */
export function nameFor(namespace: string, name: string): string {
  return namespace === usualNamespace ? name : `${namespace}:${name}`;
}

/** The roles `name` that give `account` the rights of `access` where it has them, and their bindings. */
export function rolesOver(access: readonly AccessRule[], { name, account }: { readonly name: string; readonly account: Account }) {
  const scopes = [...new Set(access.map((rule) => rule.namespace))].sort();
  return scopes.flatMap((scope) => {
    const rules = access.filter((rule) => rule.namespace === scope).map(policyRule);
    return roleWithBinding({ name, scope, account, rules });
  });
}

function policyRule({ groups, resources, names, verbs }: AccessRule): JsonObject {
  return { apiGroups: groups, resources, verbs, ...(names === undefined ? {} : { resourceNames: names }) };
}

/** A role with its binding. */
export function roleWithBinding({
  name,
  scope,
  account,
  rules,
}: {
  readonly name: string;
  /** '' for the whole cluster. */
  readonly scope: string;
  readonly account: Account;
  readonly rules: readonly JsonObject[];
}): readonly Manifest[] {
  const prefix = scope === '' ? 'Cluster' : '';
  const metadata = scope === '' ? { name } : { name, namespace: scope };
  const apiVersion = `${rbacGroup}/v1`;
  return [
    { apiVersion, kind: `${prefix}Role`, metadata, rules },
    {
      apiVersion,
      kind: `${prefix}RoleBinding`,
      metadata,
      roleRef: { apiGroup: rbacGroup, kind: `${prefix}Role`, name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}

/**
 * The agent's state: a ConfigMap for the revision and the status, with the inventory's chunks beside it, and the Lease that
 * says which process is the agent. An apply names what it creates, so that even this right can be limited to one object, and so
 * can the watch of the object that says which slices are suspended.
 */
export function stateRules(parent: ObjectRef): readonly JsonObject[] {
  return [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [suspensionsOf(parent).name], verbs: ['list', 'watch'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [parent.name], verbs: ['get', 'create', 'patch'] },
  ];
}
