import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { ask } from './client.ts';
import { otherDigest } from './faults.ts';
import { openFaultyRegistry } from './faulty-registry.ts';
import { pushImage, readManifest } from './images.ts';
import { ociTypes } from './manifests.ts';
import { type RegistryOptions, registryFor } from './registry.ts';

const repository = 'shop/web';
const path = '/v2/shop/web/manifests/1.4';
const headers = { accept: Object.values(ociTypes).join(', ') };

/** A registry with an image, and what stands before it. */
async function open(t: TestContext, options: Omit<RegistryOptions, 'folder'> = {}) {
  const registry = await registryFor(t, options);
  const pushed = await pushImage(registry, { repository, tag: '1.4', platforms: ['linux/amd64'] });
  const faulty = await openFaultyRegistry(registry);
  t.after(() => faulty.close());
  const { bytes } = await readManifest(registry, { repository, reference: '1.4' });
  return { registry, faulty, pushed, bytes };
}

test('without a fault everything passes, pushes too, and is written down', async (t) => {
  const { faulty } = await open(t, { auth: 'token' });
  const { digest } = await pushImage(faulty, { repository, tag: '2', platforms: ['linux/arm64'] });
  assert.equal((await readManifest(faulty, { repository, reference: '2' })).digest, digest);
  const last = faulty.requests.at(-1);
  assert.deepEqual([last?.method, last?.path], ['GET', '/v2/shop/web/manifests/2']);
  assert.match(last?.headers.authorization ?? '', /^Bearer /);
  const uploads = faulty.requests.filter(({ method, path }) => method === 'PUT' && path.includes('/blobs/uploads/'));
  assert.equal(uploads.length, 2);
  const head = await ask(faulty, { method: 'HEAD', path: '/v2/' });
  assert.deepEqual([head.status, head.body.length], [401, 0]);
  faulty.become();
  assert.deepEqual(faulty.requests, []);
});

test('a registry with TLS can stand behind it', async (t) => {
  const { faulty, pushed } = await open(t, { tls: true });
  await pushImage(faulty, { repository, tag: '2', platforms: ['linux/amd64'] });
  assert.equal((await readManifest(faulty, { repository, reference: '1.4' })).digest, pushed.digest);
});

test('cut: the body ends before its length', async (t) => {
  const { faulty } = await open(t);
  faulty.become({ type: 'cut' });
  await assert.rejects(ask(faulty, { path, headers }), { code: 'ECONNRESET' });
  assert.equal((await ask(faulty, { method: 'HEAD', path, headers })).status, 200);
});

