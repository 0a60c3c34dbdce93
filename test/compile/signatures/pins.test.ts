import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { Layer } from '../../../src/compile/resolve.ts';
import { unverified } from '../../../src/compile/signatures/pins.ts';
import { resolveSignatures } from '../../../src/compile/signatures/rules.ts';
import type { Lockfile, Pin } from '../../../src/model/lockfile.ts';

const key = String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }));
const layers = [{ definition: { signatures: { web: { key } } }, at: {} }] as unknown as readonly Layer[];
const { value: rules } = resolveSignatures(layers, new Map());
const fingerprint = rules[0]?.value[0]?.fingerprint ?? '';
const [one, other] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

/** The digests that are looked for when a pin becomes another one. */
function wanted(before: Pin, after: Pin, isCheck = false): readonly string[] {
  const lockOf = (pin: Pin): Lockfile => ({ images: { 'web:1': pin } });
  return unverified({ rules, images: ['web:1'], lock: lockOf(before), after: lockOf(after) }, isCheck).map(({ digest }) => digest);
}

test('signatures are looked for wherever the lock that is written would not say who signed', () => {
  const signed = { digest: one, signed: fingerprint };
  assert.notEqual(fingerprint, '');
  assert.deepEqual(wanted(signed, signed), []);
  assert.deepEqual(wanted({ digest: one }, { digest: one }), [one]);
  assert.deepEqual(wanted(signed, { digest: other }), [other]);
  // Another tag of the same digest: what is written is a new entry.
  assert.deepEqual(wanted(signed, { digest: one, tag: '1.27.5' }), [one]);
  assert.deepEqual(wanted({ digest: one, signed: 'another key' }, { digest: one, signed: 'another key' }), [one]);
  assert.deepEqual(wanted(signed, signed, true), [one]);
});
