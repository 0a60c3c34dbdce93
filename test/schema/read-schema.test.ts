import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model/json.ts';
import { readSchema } from '../../src/schema/read-schema.ts';

test('a schema is read as it is written', () => {
  const written: JsonObject = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'array', items: { type: 'string', pattern: '^a' }, 'x-kubernetes-list-type': 'set' } },
    additionalProperties: false,
    allOf: [{ not: { maxProperties: 3 } }],
    default: { a: [] },
  };
  assert.deepEqual(readSchema(written), written);
});

test('what is of another type than its keyword, or `null`, says nothing', () => {
  const written: JsonObject = {
    type: ['object'],
    required: 5,
    properties: null,
    additionalProperties: 'yes',
    items: [{}],
    enum: {},
    minimum: '1',
    not: false,
    default: null,
    'x-kubernetes-list-map-keys': ['a', null, 1],
    'x-other': true,
    constructor: {},
  };
  assert.deepEqual(readSchema(written), { 'x-kubernetes-list-map-keys': ['a'] });
});

test('`null` in the place of a schema is one that says nothing', () => {
  assert.deepEqual(readSchema({ properties: { a: null }, anyOf: [null, 'x'] }), { properties: { a: {} }, anyOf: [{}, {}] });
});
