import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObject, type Json, type JsonObject, pointer } from '../../../../../src/model/json.ts';
import type { Manifest } from '../../../../../src/model/manifest.ts';
import { brokenRules } from '../broken.ts';

/**
 * What is put in the place of the field `at` (`undefined` removes it), and what is said then: codes. They stand at `at`, unless a place
 * follows, which begins there when it begins with `.`.
 */
export type Break = readonly [at: string, value: Json | undefined, ...problems: readonly string[]];

/** An object in which all that a kind has rules for is right, and what breaks each of the rules. */
export interface Whole {
  readonly right: JsonObject;
  readonly breaks: readonly Break[];
}

/** A test for each object that nothing is said of it, and of each break just what it tells. */
export function testWholes(wholes: Readonly<Record<string, Whole>>): void {
  for (const [name, { right, breaks }] of Object.entries(wholes)) {
    test(`every rule is asked: ${name}`, () => {
      assert.deepEqual(saidOf(right), []);
      assert.deepEqual(
        breaks.map(([at, value]) => [at, ...saidOf(withValue(right, keysOf(at), value))]),
        breaks.map(([at, , ...problems]) => [at, ...problems.map((problem) => placed(problem, at))]),
      );
    });
  }
}

/** A container that nothing is wrong with. */
export const container = { name: 'a', image: 'a' };

/** A list of `count` values. */
export function many<T extends Json>(count: number, make: (i: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function placed(problem: string, at: string): string {
  const [code = '', place = '.'] = problem.split(' ');
  return `${code} ${place.startsWith('.') ? `${at}${place.slice(1)}` : place}`;
}

function saidOf(manifest: Json | undefined): readonly string[] {
  return brokenRules(manifest as unknown as Manifest).map(({ code, path }) => `${code} ${pointer(path)}`);
}

function keysOf(at: string): readonly string[] {
  return at
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function withValue(from: Json | undefined, [key, ...rest]: readonly string[], value: Json | undefined): Json | undefined {
  if (key === undefined) return value;
  if (Array.isArray(from)) {
    const list: readonly Json[] = from;
    return list.with(Number(key), withValue(list[Number(key)], rest, value) ?? null);
  }
  const { [key]: old, ...others } = isObject(from) ? from : {};
  const made = withValue(old, rest, value);
  return made === undefined ? others : { ...others, [key]: made };
}
