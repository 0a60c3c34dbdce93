import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { serve } from '../../src/io/serve.ts';
import { Failure } from '../../src/model/failure.ts';
import type { ServeOptions, Server } from '../../src/ports.ts';

const closing: Server[] = [];
after(() => Promise.all(closing.map((server) => server.close())));

/** A real server at a free port of this machine, and the hooks that it heard. */
async function open(rest: Partial<ServeOptions> & { readonly secret?: () => Promise<string | undefined> } = {}) {
  let hooks = 0;
  const server = await serve({
    listen: { host: '127.0.0.1', port: 0 },
    dead: () => undefined,
    unready: () => undefined,
    metrics: () => ({ mediaType: 'text/plain; version=0.0.4', text: 'a 1\n' }),
    onHook: () => {
      hooks += 1;
    },
    secret: async () => undefined,
    ...rest,
  });
  closing.push(server);
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  const hook = async (init: RequestInit = {}): Promise<number> => (await ask('/hook', { method: 'POST', ...init })).status;
  return { server, ask, hook, hooks: () => hooks };
}

/** What a server answers to what is written to it as it stands here, until it closes the connection. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (some: string) => {
      answer += some;
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

test('health is told in words, and turns with what is known', async () => {
  let problem: string | undefined = 'nobody knows the branch yet';
  const { ask } = await open({ unready: () => problem, dead: () => (problem === 'hangs' ? problem : undefined) });
  const before = await ask('/readyz');
  assert.deepEqual([before.status, await before.text()], [503, 'nobody knows the branch yet\n']);
  assert.equal((await ask('/livez')).status, 200);
  problem = undefined;
  const ready = await ask('/readyz?verbose');
  assert.deepEqual([ready.status, await ready.text(), ready.headers.get('cache-control')], [200, 'ok\n', 'no-store']);
  problem = 'hangs';
  assert.equal((await ask('/livez')).status, 503);
});

test('metrics have their media type; HEAD has no body; other paths and methods are refused with what there is', async () => {
  const { ask } = await open();
  const metrics = await ask('/metrics');
  assert.deepEqual([metrics.headers.get('content-type'), await metrics.text()], ['text/plain; version=0.0.4', 'a 1\n']);
  const head = await ask('/metrics', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '4', '']);
  const missing = await ask('/metrics/all');
  assert.deepEqual([missing.status, await missing.text()], [404, 'there is nothing here but /livez, /readyz, /metrics, /hook\n']);
  const posted = await ask('/livez', { method: 'POST' });
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
  const got = await ask('/hook');
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST']);
});

test('what cannot be told is an error of the server, and the next question is answered', async () => {
  let fails = true;
  const { ask } = await open({
    metrics: () => {
      if (fails) throw new Error('no numbers');
      return { mediaType: 'text/plain', text: '' };
    },
  });
  assert.equal((await ask('/metrics')).status, 500);
  fails = false;
  assert.equal((await ask('/metrics')).status, 200);
});

test('a hook is heard at once, and many that follow it as one', async () => {
  const { hook, hooks } = await open();
  assert.equal(await hook({ body: '{"ref":"refs/heads/main"}' }), 202);
  assert.equal(hooks(), 1);
  for (let i = 0; i < 5; i++) assert.equal(await hook(), 202);
  assert.equal(hooks(), 1);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  assert.equal(hooks(), 2);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  assert.equal(hooks(), 2);
});

test('with a secret a hook has to know it, as a signature of its body or as a token', async () => {
  const { hook, hooks } = await open({ secret: async () => 'open sesame' });
  const body = '{"ref":"refs/heads/environments/prod"}';
  const signed = (text: string): string => `sha256=${createHmac('sha256', 'open sesame').update(text).digest('hex')}`;
  for (const headers of [
    {},
    { 'x-hub-signature-256': signed(`${body} `) },
    { 'x-hub-signature-256': 'sha256=' },
    { 'x-gitlab-token': 'open' },
  ])
    assert.equal(await hook({ body, headers: headers as Record<string, string> }), 403);
  assert.equal(hooks(), 0);
  assert.equal(await hook({ body, headers: { 'x-hub-signature-256': signed(body) } }), 202);
  assert.equal(await hook({ body, headers: { 'x-gitlab-token': 'open sesame' } }), 202);
  assert.equal(hooks(), 1);
});

test('what a hook has to know is asked for anew each time; what is there and cannot be read lets nobody in', async () => {
  let secret: () => Promise<string | undefined> = async () => undefined;
  const { hook } = await open({ secret: () => secret() });
  const known = { headers: { 'x-gitlab-token': 'open sesame' } };
  assert.equal(await hook(), 202);
  secret = async () => 'open sesame';
  assert.deepEqual([await hook(), await hook(known)], [403, 202]);
  secret = () => Promise.reject(new Error('EACCES: /hook/secret'));
  assert.deepEqual([await hook(), await hook(known)], [503, 503]);
});

test('a body that is too large is refused, told before it comes or not, and so are large headers', async () => {
  const { server, hook, hooks } = await open();
  assert.equal(await hook({ body: 'x'.repeat(1_048_576) }), 202);
  const told = await raw(server.port, 'POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n');
  assert.match(told, /^HTTP\/1\.1 413 /);
  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
  const chunked = await raw(
    server.port,
    `POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`,
  );
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  assert.match(await raw(server.port, `GET /livez HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.equal(hooks(), 1);
});

test('a request that never ends is ended', { timeout: 30_000 }, async () => {
  const { server } = await open();
  assert.match(await raw(server.port, 'GET /livez HTTP/1.1\r\nHost: a\r\n'), /^HTTP\/1\.1 408 /);
});

test('it closes, whoever holds a connection', { timeout: 30_000 }, async () => {
  const { server } = await open();
  const held = raw(server.port, 'POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.close();
  assert.equal(await held, '');
  await assert.rejects(fetch(`http://127.0.0.1:${server.port}/livez`));
});

test('an address that is taken, or that is none of this machine, is told with the way out', async () => {
  const { server } = await open();
  const at = (host: string, port: number) => open({ listen: { host, port } });
  await assert.rejects(at('127.0.0.1', server.port), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.code, 'address-in-use');
    assert.ok(thrown.message.includes(`\`127.0.0.1:${server.port}\``), thrown.message);
    return true;
  });
  await assert.rejects(at('192.0.2.1', 8080), (thrown) => thrown instanceof Failure && thrown.code === 'address-unusable');
});
