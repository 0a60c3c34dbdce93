import type { ObjectTarget } from '../authoring/environment.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isObject } from '../model/json.ts';
import type { ObjectRef } from '../model/ref.ts';
import { builtinKinds } from '../schema/kinds.ts';

/** What is wrong, and what to do about it, before it has a place. */
export type Problem = Pick<Diagnostic, 'message' | 'help'>;

/** What came of reading something that an author wrote. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Whether `given` has the form that the types ask for. */
export function isTarget(given: unknown): given is ObjectTarget {
  if (!isObject(given)) return false;
  const { kind, name, group = '', namespace = '' } = given;
  return [kind, name, group, namespace].every((part) => typeof part === 'string') && kind !== '' && name !== '';
}

/** For people: `StatefulSet/old`. */
export function formatTarget({ kind, name }: ObjectTarget): string {
  return `\`${kind}/${name}\``;
}

/** The group of a kind that is named with or without it; undefined where it has to be named. Of Event there are two. */
export function groupOfKind({ kind, group }: { readonly kind: string; readonly group?: string | undefined }): string | undefined {
  const known = builtinKinds().filter((one) => one.kind === kind);
  return group ?? (known.length === 1 ? known[0]?.group : undefined);
}

/** That a kind is named without its group where that has to be. `who` names what it is for: ` the approval means`. */
export function openGroup(kind: string, who = ' is meant'): Problem {
  return { message: `it is open which \`${kind}\`${who}`, help: "give its `group`, or '' for the core group" };
}

/** The object that `target` means, or why there could never be one. `who` names it: `the approval`. */
export function refOfTarget(target: ObjectTarget, who: string): Read<ObjectRef> {
  const { kind, namespace = '', name } = target;
  const group = groupOfKind(target);
  if (group === undefined) return { ok: false, problem: openGroup(kind, ` ${who} means`) };
  const known = builtinKinds().find((one) => one.kind === kind && one.group === group);
  if (known?.namespaced === true && namespace === '') {
    return problem(`${formatTarget(target)} stands in a namespace, and ${who} names none`, 'give its `namespace`');
  }
  if (known?.namespaced === false && namespace !== '') {
    return problem(`${formatTarget(target)} has no namespace, and ${who} names \`${namespace}\``, 'leave out `namespace`');
  }
  return { ok: true, value: { group, kind, namespace, name } };
}

function problem(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}
