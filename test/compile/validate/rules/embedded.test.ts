import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedMetadata } from '../../../../src/compile/validate/rules/metadata.ts';
import { type JsonObject, pointer } from '../../../../src/model/json.ts';

const right: JsonObject = {
  labels: { a: 'b' },
  annotations: { a: 'any text' },
  finalizers: ['example.com/a'],
  generation: 0,
  managedFields: [{ manager: 'a', operation: 'Update', fieldsType: 'FieldsV1' }, { operation: 'Apply' }],
};

const wrong: readonly (readonly [JsonObject, ...said: readonly string[]])[] = [
  [{ labels: { a: 'Not valid!' } }, 'field-invalid /metadata/labels/a'],
  [{ finalizers: ['Not valid!'] }, 'field-invalid /metadata/finalizers/0'],
  [{ generation: -1 }, 'field-range /metadata/generation'],
  [{ managedFields: [{}] }, 'field-required /metadata/managedFields/0/operation'],
  [{ managedFields: [{ operation: 'Read' }] }, 'field-invalid /metadata/managedFields/0/operation'],
  [{ managedFields: [{ operation: 'Apply', fieldsType: 'FieldsV2' }] }, 'field-invalid /metadata/managedFields/0/fieldsType'],
];

test('the metadata of an object inside of another is judged as that of an object', () => {
  const said = (metadata: JsonObject): readonly string[] =>
    embeddedMetadata({ metadata }, []).map(({ code, path }) => `${code} ${pointer(path)}`);
  assert.deepEqual(said(right), []);
  for (const [metadata, ...expected] of wrong) assert.deepEqual(said(metadata), expected);
});
