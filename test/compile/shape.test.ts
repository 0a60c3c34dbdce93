import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { mergeInput, unknownKeys } from '../../src/compile/shape.ts';

/** The paths of unknown keys, as one line each. */
function unknown(schema: z.core.$ZodType, input: unknown): readonly string[] {
  return unknownKeys(schema, input).map(({ path }) => path.join('.'));
}

const tls = z.object({ issuer: z.string(), days: z.int() });

test('objects merge by key at any depth, through every wrapper that gives its input on', () => {
  const wrappers: Readonly<Record<string, z.core.$ZodType>> = {
    plain: tls,
    optional: tls.optional(),
    default: tls.default({ issuer: 'x', days: 1 }),
    prefault: tls.prefault({ issuer: 'x', days: 1 }),
    readonly: tls.readonly(),
    catch: tls.catch({ issuer: 'x', days: 1 }),
    lazy: z.lazy(() => tls),
    nonoptional: z.nonoptional(tls.optional()),
    transformed: tls.transform(({ days }) => days),
    refined: tls.refine(() => true),
    strict: z.strictObject({ issuer: z.string(), days: z.int() }),
    mini: mini.object({ issuer: mini.string(), days: mini.int() }),
  };
  for (const [name, schema] of Object.entries(wrappers)) {
    const merged = mergeInput(z.object({ tls: schema }), { tls: { issuer: 'a', days: 1 } }, { tls: { days: 2 } });
    assert.deepEqual(merged, { tls: { issuer: 'a', days: 2 } }, name);
  }
});

test('records and intersections merge by key', () => {
  const record = z.record(z.string(), tls);
  assert.deepEqual(mergeInput(record, { a: { issuer: 'a', days: 1 } }, { a: { days: 2 }, b: { days: 3 } }), {
    a: { issuer: 'a', days: 2 },
    b: { days: 3 },
  });
  const both = z.intersection(z.object({ a: tls }), z.object({ b: tls }));
  assert.deepEqual(mergeInput(both, { a: { issuer: 'x' }, b: { days: 1 } }, { a: { days: 1 } }), {
    a: { issuer: 'x', days: 1 },
    b: { days: 1 },
  });
});

test('lists, unions, nullable objects and scalars are replaced whole', () => {
  const schemas: Readonly<Record<string, z.core.$ZodType>> = {
    list: z.array(tls),
    union: z.union([tls, z.string()]),
    discriminated: z.discriminatedUnion('t', [z.object({ t: z.literal('a'), x: z.string() }), z.object({ t: z.literal('b') })]),
    nullable: tls.nullable(),
    unknown: z.unknown(),
    tuple: z.tuple([tls]),
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const below = name === 'list' || name === 'tuple' ? [{ issuer: 'a', days: 1 }] : { issuer: 'a', days: 1 };
    const above = name === 'list' || name === 'tuple' ? [{ days: 2 }] : { days: 2 };
    assert.deepEqual(mergeInput(schema, below, above), above, name);
  }
});

test('undefined is not given, and null, false, 0 and empty values are', () => {
  const schema = z.object({ a: z.unknown() });
  assert.deepEqual(mergeInput(schema, { a: 1 }, { a: undefined }), { a: 1 });
  for (const value of [null, false, 0, '', []]) assert.deepEqual(mergeInput(schema, { a: 1 }, { a: value }), { a: value });
});

test('a key that is called like something of every object is a key like others', () => {
  const record = z.record(z.string(), z.object({ x: z.int(), y: z.int() }));
  const below: object = JSON.parse('{"__proto__":{"x":1},"constructor":{"x":1}}');
  const merged = mergeInput(record, below, JSON.parse('{"__proto__":{"y":2},"constructor":{"y":2}}'));
  assert.equal(JSON.stringify(merged), '{"__proto__":{"x":1,"y":2},"constructor":{"x":1,"y":2}}');
  assert.deepEqual(unknown(z.object({ a: z.int() }), JSON.parse('{"toString":1}')), ['toString']);
});

test('keys that zod would strip without a word are found at any depth', () => {
  const schema = z.object({
    tls,
    list: z.array(tls),
    record: z.record(z.string(), tls),
    tuple: z.tuple([tls], tls),
    nullable: tls.nullable(),
    default: tls.default({ issuer: 'x', days: 1 }),
  });
  const bad = { issuer: 'a', days: 1, isuer: 'b' };
  const input = { tls: bad, list: [bad], record: { a: bad }, tuple: [bad, bad], nullable: bad, default: bad, tlss: {} };
  assert.deepEqual(unknown(schema, input), [
    'tls.isuer',
    'list.0.isuer',
    'record.a.isuer',
    'tuple.0.isuer',
    'tuple.1.isuer',
    'nullable.isuer',
    'default.isuer',
    'tlss',
  ]);
  assert.deepEqual(unknownKeys(schema, { tlss: 1 })[0]?.known, ['tls', 'list', 'record', 'tuple', 'nullable', 'default']);
});

test('a loose object knows every key, and a catch-all judges what it catches', () => {
  assert.deepEqual(unknown(z.looseObject({ a: z.int() }), { b: { c: 1 } }), []);
  assert.deepEqual(unknown(z.object({ a: z.int() }).catchall(tls), { b: { issuer: 'x', days: 1, c: 1 } }), ['b.c']);
});

test('of a union the form speaks that accepts the input and loses least', () => {
  const forms = z.union([z.object({ a: z.int() }), z.object({ a: z.int(), b: z.int() }), z.string()]);
  assert.deepEqual(unknown(forms, { a: 1, b: 2 }), []);
  assert.deepEqual(unknown(forms, { a: 1, b: 2, c: 3 }), ['c']);
  assert.deepEqual(unknown(forms, { z: 1 }), []);
});

test('an intersection knows what either side knows', () => {
  const both = z.intersection(z.object({ a: tls, both: tls }), z.object({ b: tls, both: tls }));
  const good = { issuer: 'x', days: 1 };
  assert.deepEqual(unknown(both, { a: good, b: good, both: good }), []);
  const found = unknown(both, { a: { ...good, x: 1 }, both: { ...good, y: 1 }, c: 1 });
  assert.deepEqual([...found].sort(), ['a.x', 'both.y', 'c']);
});
