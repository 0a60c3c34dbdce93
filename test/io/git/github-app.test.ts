import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import type { GitHubApp } from '../../../src/io/git/credentials.ts';
import { appTokens } from '../../../src/io/git/github-app.ts';
import { freePort } from '../../controlplane/port.ts';
import { makeCertificates } from '../../registry/certificate.ts';
import { startProxy } from '../../registry/proxy.ts';
import { handClock } from '../../support/clock.ts';
import { startTokenApi } from '../../support/github.ts';

const never = new AbortController().signal;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
const minute = 60_000;
const permissions = { contents: 'read' } as const;

function app(api: string, rest: Partial<GitHubApp> = {}): GitHubApp {
  return { appId: '123', installationId: '456', privateKey: key, api, ...rest };
}

async function served(t: TestContext, options: Parameters<typeof startTokenApi>[1] = {}) {
  const api = await startTokenApi(publicKey, options);
  t.after(() => api.close());
  return api;
}

/** What is said when there is no token. */
async function refusal(asked: GitHubApp, { patience = 5_000, signal = never } = {}) {
  const tokens = appTokens({ clock: systemClock, env: {}, patience });
  return tokens
    .tokenFor({ app: asked, ca: undefined, permissions, signal })
    .then(assert.fail, (thrown: Error & { code: string; help?: string }) => {
      assert.ok(!`${thrown.message} ${thrown.help} ${thrown.stack}`.includes(key));
      assert.doesNotMatch(thrown.message, /eyJ/);
      return thrown;
    });
}

test('a token is asked for by who the app is, to read, and no longer than GitHub takes', async (t) => {
  const clock = handClock();
  const api = await served(t, { now: clock.now });
  const tokens = appTokens({ clock, env: {} });
  assert.equal(await tokens.tokenFor({ app: app(api.url), ca: undefined, permissions, signal: never }), 'token-1');
  const seconds = clock.now().getTime() / 1000;
  assert.deepEqual(api.requests, [
    {
      path: 'POST /app/installations/456/access_tokens',
      body: '{"permissions":{"contents":"read"}}',
      claims: { iat: seconds - 60, exp: seconds + 540, iss: '123' },
    },
  ]);
});

test('a token is used until five minutes before its end, by all who ask, and by nobody else', async (t) => {
  const clock = handClock();
  const api = await served(t, { now: clock.now });
  const tokens = appTokens({ clock, env: {} });
  const ask = (asked = app(api.url)): Promise<string> => tokens.tokenFor({ app: asked, ca: undefined, permissions, signal: never });
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ['token-1', 'token-1', 'token-1']);
  await clock.advance(54 * minute);
  assert.equal(await ask(), 'token-1');
  await clock.advance(minute);
  assert.equal(await ask(), 'token-2');
  tokens.forget();
  assert.equal(await ask(), 'token-3');
  await assert.rejects(ask(app(api.url, { appId: '124' })), { code: 'git-auth' });
  assert.equal(api.requests.length, 4);
});

test('a token is asked for through the proxy of the environment, from a server that the authority beside the app vouches for', async (t) => {
  const { ca, ...tls } = makeCertificates(new Date());
  const api = await served(t, { tls });
  const proxy = await startProxy();
  t.after(() => proxy.close());
  const tokens = appTokens({ clock: systemClock, env: { HTTPS_PROXY: `http://${proxy.host}` } });
  const named = app(api.url.replace('127.0.0.1', 'registry.test'));
  await assert.rejects(tokens.tokenFor({ app: named, ca: undefined, permissions, signal: never }), { code: 'git-unreachable' });
  assert.equal(await tokens.tokenFor({ app: named, ca, permissions, signal: never }), 'token-1');
  assert.deepEqual(proxy.requests, Array(2).fill(`CONNECT ${new URL(named.api).host}`));
});

test('a key that is not of the app is told', async (t) => {
  const api = await served(t);
  const other = String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const { code, message, help } = await refusal(app(api.url, { privateKey: other }));
  assert.equal(code, 'git-auth');
  assert.match(message, /the GitHub App `123` no token: it does not take the key \(401: A JSON web token could not be decoded\)/);
  assert.match(help ?? '', /githubAppPrivateKey/);
});

test('an installation that there is not is told', async (t) => {
  const api = await served(t);
  const { code, message, help } = await refusal(app(api.url, { installationId: '999' }));
  assert.equal(code, 'git-auth');
  assert.match(message, /no installation `999` \(404: Not Found\)/);
  assert.match(help ?? '', /githubAppInstallationID/);
});

const answers: readonly (readonly [status: number, body: string, code: string, message: RegExp])[] = [
  [403, '{"message":"This installation has been suspended"}', 'git-auth', /may not do so \(403: This installation has been suspended\)/],
  [422, '{}', 'git-auth', /may not have what is asked for, `contents: read`/],
  [500, '<html>', 'git-unreachable', /answers 500/],
  [301, '', 'git-unreachable', /answers 301/],
  [201, '<html>', 'git-unreachable', /no token/],
  [201, '{"token":"a b","expires_at":"2026-01-01T00:00:00Z"}', 'git-unreachable', /no token/],
  [201, '{"token":"abc"}', 'git-unreachable', /no token/],
  [201, 'x'.repeat(70_000), 'git-unreachable', /more than 65536 bytes/],
  [404, `{"message":"${'\\u001b'}[31m${'x'.repeat(1000)}"}`, 'git-auth', /^\P{Cc}{1,400}$/u],
];

for (const [status, body, code, expected] of answers) {
  test(`an API that answers ${status} with ${body.slice(0, 40) || 'nothing'} is ${code}`, async (t) => {
    const api = await served(t, { instead: { status, body } });
    const failure = await refusal(app(api.url));
    assert.equal(failure.code, code);
    assert.match(failure.message, expected);
  });
}

test('a dead API is told, one that says nothing is given up in time, and one is not waited for that nobody wants any more', async (t) => {
  const dead = await refusal(app(`http://127.0.0.1:${await freePort()}`));
  assert.deepEqual([dead.code, /ECONNREFUSED/.test(dead.message)], ['git-unreachable', true]);
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  t.after(() => mute.close());
  const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const late = await refusal(app(url), { patience: 300 });
  assert.deepEqual([late.code, /no whole answer after 0.3 s/.test(late.message)], ['git-unreachable', true]);
  assert.equal((await refusal(app(url), { signal: AbortSignal.timeout(100) })).code, 'interrupted');
});
