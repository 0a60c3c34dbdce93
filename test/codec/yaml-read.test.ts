import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseManifest, readManifest } from '../../src/codec/yaml-read.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import { jsonObject } from './arbitraries.ts';

test('reads canonical and foreign text alike', () => {
  const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { on: 'yes' } };
  assert.deepEqual(readManifest(writeYaml(value)), { ok: true, value });
  assert.deepEqual(readManifest('# a\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {"on": "yes"}\n'), { ok: true, value });
  fc.assert(fc.property(jsonObject, (some) => assert.deepEqual(readManifest(`# a\n${writeYaml(some)}`), readManifest(writeYaml(some)))));
});

test('refuses a text that is longer than allowed', () => {
  assert.deepEqual(readManifest('a: b\n', { length: 4 }), {
    ok: false,
    message: 'the text has 5 characters, more than the 4 that are read',
  });
  assert.equal(readManifest('a: b\n', { length: 5 }).ok, true);
  assert.equal(readManifest(`a: ${'b'.repeat(5_000_000)}\n`).ok, false);
});

test('a manifest has an apiVersion, a kind and a name', () => {
  const value = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { a: 'b' } },
    spec: { replicas: 1 },
  };
  assert.deepEqual(parseManifest(writeYaml(value)), { ok: true, value });
});

test('a namespace, labels and annotations that are null are dropped', () => {
  const text = 'apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace:\n  labels: null\n  annotations: ~\n  other: null\n';
  assert.deepEqual(parseManifest(text), { ok: true, value: { apiVersion: 'v1', kind: 'A', metadata: { name: 'a', other: null } } });
});

const head = 'apiVersion: v1\nkind: A\n';
const bad: readonly (readonly [string, string])[] = [
  ['', 'a manifest is an object, this is null'],
  ['- a\n', 'a manifest is an object, this is a list'],
  ['a\n', 'a manifest is an object, this is text'],
  ['kind: A\n', '`apiVersion` must be text that is not empty, but it is missing'],
  ['apiVersion: 1\nkind: A\n', '`apiVersion` must be text that is not empty, but it is the number `1`'],
  ['apiVersion: v1\nkind: ""\n', '`kind` must be text that is not empty, but it is empty'],
  [head, '`metadata` must be an object, but it is missing'],
  [`${head}metadata: []\n`, '`metadata` must be an object, but it is a list'],
  [`${head}metadata: {}\n`, '`metadata.name` must be text that is not empty, but it is missing'],
  [`${head}metadata: {name: no}\n`, '`metadata.name` must be text that is not empty, but it is the boolean `false`'],
  [`${head}metadata: {name: a, namespace: 1}\n`, '`metadata.namespace` must be text, but it is the number `1`'],
  [`${head}metadata: {name: a, labels: b}\n`, '`metadata.labels` must be an object, but it is text'],
  [`${head}metadata: {name: a, labels: {b: yes}}\n`, '`metadata.labels.b` must be text, perhaps in quotes, but it is the boolean `true`'],
  [`${head}metadata: {name: a, annotations: {b: }}\n`, '`metadata.annotations.b` must be text, perhaps in quotes, but it is null'],
];

for (const [text, message] of bad) {
  test(`says: ${message}`, () => assert.deepEqual(parseManifest(text), { ok: false, message }));
}

test('says where a text is not YAML', () => {
  const read = parseManifest('apiVersion: v1\nkind: A\nkind: B\n');
  assert.deepEqual(read, { ok: false, message: 'this key stands here a second time', line: 3, column: 1 });
});
