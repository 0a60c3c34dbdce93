import { readFileSync } from 'node:fs';
import { at, isObject, type Json, listAt, stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';

/** What an audit log says of one request (audit.k8s.io/v1 Event), at the level `Request`: with the body of what is written. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestObject?: Json;
}

/** The events of an audit log. The last line may be one that is still being written. */
export function readAudit(path: string): readonly AuditEvent[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEvent);
}

/** A right, over all objects where it has no name: as a rule gives it, or as a request needs it. */
interface Right {
  /** '' is everywhere for a rule. */
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string | undefined;
}

/** The rights that `objects`, roles and their bindings, give `user` and that no request in `audit` needed, each in words. */
export function unusedRights(audit: readonly AuditEvent[], objects: readonly Manifest[], user: string): readonly string[] {
  const used = audit.filter(({ responseStatus }) => responseStatus?.code !== 403).flatMap((event) => rightsUsed(event, user));
  return rightsGiven(objects, user)
    .filter((right) => !used.some((one) => covers(right, one)))
    .map(inWords);
}

/** The requests of `user`, or in its name, that the API server refused for want of a right: `get /api/v1/…`, each once. */
export function forbiddenRequests(audit: readonly AuditEvent[], user: string): readonly string[] {
  const refused = audit.filter((event) => actorOf(event) === user && event.responseStatus?.code === 403);
  return [...new Set(refused.map(({ verb, requestURI }) => `${verb} ${requestURI.replace(/\?.*/, '')}`))].sort();
}

function actorOf({ user, impersonatedUser }: AuditEvent): string {
  return (impersonatedUser ?? user).username;
}

function rightsUsed(event: AuditEvent, user: string): readonly Right[] {
  const { impersonatedUser } = event;
  const asOther = impersonatedUser !== undefined && event.user.username === user ? impersonation(impersonatedUser.username) : [];
  return actorOf(event) === user ? [...asOther, ...requested(event), ...granted(event)] : asOther;
}

function impersonation(username: string): readonly Right[] {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  if (namespace === undefined) return [];
  return [{ namespace, group: '', resource: 'serviceaccounts', verb: 'impersonate', name }];
}

/** An apply that makes an object needs the right to create it beside that to patch it, and is logged as a patch. */
function requested({ verb, objectRef, responseStatus }: AuditEvent): readonly Right[] {
  if (objectRef?.resource === undefined) return [];
  const { apiGroup: group = '', namespace = '', subresource, name } = objectRef;
  const resource = subresource === undefined ? objectRef.resource : `${objectRef.resource}/${subresource}`;
  const verbs = verb === 'patch' && responseStatus?.code === 201 ? ['create', 'patch'] : [verb];
  return verbs.map((one) => ({ namespace, group, resource, verb: one, name }));
}

const rbac = 'rbac.authorization.k8s.io';

/** What a role that is written grants, or a binding that is written binds, its author needs, too. */
function granted({ objectRef, requestObject }: AuditEvent): readonly Right[] {
  if (objectRef?.apiGroup !== rbac || !isObject(requestObject)) return [];
  const { namespace = '', resource, name } = objectRef;
  if (resource === 'rolebindings' || resource === 'clusterrolebindings') {
    const bound = stringAt(requestObject, 'roleRef', 'kind') === 'Role' ? 'roles' : 'clusterroles';
    return [{ namespace, group: rbac, resource: bound, verb: 'bind', name: stringAt(requestObject, 'roleRef', 'name') }];
  }
  if (resource !== 'roles' && resource !== 'clusterroles') return [];
  const rules = listAt(requestObject, 'rules');
  const isBeyondRules =
    at(requestObject, 'aggregationRule') !== undefined || rules.some((rule) => listAt(rule, 'nonResourceURLs').length > 0);
  if (isBeyondRules) return [{ namespace, group: rbac, resource, verb: 'escalate', name }];
  return rules.flatMap((rule) => rightsIn(rule, namespace));
}

function rightsGiven(objects: readonly Manifest[], user: string): readonly Right[] {
  const bindings = objects.filter(
    (object) => object.kind.endsWith('RoleBinding') && listAt(object, 'subjects').some((subject) => nameOf(subject) === user),
  );
  return bindings.flatMap((binding) => {
    const { namespace = '' } = binding.metadata;
    const role = objects.find(
      ({ kind, metadata }) =>
        kind === stringAt(binding, 'roleRef', 'kind') &&
        metadata.name === stringAt(binding, 'roleRef', 'name') &&
        (metadata.namespace ?? '') === (kind === 'Role' ? namespace : ''),
    );
    if (role === undefined) throw new Error(`the role of the binding \`${binding.metadata.name}\` is not there`);
    return listAt(role, 'rules').flatMap((rule) => rightsIn(rule, namespace));
  });
}

function nameOf(subject: Json): string | undefined {
  if (stringAt(subject, 'kind') !== 'ServiceAccount') return stringAt(subject, 'name');
  return `system:serviceaccount:${stringAt(subject, 'namespace')}:${stringAt(subject, 'name')}`;
}

function rightsIn(rule: Json, namespace: string): readonly Right[] {
  const texts = (key: string): readonly string[] => listAt(rule, key).filter((text) => typeof text === 'string');
  const names = texts('resourceNames');
  return texts('apiGroups').flatMap((group) =>
    texts('resources').flatMap((resource) =>
      texts('verbs').flatMap((verb) =>
        (names.length === 0 ? [undefined] : names).map((name) => ({ namespace, group, resource, verb, name })),
      ),
    ),
  );
}

function covers(given: Right, needed: Right): boolean {
  return (
    (given.namespace === '' || given.namespace === needed.namespace) &&
    (['group', 'resource', 'verb'] as const).every((part) => given[part] === needed[part]) &&
    (given.name === undefined || given.name === needed.name)
  );
}

function inWords({ namespace, group, resource, verb, name }: Right): string {
  const what = [resource, ...(group === '' ? [] : [group])].join('.');
  return `${verb} ${what}${name === undefined ? '' : ` \`${name}\``} ${namespace === '' ? 'everywhere' : `in \`${namespace}\``}`;
}
