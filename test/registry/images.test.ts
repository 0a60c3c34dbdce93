import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Pushed, pushImage, readBlob, readManifest, type Storage, tagAgain } from './images.ts';
import { digestOf } from './manifests.ts';
import { registryFor } from './registry.ts';

const repository = 'shop/web';
const platforms = ['linux/amd64', 'linux/arm64/v8'] as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Index {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly manifests: readonly (Descriptor & { readonly platform: unknown })[];
}

interface Manifest {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

async function readJson<T>(storage: Storage, reference: string) {
  const { mediaType, digest, bytes } = await readManifest(storage, { repository, reference });
  return { mediaType, digest, size: bytes.length, said: JSON.parse(bytes.toString()) as T };
}

const families = [
  {
    name: 'OCI index',
    docker: false,
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  {
    name: 'Docker manifest list',
    docker: true,
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
] as const;

for (const { name, docker, ...types } of families) {
  test(`an image for several platforms is a ${name}`, async (t) => {
    const registry = await registryFor(t);
    const pushed = await pushImage(registry, { repository, tag: '1.4', platforms, docker });
    const index = await readJson<Index>(registry, '1.4');
    assert.equal(index.digest, pushed.digest);
    assert.equal(index.mediaType, types.index);
    assert.equal(index.said.mediaType, types.index);
    assert.deepEqual(
      index.said.manifests.map(({ platform }) => platform),
      [
        { architecture: 'amd64', os: 'linux' },
        { architecture: 'arm64', os: 'linux', variant: 'v8' },
      ],
    );
    assert.deepEqual(
      pushed.manifests,
      index.said.manifests.map(({ digest }, at) => ({ platform: platforms[at], digest })),
    );
    assert.notEqual(pushed.manifests[0]?.digest, pushed.manifests[1]?.digest);
    for (const { mediaType, digest, size, platform } of index.said.manifests) {
      const manifest = await readJson<Manifest>(registry, digest);
      assert.deepEqual({ mediaType, digest, size }, { mediaType: types.manifest, digest: manifest.digest, size: manifest.size });
      const { config, layers } = manifest.said;
      assert.deepEqual([config.mediaType, ...layers.map((layer) => layer.mediaType)], [types.config, types.layer]);
      const [archive, settings] = await Promise.all([blobOf(registry, layers[0]), blobOf(registry, config)]);
      const said = JSON.parse(settings.toString());
      const { architecture, os, variant } = said;
      assert.deepEqual({ architecture, os, ...(variant === undefined ? {} : { variant }) }, platform);
      assert.deepEqual(said.rootfs.diff_ids, [digestOf(gunzipSync(archive))]);
    }
  });

  test(`an image for one platform may have no ${name}`, async (t) => {
    const registry = await registryFor(t);
    const pushed = await pushImage(registry, { repository, tag: '1.4', platforms: ['linux/amd64'], single: true, docker });
    const manifest = await readJson<Manifest>(registry, '1.4');
    assert.equal(manifest.mediaType, types.manifest);
    assert.equal(manifest.digest, pushed.digest);
    assert.deepEqual(pushed.manifests, [{ platform: 'linux/amd64', digest: pushed.digest }]);
    assert.equal((await readJson<Manifest>(registry, pushed.digest)).said.config.mediaType, types.config);
  });
}

async function blobOf(storage: Storage, descriptor: Descriptor | undefined): Promise<Buffer> {
  const blob = await readBlob(storage, { repository, digest: descriptor?.digest ?? '' });
  assert.deepEqual([digestOf(blob), blob.length], [descriptor?.digest, descriptor?.size]);
  return blob;
}

test('other content has other digests, the same has the same, in every registry', async (t) => {
  const [one, other] = await Promise.all([registryFor(t), registryFor(t)]);
  const push = (storage: Storage, content: string): Promise<Pushed> => pushImage(storage, { repository, tag: '1', platforms, content });
  const first = await push(one, 'first');
  assert.deepEqual(await push(other, 'first'), first);
  const second = await push(one, 'second');
  const digests = [first, second].flatMap(({ digest, manifests }) => [digest, ...manifests.map((manifest) => manifest.digest)]);
  assert.equal(new Set(digests).size, 6);
});

test('a tag moves to what is pushed under it, and back to what was there', async (t) => {
  const registry = await registryFor(t);
  const first = await pushImage(registry, { repository, tag: 'latest', platforms, content: 'first' });
  const second = await pushImage(registry, { repository, tag: 'latest', platforms, content: 'second' });
  assert.equal((await readJson(registry, 'latest')).digest, second.digest);
  await tagAgain(registry, { repository, tag: 'latest', digest: first.digest });
  await tagAgain(registry, { repository, tag: 'arm', digest: first.manifests[1]?.digest ?? '' });
  assert.equal((await readJson(registry, 'latest')).digest, first.digest);
  assert.equal((await readJson(registry, 'arm')).digest, first.manifests[1]?.digest);
});

test('what a registry refuses is told', async (t) => {
  const registry = await registryFor(t);
  const image = { repository: 'Shop', tag: '1', platforms } as const;
  await assert.rejects(pushImage(registry, image), /POST \/v2\/Shop\/blobs\/uploads\/: status 404, not 202/);
  await assert.rejects(pushImage(registry, { repository, tag: '1', platforms, single: true }), /of one platform/);
});
