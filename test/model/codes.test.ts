import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from '../../src/model/codes/catalogue.ts';
import type { Explanations } from '../../src/model/codes/explanation.ts';

const areas = readdirSync('src/model/codes', { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && name !== 'catalogue.ts' && name !== 'explanation.ts',
);
const loaded = await Promise.all(
  areas.map((name) => import(`../../src/model/codes/${name}`) as Promise<Readonly<Record<string, Explanations>>>),
);

test('every code of every area is in the catalogue, and none is there twice', () => {
  const codes = loaded.flatMap((area) => Object.values(area).flatMap((explanations) => Object.keys(explanations)));
  assert.deepEqual(codes.toSorted(), Object.keys(catalogue).toSorted());
  assert.ok(codes.length > 60, `${codes.length} codes`);
});

test('codes are kebab-case', () => {
  for (const code of Object.keys(catalogue)) assert.match(code, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

test('explanations are whole sentences, and each part says something of its own', () => {
  for (const [code, { meaning, reason, remedy, example }] of Object.entries(catalogue)) {
    for (const text of [meaning, reason, remedy]) {
      assert.match(text, /^[A-Z`][^\n]{15,}[.]$/, `${code}: ${text}`);
      assert.equal(text.split('`').length % 2, 1, `${code}: an odd number of backticks`);
    }
    assert.equal(new Set([meaning, reason, remedy, example]).size, 4, code);
    assert.notEqual(example, '', code);
  }
});
