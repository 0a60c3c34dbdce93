import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { secretFinder } from '../../../../src/compile/validate/secrets/scan.ts';
import { type Json, type JsonObject, pointer } from '../../../../src/model/json.ts';
import { base64, checksummed, jwt, pem, signs } from './tokens.ts';

const token = checksummed('ghp');
const password = signs(14);
const find = secretFinder();

/** `code pointer`, and the pattern where there is one. */
function told(object: JsonObject): readonly string[] {
  return find(object).map(({ code, path, pattern }) => [code, pointer(path), pattern].filter((part) => part !== undefined).join(' '));
}

function objectOf(kind: string, fields: JsonObject, apiVersion = 'v1'): JsonObject {
  return { apiVersion, kind, metadata: { name: 'shop', namespace: 'shop' }, ...fields };
}

function podWith(container: JsonObject): JsonObject {
  return objectOf('Pod', { spec: { containers: [{ name: 'web', ...container }] } });
}

const encrypted = 'ENC[AES256_GCM,data:c2hvcA==,iv:aXY=,tag:dGFn,type:str]';
const container = '/spec/containers/0';

const leaks: Readonly<Record<string, readonly [JsonObject, readonly string[]]>> = {
  'a Secret with any value': [
    objectOf('Secret', { data: { a: 'bm8=', empty: '' }, stringData: { b: 'no', pin: 1234 } }),
    ['secret-in-clear /data/a', 'secret-in-clear /stringData/b', 'secret-in-clear /stringData/pin'],
  ],
  'a Secret whose values have the wrong types': [
    objectOf('Secret', { data: { a: { b: ['bm8='] }, c: true, d: null, e: {} }, stringData: 'hunter22' }),
    ['secret-in-clear /data/a', 'secret-in-clear /stringData'],
  ],
  'a Secret with a token, once': [
    objectOf('Secret', { data: { token: base64(token) }, stringData: { token } }),
    ['secret-in-clear /data/token github-token', 'secret-in-clear /stringData/token github-token'],
  ],
  'a Secret with a key beside its certificate': [
    objectOf('Secret', {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(pem('CERTIFICATE')), 'tls.key': base64(pem('PRIVATE KEY')) },
    }),
    ['secret-in-clear /data/tls.key private-key'],
  ],
  'a Secret whose certificate has its key below it': [
    objectOf('Secret', { data: { 'tls.crt': base64(`${pem('CERTIFICATE')}${pem('PRIVATE KEY')}`) } }),
    ['secret-in-clear /data/tls.crt private-key'],
  ],
  'a Secret that only pretends to be encrypted': [
    objectOf('Secret', { stringData: { a: encrypted, b: 'ENC[no]' }, sops: { mac: encrypted } }),
    ['secret-in-clear /stringData/b'],
  ],
  'a value in the form of SOPS, without SOPS': [objectOf('Secret', { stringData: { a: encrypted } }), ['secret-in-clear /stringData/a']],
  'a Secret that another object carries': [
    objectOf('Object', { spec: { manifest: objectOf('Secret', { stringData: { a: 'b' } }) } }, 'kubernetes.example.org/v1'),
    ['secret-in-clear /spec/manifest/stringData/a'],
  ],
  'a Secret that kubectl noted': [
    objectOf('Secret', {
      metadata: {
        name: 'shop',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(objectOf('Secret', { data: { a: 'bm8=' } })) },
      },
    }),
    ['secret-in-clear /metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration'],
  ],
  'a file in a ConfigMap': [
    objectOf('ConfigMap', {
      data: { 'app.yaml': `github:\n  token: ${token}\n`, 'run.sh': `#!/bin/sh\nexport DB=postgres://shop:${password}@db/shop\n` },
    }),
    ['secret-token /data/app.yaml github-token', 'secret-token /data/run.sh url-password'],
  ],
  'JSON in a ConfigMap': [
    objectOf('ConfigMap', { data: { 'account.json': JSON.stringify({ type: 'service_account', private_key: pem('PRIVATE KEY') }) } }),
    ['secret-token /data/account.json private-key'],
  ],
  'binary data of a ConfigMap': [
    objectOf('ConfigMap', { binaryData: { key: base64(pem('EC PRIVATE KEY')) } }),
    ['secret-token /binaryData/key private-key'],
  ],
  'two tokens of two kinds in one text': [
    objectOf('ConfigMap', { data: { a: `${token} ${jwt({ sub: 'a' })} ${token}` } }),
    ['secret-token /data/a github-token', 'secret-token /data/a jwt'],
  ],
  'a key of a ConfigMap by its name': [objectOf('ConfigMap', { data: { DB_PASSWORD: password } }), ['secret-literal /data/DB_PASSWORD']],
  'a key that is a token itself': [objectOf('ConfigMap', { data: { [token]: 'yes' } }), ['secret-token /data github-token']],
  'an annotation with a token': [
    objectOf('ConfigMap', { metadata: { name: 'a', annotations: { 'example.com/note': token } } }),
    ['secret-token /metadata/annotations/example.com~1note github-token'],
  ],
  'a variable by its name': [
    podWith({
      env: [
        { name: 'DB_PASSWORD', value: password },
        { name: 'GITHUB', value: token },
      ],
    }),
    [`secret-token ${container}/env/1/value github-token`, `secret-literal ${container}/env/0/value`],
  ],
  'options of a command': [
    podWith({
      command: ['run', `--password=${password}`, '--token', signs(30)],
      args: [`-Ddb.password=${password}`, `DB_PASSWORD=${password}`],
    }),
    [2, 4, 6, 8].map((_, i) => `secret-literal ${container}/${['command/1', 'command/3', 'args/0', 'args/1'][i]}`),
  ],
  'a field of a custom resource': [
    objectOf('Database', { spec: { auth: { adminPassword: password, apiKey: signs(32, 'hex') } } }, 'db.example.com/v1'),
    ['secret-literal /spec/auth/adminPassword', 'secret-literal /spec/auth/apiKey'],
  ],
};

