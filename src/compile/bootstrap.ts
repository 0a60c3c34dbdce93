import { agentName, agentObjects, wayOut } from '../authoring/agent/objects.ts';
import { managerOf, parentOf } from '../model/applyset.ts';
import { environmentApi } from '../model/declared.ts';
import type { ForgeType } from '../model/forge.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RenderedIndex, RenderedTree } from '../model/rendered.ts';
import { type Account, nameFor, namespaceObjects, rolesOver, roleWithBinding, stateRules } from './bootstrap-rbac.ts';
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
  return [
    ...namespaceObjects(index, { ...place, namespaces: [namespace] }),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    ...roleWithBinding({
      name: `${account.name}-state`,
      scope: namespace,
      account,
      rules: stateRules(parentOf(index.environment, namespace)),
    }),
    ...rolesOver(index.access, { name: nameFor(namespace, account.name), account }),
  ];
}

/** An environment of an agent in the cluster: its object `Environment`, its state and its ServiceAccount are in `namespace`. */
export interface DeclaredPlace extends BootstrapPlace {
  /** The Secret that holds the credentials of its repository; undefined for none. */
  readonly secret: string | undefined;
  /** The Secret that says who tells a forge how the environment does, where that is another one. */
  readonly reportSecret: string | undefined;
  /** The ConfigMap that names those who may sign what is taken; undefined where nobody has to. */
  readonly signers: string | undefined;
  /** Where the agent stands that keeps environments of all namespaces; undefined for one that stands beside them and keeps no others. */
  readonly agentNamespace: string | undefined;
}

/**
 * What an administrator applies again whenever an environment of an agent in the cluster needs more. The agent, `lockstep`, reads what it is
 * told, holds the state and looks on. It changes the environment's objects in the name of `lockstep-<environment>`, which no pod runs as.
 */
export function inClusterRights({ index, access }: RenderedTree, place: DeclaredPlace): readonly Manifest[] {
  const { namespace, secret, reportSecret, signers, agentNamespace = namespace } = place;
  const agent = { name: agentName, namespace: agentNamespace };
  const actor = { name: managerOf(index.environment), namespace };
  // No name of an environment has a colon, so that no two of them meet.
  const roleOf = (what: string): string => `${actor.name}:${what}`;
  const state = [
    ...stateRules(parentOf(index.environment, namespace)),
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: [actor.name], verbs: ['impersonate'] },
  ];
  const reading = (what: string, name: string | undefined, resource: 'configmaps' | 'secrets' = 'secrets'): readonly Manifest[] => {
    if (name === undefined) return [];
    const rule = { apiGroups: [''], resources: [resource], resourceNames: [name], verbs: ['get'] };
    return roleWithBinding({ name: roleOf(what), scope: namespace, account: agent, rules: [rule] });
  };
  return [
    ...namespaceObjects(index, { ...place, namespaces: [agentNamespace, namespace] }),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: agent },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: actor, automountServiceAccountToken: false },
    ...declaredRoles(agent, place),
    ...roleWithBinding({ name: roleOf('state'), scope: namespace, account: agent, rules: state }),
    // Beside the others: whoever prints the rights anew without naming a Secret takes nothing away.
    ...reading('source', secret),
    ...reading('report', reportSecret),
    ...reading('signers', signers, 'configmaps'),
    ...rolesOver(access.watching, { name: nameFor(namespace, roleOf('watch')), account: agent }),
    ...rolesOver(access.acting, { name: nameFor(namespace, actor.name), account: actor }),
  ];
}

/** An apply names what it creates, so that even this right can be limited to one object. */
const rosterRule: JsonObject = {
  apiGroups: [''],
  resources: ['configmaps'],
  resourceNames: [agentName],
  verbs: ['get', 'create', 'patch'],
};

/** Objects `Environment` are read, in all namespaces at once or in one; their status is applied, and a finalizer of theirs is patched. */
function declaredRoles(agent: Account, { namespace, agentNamespace }: DeclaredPlace): readonly Manifest[] {
  const over = (verbs: readonly string[]): JsonObject => ({ apiGroups: [environmentApi.group], resources: ['environments'], verbs });
  const status = { apiGroups: [environmentApi.group], resources: ['environments/status'], verbs: ['patch'] };
  const here = { name: agentName, scope: namespace, account: agent };
  if (agentNamespace === undefined) return roleWithBinding({ ...here, rules: [over(['get', 'list', 'watch', 'patch']), status] });
  return [
    ...roleWithBinding({ name: nameFor(agentNamespace, agentName), scope: '', account: agent, rules: [over(['list', 'watch'])] }),
    ...roleWithBinding({ ...here, rules: [over(['get', 'patch']), status] }),
    // Agents tell each other there that they are alive.
    ...roleWithBinding({ name: `${agentName}:roster`, scope: agentNamespace, account: agent, rules: [rosterRule] }),
  ];
}

/** An environment that an agent in the cluster is to keep. */
export interface Declaration extends DeclaredPlace {
  /** The repository of the rendered branch. */
  readonly source: string;
  /** The branch that holds a folder for it and for others; undefined where it has one of its own. */
  readonly branch: string | undefined;
  /** What becomes of the environment's objects when the object `Environment` is deleted. */
  readonly onDelete: 'keep' | 'prune';
  /** The forge that is told how the environment does; undefined for none. */
  readonly report: ReportPlace | undefined;
}

/** A forge that is told how an environment does. */
export interface ReportPlace {
  readonly forge: ForgeType;
  /** Its URL, where that of the repository does not tell. */
  readonly url: string | undefined;
  /** Where it is asked. */
  readonly api: string;
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
  const { namespace, agentNamespace, image, replicas } = installation;
  const allNamespaces = agentNamespace !== undefined;
  return [
    environmentDefinition(),
    ...inClusterRights(tree, installation),
    ...agentObjects({ namespace: agentNamespace ?? namespace, image, replicas, allNamespaces, sources: [] }),
    ...declarationOf(tree, installation),
  ];
}

function declarationOf({ environment }: RenderedTree, declaration: Declaration): readonly Manifest[] {
  const { namespace, agentNamespace = namespace, source, branch, secret, signers, report, reportSecret, onDelete } = declaration;
  const { apiVersion, kind } = environmentApi;
  const own = managerOf(environment);
  // Beside the agent, and environments of two namespaces may be called the same: no name of either has a dot.
  const policy = agentNamespace === namespace ? own : `${own}.${namespace}`;
  return [
    ...wayOut([source, ...(report === undefined ? [] : [report.api])], { name: policy, namespace: agentNamespace }),
    {
      apiVersion,
      kind,
      metadata: { name: environment, namespace },
      spec: {
        source: {
          url: source,
          ...(branch === undefined ? {} : { branch }),
          ...secretName(secret),
          ...(signers === undefined ? {} : { signers: { configMapName: signers } }),
        },
        ...(report === undefined ? {} : { report: { forge: report.forge, ...urlOf(report), ...secretName(reportSecret) } }),
        serviceAccountName: own,
        onDelete,
      },
    },
  ];
}

function secretName(name: string | undefined): JsonObject {
  return name === undefined ? {} : { secretName: name };
}

function urlOf({ url }: ReportPlace): JsonObject {
  return url === undefined ? {} : { url };
}
