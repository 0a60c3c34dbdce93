import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { openRegistry } from '../../../src/io/registry/registry.ts';
import type { SignatureClaim } from '../../../src/model/claim.ts';
import { parseImage } from '../../../src/model/image.ts';
import { pushBundle, pushSignatures } from '../../registry/cosign.ts';
import { openFaultyRegistry } from '../../registry/faulty-registry.ts';
import { pushImage } from '../../registry/images.ts';
import { startRegistry } from '../../registry/registry.ts';
import { temporaryFolder } from '../../support/repository.ts';

/** A real registry, and one with faults before it. They end with the tests. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as Pick<TestContext, 'after'>;
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const registry = await startRegistry({ folder: temporaryFolder(context) });
closing.push(() => registry.close());
const faulty = await openFaultyRegistry(registry);
closing.push(() => faulty.close());
const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { digest } = await pushImage(registry, { repository: 'shop/web', tag: '1', platforms: ['linux/amd64'] });

function signaturesOf(repository: string): Promise<readonly SignatureClaim[]> {
  const asked = openRegistry({
    docker: { folder: '/none', env: {} },
    insecure: [],
    certificates: [],
    clock: { ...systemClock, sleep: async () => {} },
    patience: 5_000,
  });
  const reference = parseImage(`${faulty.host}/${repository}`);
  assert.ok(reference !== undefined);
  return asked.signatures(reference, digest, new AbortController().signal);
}

test('what is not signed has no signatures', async () => assert.deepEqual(await signaturesOf('shop/web'), []));

test('signatures are read under their tag, each with its payload', async () => {
  const one = { repository: 'shop/web', digest, key, reference: 'r' };
  await pushSignatures(registry, 'shop/web', digest, [one, { ...one, reference: 's' }]);
  const found = await signaturesOf('shop/web');
  assert.deepEqual(
    found.map((claim) =>
      claim.form === 'simple'
        ? (JSON.parse(String(claim.payload)) as { readonly critical: { readonly identity: object } }).critical.identity
        : claim,
    ),
    [{ 'docker-reference': 'r' }, { 'docker-reference': 's' }],
  );
});

test('bundles are found by the list under the tag, and by that of the registry where it keeps one', async () => {
  const index = await pushBundle(registry, { repository: 'shop/web', digest, key });
  const forms = async () => (await signaturesOf('shop/web')).map(({ form }) => form);
  faulty.become();
  assert.deepEqual(await forms(), ['simple', 'simple', 'bundle']);
  const path = `/v2/shop/web/referrers/${digest}?artifactType=application%2Fvnd.dev.sigstore.bundle.v0.3%2Bjson`;
  assert.ok(faulty.requests.some((one) => one.path === path));
  faulty.become({
    type: 'answer',
    status: 200,
    headers: { 'content-type': index.mediaType },
    body: String(index.bytes),
    on: /\/referrers\//,
  });
  assert.deepEqual(await forms(), ['simple', 'simple', 'bundle']);
  assert.ok(!faulty.requests.some((one) => one.path === `/v2/shop/web/manifests/${digest.replace(':', '-')}`));
  for (const status of [400, 405, 501]) {
    faulty.become({ type: 'answer', status, on: /\/referrers\// });
    assert.deepEqual(await forms(), ['simple', 'simple', 'bundle'], String(status));
  }
});

test('a payload with another digest than is said is told, and one without end', async () => {
  faulty.become({ type: 'altered', on: /\/blobs\// });
  await assert.rejects(signaturesOf('shop/web'), { code: 'registry-damaged' });
  faulty.become({ type: 'huge', bytes: Number.POSITIVE_INFINITY, on: /\/blobs\// });
  await assert.rejects(signaturesOf('shop/web'), { code: 'registry-damaged' });
});

test('a registry that fails is no image without signatures', async () => {
  for (const on of [/\.sig$/, /\/referrers\//]) {
    faulty.become({ type: 'answer', status: 500, on });
    await assert.rejects(signaturesOf('shop/web'), { code: 'registry-failed' });
  }
  faulty.become({ type: 'answer', status: 403 });
  await assert.rejects(signaturesOf('shop/web'), { code: 'registry-unauthorized' });
});

test('what is no signature is passed over, whatever it is', async () => {
  const odd = [
    {},
    { layers: 7 },
    { layers: [7, {}, { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', digest: '../x', annotations: [] }] },
  ];
  for (const body of ['hello', '[]', ...odd.map((one) => JSON.stringify(one))]) {
    faulty.become({ type: 'answer', status: 200, body, on: /\.sig$/ });
    assert.deepEqual(
      (await signaturesOf('shop/web')).map(({ form }) => form),
      ['bundle'],
      body,
    );
  }
});
