import { createHash } from 'node:crypto';
import { layerOf } from './layer.ts';

/** Bytes as a registry keeps them. */
export interface Stored {
  readonly mediaType: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly bytes: Buffer;
}

/** The manifest of an image for one platform, and the blobs that it names. */
export interface Built {
  readonly platform: string;
  readonly manifest: Stored;
  readonly blobs: readonly Stored[];
}

/** The media types of one family of images. */
export interface MediaTypes {
  readonly index: string;
  readonly manifest: string;
  readonly config: string;
  readonly layer: string;
}

/** Of the OCI Image Specification. */
export const ociTypes: MediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Of Docker's Image Manifest V2, Schema 2, whose index is called a manifest list. */
export const dockerTypes: MediaTypes = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};

/** Builds the image for a platform, `linux/arm64/v8`: one layer with one file, whose text is `content`. */
export function buildManifest(types: MediaTypes, platform: string, content: string): Built {
  const { archive, compressed } = layerOf('content.txt', content);
  const layer = stored(types.layer, compressed);
  const config = storedJson(types.config, {
    ...partsOf(platform),
    config: { Cmd: ['/content.txt'] },
    rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
    history: [{ created_by: 'COPY content.txt /' }],
  });
  const said = { schemaVersion: 2, mediaType: types.manifest, config: descriptorOf(config), layers: [descriptorOf(layer)] };
  return { platform, manifest: storedJson(types.manifest, said), blobs: [layer, config] };
}

/** Builds the index of images for several platforms, in their order. */
export function buildIndex(types: MediaTypes, images: readonly Built[]): Stored {
  const manifests = images.map(({ platform, manifest }) => ({ ...descriptorOf(manifest), platform: partsOf(platform) }));
  return storedJson(types.index, { schemaVersion: 2, mediaType: types.index, manifests });
}

/** What names these bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function stored(mediaType: string, bytes: Buffer): Stored {
  return { mediaType, digest: digestOf(bytes), bytes };
}

function storedJson(mediaType: string, value: unknown): Stored {
  return stored(mediaType, Buffer.from(JSON.stringify(value, undefined, 2)));
}

function descriptorOf({ mediaType, digest, bytes }: Stored) {
  return { mediaType, digest, size: bytes.length };
}

function partsOf(platform: string) {
  const [os, architecture, variant] = platform.split('/');
  return { architecture, os, ...(variant === undefined ? {} : { variant }) };
}
