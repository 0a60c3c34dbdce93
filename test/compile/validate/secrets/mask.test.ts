import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiObject } from 'cdk8s';
import fc from 'fast-check';
import { z } from 'zod';
import { brand } from '../../../../src/authoring/brand.ts';
import { defineChart } from '../../../../src/authoring/chart.ts';
import type { Environment } from '../../../../src/authoring/environment.ts';
import { definedAt } from '../../../../src/authoring/place.ts';
import { definePolicy } from '../../../../src/authoring/policy.ts';
import { formatDiagnostics } from '../../../../src/cli/diagnostics.ts';
import { painter } from '../../../../src/cli/paint.ts';
import { compile } from '../../../../src/compile/compile.ts';
import { matchesIn } from '../../../../src/compile/validate/secrets/find.ts';
import { isLiteralSecret } from '../../../../src/compile/validate/secrets/literal.ts';
import { withoutSecrets } from '../../../../src/compile/validate/secrets/mask.ts';
import { shown } from '../../../../src/compile/wording.ts';
import type { Diagnostic } from '../../../../src/model/diagnostic.ts';
import { emptyLockfile } from '../../../../src/model/lockfile.ts';
import { base64, checksummed, samples, signs } from './tokens.ts';

const token = checksummed('ghp');

/** An environment in which a text stands wherever an author could put it, and a policy that tells everything that it sees. */
function telling(text: string, { isToken }: { readonly isToken: boolean }): Environment {
  const anywhere = isToken ? { [text]: 'yes', note: text, file: `first\nsecond: ${text}\n` } : {};
  const web = defineChart({
    namespace: 'shop',
    values: z.object({ password: z.number(), port: z.number().optional() }),
    build() {},
  });
  const objects = defineChart({
    namespace: 'shop',
    build(chart) {
      new ApiObject(chart, 'secret', { apiVersion: 'v1', kind: 'Secret', stringData: { one: text }, data: { two: base64(text) } });
      new ApiObject(chart, 'wrong', { apiVersion: 'v1', kind: 'Secret', stringData: text, data: { three: { four: [text] } } });
      new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', data: { DB_PASSWORD: text, ...anywhere } });
      const env = [{ name: 'DB_PASSWORD', value: text }];
      const args = [`--password=${text}`];
      new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'web', image: 'web', env, args }] } });
      new ApiObject(chart, 'database', { apiVersion: 'db.example.com/v1', kind: 'Database', spec: { auth: { password: text } } });
    },
  });
  const throwing = defineChart({
    build() {
      throw new Error(isToken ? `cannot log in with ${text}` : 'cannot log in');
    },
  });
  const tell = definePolicy({ name: 'tell', on: ['Secret', 'ConfigMap', 'Pod', 'Database' as 'Pod'], check: (object) => said(object) });
  const all = definePolicy({
    name: 'all',
    check: ({ objects: judged }) => judged.flatMap((one) => judged.map((object) => ({ object, message: said(one) }))),
  });
  const fields = {
    kubernetes: '1.35',
    charts: { web, objects, throwing },
    policies: { tell, all },
    values: { web: { password: text, ...(isToken ? { port: text, extra: { deep: [text] } } : { extra: { apiKey: text } }) } },
    ...(isToken ? { adopt: [{ all: true, reason: text }], preflight: text } : {}),
  };
  return { [brand]: 'environment', [definedAt]: {}, name: 'x', cluster: 'c', ...fields } as unknown as Environment;
}

