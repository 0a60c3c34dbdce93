import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openTransport, type Transport } from '../../../src/io/kube/transport.ts';
import { type HandClock, handClock, settled } from '../../support/clock.ts';
import { configFor, json, type StubServer, status, stubServer, until } from './server.ts';

type Handle = Parameters<typeof stubServer>[0];

interface Scene {
  readonly server: StubServer;
  readonly transport: Transport;
  readonly clock: HandClock;
}

/** A transport to a server that answers as `handle` says; the clock stands still unless moved. */
function scene(handle: Handle, run: (scene: Scene) => Promise<void>, path = ''): () => Promise<void> {
  return async () => {
    const server = await stubServer(handle);
    const clock = handClock();
    const transport = openTransport({ config: configFor(server.url + path), clock, userAgent: 'lockstep/test' });
    try {
      await run({ server, transport, clock });
    } finally {
      await transport.close();
      await server.close();
    }
  };
}

const get = { method: 'GET', path: '/api/v1' } as const;
const patch = { method: 'PATCH', path: '/api/v1', body: '{"a":"ä"}' } as const;

/** Moves time on in small steps until `work` is done. */
async function inTime<T>(clock: HandClock, work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  while (!done) {
    await clock.advance(50);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return finished;
}

test(
  'an answer is whole, whatever pieces it comes in',
  scene(
    (_request, response) => {
      const bytes = Buffer.from(JSON.stringify({ name: 'größe 🚀', unknown: { field: [1, null] } }));
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      for (const byte of bytes) response.write(Buffer.from([byte]));
      response.end();
    },
    async ({ transport }) => {
      const answer = await transport.send(get);
      assert.deepEqual(answer.ok && answer.value.body, { name: 'größe 🚀', unknown: { field: [1, null] } });
    },
  ),
);

test(
  'a request says who it is from, what it accepts and how long its body is, also when it deletes',
  scene(
    (_request, response) => json(response, {}),
    async ({ transport, server }) => {
      await transport.send({ ...patch, method: 'DELETE', headers: { 'content-type': 'application/json' } });
      const [seen] = server.requests;
      assert.equal(seen?.body, '{"a":"ä"}');
      assert.equal(seen?.headers['content-length'], '10');
      assert.equal(seen?.headers['transfer-encoding'], undefined);
      assert.equal(seen?.headers.authorization, 'Bearer stub-token');
      assert.equal(seen?.headers['user-agent'], 'lockstep/test');
      assert.equal(seen?.headers.accept, 'application/json');
    },
  ),
);

test(
  'a server below a path is asked below that path',
  scene(
    (_request, response) => json(response, {}),
    async ({ transport, server }) => {
      await transport.send(get);
      assert.equal(server.requests[0]?.path, '/k8s/clusters/c-1/api/v1');
    },
    '/k8s/clusters/c-1/',
  ),
);

test(
  'requests one after the other use one connection, many at once use eight',
  scene(
    (_request, response) => json(response, {}),
    async ({ transport, server }) => {
      for (let i = 0; i < 20; i++) await transport.send(patch);
      assert.equal(server.connections, 1);
      await Promise.all(Array.from({ length: 100 }, () => transport.send(patch)));
      assert.equal(server.connections, 8);
      assert.equal(transport.requests, 120);
    },
  ),
);

test(
  'a compressed answer is unpacked',
  scene(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{"items":[1]}'));
    },
    async ({ transport }) => {
      const answer = await transport.send(get);
      assert.deepEqual(answer.ok && answer.value.body, { items: [1] });
    },
  ),
);

const unreadable: readonly (readonly [title: string, handle: Handle, message: RegExp])[] = [
  [
    'a compressed answer that is damaged',
    (_request, response) => {
      const bytes = gzipSync('{"items":[1,2,3]}');
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bytes.subarray(0, bytes.length - 9));
    },
    /damaged/,
  ],
  [
    'a small compressed answer that becomes too large',
    (_request, response) => {
      const bytes = gzipSync(Buffer.alloc(65 * 1024 * 1024));
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bytes);
    },
    /larger than 64 MB/,
  ],
  [
    'an answer that never ends',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (response.write(Buffer.alloc(1024 * 1024)));
      };
      response.on('drain', more);
      response.on('error', () => undefined);
      more();
    },
    /larger than 64 MB/,
  ],
  [
    'JSON that stops in the middle',
    (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"password":"hunter2", "it'),
    /^the answer is no valid JSON \(26 bytes\)$/,
  ],
  [
    'a page of something that is no API server',
    (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>'),
    /no Kubernetes API server/,
  ],
  [
    'a connection that breaks in the middle of an answer',
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"a":', () => response.destroy());
    },
    /aborted|socket hang up|ECONNRESET/,
  ],
  ['a connection that breaks before the answer', (_request, response) => void response.destroy(), /socket hang up|ECONNRESET/],
];
for (const [title, handle, message] of unreadable) {
  test(
    `${title} is an outage, and a write is not repeated`,
    scene(handle, async ({ transport, server }) => {
      const answer = await transport.send(patch);
      assert.ok(!answer.ok);
      assert.equal(answer.error.reason, 'unavailable');
      assert.match(answer.error.message, message);
      assert.equal(server.requests.length, 1);
    }),
  );
}

