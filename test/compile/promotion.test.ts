import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageChanges, promoteAll, promoteIncluded, promoteSome, unlikeDeployed } from '../../src/compile/promotion.ts';
import type { Lockfile, Pin } from '../../src/model/lockfile.ts';

const pin = (digit: string, tag?: string): Pin => ({ digest: `sha256:${digit.repeat(64)}`, ...(tag === undefined ? {} : { tag }) });
const lock = (images: Lockfile['images']): Lockfile => ({ images });

test('promoted whole, an environment has the pins of the one before for what it uses, and its own for the rest', () => {
  const from = lock({ 'web:2': pin('a'), 'db:1': pin('b', '1.2'), 'staging-only:1': pin('c') });
  const to = lock({ 'web:1': pin('d'), 'db:1': pin('e'), 'prod-only:1': pin('f') });
  assert.deepEqual(promoteAll(['web:2', 'db:1', 'prod-only:1', 'new:1'], { from, to }), {
    images: { 'web:2': pin('a'), 'db:1': pin('b', '1.2'), 'prod-only:1': pin('f') },
    missing: ['new:1'],
  });
});

test('promoted whole, an environment has the programs and charts of the one before, and its own, of what it includes', () => {
  const tool = (version: string) => ({ version, sha256: { 'linux-amd64': 'a'.repeat(64) } });
  const chart = (digit: string) => ({ sha256: digit.repeat(64) });
  const charts = { 'oci://r.io/web:1.0.0': chart('a'), 'oci://r.io/gone:1.0.0': chart('b') };
  const from: Lockfile = { images: {}, tools: { helm: tool('v4') }, charts };
  const to: Lockfile = {
    images: {},
    tools: { helm: tool('v3'), kustomize: tool('v5') },
    charts: { 'oci://r.io/web:1.0.0': chart('c'), 'oci://r.io/own:1.0.0': chart('d') },
  };
  const release = { release: 'x', namespace: 'x', kubernetes: '1.35', apiVersions: [], values: {} };
  const inclusions = ['web', 'own', 'new'].map((name) => {
    return { construct: name, tool: 'helm' as const, chart: { url: `oci://r.io/${name}`, version: '1.0.0' }, ...release };
  });
  assert.deepEqual(promoteIncluded(inclusions, { from, to }), {
    tools: { helm: tool('v4') },
    charts: { 'oci://r.io/web:1.0.0': chart('a'), 'oci://r.io/own:1.0.0': chart('d') },
  });
  assert.deepEqual(promoteIncluded([], { from, to }), { tools: {}, charts: {} });
});

const some: readonly (readonly [
  what: string,
  names: readonly string[],
  from: Lockfile['images'],
  to: Lockfile['images'],
  expected: object,
])[] = [
  [
    'another tag stands in for the one of the author',
    ['web'],
    { 'r.io/web:2.4.2': pin('a'), 'r.io/db:2': pin('b') },
    { 'r.io/web:2.4.1': pin('c'), 'r.io/db:1': pin('d') },
    { images: { 'r.io/web:2.4.1': pin('a', '2.4.2'), 'r.io/db:1': pin('d') }, unmatched: [], ambiguous: [] },
  ],
  [
    'a tag that stands in is promoted, and one that the author writes by now stands no more',
    ['web'],
    { 'web:1': pin('a', '2') },
    { 'web:2': pin('b', '1'), 'web:3': pin('c') },
    { images: { 'web:2': pin('a'), 'web:3': pin('a', '2') }, unmatched: [], ambiguous: [] },
  ],
  [
    'of several the one of the same tag is meant',
    ['db'],
    { 'db:16': pin('a'), 'db:17': pin('b') },
    { 'db:16': pin('c'), 'db:17': pin('d') },
    { images: { 'db:16': pin('a'), 'db:17': pin('b') }, unmatched: [], ambiguous: [] },
  ],
  [
    'several are told when none is of that tag, and a name with a tag helps',
    ['db'],
    { 'db:16': pin('a'), 'db:17': pin('b') },
    { 'db:15': pin('c') },
    { images: { 'db:15': pin('c') }, unmatched: [], ambiguous: [{ image: 'db:15', found: ['db:16', 'db:17'] }] },
  ],
  [
    'a name with a tag means that one',
    ['db:17'],
    { 'db:16': pin('a'), 'db:17': pin('b') },
    { 'db:15': pin('c') },
    { images: { 'db:15': pin('b', '17') }, unmatched: [], ambiguous: [] },
  ],
  [
    'names that mean no image of both are told',
    ['web', 'wbe', 'db'],
    { 'web:1': pin('a'), 'db:1': pin('b') },
    { 'db:1': pin('c') },
    { images: { 'db:1': pin('b') }, unmatched: ['web', 'wbe'], ambiguous: [] },
  ],
];
for (const [what, names, from, to, expected] of some) {
  test(`promoted alone: ${what}`, () => assert.deepEqual(promoteSome(names, { from: lock(from), to: lock(to) }), expected));
}

test('changes of images are told by repository, those that stay not at all', () => {
  const before = lock({ 'web:1': pin('a'), 'db:16': pin('b'), 'db:17': pin('c'), 'same:1': pin('d'), 'old:1': pin('e') });
  const after = lock({ 'web:1': pin('f', '2'), 'db:16': pin('a'), 'db:18': pin('c'), 'same:2': pin('d', '1'), 'new:1': pin('e') });
  const run = (tag: string, digit: string) => ({ tag, digest: `sha256:${digit.repeat(64)}` });
  assert.deepEqual(imageChanges(before, after), [
    { repository: 'db', was: run('16', 'b'), now: run('16', 'a') },
    { repository: 'db', was: undefined, now: run('18', 'c') },
    { repository: 'db', was: run('17', 'c'), now: undefined },
    { repository: 'new', was: undefined, now: run('1', 'e') },
    { repository: 'old', was: run('1', 'e'), now: undefined },
    { repository: 'web', was: run('1', 'a'), now: run('2', 'f') },
  ]);
});

test('what is promoted is told where the environment before is deployed with something else', () => {
  const [one, two] = ['1'.repeat(40), '2'.repeat(40)];
  const before = lock({ 'web:1': pin('d'), 'own:1': pin('f') });
  const deployed: Lockfile = {
    source: one,
    images: { 'web:1': pin('a'), 'db:1': pin('b') },
    charts: { chart: { sha256: 'a'.repeat(64) } },
  };
  const whole = (after: Lockfile) => unlikeDeployed(deployed, { before, after, isWhole: true });
  assert.deepEqual(whole({ ...deployed, images: { 'web:1': pin('a'), 'own:1': pin('f') } }), []);
  assert.deepEqual(whole({ ...deployed, source: two }), ['it is rendered from `1111111`, not `2222222`']);
  assert.deepEqual(whole({ ...deployed, images: { 'web:1': pin('c') } }), ['it has another `web:1`']);
  assert.deepEqual(whole({ ...deployed, charts: { chart: { sha256: 'b'.repeat(64) } } }), ['it has another `chart`']);
  // Of one image alone, the rest is as it was.
  const some = (after: Lockfile) => unlikeDeployed(deployed, { before, after, isWhole: false });
  assert.deepEqual(some(lock({ 'web:1': pin('a'), 'own:1': pin('f') })), []);
  assert.deepEqual(some(lock({ 'web:1': pin('c'), 'own:1': pin('f') })), ['it has another `web:1`']);
  assert.deepEqual(some(lock({ 'web:1': pin('d'), 'own:1': pin('e') })), ['it has another `own:1`']);
});
