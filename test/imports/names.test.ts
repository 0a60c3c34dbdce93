import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docLines } from '../../src/imports/docs.ts';
import { compareVersions } from '../../src/imports/kind.ts';
import { literal, pascal, takeName, versionSuffix } from '../../src/imports/names.ts';
import { sourceName, sourceTypeOf } from '../../src/imports/sources.ts';

test('names become those of types', () => {
  const parts = { keystores: 'Keystores', 'x-http.header': 'XHttpHeader', isCA: 'IsCA', '12': '12', $ref: 'Ref', ü: '' };
  for (const [given, name] of Object.entries(parts)) assert.equal(pascal(given), name);
  const versions = { v1: 'V1', v1beta2: 'V1Beta2', v2alpha10: 'V2Alpha10', stable: 'Stable' };
  for (const [given, suffix] of Object.entries(versions)) assert.equal(versionSuffix(given), suffix);
});

test('a name is taken once', () => {
  const taken = new Set(['A', 'AB']);
  assert.deepEqual([takeName(['A', 'AB', 'ABC'], taken), takeName(['A', 'ABC'], taken), takeName(['ABC'], taken)], ['ABC', 'ABC2', 'ABC3']);
});

test('texts become literals', () => {
  const literals = { a: "'a'", "it's": "'it\\'s'", '"a"': `'"a"'`, '\\': "'\\\\'", 'a\nb': "'a\\nb'", '`': "'`'" };
  for (const [given, text] of Object.entries(literals)) assert.equal(literal(given), text);
});

test('versions are ordered as Kubernetes prefers them', () => {
  const sorted = ['v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'bar1', 'foo10'];
  const versions = sorted.map((version) => ({ version }));
  assert.deepEqual(versions.toReversed().sort(compareVersions), versions);
  assert.ok(compareVersions({ version: 'v2', deprecation: 'old' }, { version: 'v1alpha1' }) > 0);
});

test('what is said becomes a comment that nothing ends', () => {
  const long = `${'word '.repeat(30)}end`;
  assert.deepEqual(docLines({}, ''), []);
  assert.deepEqual(docLines({ description: '  \n ' }, ''), []);
  assert.deepEqual(docLines({ description: 'a */ b\u0007\u2028c' }, '  '), ['  /** a *\\/ b c */']);
  assert.deepEqual(docLines({ description: 'a\r\n\n\n\n  - b ', default: { a: '*/' } }, ''), [
    '/**',
    ' * a',
    ' *',
    ' *   - b',
    ' * @default {"a":"*\\/"}',
    ' */',
  ]);
  assert.deepEqual(docLines({ default: 'a'.repeat(80) }, ''), []);
  const lines = docLines({ description: `  ${long}` }, '');
  assert.ok(lines.length === 4 && lines.every((line) => line.length <= 115), lines.join('\n'));
});

test('what is imported is told by its name', () => {
  const types = {
    'kubernetes@1.35': 'kubernetes',
    'https://example.com/a.yaml': 'url',
    'http://a': 'url',
    'crds/': 'path',
    './crds': 'path',
    'crds.yaml': 'path',
    prod: 'environment',
  };
  for (const [given, type] of Object.entries(types)) assert.equal(sourceTypeOf(given), type, given);
  const names = {
    './crds': 'crds/',
    './crds/': 'crds/',
    'a//b/': 'a/b',
    './a.yaml': 'a.yaml',
    '../a': '../a',
    '/a/b': '/a/b',
    '.': '.',
    'https://example.com/a.yaml?ref=v1#L1': 'https://example.com/a.yaml?ref=v1',
    prod: 'prod',
  };
  for (const [given, name] of Object.entries(names)) {
    assert.equal(sourceName(given), name, given);
    assert.equal(sourceName(name), name);
    assert.equal(sourceTypeOf(name), sourceTypeOf(given), given);
  }
});
