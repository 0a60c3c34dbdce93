import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { forgeSecrets } from '../../../src/io/forge/secret.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { ForgeType } from '../../../src/model/forge.ts';
import type { Forge, SourceSecret } from '../../../src/ports.ts';
import { makeCertificates } from '../../registry/certificate.ts';
import { listen } from '../../registry/listen.ts';
import { startTokenApi } from '../../support/github.ts';

const commit = 'c'.repeat(40);
const status = { context: 'lockstep/prod', state: 'success', description: 'fine' } as const;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

type Data = Readonly<Record<string, string>>;

/** A Secret whose content may change between two looks. */
function secretOf(held: { data: Data | undefined; hosts?: string }): SourceSecret {
  return {
    namespace: 'shop',
    name: 'forge',
    async read() {
      if (held.data === undefined) return undefined;
      const data = Object.entries(held.data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
      return { data: Object.fromEntries(data), hosts: held.hosts };
    },
  };
}

interface Scene {
  readonly url: string;
  /** Who asked, as the header says. */
  readonly asked: string[];
  open(secret: SourceSecret, type?: ForgeType, url?: string): Promise<Forge>;
}

async function scene(
  t: TestContext,
  answer = (response: ServerResponse): void => void response.writeHead(201).end('{}'),
  tls?: Parameters<typeof listen>[1],
): Promise<Scene> {
  const asked: string[] = [];
  const server = await listen((request: IncomingMessage, response: ServerResponse) => {
    asked.push(String(request.headers.authorization));
    request.resume().on('end', () => answer(response));
  }, tls);
  t.after(server.close);
  const signal = new AbortController().signal;
  const secrets = forgeSecrets({ env: { LOCKSTEP_FORGE_TOKEN: 'of-the-process' }, clock: systemClock, signal, patience: 5_000 });
  return {
    url: server.url,
    asked,
    open: (secret, type = 'gitea', url = server.url) => secrets.open({ remote: 'git@git.example.com:acme/web.git', type, url }, secret),
  };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  assert.equal(thrown.code, 'forge-token');
  assert.doesNotMatch(`${thrown.message} ${thrown.help} ${thrown.stack}`, /hunter2/);
  return thrown.message;
}

test('who asks is read each time: a token, or that by which git reads', async (t) => {
  const { asked, open } = await scene(t);
  const held: { data: Data } = { data: { token: 'one', identity: 'a deploy key', known_hosts: 'host' } };
  const told: readonly Data[] = [
    held.data,
    { token: 'two', username: 'robot', password: 'of git' },
    { username: 'robot', password: 'three' },
    { bearerToken: 'four' },
  ];
  for (const data of told) {
    held.data = data;
    await (await open(secretOf(held))).report(commit, status);
  }
  assert.deepEqual(asked, ['token one', 'token two', 'token three', 'token four']);
});

test('a Secret that does not say who asks is told, without what it holds', async (t) => {
  const { asked, open } = await scene(t);
  assert.match(
    await refusal(open(secretOf({ data: undefined }))),
    /^there is no Secret `shop\/forge`, by which `127\.0\.0\.1` is to be told$/,
  );
  assert.match(
    await refusal(open(secretOf({ data: { identity: 'hunter2', known_hosts: 'hunter2' } }))),
    /does not say who tells `127\.0\.0\.1`/,
  );
  assert.match(await refusal(open(secretOf({ data: { token: 'hunter2\n' } }))), /`token` ends with a line break/);
  assert.match(await refusal(open(secretOf({ data: { token: 'hunter2', 'ca.crt': 'hunter2' } }))), /`ca\.crt` is no certificate/);
  assert.deepEqual(asked, []);
});

test('a Secret for other hosts is told to none but those', async (t) => {
  const { asked, open } = await scene(t);
  const message = await refusal(open(secretOf({ data: { token: 'hunter2' }, hosts: 'git.example.com, github.com' })));
  assert.match(message, /is for `git\.example\.com, github\.com` alone, and the forge is at `127\.0\.0\.1`/);
  assert.deepEqual(asked, []);
  await (await open(secretOf({ data: { token: 'one' }, hosts: 'git.example.com, 127.0.0.1' }))).report(commit, status);
  assert.deepEqual(asked, ['token one']);
  // The interface of GitHub's own sites has a host beside them.
  assert.equal((await open(secretOf({ data: { token: 'one' }, hosts: 'github.com' }), 'github', 'https://github.com')).type, 'github');
});

test('an app of GitHub asks with a token that may write statuses, and for another one when that is refused', async (t) => {
  const answers = [201, 401, 201];
  const { asked, url, open } = await scene(t, (response) => void response.writeHead(answers.shift() ?? 201).end('{}'));
  const api = await startTokenApi(publicKey);
  t.after(() => api.close());
  const key = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const secret = secretOf({
    data: { githubAppID: '123', githubAppInstallationID: '456', githubAppPrivateKey: key, githubAppBaseURL: api.url },
  });
  await (await open(secret, 'github', url)).report(commit, status);
  await assert.rejects(async () => (await open(secret, 'github', url)).report(commit, status), { code: 'forge-refused' });
  await (await open(secret, 'github', url)).report(commit, status);
  assert.deepEqual(asked, ['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  assert.deepEqual(
    api.requests.map(({ body }) => body),
    ['{"permissions":{"statuses":"write"}}', '{"permissions":{"statuses":"write"}}'],
  );
});

test('a forge whose certificate is by an authority of the Secret is trusted for that', async (t) => {
  const { certificate, key, ca } = makeCertificates(new Date());
  const { asked, open } = await scene(t, undefined, { certificate, key });
  await assert.rejects(async () => (await open(secretOf({ data: { token: 'one' } }))).report(commit, status), {
    code: 'forge-unreachable',
  });
  await (await open(secretOf({ data: { token: 'one', 'ca.crt': ca } }))).report(commit, status);
  assert.deepEqual(asked, ['token one']);
});
