import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiff } from '../../src/cli/diff.ts';
import { painter } from '../../src/cli/paint.ts';
import { formatMarkdown } from '../../src/diff/markdown.ts';
import { type DiffReport, diffReport } from '../../src/diff/report.ts';
import { hiding, manifests, origin, treeOf } from './samples.ts';

function reportOf(before: string, after: string): DiffReport {
  const [was, now] = [treeOf(manifests(before)), treeOf(manifests(after))];
  return diffReport([{ environment: 'prod', before: was, after: now, from: origin('a'), to: origin('b'), isSuccessor: true }], hiding);
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

const config = (text: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { file: text } });

const custom = (spec: string): string => `apiVersion: example.com/v1\nkind: Db\nmetadata: { name: db, namespace: shop }\nspec: ${spec}\n`;

/** Texts with a secret, in which what stands beside it is shown; and objects. */
const texts: readonly (readonly [what: string, text: (value: string) => string])[] = [
  ['YAML', (value) => `level: info\ndb:\n  password: ${value}\nend: 1\n`],
  ['a block of YAML', (value) => `level: info\npassword: |\n  x\n\n  ${value}\nend: 1\n`],
  ['a list of YAML', (value) => `level: info\npasswords:\n- x\n- ${value}\nend: 1\n`],
  ['a map of YAML', (value) => `level: info\napi_keys:\n  a: ${value}\nend: 1\n`],
  ['a name and a value of YAML', (value) => `level: info\nenv:\n- name: DB_PASSWORD\n  value: ${value}\nend: 1\n`],
  ['two quotes in YAML', (value) => `level: info\npassword: 'it''s ${value}'\nend: 1\n`],
  ['.env', (value) => `level=info\nDB_PASSWORD=${value}\nend=1\n`],
  ['export', (value) => `level=info\nexport DB_PASSWORD="a \\" ${value}"\nend=1\n`],
  ['JSON', (value) => `{"level":"info","password":"${value}","end":1}`],
  ['JSON in JSON', (value) => JSON.stringify({ level: 'info', text: JSON.stringify({ password: value, end: 1 }) })],
  ['lists of JSON', (value) => `{"level":"info","tokens":["]",\n"${value}"],"end":1}`],
  ['a name and a value of JSON', (value) => `{"level":"info","name":"DB_PASSWORD","value":"${value}","end":1}`],
  ['a value before its name', (value) => `level: info\nenv:\n- value: ${value}\n  name: DB_PASSWORD\nend: 1\n`],
  ['TOML', (value) => `level = 1\npassword = """\n${value}\n"""\nend = 1\n`],
  ['a list of arguments', (value) => `{"level":["--password", "${value}"],"end":1}`],
  ['INI', (value) => `level = info\npassword = a ${value}\nend = 1\n`],
  ['a section', (value) => `level = info\n[db.credentials]\nuser2 = ${value}\n[end]\n`],
  ['XML', (value) => `<level/><password>\n${value}</password><end/>`],
  ['a property of XML', (value) => `<level/><property name="password" value="${value}"/><end/>`],
  ['the text of a property of XML', (value) => `<level/><property name="password">${value}</property><end/>`],
  ['Redis', (value) => `level info\nrequirepass ${value}\nend 1\n`],
  ['kubeconfig', (value) => `level: info\nusers:\n- name: a\n  user:\n    token: ${value}\nend: 1\n`],
  ['nginx', (value) => `level info;\n  proxy_set_header Authorization "Basic ${value}";\nend;\n`],
  ['a shell', (value) => `level info\nsh -c "dump --host db --password=${value} --all"\nend\n`],
  ['a shell, on the next line', (value) => `level info\ndump --password \\\n  ${value}\nend\n`],
];

for (const [what, text] of texts)
  test(`a secret in a text is hidden, and not what is beside it: ${what}`, () => {
    const [was, now] = [text('hunter2'), text('octopus')];
    const same = everything(reportOf(config(was), config(now)));
    assert.match(same, /data\.file: another value \(not shown\)/);
    const more = everything(reportOf(config(was), config(now.replace('level', 'depth'))));
    for (const shown of [same, more]) assert.ok(!/hunter|octopus/.test(shown), shown);
    assert.ok(more.includes('depth') && more.includes('end'), more);
  });

const named: readonly (readonly [what: string, object: (value: string) => string])[] = [
  [
    'what kubectl applied',
    (value) => `${config('a').replace('"shop"', `"shop","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"${value}"}`)}`,
  ],
  ['a list', (value) => custom(`{ passwords: ['${value}'] }`)],
  ['a map', (value) => custom(`{ apiKeys: { a: '${value}' } }`)],
  ['a map of maps', (value) => custom(`{ credentials: { admin: { user2: '${value}' } } }`)],
  [
    'a header of a probe',
    (value) => pod(`livenessProbe: { httpGet: { httpHeaders: [{ name: Authorization, value: 'Basic ${value}' }] } }`),
  ],
  ['a query', (value) => pod(`livenessProbe: { httpGet: { path: '/live?a=b&token=${value}' } }`)],
  ['a webhook', (value) => config(`url: https://discord.com/api/webhooks/1234567890/${value}\n`)],
  ['an object in a text', (value) => config(`apiVersion: v1\nkind: Secret\nstringData:\n  a: ${value}\n`)],
  [
    'the Secret that a SealedSecret makes',
    (value) =>
      `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: a, namespace: shop }\nspec: { template: { data: { a: '${value}' } } }\n`,
  ],
  ...[
    'REDIS_AUTH',
    'basicAuth',
    'PASSWORD_OLD',
    'GH_PAT',
    'DB_PW',
    'githubTokenV2',
    'AWS_ACCESS_KEY_ID',
    'SSH_KEY_A',
    'HMAC_A',
    'DEPLOY_KEY',
    'SLACK_WEBHOOK_URL',
    'MY_SECRET_1',
  ].map((name) => [`a variable \`${name}\``, (value: string) => pod(`env: [{ name: ${name}, value: '${value}' }]`)] as const),
];

for (const [what, object] of named)
  test(`${what} is called like a secret, and hidden`, () => {
    const text = everything(reportOf(object('hunter2'), object('octopus')));
    assert.match(text, /another value \(not shown\)/);
    assert.ok(!/hunter|octopus/.test(text), text);
  });

test('a secret in the path of an Ingress is in no message', () => {
  const ingress = (path: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, namespace: shop }\nspec: { rules: [{ host: a, http: { paths: [{ path: '${path}' }] } }] }\n`;
  const text = everything(reportOf(ingress('/a'), ingress('/b?token=hunter2')));
  assert.ok(text.includes('/b?token=') && !text.includes('hunter2'), text);
});

test('which Secret is meant, and what an image is called, stay readable', () => {
  const lines = (before: string, after: string): readonly string[] => formatDiff(reportOf(pod(before), pod(after)), painter(false));
  const source = (name: string): string => `env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: ${name}, key: password } } }]`;
  assert.ok(lines(source('a'), source('b'))[1]?.endsWith('valueFrom.secretKeyRef.name: a → b'));
  const volume = (name: string): string =>
    `x: [{ secret: { secretName: ${name} }, image: 'auth:${name}', author: ${name}, url: 'https://auth.example.com:${name}' }]`;
  assert.deepEqual(
    lines(volume('a'), volume('b'))
      .filter((line) => line.includes('x[0]'))
      .map((line) => line.replace(/.*x\[0\]\./, '')),
    ['author: a → b', 'image: auth:a → auth:b', 'secret.secretName: a → b', 'url: https://auth.example.com:a → https://auth.example.com:b'],
  );
});