const harmless: Readonly<Record<string, JsonObject>> = {
  'a Secret without data': objectOf('Secret', {
    type: 'kubernetes.io/service-account-token',
    metadata: { name: 'a', annotations: { a: 'b' } },
  }),
  'a Secret with certificates only': objectOf('Secret', {
    data: { 'ca.crt': base64(`${pem('CERTIFICATE')}\n${pem('CERTIFICATE')}`) },
    stringData: { 'tls.crt': pem('CERTIFICATE'), 'key.pub': pem('PUBLIC KEY') },
  }),
  'a Secret that SOPS encrypted': objectOf('Secret', {
    stringData: { a: encrypted },
    data: { b: encrypted },
    sops: { mac: encrypted, age: [] },
  }),
  'a SealedSecret': objectOf(
    'SealedSecret',
    { spec: { encryptedData: { password: `AgB${signs(300, 'base64')}` } } },
    'bitnami.com/v1alpha1',
  ),
  'an ExternalSecret': objectOf(
    'ExternalSecret',
    { spec: { data: [{ secretKey: 'dbPassword1X2', remoteRef: { key: 'shop/db', property: 'password' } }], target: { name: 'database' } } },
    'external-secrets.io/v1',
  ),
  'a definition of a kind': objectOf(
    'CustomResourceDefinition',
    {
      spec: {
        versions: [
          { schema: { openAPIV3Schema: { properties: { token: { description: 'https://user:pass@host' }, password: 'aB3$xyz!9Q' } } } },
        ],
      },
    },
    'apiextensions.k8s.io/v1',
  ),
  'references to Secrets': podWith({
    env: [
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password1X' } } },
      { name: 'TOKEN_FILE', value: '/run/secrets/token' },
    ],
    args: ['--token-file=/run/token', '--password', '--verbose', '--token=$(TOKEN)', '--tls-secret=web-tls-9f8e7d6c'],
    volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets' }],
  }),
  'annotations and labels of controllers': objectOf('Ingress', {
    metadata: {
      name: 'web',
      annotations: { 'nginx.ingress.kubernetes.io/auth-secret': 'shop/Basic1Auth2Users3', 'haproxy.org/auth-secret': signs(20) },
      labels: { token: signs(30) },
    },
    spec: { tls: [{ secretName: 'web-tls-7hk2m9tb5c' }] },
  }),
  'what only looks random': objectOf('MutatingWebhookConfiguration', {
    metadata: {
      name: 'a',
      annotations: {
        'checksum/secret': signs(64, 'hex'),
        digest: `sha256:${signs(64, 'hex')}`,
        uid: '7f3b2c1d-0a9e-4f8b-8c7d-6e5f4a3b2c1d',
      },
    },
    webhooks: [{ clientConfig: { caBundle: base64(pem('CERTIFICATE')) } }],
  }),
};

describe('a secret is found in', () => {
  for (const [title, [object, expected]] of Object.entries(leaks)) test(title, () => assert.deepEqual(told(object), expected));
});

describe('nothing is found in', () => {
  for (const [title, object] of Object.entries(harmless)) test(title, () => assert.deepEqual(told(object), []));
});

test('an object of whatever form is looked at without a word', () => {
  const odd: readonly Json[] = [null, 1, true, 'a', [], [[null]], { a: null }, { name: 'password', value: 1 }];
  for (const value of odd) {
    for (const key of ['data', 'stringData', 'binaryData', 'sops', 'metadata', 'args', 'apiVersion', 'kind', 'password']) {
      for (const kind of ['Secret', 'ConfigMap']) assert.ok(Array.isArray(find({ ...objectOf(kind, {}), [key]: value })));
    }
  }
});

test('what is found says where and what, and never the secret', () => {
  for (const [title, [object]] of Object.entries(leaks)) {
    for (const { message, help, secrets } of find(object)) {
      assert.notEqual(secrets.length, 0);
      for (const secret of secrets.filter(({ length }) => length > 4)) assert.ok(!`${message}${help}`.includes(secret), title);
    }
  }
});
