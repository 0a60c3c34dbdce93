import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { credentialsFor } from '../../../src/io/registry/credentials.ts';
import { temporaryFolder } from '../../support/repository.ts';

const basic = (text: string): string => Buffer.from(text).toString('base64');

/** Docker's configuration, and helpers: by their names what they print, and how they end. */
function docker(t: TestContext, config: unknown, helpers: Readonly<Record<string, readonly [prints: string, exit: number]>> = {}) {
  const folder = temporaryFolder(t);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  for (const [name, [prints, exit]] of Object.entries(helpers)) {
    const path = join(bin, `docker-credential-${name}`);
    writeFileSync(
      path,
      `#!/bin/sh\nasked=$(cat)\n[ "$1" = get ] || exit 9\nprintf '%s' '${prints}' | sed "s#ASKED#$asked#"\nexit ${exit}\n`,
    );
    chmodSync(path, 0o755);
  }
  return { folder, env: { PATH: `${bin}:${process.env['PATH']}` } };
}

test('without a configuration, and where nobody is logged in, there are none', async (t) => {
  assert.equal(await credentialsFor('ghcr.io', { folder: temporaryFolder(t), env: {} }), undefined);
  assert.equal(await credentialsFor('ghcr.io', docker(t, { auths: { 'quay.io': { auth: basic('a:b') } } })), undefined);
  assert.equal(await credentialsFor('ghcr.io', docker(t, { auths: { 'ghcr.io': {} } })), undefined);
  assert.equal(await credentialsFor('ghcr.io', docker(t, { auths: { 'ghcr.io': { username: '', password: '' } } })), undefined);
  const empty = { store: ['{"Username":"","Secret":""}', 0] } as const;
  assert.equal(await credentialsFor('ghcr.io', docker(t, { credsStore: 'store' }, empty)), undefined);
});

const written: readonly (readonly [title: string, registry: string, key: string, entry: object, expected: object])[] = [
  ['a password', 'ghcr.io', 'ghcr.io', { auth: basic('me:a:b') }, { by: 'password', username: 'me', password: 'a:b' }],
  ['under a URL', 'r.example:5000', 'https://r.example:5000', { auth: basic('me:x') }, { by: 'password', username: 'me', password: 'x' }],
  ['under a URL with a slash', 'ghcr.io', 'https://ghcr.io/', { auth: basic('me:x') }, { by: 'password', username: 'me', password: 'x' }],
  ['under a URL with a path', 'ghcr.io', 'https://ghcr.io/v2/', { auth: basic('me:x') }, { by: 'password', username: 'me', password: 'x' }],
  [
    'under a URL without TLS',
    'localhost:5000',
    'http://localhost:5000',
    { auth: basic('me:x') },
    { by: 'password', username: 'me', password: 'x' },
  ],
  [
    'of the default registry',
    'docker.io',
    'https://index.docker.io/v1/',
    { auth: basic('me:x') },
    { by: 'password', username: 'me', password: 'x' },
  ],
  ['in two fields', 'ghcr.io', 'ghcr.io', { username: 'me', password: 'x' }, { by: 'password', username: 'me', password: 'x' }],
  ['a token that buys others', 'ghcr.io', 'ghcr.io', { auth: basic('me:'), identitytoken: 'i' }, { by: 'identity', token: 'i' }],
  ['a token of the registry', 'ghcr.io', 'ghcr.io', { registrytoken: 't' }, { by: 'token', token: 't' }],
];
for (const [title, registry, key, entry, expected] of written) {
  test(`credentials that stand in the configuration: ${title}`, async (t) => {
    assert.deepEqual(await credentialsFor(registry, docker(t, { auths: { [key]: entry } })), expected);
  });
}

test('a helper of the registry comes before the store, and the store before what is written', async (t) => {
  const config = { auths: { 'ghcr.io': { auth: basic('no:no') } }, credsStore: 'store', credHelpers: { 'quay.io': 'own' } };
  const helpers = { store: ['{"Username":"store","Secret":"ASKED"}', 0], own: ['{"Username":"<token>","Secret":"ASKED"}', 0] } as const;
  const given = docker(t, config, helpers);
  assert.deepEqual(await credentialsFor('ghcr.io', given), { by: 'password', username: 'store', password: 'ghcr.io' });
  assert.deepEqual(await credentialsFor('quay.io', given), { by: 'identity', token: 'quay.io' });
  assert.deepEqual(await credentialsFor('docker.io', given), {
    by: 'password',
    username: 'store',
    password: 'https://index.docker.io/v1/',
  });
});

test('a variable with credentials comes first, as for Docker', async (t) => {
  const given = docker(t, { auths: { 'ghcr.io': { auth: basic('file:x') }, 'quay.io': { auth: basic('file:y') } } });
  const env = { ...given.env, DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'ghcr.io': { auth: basic('variable:x') } } }) };
  assert.deepEqual(await credentialsFor('ghcr.io', { ...given, env }), { by: 'password', username: 'variable', password: 'x' });
  assert.deepEqual(await credentialsFor('quay.io', { ...given, env }), { by: 'password', username: 'file', password: 'y' });
});

test('a helper that knows nobody is no mistake', async (t) => {
  const helpers = { store: ['credentials not found in native keychain', 1] } as const;
  assert.equal(await credentialsFor('ghcr.io', docker(t, { credsStore: 'store' }, helpers)), undefined);
});

const broken: readonly (readonly [
  title: string,
  config: unknown,
  helpers: Readonly<Record<string, readonly [string, number]>>,
  message: RegExp,
])[] = [
  [
    'one that is not there',
    { credsStore: 'none' },
    {},
    /`docker-credential-none` does not tell who you are at `ghcr\.io`: there is no such program$/,
  ],
  ['one that fails', { credsStore: 'bad' }, { bad: ['hunter2', 1] }, /: it failed$/],
  ['one that talks', { credsStore: 'bad' }, { bad: ['hunter2', 0] }, /: it answered something else$/],
  ['one with a path for a name', { credsStore: '../../bin/sh' }, {}, /: this is no name of a helper$/],
  ['a configuration that is none', '{ "auths": { "ghcr.io": { "auth": "hunter2" ', {}, /config\.json` is no JSON object$/],
];
for (const [title, config, helpers, message] of broken) {
  test(`what does not tell is told, and no secret: ${title}`, async (t) => {
    await assert.rejects(credentialsFor('ghcr.io', docker(t, config, helpers)), (thrown: Error & { readonly code?: string }) => {
      assert.match(thrown.message, message);
      assert.doesNotMatch(thrown.message, /hunter2/);
      return thrown.code === 'registry-credentials';
    });
  });
}
