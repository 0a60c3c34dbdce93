import { workloadKinds } from '../model/health.ts';
import { isObject, type JsonObject, listAt } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { compareText, keyOf } from '../model/ref.ts';
import type { AccessRule, SplitAccess } from '../model/rendered.ts';
import { boundRole, isRole, rbacGroup } from './roles.ts';
import type { KindTable } from './served.ts';

/** What is done to every object of an environment: by who changes it, and by who looks on. */
const verbsOf = { acting: ['create', 'delete', 'get', 'patch'], watching: ['list', 'watch'] } as const;

/** Who needs a right where the agent acts in the name of another: that one (`acting`), or the agent itself (`watching`). */
type Whose = keyof typeof verbsOf;

/** What is needed to make a cluster equal to an environment: by one that does all of it, and told apart by whose rights they are. */
export interface Accesses {
  readonly whole: readonly AccessRule[];
  readonly split: SplitAccess;
}

/**
 * The rights that are needed to make a cluster equal to `manifests`, and no more, sorted: over their kinds in their
 * namespaces, and to list the pods that they make there and the events about them; what their roles grant, since nobody may
 * grant what he lacks; and to bind the roles that are not among them (kubernetes.io/docs/reference/access-authn-authz/rbac,
 * privilege escalation prevention).
 */
export function accessOf(manifests: readonly Manifest[], kinds: KindTable): Accesses {
  const own = new Set(manifests.filter(isRole).map((manifest) => keyOf(refOf(manifest))));
  const inexpressible = new Set(manifests.filter(isInexpressible).map((manifest) => keyOf(refOf(manifest))));
  // Objects of a kind in a namespace need the same.
  const alike = [...new Map(manifests.map((manifest) => [keyOf({ ...refOf(manifest), name: '' }), manifest])).values()];
  const overKinds = (whose: Whose) => alike.flatMap((manifest) => overKind(manifest, kinds, whose));
  const watching = overKinds('watching');
  const acting = [
    ...overKinds('acting'),
    ...alike.flatMap(overPods),
    ...manifests.filter(isRole).flatMap(grantedBy),
    ...manifests.flatMap((manifest) => binding(manifest, (role) => own.has(role) && !inexpressible.has(role))),
  ];
  return { whole: merge([...watching, ...acting]), split: { watching: merge(watching), acting: merge(acting) } };
}

/** One right: the smallest part of an access rule. */
interface Right {
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** The only objects that it is over; undefined is all of them. */
  readonly names?: readonly string[];
}

function overKind(manifest: Manifest, kinds: KindTable, whose: Whose): readonly Right[] {
  const { group, kind, namespace } = refOf(manifest);
  const resource = kinds({ group, kind })?.plural ?? guessedPlural(kind);
  return verbsOf[whose].map((verb) => ({ namespace, group, resource, verb }));
}

/** Of the pods of a workload, and of the events about them, nothing but a list is asked for: they tell why it does badly. */
function overPods(manifest: Manifest): readonly Right[] {
  const { group, kind, namespace } = refOf(manifest);
  const makesPods = workloadKinds.some((workload) => workload.group === group && workload.kind === kind);
  return makesPods ? ['events', 'pods'].map((resource) => ({ namespace, group: '', resource, verb: 'list' })) : [];
}

/** As kubectl guesses it (UnsafeGuessKindToResource in k8s.io/apimachinery). */
function guessedPlural(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

/** What a role grants. What no access rule can say is left to the right to escalate by this one role. */
function grantedBy(role: Manifest): readonly Right[] {
  const { namespace, kind, name } = refOf(role);
  const resource = kind === 'Role' ? 'roles' : 'clusterroles';
  if (isInexpressible(role)) return [{ namespace, group: rbacGroup, resource, verb: 'escalate', names: [name] }];
  return rulesOf(role).flatMap((rule) => {
    const names = texts(rule, 'resourceNames');
    return texts(rule, 'apiGroups').flatMap((group) =>
      texts(rule, 'resources').flatMap((granted) =>
        texts(rule, 'verbs').map((verb) => ({ namespace, group, resource: granted, verb, ...(names.length === 0 ? {} : { names }) })),
      ),
    );
  });
}

/** URLs that are no resources, and rules that are gathered from other roles: an access rule is over resources. */
function isInexpressible(manifest: Manifest): boolean {
  if (!isRole(manifest)) return false;
  return manifest['aggregationRule'] !== undefined || rulesOf(manifest).some((rule) => texts(rule, 'nonResourceURLs').length > 0);
}

/** The right to bind a role whose rights the agent does not have by itself. It is asked for where the binding stands. */
function binding(manifest: Manifest, isHeld: (role: string) => boolean): readonly Right[] {
  const role = boundRole(manifest);
  if (role === undefined || isHeld(keyOf(role))) return [];
  const { namespace } = refOf(manifest);
  return [{ namespace, group: rbacGroup, resource: role.kind === 'Role' ? 'roles' : 'clusterroles', verb: 'bind', names: [role.name] }];
}

/** Rules that grant exactly `rights`: resources of one group are told together where their verbs are the same. */
function merge(rights: readonly Right[]): readonly AccessRule[] {
  const verbsHeld = new Map<string, { readonly right: Right; readonly verbs: Set<string> }>();
  for (const right of rights) {
    const key = JSON.stringify([right.namespace, right.group, sortedNames(right), right.resource]);
    const known = verbsHeld.get(key) ?? { right, verbs: new Set() };
    known.verbs.add(right.verb);
    verbsHeld.set(key, known);
  }
  const rules = new Map<string, AccessRule>();
  for (const { right, verbs: held } of verbsHeld.values()) {
    const { namespace, group } = right;
    const names = sortedNames(right);
    const allowed = [...held].sort(compareText);
    const key = JSON.stringify([namespace, group, names, allowed]);
    const resources = [...(rules.get(key)?.resources ?? []), right.resource].sort(compareText);
    rules.set(key, { namespace, groups: [group], resources, verbs: allowed, ...(names === undefined ? {} : { names }) });
  }
  return [...rules].toSorted(([a], [b]) => compareText(a, b)).map(([, rule]) => rule);
}

function sortedNames({ names }: Right): readonly string[] | undefined {
  return names === undefined ? undefined : [...new Set(names)].sort(compareText);
}

function rulesOf(role: Manifest): readonly JsonObject[] {
  return listAt(role, 'rules').filter(isObject);
}

function texts(rule: JsonObject, key: string): readonly string[] {
  return listAt(rule, key).filter((text) => typeof text === 'string');
}
