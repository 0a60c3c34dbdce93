import { hash } from 'node:crypto';
import { type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { objectIn } from './json.ts';

/** The types of manifests that are read: of OCI (image-spec, media-types.md), and Docker's, which are the same. */
export const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** What a manifest says: the platforms of an index, or where the platform of a single image is told. */
export type ReadManifest =
  | { readonly ok: true; readonly platforms: readonly string[] }
  | { readonly ok: true; readonly config: string }
  | { readonly ok: false; readonly why: string };

/** What lies in a repository beside images, in a manifest of theirs, by the type of its configuration or of a layer. */
const noImages: Readonly<Record<string, string>> = {
  'application/vnd.cncf.helm.config.v1+json': 'a Helm chart',
  'application/vnd.cncf.helm.chart.content.v1.tar+gzip': 'a Helm chart',
  'application/vnd.dev.cosign.simplesigning.v1+json': 'a signature',
  'application/vnd.dev.sigstore.bundle.v0.3+json': 'a signature',
  'application/vnd.dsse.envelope.v1+json': 'an attestation',
};

/** The digest of bytes (OCI image-spec, descriptor.md). */
export function digestOf(bytes: Buffer): string {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}

/** Reads a manifest of the type that the registry names, or else of the one that it names itself; undefined when it is none at all. */
export function readManifest(bytes: Buffer, contentType: string): ReadManifest | undefined {
  const manifest = objectIn(bytes.toString('utf8'));
  if (manifest === undefined) return undefined;
  const type = contentType.split(';')[0]?.trim() ?? '';
  const told = manifestTypes.includes(type) ? type : (stringAt(manifest, 'mediaType') ?? type);
  if (!manifestTypes.includes(told))
    return { ok: false, why: `its manifest has ${/^[\w.+/-]{1,100}$/.test(told) ? `the type \`${told}\`` : 'no known type'}` };
  if (/index|list/.test(told)) {
    const entries = listAt(manifest, 'manifests').map((entry) => platformIn(objectAt(entry, 'platform')));
    return { ok: true, platforms: [...new Set(entries.filter((platform) => platform !== undefined))].sort() };
  }
  const types = [stringAt(manifest, 'config', 'mediaType'), ...listAt(manifest, 'layers').map((layer) => stringAt(layer, 'mediaType'))];
  const [other] = types.flatMap((one = '') => noImages[one] ?? []);
  if (other !== undefined) return { ok: false, why: `it is ${other}` };
  const config = stringAt(manifest, 'config', 'digest');
  return config === undefined || !/^sha256:[0-9a-f]{64}$/.test(config)
    ? { ok: false, why: 'its manifest names no configuration' }
    : { ok: true, config };
}

/** The platforms that the configuration of an image names: one, or none where it is no configuration of an image. */
export function platformsOfConfig(bytes: Buffer): readonly string[] {
  const platform = platformIn(objectIn(bytes.toString('utf8')) ?? {});
  return platform === undefined ? [] : [platform];
}

/** `linux/arm64/v8`; undefined where none is told, and for what only accompanies an image (`unknown/unknown`: attestations). */
function platformIn(value: JsonObject): string | undefined {
  const parts = ['os', 'architecture', 'variant'].map((key) => stringAt(value, key) ?? '');
  const [os = '', architecture = ''] = parts;
  if (os === '' || architecture === '' || os === 'unknown') return undefined;
  return parts.every((part) => /^[\w.-]*$/.test(part)) ? parts.filter((part) => part !== '').join('/') : undefined;
}
