import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformsOfConfig, readManifest } from '../../../src/io/registry/manifest.ts';

const oci = 'application/vnd.oci.image';
const docker = 'application/vnd.docker.distribution';
const config = `sha256:${'1'.repeat(64)}`;
const entry = (platform: object | undefined): object => ({ digest: config, ...(platform === undefined ? {} : { platform }) });

const cases: readonly (readonly [title: string, manifest: unknown, type: string, expected: object | undefined])[] = [
  [
    'the platforms of an index, each once, sorted',
    {
      manifests: [
        entry({ os: 'linux', architecture: 'arm64', variant: 'v8' }),
        entry({ os: 'linux', architecture: 'amd64' }),
        entry({ os: 'linux', architecture: 'amd64', 'os.version': '1' }),
      ],
    },
    `${oci}.index.v1+json`,
    { ok: true, platforms: ['linux/amd64', 'linux/arm64/v8'] },
  ],
  [
    'without what only accompanies an image, and without what is none',
    { manifests: [entry({ os: 'unknown', architecture: 'unknown' }), entry({ os: 'a b', architecture: 'c' }), entry(undefined), 7] },
    `${docker}.manifest.list.v2+json; charset=utf-8`,
    { ok: true, platforms: [] },
  ],
  ['the configuration of a single image', { config: { digest: config } }, `${oci}.manifest.v1+json`, { ok: true, config }],
  [
    'by the type that it names itself',
    { mediaType: `${docker}.manifest.v2+json`, config: { digest: config } },
    'text/plain',
    { ok: true, config },
  ],
  [
    'a configuration that is none',
    { config: { digest: '../../etc' } },
    `${oci}.manifest.v1+json`,
    { ok: false, why: 'its manifest names no configuration' },
  ],
  [
    'an old manifest',
    { schemaVersion: 1 },
    `${docker}.manifest.v1+json`,
    { ok: false, why: `its manifest has the type \`${docker}.manifest.v1+json\`` },
  ],
  [
    'a Helm chart',
    { config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: config } },
    `${oci}.manifest.v1+json`,
    { ok: false, why: 'it is a Helm chart' },
  ],
  [
    'a signature, whose configuration is that of an image',
    {
      config: { mediaType: `${oci}.config.v1+json`, digest: config },
      layers: [{ mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }],
    },
    `${oci}.manifest.v1+json`,
    { ok: false, why: 'it is a signature' },
  ],
  [
    'what else is no image is mounted by some, and told to be one',
    { config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: config }, layers: [{ mediaType: 'text/plain' }] },
    `${oci}.manifest.v1+json`,
    { ok: true, config },
  ],
  ['of a type that nobody should see', {}, 'text/\u001b[2J', { ok: false, why: 'its manifest has no known type' }],
  ['a page', 'hello', `${oci}.index.v1+json`, undefined],
];
for (const [title, manifest, type, expected] of cases) {
  test(`a manifest is read: ${title}`, () => assert.deepEqual(readManifest(Buffer.from(JSON.stringify(manifest)), type), expected));
}

test('the platform of a configuration is told where there is one', () => {
  assert.deepEqual(platformsOfConfig(Buffer.from('{"os":"linux","architecture":"arm","variant":"v7"}')), ['linux/arm/v7']);
  assert.deepEqual(platformsOfConfig(Buffer.from('{}')), []);
  assert.deepEqual(platformsOfConfig(Buffer.from('nothing')), []);
});
