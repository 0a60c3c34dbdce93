import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiff } from '../../src/cli/diff.ts';
import { painter } from '../../src/cli/paint.ts';
import { type Compared, diffReport, isDifferent } from '../../src/diff/report.ts';
import { comparedTree, emptyTree } from '../../src/diff/tree.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { RenderedIndex } from '../../src/model/rendered.ts';
import { hiding, origin, treeOf } from './samples.ts';

const settings = (value: string, name = 'settings'): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data: { value },
});

function compared(
  environment: string,
  before: readonly Manifest[],
  after: readonly Manifest[],
  index: { readonly before?: Partial<RenderedIndex>; readonly after?: Partial<RenderedIndex> } = {},
): Compared {
  const trees = { before: treeOf(before, index.before), after: treeOf(after, index.after) };
  return { environment, ...trees, from: origin('a'), to: origin('b'), isSuccessor: true };
}

const plain = (all: readonly Compared[]): readonly string[] => formatDiff(diffReport(all, hiding), painter(false));

test('the same change in many environments is told once, one that differs by itself', () => {
  const lines = plain([
    compared('dev', [settings('a')], [settings('b')]),
    compared('staging', [settings('a')], [settings('b')]),
    compared('prod', [settings('a')], [settings('c')]),
  ]);
  assert.deepEqual(lines, [
    '~ ConfigMap/shop/settings: changes configuration  prod',
    '    no pod of this environment reads it',
    '    ~ data.value: a → c',
    '~ ConfigMap/shop/settings: changes configuration  dev, staging',
    '    no pod of this environment reads it',
    '    ~ data.value: a → b',
    'dev: 1 changed, 0 objects as before  a → b',
    'staging: 1 changed, 0 objects as before  a → b',
    'prod: 1 changed, 0 objects as before  a → b',
  ]);
});

test('what happens to many objects of a kind alike is told once, but what is grave of each', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const lines = plain([
    compared(
      'dev',
      names.map((name) => settings('1', name)),
      names.map((name) => settings('2', name)),
    ),
  ]);
  assert.equal(
    lines[0],
    `~ ${names
      .slice(0, 6)
      .map((name) => `ConfigMap/shop/${name}`)
      .join(', ')} and 2 more: changes configuration`,
  );
  const claims = ['a', 'b'].map(
    (name): Manifest => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'shop' } }),
  );
  assert.equal(plain([compared('dev', claims, [])]).filter((line) => line.includes('deletes data')).length, 2);
});

test('an image that many run is told once, and a name with another digest is no change of its own', () => {
  const app = (name: string, version: string, flags: string): Manifest => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      template: { spec: { containers: [{ name, image: `web:${version}`, envFrom: [{ configMapRef: { name: `flags-${flags}` } }] }] } },
    },
  });
  const all = (version: string, flags: string): readonly Manifest[] => [
    ...['a', 'b'].map((name) => app(name, version, flags)),
    settings(flags, `flags-${flags}`),
  ];
  assert.deepEqual(plain([compared('prod', all('1', 'a1b2c3d4'), all('2', '0a1b2c3d'))]), [
    '> ConfigMap/shop/flags-0a1b2c3d, was ConfigMap/shop/flags-a1b2c3d4: changes configuration',
    '    what refers to it follows: `Deployment/shop/a`, `Deployment/shop/b`',
    '    ~ data.value: a1b2c3d4 → 0a1b2c3d',
    '~ Deployment/shop/a, Deployment/shop/b: replaces image, rolls out pods',
    '    `web` `1` → `2`',
    'prod: 2 changed, 1 renamed, 0 objects as before  a → b',
  ]);
  const { changes } = diffReport([compared('prod', all('1', 'a1b2c3d4'), all('2', '0a1b2c3d'))], hiding);
  assert.deepEqual(
    changes[0]?.fields.map(({ place, elsewhere }) => [place, elsewhere]),
    [
      ['spec.template.spec.containers[a].envFrom[0].configMapRef.name', true],
      ['spec.template.spec.containers[a].image', true],
    ],
  );
});

test('rights that the agent has not yet are told, with the command, and those that it had in another form are not', () => {
  const rule = (namespace: string, resources: readonly string[], verbs: readonly string[]) => ({
    namespace,
    groups: [''],
    resources,
    verbs,
  });
  const [before, after] = [
    { access: [rule('', ['pods'], ['*'])] },
    { access: [rule('shop', ['pods'], ['get']), rule('shop', ['secrets'], ['get', 'patch'])] },
  ];
  const one = compared('prod', [], [], { before, after });
  assert.deepEqual(plain([one]).slice(0, 2), [
    '! prod: the agent needs more rights: `get, patch` `secrets` in `shop`',
    '  help: `lockstep bootstrap prod --rbac`',
  ]);
  assert.ok(isDifferent(diffReport([one], hiding)));
  assert.deepEqual(diffReport([{ ...one, isSuccessor: false }], hiding).environments[0]?.rights, []);
});

