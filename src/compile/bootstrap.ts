import { managerOf, parentOf, partOfLabel } from '../model/applyset.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { AccessRule, RenderedIndex } from '../model/rendered.ts';

/**
 * What an administrator applies once, so that the agent of an environment may do what its rendered tree needs, and nothing
 * more: its namespace and ServiceAccount, the namespaces that it works in, and its roles there. The namespaces that the
 * environment has itself are marked as members of its ApplySet `setId`, so that the agent finds its own and not somebody else's.
 */
export function bootstrapObjects(
  index: RenderedIndex,
  { namespace, setId }: { readonly namespace: string; readonly setId: string },
): readonly Manifest[] {
  // Who the agent is, and what lets it in, are called as its field manager is.
  const name = managerOf(index.environment);
  const scopes = [...new Set(index.access.map((rule) => rule.namespace))].sort();
  const own = index.objects.filter(({ ref }) => ref.kind === 'Namespace' && ref.group === '').map(({ ref }) => ref.name);
  return [
    namespaceObject(namespace, {}),
    ...own.filter((other) => other !== namespace).map((other) => namespaceObject(other, { [partOfLabel]: setId })),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    ...roleWithBinding({
      name: `${name}-state`,
      scope: namespace,
      account: { name, namespace },
      rules: stateRules(parentOf(index.environment, namespace).name),
    }),
    ...scopes.flatMap((scope) =>
      roleWithBinding({
        name,
        scope,
        account: { name, namespace },
        rules: index.access.filter((rule) => rule.namespace === scope).map(policyRule),
      }),
    ),
  ];
}

/**
 * The agent's state: a ConfigMap for the revision and the status, with the inventory's chunks beside it, and the Lease that
 * says which process is the agent. An apply names what it creates, so that even this right can be limited to one object.
 */
function stateRules(lease: string): readonly JsonObject[] {
  return [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [lease], verbs: ['get', 'create', 'patch'] },
  ];
}

function namespaceObject(name: string, labels: { readonly [key: string]: string }): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) } };
}

function policyRule({ groups, resources, names, verbs }: AccessRule): JsonObject {
  return { apiGroups: groups, resources, verbs, ...(names === undefined ? {} : { resourceNames: names }) };
}

function roleWithBinding({
  name,
  scope,
  account,
  rules,
}: {
  readonly name: string;
  /** '' for the whole cluster. */
  readonly scope: string;
  readonly account: { readonly name: string; readonly namespace: string };
  readonly rules: readonly JsonObject[];
}): readonly Manifest[] {
  const prefix = scope === '' ? 'Cluster' : '';
  const metadata = scope === '' ? { name } : { name, namespace: scope };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion, kind: `${prefix}Role`, metadata, rules },
    {
      apiVersion,
      kind: `${prefix}RoleBinding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}
