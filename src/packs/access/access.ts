import type { Policy } from '../../authoring/policy.ts';
import type { Check, EnvironmentFinding, Finding, JudgedObjects, JudgedPod } from '../../authoring/rule.ts';
import { at, type Json, listAt, type Path, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { packOf } from '../pack.ts';
import { namespaceOf } from '../pods.ts';
import { accessTexts } from './texts.ts';

const roles = ['ClusterRole', 'Role'];
const bindings = ['ClusterRoleBinding', 'RoleBinding'];

/** Who may do what: no rights beyond what is named, none that make all others, none for everybody. */
export const access: Policy = packOf('access', accessTexts, {
  wildcard: ofObjects(roles, wildcards),
  'cluster-admin': ofObjects(bindings, administrators),
  escalation: ofObjects(roles, escalations),
  'cluster-secrets': { of: 'environment', check: clusterSecrets },
  'default-token': { of: 'environment', check: defaultTokens },
  'public-subjects': ofObjects(bindings, publicSubjects),
});

function ofObjects(on: readonly string[], check: (object: Manifest) => readonly Finding[]): Check {
  return { of: 'objects', on, check };
}

/** A rule of a role, with its path. */
interface Granted {
  readonly rule: Json;
  readonly path: Path;
}

/** What a role grants itself; what an aggregating one collects from others, a controller fills in. */
function rulesOf(role: Manifest): readonly Granted[] {
  return listAt(role, 'rules').map((rule, i) => ({ rule, path: ['rules', i] }));
}

function has(rule: Json, field: string, ...wanted: readonly string[]): boolean {
  return listAt(rule, field).some((value) => typeof value === 'string' && (value === '*' || wanted.includes(value)));
}

const wild = { apiGroups: 'API groups', resources: 'resources', verbs: 'verbs', nonResourceURLs: 'URLs' } as const;

function wildcards(role: Manifest): readonly Finding[] {
  return rulesOf(role).flatMap(({ rule, path }) =>
    Object.entries(wild).flatMap(([field, what]) => {
      const i = listAt(rule, field).indexOf('*');
      return i < 0 ? [] : [{ message: `\`*\` grants all ${what}`, path: [...path, field, i] }];
    }),
  );
}

function administrators(binding: Manifest): readonly Finding[] {
  const isAdmin = stringAt(binding, 'roleRef', 'kind') === 'ClusterRole' && stringAt(binding, 'roleRef', 'name') === 'cluster-admin';
  if (!isAdmin || listAt(binding, 'subjects').length === 0) return [];
  const namespace = namespaceOf(binding);
  const within = namespace === '' ? 'in its namespace' : `in the namespace \`${namespace}\``;
  const where = binding.kind === 'ClusterRoleBinding' ? 'everywhere' : within;
  return [{ message: `${subjectsOf(binding)} may do everything ${where}`, path: ['roleRef', 'name'] }];
}

function subjectsOf(binding: Manifest): string {
  return listAt(binding, 'subjects')
    .map((subject) => `\`${stringAt(subject, 'name') ?? ''}\``)
    .join(', ');
}

/** Verbs that make other rights, on the resources where they do (KEP-2579 and the RBAC page of the documentation). */
const escalating: readonly (readonly [verb: string, groups: readonly string[], resources: readonly string[]])[] = [
  ['escalate', ['rbac.authorization.k8s.io'], ['clusterroles', 'roles']],
  ['bind', ['rbac.authorization.k8s.io'], ['clusterroles', 'roles']],
  ['impersonate', ['', 'authentication.k8s.io'], ['groups', 'serviceaccounts', 'uids', 'users']],
];

/** A wildcard among the verbs has a finding of its own. */
function escalations(role: Manifest): readonly Finding[] {
  return rulesOf(role).flatMap(({ rule, path }) =>
    escalating.flatMap(([verb, groups, resources]) => {
      const i = listAt(rule, 'verbs').indexOf(verb);
      const isLimited = listAt(rule, 'resourceNames').length > 0;
      if (i < 0 || isLimited || !has(rule, 'apiGroups', ...groups) || !has(rule, 'resources', ...resources)) return [];
      return [{ message: `\`${verb}\` makes all other rights`, path: [...path, 'verbs', i] }];
    }),
  );
}

/** Of Kubernetes' own roles, those that list Secrets. */
const secretive = ['admin', 'edit'];

function clusterSecrets(judged: JudgedObjects): readonly EnvironmentFinding[] {
  const defined = new Map(judged.all('ClusterRole').map((role) => [role.metadata.name, role]));
  return judged.all('ClusterRoleBinding').flatMap((object): readonly EnvironmentFinding[] => {
    const name = stringAt(object, 'roleRef', 'name') ?? '';
    const role = defined.get(name);
    const listsSecrets = role === undefined ? secretive.includes(name) : rulesOf(role).some(({ rule }) => listsAllSecrets(rule));
    if (!listsSecrets || listAt(object, 'subjects').length === 0) return [];
    return [{ object, message: `${subjectsOf(object)} may list the Secrets of all namespaces by \`${name}\``, path: ['roleRef', 'name'] }];
  });
}

/** Where all resources are granted, `wildcard` says so. */
function listsAllSecrets(rule: Json): boolean {
  const isNamed = listAt(rule, 'resources').includes('secrets') && has(rule, 'apiGroups', '');
  return isNamed && has(rule, 'verbs', 'list', 'watch') && listAt(rule, 'resourceNames').length === 0;
}

function defaultTokens(judged: JudgedObjects): readonly EnvironmentFinding[] {
  const bound = new Map(
    bindings
      .flatMap((kind) => judged.all(kind))
      .flatMap((binding) =>
        listAt(binding, 'subjects').flatMap((subject) => defaultsOf(subject, binding).map((namespace) => [namespace, binding] as const)),
      ),
  );
  if (bound.size === 0) return [];
  const withoutToken = new Set(
    judged
      .all('ServiceAccount')
      .filter((account) => account.metadata.name === 'default' && account['automountServiceAccountToken'] === false)
      .map(namespaceOf),
  );
  return judged.pods.flatMap((pod): readonly EnvironmentFinding[] => {
    const namespace = namespaceOf(pod.object);
    const binding = bound.get(namespace) ?? bound.get('*');
    if (binding === undefined || !getsDefaultToken(pod, withoutToken.has(namespace))) return [];
    const message = `its pods get the token of the ServiceAccount \`default\`, and the rights of \`${binding.kind}/${binding.metadata.name}\``;
    return [{ object: pod.object, message, path: [...pod.path, 'spec'] }];
  });
}

/** The namespaces whose ServiceAccount `default` a subject means; `*` for all. */
function defaultsOf(subject: Json, binding: Manifest): readonly string[] {
  const name = stringAt(subject, 'name') ?? '';
  switch (stringAt(subject, 'kind')) {
    case 'ServiceAccount':
      return name === 'default' ? [stringAt(subject, 'namespace') ?? namespaceOf(binding)] : [];
    case 'Group':
      if (name === 'system:serviceaccounts') return ['*'];
      return name.startsWith('system:serviceaccounts:') ? [name.slice('system:serviceaccounts:'.length)] : [];
    default:
      return [];
  }
}

function getsDefaultToken({ spec }: JudgedPod, isOff: boolean): boolean {
  const account = stringAt(spec, 'serviceAccountName') ?? stringAt(spec, 'serviceAccount') ?? 'default';
  const mounts = at(spec, 'automountServiceAccountToken') ?? !isOff;
  return (account === 'default' || account === '') && mounts === true;
}

const everybody = ['system:anonymous', 'system:masters', 'system:unauthenticated'];

function publicSubjects(binding: Manifest): readonly Finding[] {
  return listAt(binding, 'subjects').flatMap((subject, i) => {
    const name = stringAt(subject, 'name') ?? '';
    const isMeant = stringAt(subject, 'kind') !== 'ServiceAccount' && everybody.includes(name);
    return isMeant ? [{ message: `rights are bound to \`${name}\``, path: ['subjects', i, 'name'] }] : [];
  });
}
