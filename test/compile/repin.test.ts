import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, fitsImage, type PinRequest, planPins, repinned, standing, upgradable } from '../../src/compile/repin.ts';
import type { Layer } from '../../src/compile/resolve.ts';
import { resolveUpgrades } from '../../src/compile/upgrades.ts';
import type { Pin } from '../../src/model/lockfile.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];
const lock = { images: { 'web:1': { digest: a, pinned: '2026-01-01T00:00:00Z' }, 'old:1': { digest: b } } };
const images = ['ghcr.io/acme/db:2', 'web:1'];
const request = { images, lock, names: [], isCheck: false, upgrades: [], tags: undefined } satisfies PinRequest;
const plan = (names: readonly string[], isCheck = false) => {
  const { ask, unused, notes } = planPins({ ...request, names, isCheck });
  assert.deepEqual(notes, []);
  assert.deepEqual(
    ask.map(({ image, tag }) => [image, tag]),
    ask.map(({ reference }) => [reference, undefined]),
  );
  return { ask: ask.map(({ image }) => image), unused };
};

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
  const changes = changesOf(planPins({ ...request, isCheck: true }), found, lock);
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
  const moved = changesOf(planPins({ ...request, names: ['web'] }), new Map([['web:1', { digest: b, platforms: [], pinned }]]), lock);
  assert.deepEqual(repinned(lock, moved, new Map([['web:1', { digest: b, platforms: [], pinned }]])).images['web:1'], {
    digest: b,
    platforms: [],
    pinned,
  });
});

/** What is asked for of `image`, which is the only one, and what is noted. */
function chosen(image: string, upgrades: object, more: Partial<PinRequest> & { readonly pins?: Readonly<Record<string, Pin>> }) {
  const { pins = {}, tags, ...rest } = more;
  const rules = resolveUpgrades([{ definition: { upgrades }, at: {} } as Layer]);
  assert.deepEqual(rules.diagnostics, []);
  const { ask, notes } = planPins({ ...request, images: [image], lock: { images: pins }, upgrades: rules.value, tags, ...rest });
  return { asked: ask.map(({ reference }) => reference), notes: notes.map(({ message }) => message) };
}

const whole = (name: string, ...tags: readonly string[]) => new Map([[name, tags]]);
const image = 'ghcr.io/acme/web:2.4.1';
const tags = whole('ghcr.io/acme/web', '2.4.1', '2.4.7', '2.5.0');
const up = { 'ghcr.io/acme/web': '~2.4' };
const stands = { [image]: { digest: a, tag: '2.4.7' } };

