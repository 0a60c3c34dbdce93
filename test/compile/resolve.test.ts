import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { brand } from '../../src/authoring/brand.ts';
import { defineChart } from '../../src/authoring/chart.ts';
import { type Definition, defineBase, defineEnvironment, type Environment } from '../../src/authoring/environment.ts';
import { definedAt } from '../../src/authoring/place.ts';
import type { Given } from '../../src/compile/given.ts';
import { resolve, sourceOf } from '../../src/compile/resolve.ts';
import { emptyLockfile } from '../../src/model/lockfile.ts';

const given: Given = { lock: emptyLockfile, today: '2026-06-01', root: process.cwd(), file: 'environments/x.ts' };

/** An environment as it is without any type in the way. */
function environment(fields: object): Environment {
  return { [brand]: 'environment', [definedAt]: {}, name: 'x', cluster: 'c', ...fields };
}

function problems(found: Environment): readonly string[] {
  return resolve(found, given).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

test('a default of the schema never stands above a value that an ancestor gave', () => {
  const web = defineChart({
    values: z.object({
      replicas: z.int().default(2),
      tls: z.object({ days: z.int().default(90), issuer: z.string() }),
      hosts: z.array(z.string()).default(['x']),
    }),
    build() {},
  });
  const base = defineBase({ kubernetes: '1.35', charts: { web }, values: { web: { replicas: 6, tls: { days: 30 }, hosts: ['a', 'b'] } } });
  const middle = defineBase({ extends: base, values: { web: { tls: { issuer: 'le' } } } });
  const found = resolve(defineEnvironment({ name: 'x', cluster: 'c', extends: middle, values: { web: { hosts: ['c'] } } }), given);
  assert.deepEqual(found.diagnostics, []);
  assert.deepEqual(
    found.value?.charts.map(({ name, values }) => [name, values]),
    [['web', { replicas: 6, tls: { days: 30, issuer: 'le' }, hosts: ['c'] }]],
  );
});

test('a chart whose values are wrong is left out, and the others are there', () => {
  const owing = defineChart({ values: z.object({ host: z.string() }), build() {} });
  const free = defineChart({ build() {} });
  const found = resolve(environment({ kubernetes: '1.35', charts: { owing, free } }), given);
  assert.deepEqual(
    found.value?.charts.map(({ name }) => name),
    ['free'],
  );
  assert.deepEqual(
    found.diagnostics.map(({ code, at }) => [code, at.pointer]),
    [['value-missing', 'values.owing.host']],
  );
});

test('bases that extend each other are a diagnostic, and no endless loop', () => {
  const one: { -readonly [K in keyof Definition]: Definition[K] } = { [brand]: 'base', [definedAt]: {} };
  const two: Definition = { [brand]: 'base', [definedAt]: {}, extends: one };
  one.extends = two;
  assert.deepEqual(problems(environment({ kubernetes: '1.35', extends: one })), [
    'inheritance-cycle: bases extend each other in a circle: `environments/x.ts` → `environments/x.ts` → `environments/x.ts`',
  ]);
  const itself: { extends?: unknown } = environment({ kubernetes: '1.35' });
  itself.extends = itself;
  assert.match(problems(itself as Environment)[0] ?? '', /^inheritance-cycle/);
});

test('`extends` that is undefined or no base is told for what it is', () => {
  assert.deepEqual(problems(environment({ extends: undefined })), [
    'extends-undefined: `extends` is undefined: its module had not run when it was read, so modules import each other in a circle',
  ]);
  assert.deepEqual(problems(environment({ extends: { kubernetes: '1.35' } })), [
    'extends-invalid: `extends` is something that `defineBase` did not return',
  ]);
  assert.deepEqual(problems(environment({ extends: defineChart({ build() {} }) })), ['extends-invalid: `extends` is a chart']);
});

test('the source and the Kubernetes version are those of the nearest definition that gives one', () => {
  const far = defineBase({ kubernetes: '1.30', source: 'https://example.com/far.git' });
  const near = defineBase({ extends: far, kubernetes: '1.34' });
  const found = defineEnvironment({ name: 'x', cluster: 'c', extends: near });
  assert.equal(resolve(found, given).value?.kubernetes, '1.34');
  assert.equal(sourceOf(found), 'https://example.com/far.git');
  assert.equal(sourceOf(environment({})), undefined);
  assert.deepEqual(problems(environment({})), ['kubernetes-missing: no `kubernetes` says what version the cluster has']);
});

test('a source with credentials is refused without repeating them', () => {
  const refused = ['https://token@example.com/x.git', 'https://a:b@example.com/x.git', 'ssh://a:b@example.com/x.git'];
  for (const source of refused) {
    const [problem] = problems(environment({ kubernetes: '1.35', source }));
    assert.match(problem ?? '', /^source-has-credentials/);
    assert.doesNotMatch(problem ?? '', /token|a:b/);
  }
  for (const source of ['https://example.com/x.git', 'git@example.com:x.git', 'ssh://git@example.com:22/x.git']) {
    assert.deepEqual(problems(environment({ kubernetes: '1.35', source })), [], source);
  }
});

test('problems point at the definition that wrote the value, or at the environment that owes one', () => {
  const web = defineChart({ values: z.object({ host: z.string(), port: z.int() }), build() {} });
  const base = defineBase({ kubernetes: '1.35', charts: { web }, values: { web: { port: 'x' as unknown as number } } });
  const found = resolve(defineEnvironment({ name: 'x', cluster: 'c', extends: base, values: {} as never }), given);
  const source = readFileSync('test/compile/resolve.test.ts', 'utf8').split('\n');
  assert.deepEqual(
    found.diagnostics.map(({ code, at }) => [code, at.file, source[(at.line ?? 0) - 1]?.trim().slice(0, 26)]),
    [
      ['value-missing', 'test/compile/resolve.test.ts', 'const found = resolve(defi'],
      ['value-invalid', 'test/compile/resolve.test.ts', 'const base = defineBase({ '],
    ],
  );
});

test('the slice of a chart is its own word, or its owner, and a plain function has none', () => {
  const charts = {
    owned: defineChart({ owner: 'team-shop', build() {} }),
    sliced: defineChart({ owner: 'Team Shop', slice: 'shop/web', build() {} }),
    nobodys: defineChart({ build() {} }),
    plain: () => undefined,
  };
  const found = resolve(environment({ kubernetes: '1.35', charts }), given);
  assert.deepEqual(found.diagnostics, []);
  assert.deepEqual(
    found.value?.charts.map(({ name, slice }) => [name, slice]),
    [
      ['nobodys', ''],
      ['owned', 'team-shop'],
      ['plain', ''],
      ['sliced', 'shop/web'],
    ],
  );
});

test('an environment is dissolved in one of two ways', () => {
  for (const removed of ['keep', 'prune']) {
    const found = resolve(environment({ kubernetes: '1.35', removed }), given);
    assert.deepEqual([found.value?.removed, found.diagnostics], [removed, []]);
  }
  assert.deepEqual(problems(environment({ kubernetes: '1.35', removed: true })), [
    "removed-invalid: `removed` is `true`: expected `'keep'` or `'prune'`",
  ]);
});

test('decisions are sorted, and told once each', () => {
  const target = (name: string) => ({ kind: 'Service', namespace: 'shop', name });
  const ref = (name: string) => ({ group: '', ...target(name) });
  const found = resolve(
    environment({
      kubernetes: '1.35',
      approvals: ['b', 'a', 'b'].map((name) => ({ delete: target(name), reason: 'LK-1' })),
      adopt: [
        { object: target('b'), reason: 'LK-1' },
        { object: target('a'), reason: 'LK-2' },
        { all: true, reason: 'LK-3' },
      ],
      handOver: ['b', 'a'].map((name) => ({ object: target(name), to: 'other' })),
    }),
    given,
  );
  assert.deepEqual(found.diagnostics, []);
  assert.deepEqual(found.value?.approvals, [
    { ref: ref('a'), reason: 'LK-1' },
    { ref: ref('b'), reason: 'LK-1' },
  ]);
  assert.deepEqual(found.value?.adopt, [
    { object: 'all', reason: 'LK-3' },
    { object: ref('a'), reason: 'LK-2' },
    { object: ref('b'), reason: 'LK-1' },
  ]);
  assert.deepEqual(found.value?.handOver, [
    { ref: ref('a'), to: 'other' },
    { ref: ref('b'), to: 'other' },
  ]);
});
