import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLiteralSecret } from '../../../../src/compile/validate/secrets/literal.ts';
import { type SecretName, secretName } from '../../../../src/compile/validate/secrets/names.ts';
import { base64, pem, signs } from './tokens.ts';

const names: Readonly<Record<SecretName | 'nothing', readonly string[]>> = {
  password: [
    ...['password', 'PASSWORD', 'POSTGRES_PASSWORD', 'dbPassword', 'db-password', 'spring.datasource.password', 'adminpasswd', 'ROOT_PWD'],
    ...[
      'passphrase',
      'SMTP_PASS',
      'REDIS_PASSWORD_2',
      'GF_SECURITY_ADMIN_PASSWORD',
      'Dspring.datasource.password',
      'shop.example.com/password',
    ],
  ],
  token: [
    ...['token', 'authToken', 'GITHUB_TOKEN', 'clientSecret', 'client_secret', 'JWT_SECRET', 'apiKey', 'API-KEY', 'apikey', 'X_API_KEY'],
    ...['privateKey', 'SECRET_KEY', 'awsSecretAccessKey', 'SECRET_KEY_BASE', 'encryptionKey', 'credential', 'credentials', 'TOKEN1'],
  ],
  connection: ['connectionString', 'DB_CONNECTION_STRING', 'ConnStr'],
  nothing: [
    ...['secretName', 'tokenReview', 'passwordSecretRef', 'tokenExpirationSeconds', 'secretRef', 'secretKeyRef', 'tokenTTL', 'TOKEN_FILE'],
    ...[
      'PASSWORD_FILE',
      'passwordKey',
      'tokenUrl',
      'existingSecret',
      'imagePullSecret',
      'tlsSecret',
      'accessKey',
      'publicKey',
      'accessKeyId',
    ],
    ...[
      'nextPageToken',
      'clientToken',
      'CSRF_TOKEN',
      'continueToken',
      'proxy_pass',
      'bypass',
      'compass',
      'pass',
      'key',
      'monkey',
      'value',
      'name',
    ],
    ...[
      'caBundle',
      'checksum/secret-config',
      'nginx.ingress.kubernetes.io/auth-secret-type',
      'passwordPolicy',
      'tokenAudience',
      'keyword',
      '',
    ],
    `${'x'.repeat(200)}password`,
  ],
};

describe('the name of a field', () => {
  for (const [says, all] of Object.entries(names)) {
    for (const name of all) test(`${name} says ${says}`, () => assert.equal(secretName(name) ?? 'nothing', says));
  }
});

const literals: readonly (readonly [SecretName, string])[] = [
  ['password', 'Tr0ub4dor&3'],
  ['password', 'hunter2000'],
  ['password', 'xK9#mP2$vL'],
  ['password', 'correct1horse2battery3'],
  ['password', signs(12)],
  ['token', signs(40)],
  ['token', signs(32, 'hex')],
  ['token', signs(64, 'hex')],
  ['token', base64(signs(24))],
  ['token', `shop_${signs(32)}`],
  ['connection', `Server=tcp:db.internal,1433;User ID=shop;Password=${signs(12)};Encrypt=true`],
];

const harmless: readonly (readonly [SecretName, string])[] = [
  // References and placeholders.
  ...[
    '$(PASSWORD)',
    '\x24{PASSWORD}',
    '$PASSWORD',
    '{{ .Values.password }}',
    '<your-password>',
    '%(password)s',
    '@PASSWORD@',
    '[set by vault]',
  ].map((value): [SecretName, string] => ['password', value]),
  ...[
    'vault:secret/data/shop#password',
    'ref+vault://shop/password',
    'op://shop/db/password',
    'arn:aws:secretsmanager:eu-1:123456789012:secret:db',
  ].map((value): [SecretName, string] => ['password', value]),
  ...[
    'changeme',
    'change-me-now-1',
    'REPLACE_ME_123',
    'your-api-key-here',
    'example-Password-1',
    'xxxxxxxxxxxxxxxx1',
    'ENC[AES256_GCM,data:x]',
  ].map((value): [SecretName, string] => ['password', value]),
  // Settings, and words of manuals.
  ...[
    '',
    'true',
    'false',
    'yes',
    'none',
    '3600',
    '12345678901',
    '30s',
    '1.5',
    'password',
    'password123',
    'P@ssw0rd',
    'postgres',
    'minioadmin',
  ].map((value): [SecretName, string] => ['password', value]),
  // Names: of Secrets, of keys in them, of services.
  ...[
    'database-credentials',
    'db-password-v2',
    'web-session-c8a1b2c3',
    'shop-config-7hk2m9tb5c',
    'tls.crt',
    'AdminPassword',
    'ADMIN_PASSWORD',
  ].map((value): [SecretName, string] => ['password', value]),
  ['token', 'tokens.auth.svc.cluster.local'],
  ['token', 'kubernetes.io/service-account-token'],
  ['token', 'system:serviceaccount:shop:web'],
  // Paths, URLs, digests, hashes, public halves, prose.
  ['password', '/run/secrets/database/password1'],
  ['token', './var/run/Secrets/token1234567'],
  ['token', 'https://vault.internal/v1/secret/Data123'],
  ['token', `sha256:${signs(64, 'hex')}`],
  ['token', '7f3b2c1d-0a9e-4f8b-8c7d-6e5f4a3b2c1d'],
  ['password', `$2y$10$${signs(53)}`],
  ['token', pem('CERTIFICATE')],
  ['token', `ssh-ed25519 AAAA${signs(64)} shop`],
  ['password', 'is asked for when the shop starts 1'],
  // Too short, or too uniform.
  ['password', 'a1b2c3'],
  ['token', signs(15)],
  ['token', '0000000000000000'],
  ['token', 'aaaaaaaaaaaaaaaaaaaaa1'],
  ['connection', 'Server=db;Authentication=Active Directory Default'],
  ['connection', 'Server=db;User ID=shop;Password=\x24{PASSWORD}'],
  ['connection', 'postgres://database:5432/shop'],
];

describe('the value of a field', () => {
  for (const [name, value] of literals) test(`is a ${name}: ${value}`, () => assert.ok(isLiteralSecret(name, value)));
  for (const [name, value] of harmless) test(`is no ${name}: ${value.slice(0, 60)}`, () => assert.ok(!isLiteralSecret(name, value)));
});
