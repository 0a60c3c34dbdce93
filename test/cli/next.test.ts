import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine } from '../../src/cli/command-line.ts';
import { painter } from '../../src/cli/paint.ts';
import { formatPins, type PinnedEnvironment } from '../../src/cli/pin.ts';
import type { PinChoice } from '../../src/cli/pin-next.ts';
import { formatPromotion, type PromotionChoice, type PromotionResult } from '../../src/cli/promote.ts';
import type { PinChange } from '../../src/model/lockfile.ts';

const plain = painter(false);
const nextIn = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => /next: (?:commit it, then )?(.*)$/.exec(line)?.[1] ?? []);

test('a command stands in quotes where a shell would read it as something else', () => {
  assert.equal(
    commandLine(['lockstep', 'pin', '--image', 'ghcr.io/acme/web:1.2@sha256:0f']),
    'lockstep pin --image ghcr.io/acme/web:1.2@sha256:0f',
  );
  assert.equal(commandLine(['a', '*/web', "it's", '', '$HOME']), `a '*/web' 'it'\\''s' '' '$HOME'`);
});

const promotion: PromotionResult = {
  from: 'staging',
  to: 'prod',
  lock: 'environments/prod.lock.yaml',
  read: undefined,
  source: { was: undefined, now: undefined, between: undefined },
  images: [],
  objects: { added: [], modified: [], removed: [] },
  isPublished: true,
  op: 'due',
  downgrades: [],
  diagnostics: [],
};
const usual: PromotionChoice = {
  only: [],
  allowDowngrade: false,
  whenHealthy: false,
  reviewed: [],
  remote: 'origin',
  insecureRegistry: [],
};
const commit = 'c0ffee'.padEnd(40, '0');
const promotions: readonly (readonly [PromotionResult['op'], Partial<PromotionChoice>, next: string, commit?: string])[] = [
  ['due', {}, 'lockstep promote staging prod'],
  ['due', { only: ['web', '*/db'] }, "lockstep promote staging prod --only web --only '*/db'"],
  ['due', { source: 'v1.4.0', reviewed: ['release'] }, 'lockstep promote staging prod --source v1.4.0 --reviewed release'],
  [
    'due',
    { allowDowngrade: true, remote: 'upstream', insecureRegistry: ['r.io:5000'] },
    'lockstep promote staging prod --allow-downgrade --remote upstream --insecure-registry r.io:5000',
  ],
  ['due', { source: 'main' }, `lockstep promote staging prod --source ${commit}`, commit],
  ['promoted', { source: 'v1.4.0', reviewed: ['release'] }, 'lockstep publish prod --reviewed release'],
  ['unchanged', { only: ['web'] }, 'lockstep publish prod'],
];
for (const [op, choice, next, now] of promotions) {
  test(`after a promotion that is ${op} comes \`${next}\``, () => {
    const result = { ...promotion, op, source: { ...promotion.source, now } };
    assert.deepEqual(nextIn(formatPromotion(result, { ...usual, ...choice }, plain)), [next]);
  });
}

const pinned = (name: string, changes: Readonly<Record<string, PinChange['status']>>, unpinned = 0): PinnedEnvironment => ({
  name,
  lock: `environments/${name}.lock.yaml`,
  images: Object.keys(changes).length,
  asked: Object.keys(changes).length,
  unpinned,
  changes: Object.entries(changes).map(([image, status]) => ({ image, status, digest: 'sha256:1', was: 'sha256:0', platforms: [] })),
  included: [],
});
const all: PinChoice = { environments: [], image: [], upgrade: false, tools: false, insecureRegistry: [] };
const prod = { environments: ['prod'] };
const chart = { ...pinned('prod', {}), included: [{ name: 'helm', status: 'moved', is: '4', was: '3' }] } as const;
const checks: readonly (readonly [string, readonly PinnedEnvironment[], Partial<PinChoice>, readonly string[]])[] = [
  ['nothing', [pinned('dev', { 'web:1': 'same' })], {}, []],
  [
    'what is new',
    [pinned('prod', { 'web:1': 'new' })],
    { ...prod, insecureRegistry: ['r.io'] },
    ['lockstep pin prod --insecure-registry r.io'],
  ],
  [
    'what is newer',
    [pinned('prod', { 'web:1': 'upgraded' })],
    { ...prod, image: ['web'], upgrade: true },
    ['lockstep pin prod --image web --upgrade'],
  ],
  [
    'all that moved',
    [pinned('dev', { 'web:1': 'moved', 'db:1': 'moved' }), pinned('prod', { 'web:1': 'moved' }), pinned('qa', { 'db:1': 'same' })],
    {},
    ['lockstep pin dev prod --image web:1 --image db:1'],
  ],
  ['what moved and was named', [pinned('dev', { 'web:1': 'moved' })], { image: ['w*'] }, ["lockstep pin --image 'w*'"]],
  [
    'what moved beside what is newer',
    [pinned('dev', { 'web:1': 'moved', 'db:1': 'upgraded' })],
    { upgrade: true },
    ['lockstep pin --upgrade', 'lockstep pin dev --image web:1'],
  ],
  [
    'what moved beside what is unused',
    [pinned('dev', { 'web:1': 'moved', 'db:1': 'unused' })],
    {},
    ['lockstep pin', 'lockstep pin dev --image web:1'],
  ],
  ['a program that is another one', [chart], { ...prod, tools: true }, ['lockstep pin prod --tools']],
];
for (const [due, environments, choice, commands] of checks) {
  test(`a check names the commands for ${due}`, () => {
    const lines = formatPins({ environments, removed: [] }, { choice: { ...all, ...choice }, isCheck: true, isWhole: true }, plain);
    assert.deepEqual(nextIn(lines), commands);
  });
}

test('after pins were written come those that are left, then rendering, of the same environments', () => {
  const after = (environments: readonly PinnedEnvironment[]) =>
    nextIn(
      formatPins({ environments, removed: [] }, { choice: { ...all, ...prod, image: ['web'] }, isCheck: false, isWhole: true }, plain),
    );
  assert.deepEqual(after([pinned('prod', { 'web:1': 'new' }, 1)]), ['lockstep pin prod']);
  assert.deepEqual(after([pinned('prod', { 'web:1': 'new' })]), ['lockstep synth prod']);
});
