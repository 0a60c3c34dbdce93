import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packRules } from '../../src/packs/packs.ts';
import { builtinPacks } from '../../src/packs/policies.ts';

test('every pack whose rules are explained can be asked by its name, but for the one that needs options', () => {
  const explained = [...packRules.keys()].map((code) => code.split('/')[1]);
  assert.deepEqual(
    builtinPacks.map(({ name }) => name),
    [...new Set(explained)].filter((name) => name !== 'cost').toSorted(),
  );
});
