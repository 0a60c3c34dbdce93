import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scopeIn } from '../../src/schema/builtin.ts';
import { structuralScope } from '../../src/schema/node.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { type Finding, type WalkOptions, walk } from '../../src/schema/walk.ts';

const builtin = scopeIn(35);

/** `type /path` of each finding, in the definition `name` of Kubernetes 1.35. */
function inBuiltin(name: string, value: unknown, options?: WalkOptions): readonly string[] {
  return walk(value, { schema: { $ref: name }, scope: builtin }, options).map(told);
}

function inStructural(schema: Schema, value: unknown): readonly string[] {
  return walk(value, { schema, scope: structuralScope(builtin) }).map(told);
}

function told({ type, path }: Finding): string {
  return `${type} /${path.join('/')}`;
}

const podSpec = 'io.k8s.api.core.v1.PodSpec';
const schemaProps = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

describe("in Kubernetes' own schemas", () => {
  test('null is the same as nothing, but not in a list whose items have keys', () => {
    assert.deepEqual(inBuiltin(podSpec, { containers: [{ name: 'a', args: null, command: [null] }], hostname: null }), []);
    assert.deepEqual(inBuiltin(podSpec, { containers: [null] }), ['mistyped /containers/0']);
  });

  test('null in a list is an item of which nothing is set', () => {
    const spec = 'io.k8s.api.networking.v1.NetworkPolicySpec';
    assert.deepEqual(inBuiltin(spec, { policyTypes: [null], ingress: [null] }), ['unlisted /policyTypes/0']);
    const binding = 'io.k8s.api.rbac.v1.RoleBinding';
    const roleRef = { kind: 'Role', name: 'a', apiGroup: '' };
    assert.deepEqual(inBuiltin(binding, { roleRef, subjects: [null] }), ['missing /subjects/0/kind', 'missing /subjects/0/name']);
  });

  test('a value of the wrong type is not looked into', () => {
    assert.deepEqual(inBuiltin(podSpec, { containers: { name: 1 } }), ['mistyped /containers']);
  });

  test('items are told apart by the keys that they have or have a default for', () => {
    const spec = 'io.k8s.api.core.v1.ServiceSpec';
    assert.deepEqual(inBuiltin(spec, { ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }] }), []);
    assert.deepEqual(inBuiltin(spec, { ports: [{ port: 53 }, { port: 53, protocol: 'TCP' }] }), ['duplicate /ports/1']);
  });

  test('an item without any of its keys is told once when the keys have defaults', () => {
    assert.deepEqual(inBuiltin(podSpec, { containers: [{ image: 'a' }] }), ['missing /containers/0/name']);
  });

  test('only types and names of fields count where a walk is lenient', () => {
    assert.deepEqual(inBuiltin(podSpec, { restartPolicy: 'Sometimes', hostNam: 'x', hostname: 1 }, { lenient: true }), [
      'unknown /hostNam',
      'mistyped /hostname',
    ]);
  });

  test('where a walk is lenient, what Go reads of a text counts, unless it is a custom resource', () => {
    const condition = 'io.k8s.api.core.v1.PodCondition';
    assert.deepEqual(inBuiltin(condition, { lastProbeTime: 'soon' }, { lenient: true }), ['malformed /lastProbeTime']);
    const schema: Schema = { type: 'object', properties: { a: { type: 'string', format: 'byte' } } };
    assert.deepEqual(walk({ a: '!' }, { schema, scope: structuralScope(builtin) }, { lenient: true }), []);
  });

  test('what the server takes in spite of its schema may be told by the caller', () => {
    const options = {
      isOptional: (_: unknown, field: string) => field === 'containers',
      takesText: (_: unknown, field: string, text: string) => field === 'dnsPolicy' && text === '',
    };
    assert.deepEqual(inBuiltin(podSpec, { dnsPolicy: 'Always' }, options), ['unlisted /dnsPolicy']);
    assert.deepEqual(inBuiltin(podSpec, { dnsPolicy: '', restartPolicy: '' }, options), ['unlisted /restartPolicy']);
  });

  test('a schema in a CustomResourceDefinition may have fields that are called as the words of schemas are', () => {
    const schema = { type: 'object', $ref: 'x', default: {}, properties: { $ref: { type: 'string' }, description: { type: 'string' } } };
    assert.deepEqual(inBuiltin(schemaProps, schema), []);
  });

  test('below `items` and `additionalProperties` the server drops unknown fields without a word', () => {
    const value = {
      tpye: 'object',
      items: { tpye: 'string', properties: { a: { tpye: 'string', 'x-kubernetes-validations': [{ rule: 'a' }, { rule: 'a' }] } } },
      additionalProperties: 'yes',
      not: { tpye: '', items: 'x' },
    };
    const found = walk(value, { schema: { $ref: schemaProps }, scope: builtin });
    assert.deepEqual(
      found.map((one) => `${told(one)}${one.type === 'unknown' && one.isDropped ? ' dropped' : ''}`),
      [
        'unknown /tpye',
        'unknown /items/tpye dropped',
        'unknown /items/properties/a/tpye dropped',
        'mistyped /additionalProperties',
        'unknown /not/tpye',
      ],
    );
  });

  test('a field that belongs a level deeper is found there', () => {
    const [found] = walk({ containers: [{ name: 'a' }], image: 'nginx' }, { schema: { $ref: podSpec }, scope: builtin });
    assert.deepEqual(found?.type === 'unknown' && found.below, ['containers', 'ephemeralContainers', 'initContainers', 'volumes']);
  });
});

