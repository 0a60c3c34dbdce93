import type { SignatureClaim } from '../../model/claim.ts';
import { type Json, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { fetchPiece, type Talk } from './asking.ts';
import { objectIn } from './json.ts';
import { digestOf, manifestTypes } from './manifest.ts';
import { damaged } from './refusals.ts';

/** Signatures of one image that are looked at: whoever signs again and again adds one each time, the newest last. */
const maxClaims = 50;

/** Bytes of a manifest, of an index of what refers to an image, and of a bundle. */
const documentLimit = 4 * 1024 * 1024;

/** Bytes of a payload, which names an image and little else. */
const payloadLimit = 256 * 1024;

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** Answers of registries that do not know what refers to an image, beside the 404 that they should give. */
const unknownThere: readonly number[] = [400, 405, 501];

/**
 * What a repository keeps as signatures of an image: under the tag that Cosign gives them (sigstore/cosign, specs/SIGNATURE_SPEC.md),
 * and as bundles that refer to the image (OCI distribution specification, "Listing Referrers"). Throws `Failure`.
 */
export async function fetchSignatures(talk: Talk, digest: string): Promise<readonly SignatureClaim[]> {
  const tag = digest.replace(':', '-');
  const signed = await documentAt(talk, `manifests/${tag}.sig`);
  const simple = listAt(signed ?? {}, 'layers').filter((layer) => stringAt(layer, 'mediaType') === payloadType);
  // Who knows nothing of referrers keeps a list under a tag.
  const index =
    (await documentAt(talk, `referrers/${digest}?artifactType=${encodeURIComponent(bundleType)}`)) ??
    (await documentAt(talk, `manifests/${tag}`));
  const bundled = listAt(index ?? {}, 'manifests').filter((entry) => stringAt(entry, 'artifactType') === bundleType);
  const claims: SignatureClaim[] = [];
  for (const layer of simple.slice(-maxClaims)) {
    const signature = stringAt(layer, 'annotations', 'dev.cosignproject.cosign/signature');
    const payload = signature === undefined ? undefined : await blobOf(talk, layer, payloadLimit);
    if (signature !== undefined && payload !== undefined) claims.push({ form: 'simple', payload, signature });
  }
  for (const entry of bundled.slice(-maxClaims)) {
    const [layer] = listAt((await manifestOf(talk, entry)) ?? {}, 'layers');
    const bundle =
      layer === undefined || stringAt(layer, 'mediaType') !== bundleType ? undefined : await blobOf(talk, layer, documentLimit);
    if (bundle !== undefined) claims.push({ form: 'bundle', bundle });
  }
  return claims;
}

/** A manifest or an index, as far as there is one. */
async function documentAt(talk: Talk, below: string): Promise<JsonObject | undefined> {
  const { status, body } = await fetchPiece(talk, { below, accept: manifestTypes, limit: documentLimit, also: unknownThere });
  return status === 200 ? objectIn(body.toString('utf8')) : undefined;
}

async function manifestOf(talk: Talk, descriptor: Json): Promise<JsonObject | undefined> {
  return objectIn((await piece(talk, 'manifests', descriptor, documentLimit))?.toString('utf8') ?? '');
}

function blobOf(talk: Talk, descriptor: Json, limit: number): Promise<Buffer | undefined> {
  return piece(talk, 'blobs', descriptor, limit);
}

/** What a descriptor stands for, with the digest that it says. */
async function piece(talk: Talk, of: 'manifests' | 'blobs', descriptor: Json, limit: number): Promise<Buffer | undefined> {
  const digest = stringAt(descriptor, 'digest') ?? '';
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  const { status, body } = await fetchPiece(talk, { below: `${of}/${digest}`, accept: of === 'blobs' ? ['*/*'] : manifestTypes, limit });
  if (status === 404) return undefined;
  if (digestOf(body) !== digest) throw damaged(talk.home.registry, `${digest} of \`${talk.home.path}\` has another digest`);
  return body;
}
