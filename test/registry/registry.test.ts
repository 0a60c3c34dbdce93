import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRunning } from '../controlplane/processes.ts';
import { temporaryFolder } from '../support/repository.ts';
import { type Answer, ask, type Question } from './client.ts';
import { basic, credentials } from './credentials.ts';
import { pushImage, readManifest } from './images.ts';
import { ociTypes } from './manifests.ts';
import { findRegistry } from './program.ts';
import { type Registry, registryFor, startRegistry } from './registry.ts';

const image = { repository: 'shop/web', tag: '1.4', platforms: ['linux/amd64'] } as const;

/** Asks for a tag with what somebody says to be. */
function askForTag(registry: Registry, repository: string, authorization?: string): Promise<Answer> {
  const headers = { accept: ociTypes.index, ...(authorization === undefined ? {} : { authorization }) };
  return ask(registry, { path: `/v2/${repository}/manifests/1.4`, headers });
}

/** Asks the registry's token server, and says what it answered. */
async function askForToken({ tokens, ca }: Registry, query: string, rest: Omit<Question, 'path'> = {}) {
  assert.ok(tokens !== undefined);
  const realm = new URL(tokens.realm);
  const path = `${realm.pathname}?service=${tokens.service}&${query}`;
  const { status, body } = await ask({ url: realm.origin, ...(ca === undefined ? {} : { ca }) }, { ...rest, path });
  return { status, said: JSON.parse(body.toString()) as Readonly<Record<string, string>> };
}

test('without authentication everybody may do everything, deleting included', async (t) => {
  const registry = await registryFor(t);
  const { digest } = await pushImage(registry, image);
  const found = await askForTag(registry, 'shop/web');
  assert.equal(found.status, 200);
  assert.equal(found.headers['docker-content-digest'], digest);
  assert.equal((await ask(registry, { method: 'DELETE', path: `/v2/shop/web/manifests/${digest}` })).status, 202);
  assert.equal((await askForTag(registry, 'shop/web')).status, 404);
});

test('with htpasswd it asks for a user and a password, and takes only the right ones', async (t) => {
  const registry = await registryFor(t, { auth: 'htpasswd' });
  await pushImage(registry, image);
  const nobody = await askForTag(registry, 'shop/web');
  assert.equal(nobody.status, 401);
  assert.equal(nobody.headers['www-authenticate'], 'Basic realm="registry.test"');
  assert.equal((await askForTag(registry, 'shop/web', basic({ ...credentials, password: 'other' }))).status, 401);
  assert.equal((await askForTag(registry, 'shop/web', basic(credentials))).status, 200);
});

test('with tokens it tells where they are given, and what one must say', async (t) => {
  const registry = await registryFor(t, { auth: 'token' });
  await pushImage(registry, image);
  const { status, headers } = await askForTag(registry, 'shop/web');
  assert.equal(status, 401);
  assert.equal(
    headers['www-authenticate'],
    `Bearer realm="${registry.tokens?.realm}",service="registry.test",scope="repository:shop/web:pull"`,
  );
});

test('a token for a user and a password pulls what it is for, and nothing else', async (t) => {
  const registry = await registryFor(t, { auth: 'token' });
  await pushImage(registry, image);
  await pushImage(registry, { ...image, repository: 'shop/other' });
  const headers = { authorization: basic(credentials) };
  const { status, said } = await askForToken(registry, 'scope=repository:shop/web:pull', { headers });
  assert.equal(status, 200);
  assert.equal(said['token'], said['access_token']);
  assert.equal((await askForTag(registry, 'shop/web', `Bearer ${said['token']}`)).status, 200);
  const other = await askForTag(registry, 'shop/other', `Bearer ${said['token']}`);
  assert.equal(other.status, 401);
  assert.match(other.headers['www-authenticate'] ?? '', /error="insufficient_scope"/);
  assert.equal(registry.tokens?.given, 1);
  assert.deepEqual(registry.tokens.requests, [{ method: 'GET', scopes: ['repository:shop/web:pull'], by: 'basic', answer: 'good' }]);
});

test('who does not say who it is gets a token, which pulls what is public', async (t) => {
  const registry = await registryFor(t, { auth: 'token' });
  await pushImage(registry, image);
  await pushImage(registry, { ...image, repository: 'public/web' });
  const { said } = await askForToken(registry, 'scope=repository:shop/web:pull&scope=repository:public/web:pull,push');
  assert.equal((await askForTag(registry, 'shop/web', `Bearer ${said['token']}`)).status, 401);
  assert.equal((await askForTag(registry, 'public/web', `Bearer ${said['token']}`)).status, 200);
  const authorization = `Bearer ${said['token']}`;
  assert.equal((await ask(registry, { method: 'POST', path: '/v2/public/web/blobs/uploads/', headers: { authorization } })).status, 401);
  assert.equal(registry.tokens?.requests.at(-1)?.by, 'nobody');
});

