import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesIn, shortestSecret, withoutMatches } from '../../../../src/compile/validate/secrets/find.ts';
import { secretPatterns } from '../../../../src/compile/validate/secrets/patterns.ts';
import { base64, checksummed, jwt, pem, samples, signs } from './tokens.ts';

const namesIn = (text: string): readonly string[] => [...new Set(matchesIn(text).map(({ pattern }) => pattern.name))];

/** What looks like a secret of the pattern and is none. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  'aws-access-key': [`AKIAIOSFODNN7${'EXAMPLE'}`, `AKIA${signs(15, 'base32')}`, `xAKIA${signs(16, 'base32')}`, 'AKIA…'],
  'aws-secret-key': [
    `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`,
    `aws_secret_access_key = ${signs(64, 'base64')}`,
    'secretAccessKeySecretRef: aws-credentials-of-the-shop-in-production-eu',
  ],
  'azure-key': [`AccountKey=Eby8vdM02xNO${signs(74, 'base64')}==`, 'AccountKey=\x24{KEY}', 'SharedAccessKeyName=RootManageSharedAccessKey'],
  'github-token': [
    checksummed('ghp').replace(/.$/, '!'),
    `ghp_${signs(36)}`,
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    `xghp_${checksummed('ghp').slice(4)}`,
  ],
  'github-fine-grained-token': [`github_pat_${signs(22)}`, `github_pat_${'x'.repeat(22)}_${'x'.repeat(59)}`],
  'gitlab-token': ['glpat-xxxxxxxxxxxxxxxxxxxx', `glpat-${signs(12)}`, `my-glpat-${signs(20)}`],
  'slack-token': [`xoxb-${'1'.repeat(12)}`, 'xoxb-your-token-goes-here-and-nothing-else', 'xoxp-is-the-prefix'],
  'slack-webhook': ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', 'https://hooks.slack.com/services/'],
  'google-api-key': [`AIza${signs(34, 'url')}`, `AIza${signs(60, 'url')}`],
  'stripe-key': [`sk_test_${signs(24)}`, 'sk_live_…', `task_live_${signs(24)}`],
  'npm-token': [`npm_${signs(36)}`, 'npm_config_registry', `npm_package_dependencies_${signs(20)}`],
  'pypi-token': ['pypi-AgEIcHlwaS5vcmc', `pypi-${signs(160)}`],
  'private-key': [
    pem('PUBLIC KEY'),
    pem('CERTIFICATE'),
    pem('PGP PUBLIC KEY BLOCK'),
    'a key begins with `-----BEGIN RSA PRIVATE KEY-----` and ends with `-----END RSA PRIVATE KEY-----`',
    `-----BEGIN PRIVATE KEY-----\n${'x'.repeat(64)}\n-----END PRIVATE KEY-----`,
  ],
  'kubernetes-token': [`eyJ${signs(30)}.eyJ${signs(30)}.${signs(40)}`],
  jwt: [jwt({ sub: 'somebody' }, { typ: 'JWT' }), jwt({ sub: 'somebody' }, { alg: 'none' }), base64('{"alg":"RS256"}'), `eyJ${signs(40)}`],
  'kubeconfig-key': [
    `client-key-data: ${base64(pem('PUBLIC KEY'))}`,
    `client-certificate-data: ${base64(pem('CERTIFICATE'))}`,
    'client-key-data: REDACTED',
  ],
  'docker-auth': [
    `{"auths":{"ghcr.io":{"auth":"${base64('user:password')}"}}}`,
    `{"auth":"${base64('just a text')}"}`,
    '{"auth":"required-by-the-gateway"}',
    '{"auths":{"ghcr.io":{}}}',
  ],
  'url-password': [
    'https://user:password@registry.internal',
    `https://somebody:${signs(12)}@git.example.com/shop.git`,
    'postgres://$(USER):$(PASSWORD)@database/shop',
    'postgres://shop:\x24{PASSWORD}@database/shop',
    'https://<user>:<token>@host',
    'amqp://guest:guest@queue',
    'http://proxy:3128/a@b',
    'https://host/path:something@other',
    'image://registry:5000/shop/web@sha256',
    'ssh://git@github.com:22/shop.git',
    `docker-image://nginx:1.27.5-alpine@sha256:${signs(64, 'hex')}`,
    'https://0123456789abcdef0123456789abcdef@errors.internal/1',
  ],
  'vault-token': ['hvs.internal-service-of-the-shop.svc', `hvs.${signs(12)}`, 'hvs.CAESI…'],
  'anthropic-key': ['sk-ant-api03-…', `sk-ant-api03-${'x'.repeat(93)}AA`, 'task-ant-hill'],
  'openai-key': [`sk-${signs(48)}`, 'T3BlbkFJ'],
  'sendgrid-key': ['SG.your-key', `SG.${signs(22)}.${signs(20)}`, `MSG.${signs(22)}.${signs(43)}`],
  'twilio-token': [`ACCOUNT=${signs(32, 'hex')}`, 'TWILIO_AUTH_TOKEN=', `TWILIO_AUTH_TOKEN=${'0'.repeat(32)}`],
  'age-key': ['AGE-SECRET-KEY-1', `AGE-SECRET-KEY-1${'Q'.repeat(58)}`],
};

test('every pattern has samples, and what is none', () => {
  const names = secretPatterns.map(({ name }) => name);
  assert.deepEqual(Object.keys(samples), names);
  assert.deepEqual(Object.keys(harmless), names);
});

describe('a pattern recognises its own', () => {
  for (const [name, texts] of Object.entries(samples)) {
    for (const [i, text] of texts.entries()) {
      test(`${name} ${i}`, () => {
        assert.deepEqual(namesIn(text), [name]);
        assert.deepEqual(namesIn(`first: line\nkey: "${text}"\nlast: line`), [name], 'in a text');
      });
    }
  }
});

describe('a pattern leaves alone what is none', () => {
  for (const [name, texts] of Object.entries(harmless)) {
    for (const [i, text] of texts.entries()) test(`${name} ${i}`, () => assert.deepEqual(namesIn(text), []));
  }
});

test('nothing shorter than the shortest secret is recognised, and that is', () => {
  const text = '://:p4ss@h';
  assert.equal(text.length, shortestSecret);
  assert.deepEqual(namesIn(text), ['url-password']);
});

test('masking leaves nothing of a secret, and everything else', () => {
  for (const [name, texts] of Object.entries(samples)) {
    for (const text of texts) {
      const masked = withoutMatches(`before ${text} after`);
      assert.deepEqual(namesIn(masked), [], name);
      assert.match(masked, /^before [\s\S]*…[\s\S]* ?after$/, name);
      for (const { secret } of matchesIn(text)) assert.ok(!masked.includes(secret), name);
    }
  }
});

test('the time that looking takes grows with the text, and no faster', () => {
  const size = 1_000_000;
  const markers = secretPatterns.flatMap(({ markers: all }) => all);
  for (const part of [
    ...markers,
    '://a',
    '://:',
    '://a:aaaa',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----A: ',
    'eyJaaaaaaaaaa.',
    'sk-aaaa',
  ]) {
    const text = part.repeat(Math.ceil(size / part.length));
    const begun = process.cpuUsage();
    matchesIn(text);
    matchesIn(`${part}${'a'.repeat(size)}`);
    const { user } = process.cpuUsage(begun);
    assert.ok(user < 1_000_000, `${part}: ${Math.round(user / 1000)} ms`);
  }
});
