import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import type { Layer } from '../../../src/compile/resolve.ts';
import { unsignedPins, unverified, withNotesOf, withSignatures } from '../../../src/compile/signatures/pins.ts';
import { resolveSignatures, type SignatureRule } from '../../../src/compile/signatures/rules.ts';
import type { Lockfile, Pin } from '../../../src/model/lockfile.ts';
import { noteOf } from '../../registry/cosign.ts';

const [ours, theirs] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ec', { namedCurve: 'P-256' })];
const rulesOf = (...keys: readonly KeyObject[]): readonly SignatureRule[] => {
  const key = keys.map((one) => String(one.export({ type: 'spki', format: 'pem' })));
  return resolveSignatures([{ definition: { signatures: { web: { key } } }, at: {} }] as unknown as readonly Layer[], new Map()).value;
};
const rules = rulesOf(ours.publicKey);
const [one, other] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const note = (digest: string, key = ours.publicKey, repository = 'docker.io/library/web') => noteOf(key, repository, digest);
const lockOf = (pin: Pin): Lockfile => ({ images: { 'web:1': pin } });

/** The digests that are looked for when a pin becomes another one. */
function wanted(before: Pin, after: Pin, isCheck = false): readonly string[] {
  return unverified({ rules, images: ['web:1'], lock: lockOf(before), after: lockOf(after) }, isCheck).map(({ digest }) => digest);
}

test('signatures are looked for wherever the lock that is written would not say who signed', () => {
  const signed = { digest: one, signed: note(one) };
  assert.deepEqual(wanted(signed, signed), []);
  assert.deepEqual(wanted({ digest: one }, { digest: one }), [one]);
  assert.deepEqual(wanted(signed, { digest: other }), [other]);
  // Another tag of the same digest: what is written is a new entry.
  assert.deepEqual(wanted(signed, { digest: one, tag: '1.27.5' }), [one]);
  assert.deepEqual(wanted({ digest: one, signed: 'another key' }, { digest: one, signed: 'another key' }), [one]);
  assert.deepEqual(wanted(signed, signed, true), [one]);
});

const notes: readonly (readonly [what: string, signed: string, why: RegExp | undefined])[] = [
  ['of the digest and the key', note(one), undefined],
  ['of another digest', note(other), /and what its pin notes is not of this digest and such a key$/],
  ['of another key', note(one, theirs.publicKey), /and what its pin notes is not/],
  ['of another repository', note(one, ours.publicKey, 'docker.io/library/db'), /and what its pin notes is not/],
  ['that is the key alone', rules[0]?.value[0]?.fingerprint ?? '', /and what its pin notes is not/],
];
for (const [what, signed, why] of notes) {
  test(`a note ${what} ${why === undefined ? 'is taken' : 'says nothing, and signatures are looked for anew'}`, () => {
    const pin = { digest: one, signed };
    assert.deepEqual(wanted(pin, pin), why === undefined ? [] : [one]);
    const [told, ...more] = unsignedPins(['web:1'], { rules, lock: lockOf(pin), environment: 'prod' });
    assert.deepEqual(more, []);
    if (why === undefined) assert.equal(told, undefined);
    else assert.match(told?.message ?? '', why);
  });
}

test('of several keys one suffices: a check is content with the note of any of them', () => {
  const both = rulesOf(theirs.publicKey, ours.publicKey);
  const lock = lockOf({ digest: one, signed: note(one) });
  const [asked] = unverified({ rules: both, images: ['web:1'], lock, after: lock }, true);
  assert.equal(asked?.noted, note(one));
  const { changes } = withSignatures({ lock, after: lock, changes: [] }, new Map([['web:1', asked?.noted ?? '']]));
  assert.deepEqual(changes, []);
});

test('a pin that comes from another environment keeps what the lock already notes of the same digest', () => {
  const noted = (from: Pin, to: Pin) => withNotesOf(lockOf(to), lockOf(from), rules).images['web:1'];
  assert.deepEqual(noted({ digest: one }, { digest: one, signed: note(one) }), { digest: one, signed: note(one) });
  assert.deepEqual(noted({ digest: one, signed: 'of another key' }, { digest: one, signed: note(one) }), {
    digest: one,
    signed: note(one),
  });
  assert.deepEqual(noted({ digest: one, signed: note(one) }, { digest: other }), { digest: one, signed: note(one) });
  // Nothing is noted of another digest, nor by a key that is asked for no more.
  assert.deepEqual(noted({ digest: one }, { digest: other, signed: note(one) }), { digest: one });
  assert.deepEqual(noted({ digest: one }, { digest: one, signed: note(one, theirs.publicKey) }), { digest: one });
});
