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
import { listen } from '../../registry/listen.ts';
import { digestOf, ociTypes } from '../../registry/manifests.ts';
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

async function signaturesOf(repository: string, host = faulty.host): Promise<readonly SignatureClaim[]> {
  const found: SignatureClaim[] = [];
  for await (const claim of claimsOf(repository, host)) found.push(claim);
  return found;
}

function claimsOf(repository: string, host = faulty.host): AsyncIterable<SignatureClaim> {
  const asked = openRegistry({
    docker: { folder: '/none', env: {} },
    insecure: [],
    certificates: [],
    clock: { ...systemClock, sleep: async () => {} },
    patience: 5_000,
  });
  const reference = parseImage(`${host}/${repository}`);
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

test('a payload with another digest than is said is told', async () => {
  faulty.become({ type: 'altered', on: /\/blobs\// });
  await assert.rejects(signaturesOf('shop/web'), { code: 'registry-damaged' });
});

test('what is too large is no signature, whatever it says of its size, and keeps nothing else from being one', async () => {
  const forms = async () => (await signaturesOf('shop/web')).map(({ form }) => form);
  const huge = { type: 'huge', bytes: Number.POSITIVE_INFINITY } as const;
  faulty.become({ ...huge, on: /\/blobs\// });
  assert.deepEqual(await forms(), []);
  faulty.become({ ...huge, on: /\.sig$/ });
  assert.deepEqual(await forms(), ['bundle']);
  faulty.become({ ...huge, on: /\/manifests\/sha256:/ });
  assert.deepEqual(await forms(), ['simple', 'simple']);
});

/** An index of bundles that refer to the image, as a registry gives it. */
const listed = (manifests: readonly object[], link?: string) =>
  ({
    type: 'answer',
    status: 200,
    headers: { 'content-type': ociTypes.index, ...(link === undefined ? {} : { link }) },
    body: JSON.stringify({ schemaVersion: 2, mediaType: ociTypes.index, manifests }),
    on: /\/referrers\//,
  }) as const;
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const entry = (more: object) => ({ mediaType: ociTypes.manifest, artifactType: bundleType, size: 500, ...more });

test('what says that it is too large, or attests something else, is not even fetched', async () => {
  const predicateType = 'https://slsa.dev/provenance/v1';
  const attested = await pushBundle(registry, { repository: 'shop/attested', digest, key, says: { predicateType } });
  const [told] = (JSON.parse(String(attested.bytes)) as { readonly manifests: readonly [{ readonly digest: string }] }).manifests;
  const annotations = { 'dev.sigstore.bundle.predicateType': predicateType };
  const others = [
    entry({ digest: told.digest, size: 5_000_000 }),
    entry({ digest: told.digest, annotations }),
    { ...entry({}), artifactType: 'text/spdx' },
  ];
  faulty.become(listed(others));
  assert.deepEqual(await signaturesOf('shop/attested'), []);
  assert.deepEqual(
    faulty.requests.filter(({ path }) => /manifests\/sha256:|blobs/.test(path)),
    [],
  );
  // An index that tells nothing of it: the manifest does, before the bundle is fetched.
  faulty.become(listed([entry({ digest: told.digest })]));
  assert.deepEqual(await signaturesOf('shop/attested'), []);
  assert.deepEqual(
    faulty.requests.filter(({ path }) => path.includes('/blobs/')),
    [],
  );
});

test('signatures are fetched one after the other, as they are asked for', async () => {
  faulty.become();
  for await (const { form } of claimsOf('shop/web')) {
    assert.equal(form, 'simple');
    break;
  }
  assert.deepEqual(
    faulty.requests.map(({ path }) => path.replace(/sha256[:-]\w+/, '…')),
    ['/v2/shop/web/manifests/….sig', '/v2/shop/web/blobs/…'],
  );
});

/** A registry that lists bundles page by page, with one more bundle on each: `last` pages, or ever more. */
async function pagesOf(t: TestContext, last: number) {
  const bundle = Buffer.from('{}');
  const layers = [{ mediaType: bundleType, digest: digestOf(bundle), size: bundle.length }];
  const manifest = Buffer.from(JSON.stringify({ layers }));
  const seen: string[] = [];
  const server = await listen(({ url = '' }, response) => {
    if (url.includes('/blobs/')) return void response.end(bundle);
    if (url.includes(`/manifests/${digestOf(manifest)}`)) return void response.end(manifest);
    if (!url.includes('/referrers/')) return void response.writeHead(404).end();
    seen.push(url);
    const link = `</somewhere/else?page=${seen.length}>; rel="next"`;
    const manifests = [entry({ digest: digestOf(manifest) })];
    response.writeHead(200, seen.length === last ? {} : { link }).end(JSON.stringify({ manifests }));
  });
  t.after(() => server.close());
  const claims = await signaturesOf('shop/web', new URL(server.url).host);
  return {
    claims: claims.length,
    bound: claims.flatMap((one) => (one.form === 'unread' ? one.bound : [])),
    asked: seen.length,
    paths: seen,
  };
}

test('all pages of what refers to an image are asked for, but not without end', async (t) => {
  const { paths, ...three } = await pagesOf(t, 3);
  assert.deepEqual(three, { claims: 3, bound: [], asked: 3 });
  assert.equal(paths[2], `/v2/shop/web/referrers/${digest}?page=2`);
  const { claims, bound, asked } = await pagesOf(t, Number.POSITIVE_INFINITY);
  assert.deepEqual(bound, ['the first 20 pages of what the registry lists']);
  // The last one says that there are more.
  assert.deepEqual({ claims, asked }, { claims: 21, asked: 20 });
  // A page that leads to itself.
  faulty.become(listed([], '<?page=1>; rel="next"'));
  assert.equal((await signaturesOf('shop/web')).length, 2);
  assert.equal(faulty.requests.filter(({ path }) => path.includes('/referrers/')).length, 2);
});

test('of many signatures the newest are looked at, and that there are more is told', async (t) => {
  const payload = Buffer.from('{}');
  const layer = { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', digest: digestOf(payload), size: payload.length };
  const annotations = { 'dev.cosignproject.cosign/signature': 'AA==' };
  const formsOf = async (count: number): Promise<readonly string[]> => {
    const server = await listen(({ url = '' }, response) => {
      if (url.includes('/blobs/')) return void response.end(payload);
      if (!url.endsWith('.sig')) return void response.writeHead(404).end();
      response.end(JSON.stringify({ layers: Array.from({ length: count }, () => ({ ...layer, annotations })) }));
    });
    t.after(() => server.close());
    return (await signaturesOf('shop/web', new URL(server.url).host)).map((one) => (one.form === 'unread' ? one.bound : one.form));
  };
  const all = Array.from({ length: 200 }, () => 'simple');
  assert.deepEqual(await formsOf(200), all);
  assert.deepEqual(await formsOf(201), [...all, 'the newest 200 in each form']);
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