const choices: readonly (readonly [title: string, ...given: Parameters<typeof chosen>, asked: readonly string[], note?: RegExp])[] = [
  ['the highest tag stands in', image, up, { tags }, ['ghcr.io/acme/web:2.4.7']],
  ['also for what is pinned', image, up, { tags, pins: { [image]: { digest: a } } }, ['ghcr.io/acme/web:2.4.7']],
  ['what stands in stays where there is nothing newer', image, up, { tags, pins: stands }, []],
  ['without being asked, nothing is upgraded', image, up, { pins: { [image]: { digest: a } } }, []],
  ['what is not pinned yet is pinned as it is', image, up, {}, [image]],
  ['what stands in stays', image, up, { pins: stands }, []],
  ['what stands in stays without an entry', image, {}, { pins: stands }, []],
  ['what is named is pinned anew by what stands in', image, up, { pins: stands, names: ['web'] }, ['ghcr.io/acme/web:2.4.7']],
  ['a check asks for what stands in', image, up, { pins: stands, isCheck: true }, ['ghcr.io/acme/web:2.4.7']],
  ['only what is named is upgraded', image, up, { tags, names: ['other'] }, []],
  ['what is named and has nothing newer stays', image, up, { tags, pins: stands, names: ['web'] }, []],
  [
    'another tag in the chart keeps what stands in, as long as that is higher',
    'ghcr.io/acme/web:2.4.3',
    up,
    { pins: stands },
    ['ghcr.io/acme/web:2.4.7'],
  ],
  [
    'a higher tag in the chart wins',
    'ghcr.io/acme/web:2.4.8',
    up,
    { pins: stands },
    ['ghcr.io/acme/web:2.4.8'],
    /web:2\.4\.8` is pinned by its own tag: `2\.4\.7`, which stood in, is not higher$/,
  ],
  [
    'a tag in the chart that is outside wins',
    'ghcr.io/acme/web:3.0.0',
    up,
    { tags, pins: stands },
    ['ghcr.io/acme/web:3.0.0'],
    /web:3\.0\.0` stays as it is: its tag is not among what `~2\.4` admits$/,
  ],
  [
    'so it does when the entry changes',
    image,
    { 'ghcr.io/acme/web': '~2.3' },
    { tags, pins: stands },
    [image],
    /not among what `~2\.3` admits$/,
  ],
  ['what stands in stays where nobody asks for more, whatever the entry says', image, { 'ghcr.io/acme/web': '~2.3' }, { pins: stands }, []],
  [
    'what stands in goes when the entry does not admit it any more',
    image,
    { 'ghcr.io/acme/web': '<2.4.5' },
    { tags: whole('ghcr.io/acme/web', '2.4.7'), pins: stands },
    [image],
    /`2\.4\.7`, which stood in, is not among what `<2\.4\.5` admits$/,
  ],
  [
    'what is no version stays',
    'web:latest',
    { '*': '^1' },
    { tags: whole('docker.io/library/web', '1.0.0') },
    ['web:latest'],
    /is no version/,
  ],
  [
    'repositories are the same however they are written',
    'web:1.0.0',
    { 'docker.io/library/web': '^1' },
    { tags: whole('docker.io/library/web', '1.1.0') },
    ['web:1.1.0'],
  ],
  ['an entry for all below', image, { 'ghcr.io/*': '~2.4' }, { tags }, ['ghcr.io/acme/web:2.4.7']],
  [
    'what is no version is told, although its tags were not asked for',
    'web:latest',
    { '*': '^1' },
    { tags: new Map() },
    ['web:latest'],
    /is no version/,
  ],
  [
    'an entry for all of the default registry',
    'acme/web:1.0.0',
    { 'docker.io/*': '^1' },
    { tags: whole('docker.io/acme/web', '1.1.0') },
    ['acme/web:1.1.0'],
  ],
  [
    'an entry for all of its library',
    'web:1.0.0',
    { 'docker.io/*': '^1' },
    { tags: whole('docker.io/library/web', '1.1.0') },
    ['web:1.1.0'],
  ],
  [
    'an entry for all of somebody there',
    'acme/web:1.0.0',
    { 'acme/*': '^1' },
    { tags: whole('docker.io/acme/web', '1.1.0') },
    ['acme/web:1.1.0'],
  ],
  [
    'no entry for somebody else there',
    'other/web:1.0.0',
    { 'acme/*': '^1' },
    { tags: whole('docker.io/other/web', '1.1.0') },
    ['other/web:1.0.0'],
  ],
  ['the nearest entry counts', image, { 'ghcr.io/acme/*': '^2', '*': '^9', ...up }, { tags }, ['ghcr.io/acme/web:2.4.7']],
  ['no upgrades of one of them', image, { 'ghcr.io/acme/*': '^2', 'ghcr.io/acme/web': false }, { tags }, [image]],
];
for (const [title, name, upgrades, more, asked, note] of choices) {
  test(`upgrading: ${title}`, () => {
    const { asked: found, notes } = chosen(name, upgrades, more);
    assert.deepEqual(found, asked);
    assert.equal(notes.length, note === undefined ? 0 : 1, notes.join());
    if (note !== undefined) assert.match(notes[0] ?? '', note);
  });
}

test('tags are asked for of repositories with an entry, where something could be newer', () => {
  const { value: upgrades } = resolveUpgrades([
    { definition: { upgrades: { 'ghcr.io/acme/*': '^2', web: '^1' } }, at: {} } as unknown as Layer,
  ]);
  const asked = upgradable({
    images: [image, 'ghcr.io/acme/web:2.5.0', 'ghcr.io/acme/db:latest', 'web:1', 'other:1'],
    names: [],
    upgrades,
  });
  assert.deepEqual(asked, ['ghcr.io/acme/web', 'docker.io/library/web']);
  assert.deepEqual(upgradable({ images: [image, 'web:1'], names: ['acme/web'], upgrades }), ['ghcr.io/acme/web']);
});

