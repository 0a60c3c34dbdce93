import assert from 'node:assert/strict';
import type { ObjectChange } from '../../src/diff/compare.ts';
import type { FieldChange } from '../../src/diff/fields.ts';
import type { Json, JsonObject, Path } from '../../src/model/json.ts';
import { keyOf, type ObjectKey } from '../../src/model/ref.ts';

/** Objects by their keys, as changes make them of `before`. */
export function applyChanges(
  before: ReadonlyMap<ObjectKey, JsonObject>,
  changes: readonly ObjectChange[],
): ReadonlyMap<ObjectKey, JsonObject> {
  const objects = new Map(before);
  for (const change of changes) if (change.op === 'remove') assert.ok(objects.delete(keyOf(change.ref)));
  // What goes by one name may come by it again.
  for (const change of changes) if (change.op === 'rename') assert.ok(objects.delete(keyOf(change.from)));
  for (const change of changes) {
    if (change.op === 'remove') continue;
    const key = keyOf(change.ref);
    if (change.op === 'add') objects.set(key, change.after);
    else {
      const was = before.get(change.op === 'rename' ? keyOf(change.from) : key);
      objects.set(key, applyFields(was as JsonObject, change.fields));
    }
  }
  return objects;
}

type Open = { [key: string]: Json } | Json[];

/** `before` with all changes carried out, in their order. Each has to find what it says. */
export function applyFields(before: JsonObject, changes: readonly FieldChange[]): JsonObject {
  const object = structuredClone(before);
  for (const change of changes) {
    if (change.op !== 'add') assert.notEqual(valueAt(before, change.was), undefined, 'what a change says it was is there');
    const holder = valueAt(object, change.path.slice(0, -1)) as Open;
    const key = change.path.at(-1) as string & number;
    if (change.op === 'order') {
      const list = holder[key] as Json[];
      assert.equal(change.order.length, list.length);
      set(
        holder,
        key,
        change.order.map((from) => list[from] as Json),
      );
      continue;
    }
    if (change.op !== 'add') {
      assert.deepEqual(holder[key], change.before);
      assert.deepEqual(valueAt(before, change.was), change.before);
    }
    if (change.op === 'remove') {
      if (Array.isArray(holder)) holder.splice(key, 1);
      else delete holder[key];
    } else if (change.op === 'add' && Array.isArray(holder)) holder.splice(key, 0, structuredClone(change.after));
    else set(holder, key, structuredClone(change.after));
  }
  return object;
}

function set(holder: Open, key: string & number, value: Json): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function valueAt(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((here, key) => (here as JsonObject)[key], value);
}
