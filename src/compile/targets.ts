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

/** The object that `target` means, or why there could never be one. `who` names it: `the approval`. */
export function refOfTarget(target: ObjectTarget, who: string): Read<ObjectRef> {
  // Of Event there are two.
  const kinds = builtinKinds().filter(({ kind }) => kind === target.kind);
  const { kind, group = kinds[0]?.group ?? '', namespace = '', name } = target;
  if (target.group === undefined && kinds.length !== 1) {
    return problem(`it is open which \`${kind}\` ${who} means`, "give its `group`, or '' for the core group");
  }
  const known = kinds.find((one) => one.group === group);
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
