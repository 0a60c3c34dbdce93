import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openCredentials } from '../../../src/io/kube/credentials.ts';
import { identifyAs, throughLibrary } from '../../../src/io/kube/identify.ts';
import { openTransport } from '../../../src/io/kube/transport.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { handClock } from '../../support/clock.ts';
import { configFor, json, status, stubServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-credentials-'));
after(() => rmSync(folder, { recursive: true }));

const get = { method: 'GET', path: '/api' } as const;

/** A credential plugin: a script that notes each run, and says what `body` makes of the number of the run. */
function plugin(name: string, body: string): { readonly user: object; runs(): number } {
  const log = join(folder, `${name}.log`);
  const script = `
    const fs = require('node:fs');
    fs.appendFileSync(${JSON.stringify(log)}, process.env.KUBERNETES_EXEC_INFO + '\\n');
    const run = fs.readFileSync(${JSON.stringify(log)}, 'utf8').split('\\n').length - 1;
    const say = (status) => console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));
    ${body}`;
  return {
    user: {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script], interactiveMode: 'Never' },
    },
    runs: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0),
  };
}

test('a credential plugin runs once for 200 requests, and is told what client-go tells it', async () => {
  const { user, runs } = plugin('once', "say({ token: 'of-run-' + run });");
  const server = await stubServer((_request, response) => json(response, {}));
  const transport = openTransport({ config: configFor(server.url, user), clock: handClock() });
  await Promise.all(Array.from({ length: 200 }, () => transport.send(get)));
  assert.equal(runs(), 1);
  assert.ok(server.requests.every((request) => request.headers.authorization === 'Bearer of-run-1'));
  const info: unknown = JSON.parse(readFileSync(join(folder, 'once.log'), 'utf8'));
  assert.deepEqual(info, { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', spec: { interactive: false } });
  await transport.close();
  await server.close();
});

test('a token that the server takes no longer is asked for anew, once for all requests, and writes are sent again', async () => {
  const { user, runs } = plugin('renewed', "say({ token: 'of-run-' + run });");
  const server = await stubServer((request, response) =>
    request.headers.authorization === 'Bearer of-run-2' ? json(response, {}) : status(response, 401, 'Unauthorized'),
  );
  const transport = openTransport({ config: configFor(server.url, user), clock: handClock() });
  const answers = await Promise.all(Array.from({ length: 20 }, () => transport.send({ ...get, method: 'PATCH', body: '{}' })));
  assert.deepEqual(new Set(answers.map((answer) => answer.ok && answer.value.status)), new Set([200]));
  assert.equal(runs(), 2);
  await transport.close();
  await server.close();
});

test('a server that takes no token at all does not make the plugin run for each request', async () => {
  const { user, runs } = plugin('refused', "say({ token: 'of-run-' + run });");
  const server = await stubServer((_request, response) => status(response, 401, 'Unauthorized'));
  const transport = openTransport({ config: configFor(server.url, user), clock: handClock() });
  for (let i = 0; i < 10; i++) {
    const answer = await transport.send(get);
    assert.equal(answer.ok && answer.value.status, 401);
  }
  assert.equal(runs(), 2);
  await transport.close();
  await server.close();
});

test('a token file that was rotated is read again: after a while, and when the server refuses', async () => {
  const path = join(folder, 'token');
  writeFileSync(path, 'one\n');
  let good = 'one';
  const server = await stubServer((request, response) =>
    request.headers.authorization === `Bearer ${good}` ? json(response, {}) : status(response, 401, 'Unauthorized'),
  );
  const transport = openTransport({ config: configFor(server.url, { tokenFile: path }), clock: handClock() });
  assert.equal((await transport.send(get)).ok, true);
  writeFileSync(path, 'two\n');
  good = 'two';
  const answer = await transport.send(get);
  assert.equal(answer.ok && answer.value.status, 200);
  await transport.close();
  await server.close();
});

test('a plugin that fails says why', async () => {
  const { user } = plugin('failing', "console.error('please sign in first'); process.exit(1);");
  const credentials = openCredentials(configFor('http://127.0.0.1:1', user), handClock());
  await assert.rejects(credentials.current(), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.deepEqual([thrown.code, thrown.message], ['kubeconfig-credentials', 'no credentials: please sign in first']);
    return true;
  });
});

test('a plugin that failed is asked again by the next request', async () => {
  const { user, runs } = plugin('recovering', "if (run === 1) process.exit(1); say({ token: 'good' });");
  const credentials = openCredentials(configFor('http://127.0.0.1:1', user), handClock());
  await assert.rejects(credentials.current());
  assert.deepEqual((await credentials.current()).headers, { authorization: 'Bearer good' });
  assert.equal(runs(), 2);
});

test('a plugin that says nothing is waited for a minute, and its failure is an outage', async () => {
  const { user } = plugin('silent', "setTimeout(() => say({ token: 'late' }), 1000);");
  const clock = handClock();
  const transport = openTransport({ config: configFor('http://127.0.0.1:1', user), clock });
  const work = transport.send({ ...get, timeout: 120_000 });
  while (clock.sleepers < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await clock.advance(60_000);
  const answer = await work;
  assert.equal(answer.ok ? '' : answer.error.message, 'no credentials: it did not answer within a minute');
  assert.equal(clock.sleepers, 0);
});

test('a user name and a password are sent as such', async () => {
  const credentials = openCredentials(configFor('http://127.0.0.1:1', { username: 'me', password: 'pass:word' }), handClock());
  assert.deepEqual((await credentials.current()).headers, { authorization: `Basic ${Buffer.from('me:pass:word').toString('base64')}` });
});

test('credentials that did not change stay the same identity', async () => {
  const clock = handClock();
  const credentials = openCredentials(configFor('http://127.0.0.1:1'), clock);
  const first = await credentials.current();
  await clock.advance(60_000);
  assert.equal(await credentials.current(), first);
});

const pem = (text: string): string => Buffer.from(text).toString('base64');
const certificate = join(folder, 'certificate.pem');
writeFileSync(certificate, 'a certificate');

const plainUsers: Readonly<Record<string, JsonObject>> = {
  nobody: {},
  'a token': { token: 'abc' },
  'a token of a file': { 'auth-provider': { name: 'tokenFile', config: { tokenFile: certificate } } },
  'a name and a password': { username: 'me', password: 'pass:word' },
  'a name without a password, and a token': { username: 'me', token: 'abc' },
  'a certificate': { 'client-certificate-data': pem('cert'), 'client-key-data': pem('key') },
  'a certificate in a file': { 'client-certificate': certificate, 'client-key-data': pem('key') },
  'somebody else': { token: 'abc', as: 'jane' },
};
const clusters: Readonly<Record<string, JsonObject>> = {
  'as the system trusts': {},
  'a CA': { 'certificate-authority-data': pem('ca') },
  'a CA in a file, under another name': { 'certificate-authority': certificate, 'tls-server-name': 'api.internal' },
  unchecked: { 'insecure-skip-tls-verify': true },
};

for (const [who, user] of Object.entries(plainUsers)) {
  for (const [how, cluster] of Object.entries(clusters)) {
    test(`client-node would let in ${who} just so: ${how}`, async () => {
      const context = { name: 'eu', cluster: { server: 'https://eu.example.com', ...cluster }, user };
      const document = JSON.stringify({
        'current-context': 'eu',
        contexts: [{ name: 'eu', context: { cluster: 'eu', user: 'eu' } }],
        clusters: [{ name: 'eu', cluster: context.cluster }],
        users: [{ name: 'eu', user }],
      });
      const [ours, theirs] = [identifyAs(context, document), throughLibrary(document)].map((identify) =>
        openCredentials({ ...configFor('https://eu.example.com', user), connect: () => identify }, handClock()).current(),
      );
      assert.deepEqual(await ours, await theirs);
    });
  }
}
