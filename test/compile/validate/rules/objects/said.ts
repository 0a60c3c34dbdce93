import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObject, type Json, type JsonObject, pointer } from '../../../../../src/model/json.ts';
import type { Manifest } from '../../../../../src/model/manifest.ts';
import { brokenRules } from '../broken.ts';
import { strangeValues } from '../said.ts';

/** What is changed in an object that is fine, and what is said then: codes with places, nothing when that is fine, too. */
export type Change = readonly [change: JsonObject, ...problems: readonly string[]];

/** An object that is fine, and changes of it. */
export interface Sample {
  readonly fine: JsonObject;
  readonly changes: readonly Change[];
}

/** A test for each sample, that just what its changes tell is said, and that nothing throws whatever a field is. */
export function testObjects(samples: Readonly<Record<string, Sample>>): void {
  for (const [name, { fine, changes }] of Object.entries(samples)) {
    test(name, () => {
      assert.deepEqual(problemsOf(fine), []);
      for (const [change, ...problems] of changes)
        assert.deepEqual(problemsOf(changed(fine, change)), problems.toSorted(), JSON.stringify(change).slice(0, 500));
      for (const value of strangeValues) for (const odd of spoiled(fine, value)) problemsOf(odd);
    });
  }
}

/** `value` with `change` laid over it: objects are merged, `undefined` removes, all else replaces. */
export function changed(value: JsonObject, change: JsonObject): JsonObject {
  const merged = Object.entries(change).map(([key, to]): [string, Json | undefined] => {
    const from = value[key];
    return [key, isObject(from) && isObject(to) && Object.keys(to).length > 0 ? changed(from, to) : to];
  });
  const all = { ...value, ...Object.fromEntries(merged) };
  return Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined));
}

function problemsOf(manifest: JsonObject): readonly string[] {
  const problems = brokenRules(manifest as Manifest).map(({ code, path }) => `${code} ${pointer(path)}`);
  return problems.toSorted();
}

/** `object` with `odd` in the place of each of its values in turn, whatever its depth, but for its kind. */
function spoiled(object: JsonObject, odd: Json): readonly JsonObject[] {
  return Object.entries(object)
    .filter(([key]) => key !== 'apiVersion' && key !== 'kind')
    .flatMap(([key, value]) => spoiledValues(value ?? null, odd).map((one) => ({ ...object, [key]: one })));
}

function spoiledValues(value: Json, odd: Json): readonly Json[] {
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return [odd, ...list.flatMap((entry, i) => spoiledValues(entry, odd).map((one) => list.with(i, one)))];
  }
  if (!isObject(value)) return [odd];
  return [
    odd,
    ...Object.entries(value).flatMap(([key, entry]) => spoiledValues(entry ?? null, odd).map((one) => ({ ...value, [key]: one }))),
  ];
}
