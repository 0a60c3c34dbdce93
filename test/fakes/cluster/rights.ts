import type { ApiError } from '../../../src/model/apierror.ts';
import { type Json, listAt, objectAt, stringAt } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';
import type { Resource } from '../../../src/ports.ts';
import type { Store } from './store.ts';

/** Who asks: the administrator unless it is told, perhaps in the name of another user. */
export interface Caller {
  readonly own: string | undefined;
  readonly as: string | undefined;
}

/** What is asked for, as RBAC sees it. */
export interface Attempt {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete' | 'impersonate';
  readonly resource: Pick<Resource, 'group' | 'plural'>;
  readonly subresource?: 'status' | undefined;
  /** '' for the whole cluster. */
  readonly namespace: string;
  /** '' for all of a kind. */
  readonly name: string;
}

/** Why `caller` may not do `attempt` by the roles and bindings in `store`, in the words of the API server; undefined when it may. */
export function rightsRefusal(store: Store, { own, as }: Caller, attempt: Attempt): ApiError | undefined {
  if (as === undefined) return forbiddance(store, own, attempt);
  const refused = forbiddance(store, own, impersonationOf(as));
  if (refused === undefined) return forbiddance(store, as, attempt);
  const { resource, name, namespace } = impersonationOf(as);
  const where = namespace === '' ? '' : ` in the namespace \`${namespace}\``;
  const right = `it lacks the right to \`impersonate\` \`${resource.plural}\` named \`${name}\`${where}`;
  return { ...refused, message: `the agent may not impersonate \`${as}\`: ${right}: ${refused.message}` };
}

function impersonationOf(user: string): Attempt {
  const { namespace, name } = accountOf(user) ?? { namespace: '', name: user };
  return { verb: 'impersonate', resource: { group: '', plural: namespace === '' ? 'users' : 'serviceaccounts' }, namespace, name };
}

function forbiddance(store: Store, user: string | undefined, attempt: Attempt): ApiError | undefined {
  if (user === undefined || rulesFor(store, user, attempt.namespace).some((rule) => allows(rule, attempt))) return undefined;
  const { verb, resource, namespace, name } = attempt;
  const what = [resource.plural, resource.group].filter((part) => part !== '').join('.');
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const cannot = `User "${user}" cannot ${verb} resource "${pathOf(attempt)}" in API group "${resource.group}" ${where}`;
  return { status: 403, reason: 'forbidden', message: `${what}${name === '' ? '' : ` "${name}"`} is forbidden: ${cannot}` };
}

function rulesFor(store: Store, user: string, namespace: string): readonly Json[] {
  return store.all.flatMap(({ live }) => {
    const counts = live.kind === 'ClusterRoleBinding' || (live.kind === 'RoleBinding' && live.metadata.namespace === namespace);
    if (!counts || !listAt(live, 'subjects').some((subject) => isUser(subject, user))) return [];
    const role = roleOf(store, live);
    return role === undefined ? [] : listAt(role, 'rules');
  });
}

function roleOf(store: Store, binding: LiveObject): LiveObject | undefined {
  const { kind, name } = objectAt(binding, 'roleRef');
  const namespace = kind === 'Role' ? (binding.metadata.namespace ?? '') : '';
  return store.get({ group: 'rbac.authorization.k8s.io', kind: String(kind), namespace, name: String(name) })?.live;
}

function isUser(subject: Json, user: string): boolean {
  const name = stringAt(subject, 'name');
  if (stringAt(subject, 'kind') === 'User') return name === user;
  const account = accountOf(user);
  return account !== undefined && name === account.name && stringAt(subject, 'namespace') === account.namespace;
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** What rules call it: `deployments`, `deployments/status`. */
function pathOf({ resource, subresource }: Attempt): string {
  return subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
}

function allows(rule: Json, attempt: Attempt): boolean {
  const { verb, resource, name } = attempt;
  const has = (field: string, value: string): boolean => listAt(rule, field).some((one) => one === '*' || one === value);
  const names = listAt(rule, 'resourceNames');
  const isNamed = names.length === 0 || (name !== '' && verb !== 'create' && names.includes(name));
  return has('verbs', verb) && has('apiGroups', resource.group) && has('resources', pathOf(attempt)) && isNamed;
}