describe('in structural schemas', () => {
  const text: Schema = { type: 'string' };
  const cases: readonly (readonly [what: string, schema: Schema, value: unknown, found: readonly string[]])[] = [
    [
      'null is only taken where that is said',
      { properties: { a: text, b: { ...text, nullable: true } } },
      { a: null, b: null },
      ['mistyped /a'],
    ],
    ['null stands for a default', { properties: { a: { ...text, default: 'x' } }, required: ['a'] }, { a: null }, []],
    [
      'what has a default may be missing',
      { properties: { a: { ...text, default: 'x' }, b: text }, required: ['a', 'b'] },
      {},
      ['missing /b'],
    ],
    ['an object without fields takes none', { type: 'object', properties: { a: { type: 'object' } } }, { a: { b: 1 } }, ['unknown /a/b']],
    [
      'unknown fields are kept where that is said',
      { type: 'object', properties: { a: text }, 'x-kubernetes-preserve-unknown-fields': true },
      { a: 1, b: 1 },
      ['mistyped /a'],
    ],
    ['a map takes any key', { type: 'object', additionalProperties: text }, { a: 'x', b: 1 }, ['mistyped /b']],
    [
      'whole numbers have 64 bits unless told',
      { properties: { a: { type: 'integer' }, b: { type: 'integer', format: 'int32' } } },
      { a: 2 ** 40, b: 2 ** 40 },
      ['malformed /b'],
    ],
    [
      'the metadata inside an embedded resource is looked at',
      { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true, type: 'object' },
      { apiVersion: 'v1', kind: 'A', metadata: { label: {} }, x: 1 },
      ['unknown /metadata/label'],
    ],
    [
      'an object inside of another has names as objects have',
      { properties: { a: { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true, type: 'object' } } },
      { a: { apiVersion: 'a/b/c', kind: '1', metadata: { name: 'a/b', namespace: 'A', generateName: '%' } } },
      [
        'breach /a/apiVersion',
        'breach /a/kind',
        'breach /a/metadata/name',
        'breach /a/metadata/generateName',
        'breach /a/metadata/namespace',
      ],
    ],
    [
      'names of objects inside of others may be any part of a path',
      { properties: { a: { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true, type: 'object' } } },
      { a: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A b', generateName: '' } } },
      [],
    ],
    ['no form is none to fit', { ...text, anyOf: [], oneOf: [], enum: [] }, 'x', []],
    ['whole numbers and broken bounds', { type: 'number', minimum: 1.5 }, 1, []],
    ['broken numbers and broken bounds', { type: 'number', minimum: 1.5 }, 1.25, ['breach /']],
    ['a pattern is one of Go', { ...text, pattern: '(?i)^a[[:digit:]]$' }, 'A1', []],
    ['characters are counted, not code units', { ...text, maxLength: 1 }, '🎉', []],
    ['whole and broken numbers', { type: 'number', multipleOf: 0.5 }, 1, ['breach /']],
    ['broken numbers', { type: 'number', multipleOf: 0.5 }, 1.5, []],
    ['whole numbers', { type: 'number', multipleOf: 2.5 }, 4, []],
    ['multiples of nothing', { type: 'number', multipleOf: 0 }, 1.5, ['breach /']],
    ['bounds', { type: 'integer', minimum: 1, maximum: 3, multipleOf: 2 }, 3, ['breach /']],
    ['counts', { type: 'array', items: text, minItems: 1, maxItems: 1 }, ['a', 'b'], ['breach /']],
    [
      'allOf points to the part',
      { type: 'object', properties: { a: text }, allOf: [{ properties: { a: { maxLength: 1 } } }] },
      { a: 'xy' },
      ['breach /a'],
    ],
    ['anyOf', { ...text, anyOf: [{ enum: ['a'] }, { pattern: '^b' }] }, 'c', ['breach /']],
    ['anyOf is met by one', { ...text, anyOf: [{ enum: ['a'] }, { pattern: '^b' }] }, 'bc', []],
    [
      'oneOf is met by one only',
      { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      { a: '', b: '' },
      ['breach /'],
    ],
    ['not', { ...text, not: { enum: ['a'] } }, 'a', ['breach /']],
    ['an enum of objects', { enum: [{ a: 1, b: [2] }], properties: { a: {}, b: {} } }, { b: [2], a: 1 }, []],
    ['none of an enum of objects', { enum: [{ a: 1 }, 'x'], properties: { a: {} } }, { a: 2 }, ['unlisted /']],
    ['an enum of numbers', { type: 'integer', enum: [1, 2] }, 3, ['unlisted /']],
  ];
  for (const [what, schema, value, expected] of cases) {
    test(what, () => assert.deepEqual(inStructural({ type: 'object', ...schema }, value), expected));
  }

  test('what stands in a schema as a default has no defaults itself', () => {
    const schema: Schema = { type: 'object', required: ['a'], properties: { a: { ...text, default: 'x' }, b: { ...text, default: 'x' } } };
    const found = walk({ b: null }, { schema, scope: structuralScope(builtin) }, { hasNoDefaults: true });
    assert.deepEqual(found.map(told), ['mistyped /b', 'missing /a']);
  });

  test('whole objects inside of a value are told of, with their places', () => {
    const whole: Schema = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true };
    const inside = { apiVersion: 'v1', kind: 'A' };
    const told: unknown[] = [];
    const schema: Schema = { ...whole, properties: { list: { type: 'array', items: whole } } };
    walk({ ...inside, list: [inside] }, { schema, scope: structuralScope(builtin) }, { onEmbedded: (...one) => void told.push(one) });
    assert.deepEqual(told, [[inside, ['list', 0]]]);
  });
});