test('altered: one byte is another, and it is still JSON', async (t) => {
  const { faulty, pushed, bytes } = await open(t);
  faulty.become({ type: 'altered' });
  const { status, headers: told, body } = await ask(faulty, { path, headers });
  assert.equal(status, 200);
  assert.equal(told['docker-content-digest'], pushed.digest);
  assert.equal(body.length, bytes.length);
  assert.equal(body.filter((byte, at) => byte !== bytes[at]).length, 1);
  assert.match(JSON.parse(body.toString()).manifests[0].digest, /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(`sha256:${createHash('sha256').update(body).digest('hex')}`, pushed.digest);
});

test('other-digest: the header tells another digest, also where only it is asked for', async (t) => {
  const { faulty, bytes } = await open(t);
  faulty.become({ type: 'other-digest' });
  for (const method of ['GET', 'HEAD']) {
    const answer = await ask(faulty, { method, path, headers });
    assert.equal(answer.headers['docker-content-digest'], otherDigest);
    assert.deepEqual(answer.body, method === 'GET' ? bytes : Buffer.alloc(0));
  }
});

for (const status of [429, 503]) {
  test(`answer: the first two requests get ${status}, the others pass`, async (t) => {
    const { faulty } = await open(t);
    faulty.become({ type: 'answer', status, headers: { 'retry-after': '0' }, body: 'not now', times: 2 });
    const answers = [];
    for (const _ of [1, 2, 3]) answers.push(await ask(faulty, { path, headers }));
    assert.deepEqual(
      answers.map((answer) => [answer.status, answer.headers['retry-after']]),
      [
        [status, '0'],
        [status, '0'],
        [200, undefined],
      ],
    );
    assert.equal(answers[0]?.body.toString(), 'not now');
    assert.equal(faulty.requests.length, 3);
  });
}

test('a fault may be about some requests only, which alone are counted', async (t) => {
  const { faulty } = await open(t);
  faulty.become({ type: 'answer', status: 503, times: 1, on: /^HEAD .*\/manifests\// });
  const asked = async (method: string): Promise<number> => (await ask(faulty, { method, path, headers })).status;
  assert.deepEqual([await asked('GET'), await asked('HEAD'), await asked('HEAD')], [200, 503, 200]);
  faulty.become({ type: 'answer', status: 500 });
  assert.deepEqual([await asked('GET'), await asked('GET'), await asked('GET')], [500, 500, 500]);
});

test('late: the answer comes after a while', async (t) => {
  const { faulty } = await open(t);
  faulty.become({ type: 'late', ms: 300 });
  const begun = performance.now();
  assert.equal((await ask(faulty, { path, headers })).status, 200);
  assert.ok(performance.now() - begun >= 290);
});

test('silent: nothing comes until it is closed', async (t) => {
  const { faulty } = await open(t);
  faulty.become({ type: 'silent' });
  const asked = ask(faulty, { path, headers }).then(
    () => 'answered',
    () => 'broken off',
  );
  assert.equal(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))]), 'nothing');
  assert.equal(faulty.requests.length, 1);
  await faulty.close();
  assert.equal(await asked, 'broken off');
});

test('moved: blobs are at another port, which writes down whether credentials came along', async (t) => {
  const { registry, faulty, pushed } = await open(t, { auth: 'htpasswd' });
  const manifest = await readManifest(registry, { repository, reference: pushed.manifests[0]?.digest ?? '' });
  const { config } = JSON.parse(manifest.bytes.toString()) as { readonly config: { readonly digest: string; readonly size: number } };
  faulty.become({ type: 'moved' });
  const authorization = registry.authorization(repository) ?? '';
  const sent = await ask(faulty, { path: `/v2/shop/web/blobs/${config.digest}`, headers: { authorization } });
  assert.equal(sent.status, 307);
  const place = new URL(sent.headers.location ?? '');
  assert.notEqual(place.host, faulty.host);
  for (const more of [{}, { authorization }]) {
    const blob = await ask({ url: place.origin }, { path: place.pathname, headers: more });
    assert.deepEqual([blob.status, blob.body.length], [200, config.size]);
  }
  assert.deepEqual(
    faulty.elsewhere.map((one) => one.headers.authorization),
    [undefined, authorization],
  );
  assert.equal((await readManifest(faulty, { repository, reference: '1.4' })).digest, pushed.digest);
});

test('huge: the body has as many bytes as are wanted, or no end', async (t) => {
  const { faulty } = await open(t);
  const bytes = 5 * 1024 * 1024 + 1;
  for (const told of [false, true]) {
    faulty.become({ type: 'huge', bytes, told });
    const answer = await ask(faulty, { path, headers });
    assert.equal(answer.body.length, bytes);
    assert.equal(answer.headers['content-length'], told ? String(bytes) : undefined);
  }
  faulty.become({ type: 'huge', bytes: Number.POSITIVE_INFINITY });
  const endless = await fetch(`${faulty.url}${path}`);
  let read = 0;
  for await (const chunk of endless.body ?? []) {
    read += chunk.length;
    if (read > bytes) break;
  }
  assert.ok(read > bytes);
});

test('where there is no registry, the connection is broken off', async (t) => {
  const faulty = await openFaultyRegistry({ url: 'http://127.0.0.1:1', authorization: () => undefined });
  t.after(() => faulty.close());
  await assert.rejects(ask(faulty, { path, headers }), { code: 'ECONNRESET' });
});
