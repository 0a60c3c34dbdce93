import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { download } from '../../src/io/download.ts';
import type { FailureCode } from '../../src/model/code.ts';
import { exitCodes, Failure } from '../../src/model/failure.ts';

/** The root of a server on this machine. */
async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;

function get(url: string, patience = 5_000): Promise<string> {
  return download(url, { patience, signal: never });
}

async function refuses(
  url: string,
  { code, exit, says, patience }: { readonly code: FailureCode; readonly exit: number; readonly says: RegExp; readonly patience?: number },
): Promise<void> {
  await assert.rejects(get(url, patience), (thrown) => {
    assert.ok(thrown instanceof Failure, String(thrown));
    assert.deepEqual([thrown.code, thrown.exit], [code, exit], thrown.message);
    assert.match(thrown.message, says);
    return true;
  });
}

test('a text is fetched, also from where the server sends to', async (t) => {
  const root = await serve(t, (request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/next' }).end();
    else response.end(`kind: ${request.url} ä`);
  });
  assert.equal(await get(root), 'kind: /next ä');
});

test('what is not there, sends in circles, or is no text, is told', async (t) => {
  const root = await serve(t, (request, response) => {
    if (request.url === '/circle') response.writeHead(307, { location: '/circle' }).end();
    else if (request.url === '/bytes') response.end(Buffer.from([0x1f, 0x8b, 0xff]));
    else response.writeHead(request.url === '/nowhere' ? 302 : 404).end();
  });
  const { world } = exitCodes;
  await refuses(`${root}/missing`, { code: 'download-failed', exit: world, says: /answers 404/ });
  await refuses(`${root}/nowhere`, { code: 'download-failed', exit: world, says: /answers 302/ });
  await refuses(`${root}/circle`, { code: 'download-failed', exit: world, says: /more than 5 times/ });
  await refuses(`${root}/bytes`, { code: 'download-failed', exit: world, says: /is no text/ });
});

test('nothing is fetched that is not encrypted, but from this machine', async (t) => {
  const root = await serve(t, (_, response) => void response.writeHead(302, { location: 'http://example.com/a' }).end());
  const { input } = exitCodes;
  await refuses('http://example.com/a', { code: 'download-insecure', exit: input, says: /not encrypted/ });
  await refuses('ftp://example.com/a', { code: 'download-insecure', exit: input, says: /no `https` URL/ });
  await refuses('https://', { code: 'download-insecure', exit: input, says: /no `https` URL/ });
  await refuses(root, { code: 'download-insecure', exit: input, says: /where `http:\/\/127.* leads to/ });
  await refuses('https://me:hush@example.com/a', { code: 'download-insecure', exit: input, says: /^(?!.*hush)/ });
});

test('what may let somebody in is shown in no message', async (t) => {
  const root = await serve(t, (request, response) => {
    if (request.url === '/far?token=hush') response.writeHead(302, { location: 'http://example.com/a?X-Signature=hush' }).end();
    else response.writeHead(404).end();
  });
  const { input, world } = exitCodes;
  const hidden = (words: RegExp): RegExp => new RegExp(`^(?!.*hush).*${words.source}`);
  await refuses(`${root}/a?token=hush`, { code: 'download-failed', exit: world, says: hidden(/\/a\?…` cannot be fetched/) });
  await refuses(`${root}/far?token=hush`, { code: 'download-insecure', exit: input, says: hidden(/`http:\/\/example\.com\/a\?…`, where/) });
  await refuses('ftp://me:hush@example.com/a', { code: 'download-insecure', exit: input, says: hidden(/`ftp:\/\/example\.com\/a`/) });
  await refuses('http://127.0.0.1:1/?token=hush', { code: 'download-unreachable', exit: world, says: hidden(/cannot be fetched/) });
});

test('what is too large or too late, and nobody at all, is told', async (t) => {
  const root = await serve(t, (request, response) => {
    if (request.url === '/large') response.end(Buffer.alloc(33 * 1024 * 1024, 'a'));
  });
  const { world } = exitCodes;
  await refuses(`${root}/large`, { code: 'download-large', exit: world, says: /more than 33554432 bytes/ });
  await refuses(`${root}/late`, { code: 'download-unreachable', exit: world, says: /after 0\.2 s/, patience: 200 });
  await refuses('http://127.0.0.1:1/', { code: 'download-unreachable', exit: world, says: /ECONNREFUSED/ });
});

test('it ends when it is interrupted', async (t) => {
  const root = await serve(t, () => undefined);
  const controller = new AbortController();
  const fetching = download(root, { patience: 5_000, signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(fetching, (thrown) => thrown instanceof Failure && thrown.exit === exitCodes.interrupted);
});