test('a newer tag that nobody has signed is passed over for the next one, and told; after ten of them nothing is newer', () => {
  const { value: upgrades } = resolveUpgrades([{ definition: { upgrades: { 'ghcr.io/acme/web': '*' } }, at: {} } as unknown as Layer]);
  const tags = new Map([['ghcr.io/acme/web', Array.from({ length: 12 }, (_, i) => `3.${i}.0`)]]);
  const planFor = (passed: readonly string[], why?: string) => {
    const passedOver = new Map([[image, passed.map((tag) => ({ tag, ...(why === undefined ? {} : { why }) }))]]);
    const pinned = { images: { [image]: { digest: a } } };
    return planPins({ images: [image], lock: pinned, names: [], isCheck: false, upgrades, tags, passedOver });
  };
  const [next, ...more] = planFor(['3.11.0', '3.10.0']).ask;
  assert.deepEqual([next?.tag, next?.isNewer, more], ['3.9.0', true, []]);
  const [told] = planFor(['3.11.0', '3.10.0']).notes;
  assert.deepEqual([told?.code, told?.severity], ['upgrade-unsigned', 'warning']);
  assert.match(told?.message ?? '', /^`ghcr\.io\/acme\/web:\S+` is not upgraded to `3\.11\.0`, `3\.10\.0`: /);
  assert.deepEqual(planFor(Array.from({ length: 10 }, (_, i) => `3.${11 - i}.0`)).ask, []);
  const unfit = planFor(['3.11.0', '3.10.0'], 'it is a Helm chart');
  assert.deepEqual(
    [unfit.ask[0]?.tag, unfit.notes.map(({ code, severity, message }) => [code, severity, message])],
    [
      '3.9.0',
      ['3.11.0', '3.10.0'].map((tag) => ['upgrade-unfit', 'note', `\`${image}\` is not upgraded to \`${tag}\`: it is a Helm chart`]),
    ],
  );
});

test('what was upgraded is written with its tag, and what was not is the same', () => {
  const found = new Map([['ghcr.io/acme/web:2.4.7', { digest: b, platforms: [], pinned: '2026-11-28T12:00:00Z' }]]);
  const asked = [{ image, tag: '2.4.7', isNewer: true, reference: 'ghcr.io/acme/web:2.4.7' }];
  const before = { source: 'f'.repeat(40), images: { [image]: { digest: a } } };
  const changes = changesOf({ ask: asked, unused: [] }, found, before);
  assert.deepEqual(
    changes.map(({ status, tag, wasTag, was, digest }) => [status, tag, wasTag, was, digest]),
    [['upgraded', '2.4.7', undefined, a, b]],
  );
  const after = repinned(before, changes, found);
  assert.deepEqual(after, { ...before, images: { [image]: { tag: '2.4.7', digest: b, platforms: [], pinned: '2026-11-28T12:00:00Z' } } });
  assert.deepEqual(
    changesOf({ ask: asked, unused: [] }, found, after).map(({ status }) => status),
    ['same'],
  );
});

test('what is pinned need only be confirmed, unless somebody has no pin of it, or another one', () => {
  const one = { ask: [{ image, tag: undefined, isNewer: false, reference: image }], unused: [], notes: [] };
  const pinned = { images: { [image]: { digest: a, pinned: 'then' } } };
  const digests = (...locks: readonly { readonly images: Readonly<Record<string, Pin>> }[]) =>
    [...standing(locks.map((each) => ({ plan: one, lock: each })))].map(([reference, { digest }]) => [reference, digest]);
  assert.deepEqual(digests(pinned, pinned), [[image, a]]);
  assert.deepEqual(digests(pinned, { images: {} }), []);
  assert.deepEqual(digests({ images: {} }, pinned), []);
  assert.deepEqual(digests(pinned, { images: { [image]: { digest: b } } }), []);
  assert.deepEqual(digests(pinned, { images: { [image]: { digest: b } } }, pinned), []);
  assert.deepEqual(digests({ images: { [image]: { digest: a, tag: '2.4.7' } } }), []);
});
