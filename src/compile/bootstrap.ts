import { agentName, agentObjects, wayOut } from '../authoring/agent/objects.ts';
import { managerOf, parentOf } from '../model/applyset.ts';
import { environmentApi } from '../model/declared.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RenderedIndex, RenderedTree } from '../model/rendered.ts';
import { namespaceObjects, rolesOver, roleWithBinding, stateRules } from './bootstrap-rbac.ts';
import { environmentDefinition } from './environment-definition.ts';

/** Where an agent stands, and the ApplySet of its environment. */
export interface BootstrapPlace {
  readonly namespace: string;
  readonly setId: string;
}

/**
 * What an administrator applies once, so that the agent of an environment may do what its rendered tree needs, and nothing
 * more: its namespace and ServiceAccount, the namespaces that it works in, and its roles there.
 */
export function bootstrapObjects(index: RenderedIndex, place: BootstrapPlace): readonly Manifest[] {
  const { namespace } = place;
  // Who the agent is, and what lets it in, are called as its field manager is.
  const account = { name: managerOf(index.environment), namespace };
  const lease = parentOf(index.environment, namespace).name;
  return [
    ...namespaceObjects(index, place),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    ...roleWithBinding({ name: `${account.name}-state`, scope: namespace, account, rules: stateRules(lease) }),
    ...rolesOver(index.access, { name: account.name, account }),
  ];
}

/** The Secret that holds the credentials of an environment's repository; undefined for none. */
interface SourceSecret {
  readonly secret: string | undefined;
}

/**
 * What an administrator applies again whenever an environment of an agent in the cluster needs more. The agent, `lockstep`, reads what it is
 * told, holds the state and looks on. It changes the environment's objects in the name of `lockstep-<environment>`, which no pod runs as.
 */
export function inClusterRights({ index, access }: RenderedTree, place: BootstrapPlace & SourceSecret): readonly Manifest[] {
  const { namespace, secret } = place;
  const agent = { name: agentName, namespace };
  const actor = { name: managerOf(index.environment), namespace };
  const lease = parentOf(index.environment, namespace).name;
  // No name of an environment has a colon, so that no two of them meet.
  const roleOf = (what: string): string => `${actor.name}:${what}`;
  const state = [
    ...stateRules(lease),
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: [actor.name], verbs: ['impersonate'] },
  ];
  const reading =
    secret === undefined ? [] : [{ apiGroups: [''], resources: ['secrets'], resourceNames: [secret], verbs: ['get'] } satisfies JsonObject];
  return [
    ...namespaceObjects(index, place),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: agent },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: actor, automountServiceAccountToken: false },
    ...roleWithBinding({ name: agentName, scope: namespace, account: agent, rules: declaredRules }),
    ...roleWithBinding({ name: roleOf('state'), scope: namespace, account: agent, rules: state }),
    // Beside the others: whoever prints the rights anew without naming the Secret takes nothing away.
    ...reading.flatMap((rule) => roleWithBinding({ name: roleOf('source'), scope: namespace, account: agent, rules: [rule] })),
    ...rolesOver(access.watching, { name: roleOf('watch'), account: agent }),
    ...rolesOver(access.acting, { name: actor.name, account: actor }),
  ];
}

/** Objects `Environment` are read; their status is applied, and a finalizer of theirs is patched. */
const declaredRules: readonly JsonObject[] = [
  { apiGroups: [environmentApi.group], resources: ['environments'], verbs: ['list', 'watch', 'patch'] },
  { apiGroups: [environmentApi.group], resources: ['environments/status'], verbs: ['patch'] },
];

/** An environment that an agent in the cluster is to keep. */
export interface Declaration extends BootstrapPlace, SourceSecret {
  /** The repository of the rendered branch. */
  readonly source: string;
  /** What becomes of the environment's objects when the object `Environment` is deleted. */
  readonly onDelete: 'keep' | 'prune';
}

/** What an agent that is there already needs for one more environment, in the order in which it is applied. What others brought along stays. */
export function declaredObjects(tree: RenderedTree, declaration: Declaration): readonly Manifest[] {
  return [...inClusterRights(tree, declaration), ...declarationOf(tree, declaration)];
}

/** An agent in a cluster, with its first environment. */
export interface Installation extends Declaration {
  readonly image: string;
  readonly replicas: number;
}

/** All that an agent in the cluster needs, in the order in which it is applied: what defines the kind of the last object comes first. */
export function inClusterObjects(tree: RenderedTree, installation: Installation): readonly Manifest[] {
  return [
    environmentDefinition(),
    ...inClusterRights(tree, installation),
    ...agentObjects({ ...installation, sources: [] }),
    ...declarationOf(tree, installation),
  ];
}

function declarationOf({ environment }: RenderedTree, { namespace, source, secret, onDelete }: Declaration): readonly Manifest[] {
  const { apiVersion, kind } = environmentApi;
  const own = managerOf(environment);
  return [
    ...wayOut(source, { name: own, namespace }),
    {
      apiVersion,
      kind,
      metadata: { name: environment, namespace },
      spec: { source: { url: source, ...(secret === undefined ? {} : { secretName: secret }) }, serviceAccountName: own, onDelete },
    },
  ];
}
