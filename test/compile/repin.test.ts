import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, fitsImage, planPins, repinned } from '../../src/compile/repin.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];
const lock = { images: { 'web:1': { digest: a, pinned: '2026-01-01T00:00:00Z' }, 'old:1': { digest: b } } };
const images = ['ghcr.io/acme/db:2', 'web:1'];
const plan = (names: readonly string[], isCheck = false) => planPins({ images, lock, names, isCheck });

test('what is not pinned is asked for, and what is pinned stays as it is', () => {
  assert.deepEqual(plan([]), { ask: ['ghcr.io/acme/db:2'], unused: ['old:1'] });
});

test('what is named is asked for, whether it is pinned or not, and nothing else changes', () => {
  assert.deepEqual(plan(['web']), { ask: ['web:1'], unused: [] });
  assert.deepEqual(plan(['*']), { ask: images, unused: [] });
});

test('a check asks for all', () => {
  assert.deepEqual(plan([], true), { ask: images, unused: ['old:1'] });
  assert.deepEqual(plan(['web'], true), { ask: ['web:1'], unused: [] });
});

const fits: readonly (readonly [name: string, image: string, fits: boolean])[] = [
  ['web', 'web:1', true],
  ['web:1', 'web:1', true],
  ['web:2', 'web:1', false],
  ['db', 'ghcr.io/acme/db:2', true],
  ['acme/db', 'ghcr.io/acme/db:2', true],
  ['acme/*', 'ghcr.io/acme/db:2', true],
  ['b', 'ghcr.io/acme/db:2', false],
  ['ghcr.io', 'ghcr.io/acme/db:2', false],
  ['ghcr.io/*', 'ghcr.io/acme/db:2', true],
  ['d.', 'ghcr.io/acme/db:2', false],
];
for (const [name, image, expected] of fits) {
  test(`\`${name}\` ${expected ? 'means' : 'does not mean'} ${image}`, () => assert.equal(fitsImage(name, image), expected));
}

test('a pin of the same digest keeps its day, a tag that moved gets a new one, and what nothing uses goes', () => {
  const pinned = '2026-11-28T12:00:00Z';
  const found = new Map([
    ['web:1', { digest: a, platforms: ['linux/amd64'], pinned }],
    ['ghcr.io/acme/db:2', { digest: c, platforms: [], pinned }],
  ]);
  const changes = changesOf(plan([], true), found, lock);
  assert.deepEqual(
    changes.map(({ image, status, was, digest }) => [image, status, was, digest]),
    [
      ['ghcr.io/acme/db:2', 'new', undefined, c],
      ['old:1', 'unused', b, undefined],
      ['web:1', 'same', a, a],
    ],
  );
  assert.deepEqual(repinned(lock, changes, found), {
    images: { 'web:1': { digest: a, pinned: '2026-01-01T00:00:00Z' }, 'ghcr.io/acme/db:2': { digest: c, platforms: [], pinned } },
  });
  const moved = changesOf(plan(['web']), new Map([['web:1', { digest: b, platforms: [], pinned }]]), lock);
  assert.deepEqual(repinned(lock, moved, new Map([['web:1', { digest: b, platforms: [], pinned }]])).images['web:1'], {
    digest: b,
    platforms: [],
    pinned,
  });
});