test('a wrong password, a wrong refresh token and a wrong grant get no token', async (t) => {
  const registry = await registryFor(t, { auth: 'token' });
  const wrong: readonly Omit<Question, 'path'>[] = [
    { headers: { authorization: basic({ ...credentials, password: 'other' }) } },
    { method: 'POST', body: 'grant_type=refresh_token&refresh_token=other&service=registry.test' },
    { method: 'POST', body: 'grant_type=password&username=ada&password=other&service=registry.test' },
    { method: 'POST', body: 'grant_type=authorization_code&service=registry.test' },
  ];
  for (const rest of wrong) {
    const { status, said } = await askForToken(registry, 'scope=repository:shop/web:pull', rest);
    assert.equal(status, 401);
    assert.equal(said['token'] ?? said['access_token'], undefined);
  }
  assert.equal(registry.tokens?.given, 0);
});

test('a refresh token is given to whoever asks for one, and gets tokens', async (t) => {
  const registry = await registryFor(t, { auth: 'token' });
  await pushImage(registry, image);
  const first = await askForToken(registry, '', {
    method: 'POST',
    body: `grant_type=password&username=ada&password=engine-1843&access_type=offline&service=registry.test`,
  });
  assert.equal(first.said['refresh_token'], registry.tokens?.refreshToken);
  const byGet = await askForToken(registry, 'offline_token=true', { headers: { authorization: basic(credentials) } });
  assert.equal(byGet.said['refresh_token'], registry.tokens?.refreshToken);
  const body = `grant_type=refresh_token&refresh_token=${first.said['refresh_token']}&service=registry.test&client_id=test&scope=repository:shop/web:pull`;
  const { status, said } = await askForToken(registry, '', { method: 'POST', body });
  assert.equal(status, 200);
  assert.equal(said['scope'], 'repository:shop/web:pull');
  assert.equal((await askForTag(registry, 'shop/web', `Bearer ${said['access_token']}`)).status, 200);
  assert.equal(registry.tokens?.requests.at(-1)?.by, 'refresh_token');
});

test('tokens can be told to be expired, or not to be given', async (t) => {
  const registry = await registryFor(t, { auth: 'token' });
  await pushImage(registry, image);
  registry.tokens?.answerWith('expired', 'refused', 'good');
  const ask = () => askForToken(registry, 'scope=repository:shop/web:pull', { headers: { authorization: basic(credentials) } });
  const { said } = await ask();
  const expired = await askForTag(registry, 'shop/web', `Bearer ${said['token']}`);
  assert.equal(expired.status, 401);
  assert.match(expired.headers['www-authenticate'] ?? '', /error="invalid_token"/);
  assert.equal((await ask()).status, 401);
  for (const _ of [1, 2]) assert.equal((await askForTag(registry, 'shop/web', `Bearer ${(await ask()).said['token']}`)).status, 200);
  assert.equal(registry.tokens?.given, 3);
});

for (const auth of ['none', 'token'] as const) {
  test(`with TLS and auth ${auth}, only who knows the authority is answered`, async (t) => {
    const registry = await registryFor(t, { auth, tls: true });
    const { digest } = await pushImage(registry, image);
    assert.equal(readFileSync(registry.caFile ?? '', 'utf8'), registry.ca);
    assert.equal((await readManifest(registry, { repository: 'shop/web', reference: '1.4' })).digest, digest);
    const byName = { ...registry, url: registry.url.replace('127.0.0.1', 'localhost') };
    assert.equal((await readManifest(byName, { repository: 'shop/web', reference: '1.4' })).digest, digest);
    await assert.rejects(ask({ url: registry.url }, { path: '/v2/' }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    if (auth === 'token') assert.equal((await askForToken(registry, 'scope=repository:public/web:pull')).status, 200);
  });
}

test('a registry that is closed is gone, and what it kept is served by the next one', async (t) => {
  const folder = join(temporaryFolder(t), 'registry');
  const first = await startRegistry({ folder });
  const { digest } = await pushImage(first, image);
  assert.match(first.log(), /PUT \/v2\/shop\/web\/manifests\/1\.4/);
  assert.equal(isRunning(first.process), true);
  await first.close();
  await first.close();
  assert.equal(isRunning(first.process), false);
  const next = await startRegistry({ folder });
  assert.equal((await readManifest(next, { repository: 'shop/web', reference: '1.4' })).digest, digest);
  await next.close();
});

test('without a Go and without a registry that was built before, it is told what is missing', async (t) => {
  const empty = temporaryFolder(t);
  const env = { PATH: empty, LOCKSTEP_CACHE: empty };
  await assert.rejects(findRegistry(env), { tool: 'go-missing', message: 'the registry is not built yet, and `go` is not in PATH' });
});