test(
  'a read is repeated when its connection breaks',
  scene(
    (_request, response, index) => (index < 2 ? response.destroy() : json(response, { index })),
    async ({ transport, clock }) => {
      const answer = await inTime(clock, transport.send(get));
      assert.deepEqual(answer.ok && answer.value.body, { index: 2 });
    },
  ),
);

test(
  'a read is repeated at most twice',
  scene(
    (_request, response) => response.destroy(),
    async ({ transport, clock, server }) => {
      const answer = await inTime(clock, transport.send(get));
      assert.equal(answer.ok, false);
      assert.equal(server.requests.length, 3);
    },
  ),
);

test(
  'a read waits as long as a busy server asks for',
  scene(
    (_request, response, index) => {
      if (index > 0) return json(response, { index });
      response.setHeader('retry-after', '2');
      status(response, 429, 'too many requests');
    },
    async ({ transport, clock, server }) => {
      const work = transport.send(get);
      await until(() => server.requests.length === 1);
      for (let turns = 0; turns < 20; turns++) await settled();
      await clock.advance(1_999);
      assert.equal(server.requests.length, 1);
      const answer = await inTime(clock, work);
      assert.deepEqual(answer.ok && answer.value.body, { index: 1 });
    },
  ),
);

test(
  'a write to a busy server, and a wait that is too long, are left to the caller',
  scene(
    (_request, response) => {
      response.setHeader('retry-after', '6');
      status(response, 429, 'too many requests');
    },
    async ({ transport, server }) => {
      for (const request of [patch, get]) {
        const answer = await transport.send(request);
        assert.equal(answer.ok && answer.value.status, 429);
      }
      assert.equal(server.requests.length, 2);
    },
  ),
);

