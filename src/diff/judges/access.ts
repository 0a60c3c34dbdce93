import { type Json, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { ObjectRef } from '../../model/ref.ts';
import { isElsewhere, sidesOf } from '../compare.ts';
import { type Consequence, listed, quoted } from '../consequence.ts';
import { type Grant, grantsOfRule, grantWords, newGrants } from '../grants.ts';
import type { Judge, Scene } from '../scene.ts';

const rbac = 'rbac.authorization.k8s.io';

/** Rights that somebody gets: rules of roles, and who is bound to them. */
export const access: Judge = (change, scene) => {
  if (change.ref.group !== rbac) return [];
  const { before, after } = sidesOf(change);
  if (after === undefined) return [];
  const isBound = !change.ref.kind.endsWith('Binding') && change.op !== 'change' && isBoundAlready(change.ref, scene);
  const old = isElsewhere(change) || isBound ? undefined : before;
  return change.ref.kind.endsWith('Binding') ? bound(old, after) : granted(old, after, isBound);
};

/** A role that is new gives nobody anything until it is bound, and then that is told; but much power is worth a look. */
function granted(before: Manifest | undefined, after: Manifest, isBound: boolean): readonly Consequence[] {
  const grants = newGrants(before === undefined ? [] : grantsOf(before), grantsOf(after));
  const counted = before === undefined && !isBound ? grants.filter(isWide) : grants;
  const found = grantWords(counted);
  const rules: readonly Consequence[] =
    found.length === 0 ? [] : [{ type: 'widens-access', message: `it grants ${listed(found)}${isBound ? ', and is bound already' : ''}` }];
  return [...rules, ...aggregated(before, after)];
}

function grantsOf(role: Manifest): readonly Grant[] {
  return listAt(role, 'rules').flatMap((rule) => grantsOfRule(rule));
}

/** Rights by which all others are got: over secrets, over processes in pods, and over rights. */
const powers: ReadonlySet<string> = new Set(['secrets', 'pods/exec', 'pods/attach', 'serviceaccounts/token', 'nodes/proxy']);

function isWide({ verb, over }: Grant): boolean {
  if (verb === '*' || over.includes('*') || ['escalate', 'bind', 'impersonate'].includes(verb) || powers.has(over)) return true;
  return over.endsWith(`.${rbac}`) && !['get', 'list', 'watch'].includes(verb);
}

/** Whether somebody is bound to a role before it is there: what it grants is theirs at once. */
function isBoundAlready({ kind, namespace, name }: ObjectRef, { before }: Scene): boolean {
  return [...before.manifests.values()].some(
    (one) =>
      one.apiVersion.startsWith(`${rbac}/`) &&
      one.kind.endsWith('Binding') &&
      (kind === 'ClusterRole' || one.metadata.namespace === namespace) &&
      stringAt(one, 'roleRef', 'kind') === kind &&
      stringAt(one, 'roleRef', 'name') === name &&
      listAt(one, 'subjects').length > 0,
  );
}

/** By a label, a ClusterRole becomes a part of others; by a rule, it has others as its parts. */
function aggregated(before: Manifest | undefined, after: Manifest): readonly Consequence[] {
  const labels = (role: Manifest | undefined): readonly string[] =>
    Object.entries(objectAt(role, 'metadata', 'labels')).flatMap(([key, value]) =>
      key.startsWith(`${rbac}/aggregate-to-`) && value === 'true' ? [key.slice(`${rbac}/aggregate-to-`.length)] : [],
    );
  const others = added(labels(before), labels(after));
  const parts = added(selectors(before), selectors(after));
  return [
    ...(others.length === 0
      ? []
      : [{ type: 'widens-access', message: `its rules become those of ${listed(others.map(quoted))}` } as const]),
    ...(parts.length === 0 ? [] : [{ type: 'widens-access', message: 'it gets the rules of other roles' } as const]),
  ];
}

function selectors(role: Manifest | undefined): readonly string[] {
  return listAt(role, 'aggregationRule', 'clusterRoleSelectors').map((selector) => JSON.stringify(selector));
}

function added(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((one) => !before.includes(one));
}

function bound(before: Manifest | undefined, after: Manifest): readonly Consequence[] {
  const role = roleOf(after);
  const isOther = before !== undefined && roleOf(before) !== role;
  const [was, now] = [before, after].map((binding) => listAt(binding, 'subjects').map(subjectWords)) as [string[], string[]];
  const subjects = isOther ? now : added(was, now);
  const where = after.kind === 'ClusterRoleBinding' ? ' in the whole cluster' : '';
  return subjects.length === 0 ? [] : [{ type: 'widens-access', message: `${listed(subjects)} may do what ${role} says${where}` }];
}

function roleOf(binding: Manifest): string {
  return `${word(stringAt(binding, 'roleRef', 'kind'))} ${quoted(stringAt(binding, 'roleRef', 'name') ?? '')}`;
}

function subjectWords(subject: Json): string {
  const [kind, namespace, name] = ['kind', 'namespace', 'name'].map((key) => stringAt(subject, key));
  return `${word(kind)} ${quoted(namespace === undefined ? (name ?? '') : `${namespace}/${name ?? ''}`)}`;
}

/** A kind as it may stand in a sentence: a branch that somebody edited may say anything there. */
function word(kind: string | undefined): string {
  return (kind ?? '').replaceAll(/[^A-Za-z]/g, '');
}
