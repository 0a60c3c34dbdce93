import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { openRegistry } from '../../../src/io/registry/registry.ts';
import type { ImageReference } from '../../../src/model/image.ts';
import { parseImage } from '../../../src/model/image.ts';
import { credentials } from '../../registry/credentials.ts';
import type { Fault } from '../../registry/faults.ts';
import { type FaultyRegistry, openFaultyRegistry } from '../../registry/faulty-registry.ts';
import { pushImage } from '../../registry/images.ts';
import { startRegistry } from '../../registry/registry.ts';
import { temporaryFolder } from '../../support/repository.ts';

/** Real registries that ask who one is, by a password and by tokens, each behind one that can hide that. They end with the tests. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as Pick<TestContext, 'after'>;
after(async () => {
  for (const close of closing.toReversed()) await close();
});

async function started(auth: 'htpasswd' | 'token' | 'none') {
  const registry = await startRegistry({ folder: temporaryFolder(context), auth });
  closing.push(() => registry.close());
  const { digest } = await pushImage(registry, { repository: 'shop/web', tag: '1', platforms: ['linux/amd64'] });
  const hiding = await openFaultyRegistry(registry);
  closing.push(() => hiding.close());
  return { hiding, digest, tokens: registry.tokens };
}

/** The registry as whoever is logged in there; `password` may be wrong. */
function asked({ host }: FaultyRegistry, password: string | undefined) {
  const folder = temporaryFolder(context);
  const auth = Buffer.from(`${credentials.username}:${password}`).toString('base64');
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: password === undefined ? {} : { [host]: { auth } } }));
  const reference = parseImage(`${host}/shop/web:1`) as ImageReference;
  const clock = { ...systemClock, sleep: async () => {} };
  const registry = openRegistry({ docker: { folder, env: {} }, insecure: [], certificates: [], clock, patience: 5_000 });
  const { signal } = new AbortController();
  return { find: () => registry.find(reference, signal), digest: () => registry.digest(reference, signal) };
}

/** What a stranger is told, the first time: what there is, is not there. */
const hidden = (status: number): Fault => ({ type: 'answer', status, times: 1, on: /manifests/ });

for (const auth of ['htpasswd', 'token'] as const) {
  for (const status of [403, 404]) {
    test(`a registry that answers ${status} to a stranger is asked again as who is logged in: ${auth}`, async () => {
      const { hiding, digest } = await started(auth);
      hiding.become(hidden(status));
      assert.equal((await asked(hiding, credentials.password).find()).digest, digest);
      const paths = hiding.requests.map(({ path, headers }) => `${path} ${headers.authorization?.split(' ')[0]}`);
      assert.deepEqual(paths.slice(0, 3), [
        '/v2/shop/web/manifests/1 undefined',
        '/v2/ undefined',
        `/v2/shop/web/manifests/1 ${auth === 'token' ? 'Bearer' : 'Basic'}`,
      ]);
    });
  }
}

test('what there is not, there is not for who is logged in either, and who is not is not asked', async () => {
  const { hiding } = await started('none');
  hiding.become({ type: 'answer', status: 404, on: /manifests/ });
  await assert.rejects(asked(hiding, credentials.password).find(), { code: 'image-unknown' });
  assert.deepEqual(
    hiding.requests.map(({ path, headers }) => [path, headers.authorization]),
    [
      ['/v2/shop/web/manifests/1', undefined],
      ['/v2/', undefined],
    ],
  );
  hiding.become({ type: 'answer', status: 403, on: /manifests/ });
  await assert.rejects(asked(hiding, undefined).find(), { code: 'registry-unauthorized' });
  assert.equal(hiding.requests.length, 2);
});

test('where nobody asks who one is, it is no matter that this cannot be found out', async () => {
  const { hiding } = await started('none');
  hiding.become({ type: 'answer', status: 404, on: /manifests/ });
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ credsStore: 'lockstep-test-missing' }));
  const clock = { ...systemClock, sleep: async () => {} };
  const registry = openRegistry({ docker: { folder, env: {} }, insecure: [], certificates: [], clock, patience: 5_000 });
  const reference = parseImage(`${hiding.host}/shop/web:1`) as ImageReference;
  await assert.rejects(registry.find(reference, new AbortController().signal), { code: 'image-unknown' });
});

test('wrong credentials are told, and not shown', async () => {
  const { hiding } = await started('token');
  hiding.become(hidden(404));
  await assert.rejects(asked(hiding, 'hunter2').find(), (thrown: Error & { readonly code?: string }) => {
    assert.doesNotMatch(thrown.message, /hunter2/);
    return thrown.code === 'registry-unauthorized';
  });
});

test('the digest of a tag is told by its headers alone', async () => {
  const { hiding, digest } = await started('htpasswd');
  hiding.become();
  assert.equal(await asked(hiding, credentials.password).digest(), digest);
  assert.deepEqual([...new Set(hiding.requests.map(({ method }) => method))], ['HEAD']);
});

test('where no digest is told, that is no failure', async () => {
  const { hiding } = await started('none');
  const { digest } = asked(hiding, undefined);
  const answers: readonly (readonly [status: number, headers: Readonly<Record<string, string>>])[] = [
    [200, {}],
    [200, { 'docker-content-digest': 'sha512:abc' }],
    [200, { 'docker-content-digest': 'sha256:../x' }],
    [400, {}],
    [405, {}],
    [501, {}],
  ];
  for (const [status, headers] of answers) {
    hiding.become({ type: 'answer', status, headers });
    assert.equal(await digest(), undefined, String(status));
  }
  hiding.become({ type: 'answer', status: 404 });
  await assert.rejects(digest(), { code: 'image-unknown' });
  hiding.become({ type: 'answer', status: 500 });
  await assert.rejects(digest(), { code: 'registry-failed' });
});