test(
  'a redirect is not followed: it could lead the credentials away',
  scene(
    (_request, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    async ({ transport, server }) => {
      const answer = await transport.send(get);
      assert.equal(answer.ok && answer.value.status, 307);
      assert.equal(server.requests.length, 1);
    },
  ),
);

test(
  'a server that does not answer is given up after half a minute',
  scene(
    () => undefined,
    async ({ transport, clock, server }) => {
      const work = transport.send(patch);
      await until(() => server.requests.length === 1);
      await clock.advance(29_999);
      assert.equal(server.open, 1);
      await clock.advance(1);
      assert.deepEqual(await work, { ok: false, error: { reason: 'unavailable', status: 0, message: 'no answer to PATCH within 30 s' } });
      await until(() => server.open === 0);
    },
  ),
);

/** Answers that a test gives when it likes. */
const held: Parameters<Handle>[1][] = [];

test(
  'the time of a request begins when there is a connection for it, however long others take',
  scene(
    (_request, response) => void held.push(response),
    async ({ transport, clock, server }) => {
      const works = Array.from({ length: 65 }, () => transport.send(patch));
      for (let most = 8; most <= 64; most += 8) {
        await until(() => server.requests.length === most);
        await clock.advance(1_000);
      }
      const leaving = new AbortController();
      const left = transport.send({ ...patch, signal: leaving.signal });
      leaving.abort();
      assert.deepEqual(await left, { ok: false, error: { reason: 'unavailable', status: 0, message: 'interrupted' } });
      await clock.advance(14_000);
      for (const response of held.slice(0, 1)) json(response, {});
      await until(() => server.requests.length === 65);
      await clock.advance(15_000);
      const ends = await Promise.all(works.slice(0, 64));
      assert.equal(ends.filter(({ ok }) => ok).length, 1);
      for (const response of held.slice(64)) json(response, {});
      assert.equal((await works[64])?.ok, true);
    },
  ),
);

test(
  'who waits for long keeps nobody else waiting',
  scene(
    (request, response) => (request.path === '/api/v1' ? json(response, {}) : undefined),
    async ({ transport, clock, server }) => {
      for (let i = 0; i < 8; i++) void transport.send({ ...patch, path: '/apis/silent.example.com/v1' });
      await until(() => server.requests.length === 8);
      const work = transport.send(get);
      await clock.advance(999);
      assert.equal(server.requests.length, 8);
      await clock.advance(1);
      assert.equal((await work).ok, true);
    },
  ),
);

test(
  'an answer that stops coming is given up too, and a slow read is not repeated',
  scene(
    (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":'),
    async ({ transport, clock, server }) => {
      const work = transport.send({ ...get, timeout: 5_000 });
      await until(() => server.requests.length === 1);
      await clock.advance(5_000);
      const answer = await work;
      assert.equal(answer.ok ? '' : answer.error.message, 'no answer to GET within 5 s');
      assert.equal(server.requests.length, 1);
    },
  ),
);

test(
  'an abort ends a request at once, closes its connection and leaves no timer',
  scene(
    () => undefined,
    async ({ transport, clock, server }) => {
      const ending = new AbortController();
      const work = transport.send({ ...get, signal: ending.signal });
      await until(() => server.requests.length === 1);
      ending.abort();
      assert.deepEqual(await work, { ok: false, error: { reason: 'unavailable', status: 0, message: 'interrupted' } });
      await until(() => server.open === 0);
      assert.equal(clock.sleepers, 0);
      const late = await transport.send({ ...get, signal: ending.signal });
      assert.equal(late.ok ? '' : late.error.message, 'interrupted');
      assert.equal(server.requests.length, 1);
    },
  ),
);

test(
  'closing ends what runs, and nothing is sent after it',
  scene(
    () => undefined,
    async ({ transport, server, clock }) => {
      const work = transport.send(get);
      await until(() => server.requests.length === 1);
      await transport.close();
      assert.equal((await work).ok, false);
      assert.equal((await transport.send(get)).ok, false);
      await until(() => server.open === 0);
      assert.deepEqual([server.requests.length, clock.sleepers], [1, 0]);
    },
  ),
);

test('a server that is not there is an outage with the reason', async () => {
  const server = await stubServer(() => undefined);
  const config = configFor(server.url);
  await server.close();
  const transport = openTransport({ config, clock: handClock() });
  const answer = await transport.send(patch);
  assert.match(answer.ok ? '' : answer.error.message, /ECONNREFUSED/);
});

test(
  'a stream gives its bytes as they come, and its connection closes with it',
  scene(
    (_request, response) => void response.writeHead(200).write('one'),
    async ({ transport, server, clock }) => {
      const answer = await transport.stream({ ...get, pool: 'watches' });
      assert.ok(answer.ok);
      const chunks = answer.value.chunks[Symbol.asyncIterator]();
      assert.equal(String((await chunks.next()).value), 'one');
      await clock.advance(600_000);
      assert.equal(server.open, 1);
      answer.value.close();
      await until(() => server.open === 0);
      assert.equal(clock.sleepers, 0);
    },
  ),
);

test(
  'a stream that is refused is an error with the reason of the server',
  scene(
    (_request, response) => status(response, 410, 'too old resource version: 1 (5)'),
    async ({ transport, clock }) => {
      const answer = await transport.stream(get);
      assert.deepEqual(answer, { ok: false, error: { reason: 'unavailable', status: 410, message: 'too old resource version: 1 (5)' } });
      assert.equal(clock.sleepers, 0);
    },
  ),
);

test(
  'watches do not take the connections of other requests',
  scene(
    (request, response) => (request.query.has('watch') ? void response.writeHead(200).write('\n') : json(response, {})),
    async ({ transport, server }) => {
      const streams = await Promise.all(
        Array.from({ length: 20 }, () => transport.stream({ ...get, path: '/api/v1/pods?watch=1', pool: 'watches' })),
      );
      assert.equal(server.open, 20);
      assert.equal((await transport.send(patch)).ok, true);
      for (const stream of streams) if (stream.ok) stream.value.close();
    },
  ),
);

test('a connection that the server closed between two writes is not used for the second', async () => {
  const server = await stubServer((_request, response) => {
    response.setHeader('connection', 'close');
    json(response, {});
  });
  const transport = openTransport({ config: configFor(server.url), clock: handClock() });
  for (let i = 0; i < 3; i++) assert.equal((await transport.send(patch)).ok, true);
  assert.equal(server.connections, 3);
  await transport.close();
  await server.close();
});

test(
  'a body is answered while it is still being sent, as a server does that finds it too large',
  scene(
    (_request, response) => status(response, 413, 'Request entity too large: limit is 3145728'),
    async ({ transport }) => {
      const answer = await transport.send({ ...patch, body: 'x'.repeat(4 * 1024 * 1024) });
      assert.equal(answer.ok && answer.value.status, 413);
    },
  ),
);

test('an abort that comes with the answer is no unhandled error', async () => {
  const ending = new AbortController();
  const server = await stubServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    ending.abort();
  });
  const transport = openTransport({ config: configFor(server.url), clock: handClock() });
  assert.equal((await transport.send({ ...get, signal: ending.signal })).ok, false);
  await transport.close();
  await server.close();
  await settled();
});
