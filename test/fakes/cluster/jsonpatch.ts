import { isObject, type Json } from '../../../src/model/json.ts';
import type { PatchOperation } from '../../../src/ports.ts';
import { isEqual } from './ownership.ts';

/**
 * `document` after all `operations` (RFC 6902), or undefined when one does not fit. As with kube-apiserver, and unlike the
 * RFC, a member that is not there can be replaced, and is equal to null.
 */
export function patched(document: Json, operations: readonly PatchOperation[]): Json | undefined {
  let result: Json | undefined = document;
  for (const operation of operations) {
    if (result === undefined) return undefined;
    result = changed(result, stepsIn(operation.path), operation);
  }
  return result;
}

/** The steps of a JSON pointer (RFC 6901). */
function stepsIn(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function changed(value: Json, [step, ...rest]: readonly string[], operation: PatchOperation): Json | undefined {
  if (step === undefined) return undefined;
  if (Array.isArray(value)) return changedList(value, [step, ...rest], operation);
  if (!isObject(value)) return undefined;
  const child = value[step];
  if (rest.length > 0) {
    const inner = child === undefined ? undefined : changed(child, rest, operation);
    return inner === undefined ? undefined : { ...value, [step]: inner };
  }
  if (operation.op === 'test') return isEqual(child ?? null, operation.value) ? value : undefined;
  if (operation.op !== 'remove') return { ...value, [step]: operation.value };
  if (child === undefined) return undefined;
  const { [step]: _, ...kept } = value;
  return kept;
}

/** An index of a list; `-` is the place after the last. */
function changedList(list: readonly Json[], [step = '', ...rest]: readonly string[], operation: PatchOperation): Json | undefined {
  const isAdded = operation.op === 'add' && rest.length === 0;
  const index = step === '-' ? list.length : Number(step);
  if (!/^(-|0|[1-9]\d*)$/.test(step) || index > list.length || (index === list.length && !isAdded)) return undefined;
  if (isAdded) return list.toSpliced(index, 0, operation.value);
  const child = list[index] ?? null;
  if (rest.length > 0) {
    const inner = changed(child, rest, operation);
    return inner === undefined ? undefined : list.with(index, inner);
  }
  if (operation.op === 'remove') return list.toSpliced(index, 1);
  if (operation.op === 'test') return isEqual(child, operation.value) ? list : undefined;
  return list.with(index, operation.value);
}
