import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLower, readVersion } from '../../src/compile/version.ts';

const versions: readonly (readonly [tag: string, than: string, isLower: boolean])[] = [
  ['2.4.1', '2.4.2', true],
  ['2.4.9', '2.4.10', true],
  ['v1.9.0', 'v2.0.0', true],
  ['1.27.5-alpine', '1.28.0-alpine', true],
  ['2.4.2-rc.1', '2.4.2', true],
  ['2.4.2-rc.2', '2.4.2-rc.10', true],
  ['2.4.1', '2.4.1', false],
  ['2.4.2', '2.4.1', false],
  ['2.4.2', '2.4.2-rc.1', false],
  // One moves, the other stands still: which is newer nobody knows.
  ['2.4', '2.4.2', false],
  ['2.4.2', '2.4', false],
  ['1.27.5', '1.27.5-alpine', false],
  ['1.27.5-alpine', '1.27.5-bookworm', false],
  ['latest', '2.4.2', false],
  ['2.4.2', 'latest', false],
  ['3f2a91c', '9c1d2e3', false],
  ['1.2.3.4', '1.2.3.10', true],
  ['2024.01.05', '2024.02.01', true],
  ['2.4.2-RC1', '2.4.2-rc.2', true],
  ['2.4.2-rc.1-alpine', '2.4.2-alpine', true],
  // A day and a version are nothing that one could compare.
  ['2.4.2', '20231105', false],
  ['20231105', '20231106', true],
];
for (const [tag, than, expected] of versions) {
  test(`${tag} is ${expected ? 'lower' : 'not lower'} than ${than}`, () => assert.equal(isLower(tag, than), expected));
}

test('a version is read with its parts, and what is none is not', () => {
  assert.deepEqual(readVersion('V1.28.0-RC01-alpine3.20'), {
    prefix: 'v',
    numbers: ['1', '28', '0'],
    stage: 'rc.1',
    variant: 'alpine3.20',
  });
  assert.deepEqual(readVersion('1.2.3-mysql'), { prefix: '', numbers: ['1', '2', '3'], stage: undefined, variant: 'mysql' });
  for (const tag of ['latest', '1.2.3.4.5', '1.', 'v', '1a', '']) assert.equal(readVersion(tag), undefined, tag);
});
