import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { rulesetOf } from '../../../src/schema/cel/ruleset.ts';

/** What is broken of `rules` on `spec`, whose schema is `schema`. */
function broken(schema: JsonObject, spec: Json | undefined, options = { dropsStatus: false }): readonly string[] {
  const root = { type: 'object', properties: { spec: schema } };
  const ruleset = rulesetOf(root, { minor: 35, ...options });
  assert.ok(ruleset !== undefined);
  const judged = ruleset.judge({
    apiVersion: 'example.com/v1',
    kind: 'A',
    metadata: { name: 'a' },
    ...(spec === undefined ? {} : { spec }),
  });
  return judged.broken.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function withRules(schema: JsonObject, ...rules: readonly JsonObject[]): JsonObject {
  return { ...schema, 'x-kubernetes-validations': rules };
}

const size = { type: 'integer' };
const text = { type: 'string' };

describe('a rule is judged', () => {
  const cases: readonly (readonly [title: string, schema: JsonObject, spec: Json | undefined, expected: readonly string[]])[] = [
    ['by its message', withRules(size, { rule: 'self > 1', message: ' too small ' }), 1, ['spec: too small']],
    ['by its text, without a message', withRules(size, { rule: ' self > 1 ' }), 1, ['spec: failed rule: self > 1']],
    [
      'by the message that it makes',
      withRules(size, { rule: 'self > 1', message: 'other', messageExpression: "'%d is small'.format([self])" }),
      1,
      ['spec: 1 is small'],
    ],
    [
      'by its message, when it makes none on one line',
      withRules(size, { rule: 'self > 1', message: 'small', messageExpression: "'a\\nb'" }),
      1,
      ['spec: small'],
    ],
    [
      'at the place that it names',
      withRules({ type: 'object', properties: { a: size, 'x-y': size } }, { rule: 'self.a > 1', message: 'm', fieldPath: ".a['x-y']" }),
      { a: 1 },
      ['spec.a.x-y: m'],
    ],
    [
      'as broken, when it fails',
      withRules({ type: 'object', properties: { a: size } }, { rule: 'self.a > 1' }),
      {},
      ['spec: no such key: a evaluating rule: self.a > 1'],
    ],
    ['not on what is absent', withRules(size, { rule: 'false' }), undefined, []],
    ['not on null', withRules({ ...size, nullable: true }, { rule: 'false' }), null, []],
    ['not on what was before', withRules(size, { rule: 'self == oldSelf' }), 1, []],
    ['not on what may have been before', withRules(size, { rule: 'oldSelf.hasValue()', optionalOldSelf: true }), 1, []],
    ['not when it has no text', withRules(size, { rule: ' ' }), 1, []],
    [
      'not when the object does not fit the schema',
      withRules({ type: 'object', properties: { a: size } }, { rule: 'false' }),
      { a: 'x' },
      [],
    ],
    [
      'with the defaults of the schema, also inside of defaults',
      withRules(
        { type: 'object', properties: { a: { type: 'object', default: {}, properties: { b: { ...size, default: 2 } } } } },
        { rule: 'self.a.b == 3', message: 'm' },
      ),
      {},
      ['spec: m'],
    ],
    [
      'of each element and each value',
      {
        type: 'object',
        properties: { l: { type: 'array', items: withRules(size, { rule: 'self > 1', message: 'm' }) } },
        additionalProperties: false,
      },
      { l: [1, 2, 0] },
      ['spec.l.0: m', 'spec.l.2: m'],
    ],
    [
      'of each value of a map',
      { type: 'object', additionalProperties: withRules(text, { rule: "self != ''", message: 'm' }) },
      { a: '', b: 'x' },
      ['spec.a: m'],
    ],
    [
      'by escaped names',
      withRules(
        { type: 'object', properties: { 'a.b': text, 'c-d': text, namespace: text, e__f: text } },
        {
          rule: "self.a__dot__b + self.c__dash__d + self.__namespace__ + self.namespace + self.e__underscores__f == ''",
          message: 'm',
        },
      ),
      { 'a.b': '1', 'c-d': '2', namespace: '3', e__f: '4' },
      ['spec: m'],
    ],
    [
      'on sets without order, and on lists by keys',
      withRules(
        {
          type: 'object',
          properties: {
            s: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
            l: {
              type: 'array',
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['n'],
              items: { type: 'object', properties: { n: text } },
            },
          },
        },
        { rule: "self.s == ['b', 'a'] && self.l == self.l && (self.s + ['a']).size() == 3", message: 'm' },
      ),
      { s: ['a', 'b'], l: [{ n: 'x' }] },
      ['spec: m'],
    ],
  ];
  for (const [title, schema, spec, expected] of cases) test(title, () => assert.deepEqual(broken(schema, spec), expected));
});

test('a status is not judged where it is a subresource', () => {
  const schema = { type: 'object', properties: { status: withRules({ type: 'object' }, { rule: 'false', message: 'm' }) } };
  const judge = (dropsStatus: boolean) =>
    rulesetOf(schema, { minor: 35, dropsStatus })?.judge({ kind: 'A', metadata: {}, status: {} }).broken.length;
  assert.deepEqual([judge(true), judge(false)], [0, 1]);
});

test('the name of an object can be judged, and nothing else of its metadata', () => {
  const schema = withRules({ type: 'object' }, { rule: "self.metadata.name == 'b'" }, { rule: 'has(self.metadata.labels)' });
  const ruleset = rulesetOf(schema, { minor: 35, dropsStatus: false });
  assert.deepEqual(ruleset?.judge({ kind: 'A', metadata: { name: 'a' } }).broken.length, 1);
  assert.deepEqual(
    ruleset?.rules.map(({ rule }) => rule.problem?.message),
    [undefined, '`labels` is no field of the schema'],
  );
});

test('rules of what every object has are read, too', () => {
  const text = { type: 'string' };
  const bad = { rule: 'a' };
  const schema = {
    type: 'object',
    properties: { apiVersion: withRules(text, bad), kind: text, metadata: { type: 'object', properties: { name: withRules(text, bad) } } },
  };
  const found = rulesetOf(schema, { minor: 35, dropsStatus: false })?.rules.filter(({ rule }) => rule.problem !== undefined);
  assert.deepEqual(
    found?.map(({ path }) => path.slice(0, -2).join('/')),
    ['properties/apiVersion', 'properties/metadata/properties/name'],
  );
});

test('whether there was a state of before is asked by those rules alone that compare with it', () => {
  const rules = ['self > 0', 'oldSelf.hasValue()'].map((rule) => ({ rule, optionalOldSelf: true }));
  const ruleset = rulesetOf(
    { type: 'object', properties: { a: withRules({ type: 'integer' }, ...rules) } },
    { minor: 35, dropsStatus: false },
  );
  assert.deepEqual(
    ruleset?.rules.map(({ rule }) => rule.problem?.path),
    [['optionalOldSelf'], undefined],
  );
});

test('a schema without rules has no ruleset', () => {
  assert.equal(rulesetOf({ type: 'object' }, { minor: 35, dropsStatus: false }), undefined);
});

test('no schema and no object is too odd to be judged', () => {
  const odd = fc.jsonValue({ maxDepth: 1 });
  const rule = fc.record({ rule: fc.constantFrom('self.a', 'self == self', 'self.all(x, x)', 'a', '"'), message: odd, fieldPath: odd });
  const node = (below: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.record(
      {
        type: fc.oneof(fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean'), odd),
        properties: fc.oneof(fc.dictionary(fc.constantFrom('a', 'b', 'in', '-'), below, { maxKeys: 3 }), odd),
        items: fc.oneof(below, odd),
        default: odd,
        'x-kubernetes-validations': fc.oneof(fc.array(rule, { maxLength: 2 }), odd),
      },
      { requiredKeys: [] },
    );
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'in', '-', 'status'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
  fc.assert(
    fc.property(node(node(odd)), object, (schema, written) => {
      rulesetOf(schema as Json, { minor: 35, dropsStatus: true })?.judge(written as JsonObject);
    }),
    { numRuns: 200 },
  );
});
