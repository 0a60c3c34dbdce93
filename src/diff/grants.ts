import { type Json, listAt } from '../model/json.ts';
import type { AccessRule } from '../model/rendered.ts';
import { quoted } from './consequence.ts';

/** One right, in a namespace ('': in all of them, and over what is in none). A `*` stands for all. */
export interface Grant {
  readonly namespace: string;
  readonly verb: string;
  /** What it is over: `secrets`, `deployments.apps`, or the path of a URL. */
  readonly over: string;
  /** The only object that it is over; '*' is all of them. */
  readonly name: string;
}

/** The rights of a rule of a Role. */
export function grantsOfRule(rule: Json, namespace = ''): readonly Grant[] {
  const texts = (field: string): readonly string[] => listAt(rule, field).map(String);
  const resources = texts('apiGroups').flatMap((group) => texts('resources').map((resource) => overOf(group, resource)));
  const names = texts('resourceNames').length === 0 ? ['*'] : texts('resourceNames');
  const all = [...resources.map((over) => ({ over, names })), ...texts('nonResourceURLs').map((over) => ({ over, names: ['*'] }))];
  return texts('verbs').flatMap((verb) => all.flatMap(({ over, names: own }) => own.map((name) => ({ namespace, verb, over, name }))));
}

/** The rights of a rule of an index. */
export function grantsOfAccess({ namespace, groups, resources, verbs, names }: AccessRule): readonly Grant[] {
  const rule = { apiGroups: groups, resources, verbs, ...(names === undefined ? {} : { resourceNames: names }) };
  return grantsOfRule(rule, namespace);
}

function overOf(group: string, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** Those of `after` that `before` does not have, by whatever rule. */
export function newGrants(before: readonly Grant[], after: readonly Grant[]): readonly Grant[] {
  const exact = new Set(before.map(textOf));
  const wide = before.filter(
    ({ verb, over, name, namespace }) => namespace === '' || [verb, over, name].some((part) => part.includes('*')),
  );
  return after.filter((grant) => !exact.has(textOf(grant)) && !wide.some((one) => covers(one, grant)));
}

function textOf({ namespace, verb, over, name }: Grant): string {
  return [namespace, verb, over, name].join(' ');
}

function covers(wide: Grant, grant: Grant): boolean {
  const isEqualOr = (a: string, b: string): boolean => a === '*' || a === b;
  return (
    isEqualOr(wide.verb, grant.verb) &&
    isEqualOr(wide.name, grant.name) &&
    coversOver(wide.over, grant.over) &&
    (wide.namespace === '' || wide.namespace === grant.namespace)
  );
}

/** `*.apps` covers `deployments.apps`, `*.*` all, and a URL's `/metrics/*` what begins so. */
function coversOver(wide: string, over: string): boolean {
  if (wide === over || wide === '*.*') return true;
  if (wide.startsWith('/')) return wide.endsWith('*') && over.startsWith(wide.slice(0, -1));
  const [resource, group] = parts(wide);
  const [askedResource, askedGroup] = parts(over);
  const isSub = resource.startsWith('*/') && askedResource.endsWith(resource.slice(1));
  return (resource === '*' || resource === askedResource || isSub) && (group === '*' || group === askedGroup) && !over.startsWith('/');
}

function parts(over: string): readonly [resource: string, group: string] {
  const dot = over.indexOf('.');
  return dot < 0 ? [over, ''] : [over.slice(0, dot), over.slice(dot + 1)];
}

/** Rights for people, those over one thing together: "`create, delete` `secrets`". */
export function grantWords(grants: readonly Grant[]): readonly string[] {
  const verbs = new Map<string, string[]>();
  for (const { namespace, verb, over, name } of grants) {
    const where = namespace === '' ? '' : ` in ${quoted(namespace)}`;
    const what = `${quoted(over)}${name === '*' ? '' : ` ${quoted(name)}`}${where}`;
    verbs.set(what, [...(verbs.get(what) ?? []), verb]);
  }
  return [...verbs].map(([what, all]) => `${quoted([...new Set(all)].join(', '))} ${what}`);
}
