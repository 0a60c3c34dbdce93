import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiff } from '../../src/cli/diff.ts';
import { painter } from '../../src/cli/paint.ts';
import { formatMarkdown } from '../../src/diff/markdown.ts';
import { type DiffReport, diffReport } from '../../src/diff/report.ts';
import { hiding, manifests, treeOf } from './samples.ts';

function reportOf(before: string, after: string): DiffReport {
  const [was, now] = [treeOf(manifests(before)), treeOf(manifests(after))];
  return diffReport([{ environment: 'prod', before: was, after: now, from: 'a', to: 'b', isSuccessor: true }], hiding);
}

function everything(report: DiffReport): string {
  return [JSON.stringify(report), formatMarkdown(report), ...formatDiff(report, painter(false))].join('\n');
}

const secret = (data: string, more = ''): string => `
apiVersion: v1
kind: Secret
metadata: { name: access, namespace: shop }
${more}
${data}
`;

test('of a Secret no value is told, not even a short one or a certificate: only that it is there, another one, or gone', () => {
  const [was, now, came] = ['b24=', 'b2Y=', 'LS0tLS1CRUdJTg=='];
  const report = reportOf(
    secret(`data: { a: ${was}, b: ${was}, 'ca.crt': ${came} }`),
    secret(`data: { a: ${now}, c: ${came}, 'ca.crt': ${now} }`),
  );
  assert.deepEqual(
    report.changes[0]?.fields.map(({ op, place, ...values }) => [op, place, values]),
    [
      ['replace', 'data.a', { pointer: '/data/a', hidden: true }],
      ['remove', 'data.b', { pointer: '/data/b', hidden: true }],
      ['add', 'data.c', { pointer: '/data/c', hidden: true }],
      ['replace', 'data["ca.crt"]', { pointer: '/data/ca.crt', hidden: true }],
    ],
  );
  for (const value of [was, now, came]) assert.ok(!everything(report).includes(value), value);
  assert.match(everything(report), /~ data\.a: another value \(not shown\)/);
});

test('a Secret that comes or goes shows nothing of what it holds', () => {
  const held = secret('stringData: { password: correct-horse-battery }');
  assert.ok(!everything(reportOf('', held)).includes('horse'));
  assert.ok(!everything(reportOf(held, '')).includes('horse'));
  const encoded = secret('data: {}').replace('data: {}', 'data: null');
  assert.ok(!everything(reportOf(encoded, held)).includes('horse'));
});

const pod = (container: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { spec: { containers: [{ name: web, image: 'web:1', ${container} }] } } }
`;

const hidden: readonly (readonly [what: string, object: (value: string) => string])[] = [
  ['a variable by its name', (value) => pod(`env: [{ name: DB_PASSWORD, value: '${value}' }]`)],
  ['a short one, too', (value) => pod(`env: [{ name: DB_PASSWORD, value: '${value.slice(0, 4)}' }]`)],
  ['an option', (value) => pod(`args: ['--verbose', '--db-password=${value}']`)],
  ['what stands behind an option', (value) => pod(`args: ['--verbose', '--db-password', '${value}']`)],
  [
    'a field by its name',
    (value) => `apiVersion: example.com/v1\nkind: Db\nmetadata: { name: db, namespace: shop }\nspec: { password: '${value}' }\n`,
  ],
  ['a password in a URL', (value) => pod(`env: [{ name: DB, value: 'postgres://shop:${value}@db/shop' }]`)],
  [
    'a Secret inside of another object',
    (value) =>
      `apiVersion: example.com/v1\nkind: Template\nmetadata: { name: t, namespace: shop }\nspec: { object: { apiVersion: v1, kind: Secret, stringData: { a: '${value}' } } }\n`,
  ],
];

for (const [what, object] of hidden) {
  test(`${what} is hidden, where it changes, comes and goes`, () => {
    const [was, now] = ['hunter2-Kq81xZ', 'octopusy-0Pw7vL'];
    const texts = [
      reportOf(object(was), object(now)),
      reportOf(object(was), object(was).replace(/env: .*?\]|args: .*?\]|spec: /, 'x: ')),
    ].map(everything);
    assert.equal(texts[0]?.includes('no object changes'), false);
    for (const text of texts) for (const value of ['hunter2', 'hunt', 'octopusy', 'octo']) assert.ok(!text.includes(value), text);
  });
}

test('what is told beside hidden values stays readable', () => {
  const [was, now] = ['hunter2-Kq81xZ', 'octopusy-0Pw7vL'].map((value) =>
    pod(`env: [{ name: DB_PASSWORD, value: '${value}' }, { name: LEVEL, value: '${value.length}' }]`),
  ) as [string, string];
  const lines = formatDiff(reportOf(was, now), painter(false));
  assert.deepEqual(lines.slice(0, 3), [
    '~ Deployment/shop/web: rolls out pods',
    '    ~ spec.template.spec.containers[web].env[DB_PASSWORD].value: another value (not shown)',
    '    ~ spec.template.spec.containers[web].env[LEVEL].value: 14 → 15',
  ]);
});

test('a switch that is called like a secret is none', () => {
  const account = (isMounted: boolean): string =>
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web, namespace: shop }\nautomountServiceAccountToken: ${isMounted}\n`;
  assert.equal(formatDiff(reportOf(account(false), account(true)), painter(false))[2], '    ~ automountServiceAccountToken: false → true');
});

test('a secret that is found in one place of an object is hidden in messages about it, too', () => {
  const ingress = (host: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { password: hunter2-Kq81xZ, rules: [{ host: ${host} }] }
`;
  assert.ok(!everything(reportOf(ingress('a'), ingress('hunter2-Kq81xZ.example.com'))).includes('hunter2'));
});