/** The object as JSON, and each of its texts as it is. */
function said(object: unknown): string {
  const texts: string[] = [];
  JSON.stringify(object, (_, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return `${JSON.stringify(object)} ${texts.join(' ')}`;
}

function diagnosticsOf(text: string, isToken: boolean): readonly Diagnostic[] {
  const environment = telling(text, { isToken });
  return compile(environment, { lock: emptyLockfile, today: '2026-06-01', root: process.cwd(), file: 'x.ts' }).diagnostics;
}

/** No output holds `secret`: not as it is, not as JSON or a JSON pointer writes it, not in base64. */
function assertHidden(diagnostics: readonly Diagnostic[], secret: string): void {
  const outputs = [formatDiagnostics(diagnostics, painter(false)).join('\n'), JSON.stringify(diagnostics)];
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [secret, json, JSON.stringify(json).slice(1, -1), secret.replaceAll('~', '~0').replaceAll('/', '~1'), base64(secret)];
  for (const output of outputs) for (const form of forms) assert.ok(!output.includes(form), output.slice(0, 4000));
}

test('no output holds a secret that a pattern recognises, wherever it was written', () => {
  for (const text of Object.values(samples).flat()) {
    const diagnostics = diagnosticsOf(text, true);
    const codes = new Set(diagnostics.map(({ code }) => code));
    for (const code of [
      'secret-in-clear',
      'secret-token',
      'value-invalid',
      'value-unknown',
      'chart-failed',
      'policy/tell',
      'preflight-unknown',
    ] as const) {
      assert.ok(codes.has(code), code);
    }
    for (const { secret } of matchesIn(text)) assertHidden(diagnostics, secret);
  }
});

test('no output holds a secret that its field or its object gives away', () => {
  const alphabet = [...'abcdefgXYZ0123456789-_.:,;!?"\'\\/~&%#=+*{}[]()<>|@$^`ü'];
  const passwords = fc
    .string({ unit: fc.constantFrom(...alphabet), minLength: 8, maxLength: 30 })
    .filter((text) => isLiteralSecret('password', text));
  fc.assert(
    fc.property(passwords, (text) => {
      const diagnostics = diagnosticsOf(text, false);
      for (const code of ['secret-in-clear', 'secret-literal', 'value-invalid', 'value-unknown', 'policy/tell', 'policy/all'] as const) {
        assert.ok(
          diagnostics.some((one) => one.code === code),
          code,
        );
      }
      assertHidden(diagnostics, text);
    }),
    { numRuns: 40, examples: [[`${signs(10)}"\\/~`]] },
  );
});

const values: readonly (readonly [value: unknown, key: string | undefined, expected: string])[] = [
  [token, undefined, '`"ghp_…"`'],
  [{ deep: [token] }, undefined, '`{"deep":["ghp_…"]}`'],
  [{ [token]: 1 }, undefined, '`{"ghp_…":1}`'],
  ['hunter', 'password', '`"…"`'],
  [1234, 'dbPassword', '`"…"`'],
  [true, 'password', '`true`'],
  ['', 'password', '`""`'],
  ['hunter', 'passwordFile', '`"hunter"`'],
  [{ user: 'shop', password: 'hunter' }, undefined, '`{"user":"shop","password":"…"}`'],
  [{ user: 'shop', nested: { apiKey: 12n } }, 'web', '`{"user":"shop","nested":{"apiKey":"…"}}`'],
  [`${'x y '.repeat(18)}${token}`, undefined, `\`"${'x y '.repeat(18)}ghp_…"\``],
  [undefined, 'password', '`undefined`'],
];

for (const [value, key, expected] of values) {
  test(`a value is shown as ${expected}`, () => assert.equal(shown(value, key), expected));
}

test('only what was found in the very object is hidden, and no word of it that is as short as a word', () => {
  const object = { group: '', kind: 'Secret', namespace: 'shop', name: 'shop' };
  const about = (name: string): Diagnostic => ({
    code: 'object-failed',
    severity: 'error',
    message: 'shop holds hunter22 and "hunter22\\"x"',
    at: { object: { ...object, name }, pointer: '/data/hunter22' },
    help: 'change hunter22',
  });
  const [hidden, other] = withoutSecrets(
    [about('shop'), about('web')],
    new Map([['/Secret/shop/shop', ['shop', 'hunter22\n', 'hunter22"x']]]),
  );
  assert.deepEqual(hidden, { ...about('shop'), message: 'shop holds … and "…"', at: { object, pointer: '/data/…' }, help: 'change …' });
  assert.deepEqual(other, about('web'));
  const [policy] = withoutSecrets([{ ...about('web'), code: 'policy/x' }], new Map([['/Secret/shop/shop', ['hunter22']]]));
  assert.equal(policy?.help, 'change …');
});