const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

test('what the agent would refuse is told with the lines that approve it, until they are there', () => {
  const lines = plain([compared('prod', [namespace, settings('a')], [settings('a')])]);
  assert.deepEqual(lines.slice(2, 5), [
    'refused[deletion-protected]: the agent of prod would refuse this: `Namespace/shop` would be deleted, and what these hold cannot be brought back',
    '  help: where that is meant, say why, under `approvals` of the environment:',
    "        { delete: { kind: 'Namespace', name: 'shop' }, reason: '…' },",
  ]);
  const approvals = [{ ref: { group: '', kind: 'Namespace', namespace: '', name: 'shop' }, reason: 'the shop has moved' }];
  const approved = diffReport([compared('prod', [namespace, settings('a')], [settings('a')], { after: { approvals } })], hiding);
  assert.deepEqual(approved.environments[0]?.refusals, []);
});

test('a budget and an emptied environment are refused as the agent does it; a Job that runs again counts for nothing', () => {
  const many = Array.from({ length: 20 }, (_, i) => settings(String(i), `map-${i}`));
  const codes = (before: readonly Manifest[], after: readonly Manifest[]): readonly string[] =>
    diffReport([compared('prod', before, after)], hiding).environments[0]?.refusals.map(({ code }) => code) ?? [];
  assert.deepEqual(codes(many, many.slice(5)), []);
  assert.deepEqual(codes(many, many.slice(6)), ['deletion-budget']);
  assert.deepEqual(codes(many, []), ['branch-emptied']);
  const job = (hash: string): Manifest => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `migrate-${hash}`, namespace: 'shop' },
  });
  const jobs = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `0${letter}`.repeat(4));
  const named = (hash: string, i: number): Manifest => ({ ...job(hash), metadata: { ...job(hash).metadata, name: `job${i}-${hash}` } });
  assert.deepEqual(codes([...many, ...jobs.map(named)], [...many, ...jobs.map((hash, i) => named(hash.replaceAll('0', '1'), i))]), []);
});

test('how objects are treated, and when, is a difference although no object changes', () => {
  const before = { preflight: 'all' } as const;
  const after = { preflight: 'none', rulesOf: () => ({ keep: true }) } as const;
  const one = compared('prod', [settings('a')], [settings('a')], { before, after });
  assert.deepEqual(plain([one]), [
    '+ prod: objects: {"ConfigMap/shop/settings":{"keep":true}}',
    '~ prod: preflight: all → none',
    'prod: no object changes, 1 object as before  a → b',
  ]);
  assert.ok(isDifferent(diffReport([one], hiding)));
  assert.ok(!isDifferent(diffReport([compared('prod', [settings('a')], [settings('a')])], hiding)));
});

test('what was never published is all new', () => {
  const after = treeOf([settings('a')]);
  const report = diffReport(
    [{ environment: 'prod', before: emptyTree(after.index), after, from: origin('nothing'), to: origin('b'), isSuccessor: true }],
    hiding,
  );
  assert.deepEqual(
    report.changes.map(({ op, consequences }) => [op, consequences.map(({ type }) => type)]),
    [['add', ['creates']]],
  );
});

test('a tree is read from texts, and one that is not what its index says is refused', () => {
  const { index } = treeOf([settings('a')]);
  const [path = ''] = index.objects.map((object) => object.path);
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  value: a\n';
  const read = (texts: Readonly<Record<string, string>>) => comparedTree(index, new Map(Object.entries(texts)), new Map());
  assert.ok(read({ [path]: text }).ok);
  const message = (texts: Readonly<Record<string, string>>): string => {
    const reading = read(texts);
    return reading.ok ? '' : reading.message;
  };
  assert.match(message({}), /the index names it for `ConfigMap\/shop\/settings`, and it is not there/);
  assert.match(
    message({ [path]: text.replace('settings', 'other') }),
    /it holds `ConfigMap\/shop\/other`, and the index says `ConfigMap\/shop\/settings`/,
  );
  assert.match(message({ [path]: '<<<<<<< HEAD\n' }), /shop\/configmap\.shop\.settings\.yaml/);
});
