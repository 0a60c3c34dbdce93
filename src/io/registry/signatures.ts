import { type SignatureClaim, signingType } from '../../model/claim.ts';
import { Failure } from '../../model/failure.ts';
import { type Json, type JsonObject, listAt, numberAt, stringAt } from '../../model/json.ts';
import { fetchPiece, type Piece, type Talk } from './asking.ts';
import type { Answer } from './exchange.ts';
import { objectIn } from './json.ts';
import { nextQuery } from './link.ts';
import { digestOf, manifestTypes } from './manifest.ts';
import { damaged, isTooLarge } from './refusals.ts';

/** Signatures of one image that are looked at in each form: whoever signs again and again adds one each time, the newest last. */
const maxClaims = 200;

/** Pages of what refers to an image that are asked for: whoever may push can add what they like. */
const maxPages = 20;

/** Bytes of a manifest, and of a page of what refers to an image. */
const documentLimit = 4 * 1024 * 1024;

/** Bytes of a bundle by which an image is signed: it holds a digest, a key or a certificate, and proofs. Larger ones attest something else. */
const bundleLimit = 1024 * 1024;

/** Bytes of a payload, which names an image and little else. */
const payloadLimit = 256 * 1024;

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** Answers of registries that do not know what refers to an image, beside the 404 that they should give. */
const unknownThere: readonly number[] = [400, 405, 501];

/**
 * What a repository keeps as signatures of an image, one after the other, so that no more than one is held: under the tag that Cosign
 * gives them (sigstore/cosign, specs/SIGNATURE_SPEC.md), and as bundles that refer to the image (OCI distribution specification, "Listing
 * Referrers"). What is too large to be one is none. Where there are more than are looked at, the last claim says so. Throws `Failure`.
 */
export async function* fetchSignatures(talk: Talk, digest: string): AsyncGenerator<SignatureClaim> {
  const signed = await documentAt(talk, `manifests/${tagOf(digest)}.sig`);
  const simple = listAt(signed?.value ?? {}, 'layers').filter((layer) => stringAt(layer, 'mediaType') === payloadType);
  for (const layer of simple.slice(-maxClaims)) {
    const signature = stringAt(layer, 'annotations', 'dev.cosignproject.cosign/signature');
    const payload = signature === undefined ? undefined : await pieceOf(talk, 'blobs', layer, payloadLimit);
    if (signature !== undefined && payload !== undefined) yield { form: 'simple', payload, signature };
  }
  const bundles = await bundlesOf(talk, digest);
  for (const entry of bundles.entries) {
    const bundle = await bundleIn(talk, entry);
    if (bundle !== undefined) yield { form: 'bundle', bundle };
  }
  if (simple.length > maxClaims || bundles.isMore) yield { form: 'unread', bound: `the newest ${maxClaims} in each form` };
  else if (bundles.isEndless) yield { form: 'unread', bound: `the first ${maxPages} pages of what the registry lists` };
}

/** The tag that stands for a digest: with an ending of signatures, and of what refers to it where a registry does not list that. */
function tagOf(digest: string): string {
  return digest.replace(':', '-');
}

/** Descriptors of the manifests of bundles that refer to an image. */
interface Bundles {
  /** The last ones that are listed. */
  readonly entries: readonly Json[];
  /** Whether there are others before them. */
  readonly isMore: boolean;
  /** Whether there are pages that nobody asked for. */
  readonly isEndless: boolean;
}

async function bundlesOf(talk: Talk, digest: string): Promise<Bundles> {
  const listed = await referrersOf(talk, digest);
  if (listed !== undefined) return listed;
  // Who knows nothing of referrers keeps a list under a tag.
  return { ...lastOf(fitting((await documentAt(talk, `manifests/${tagOf(digest)}`))?.value)), isEndless: false };
}

function lastOf(entries: readonly Json[]): Pick<Bundles, 'entries' | 'isMore'> {
  return { entries: entries.slice(-maxClaims), isMore: entries.length > maxClaims };
}

/** What a registry lists as bundles that refer to an image, page by page; undefined where it does not know such lists. */
async function referrersOf(talk: Talk, digest: string): Promise<Bundles | undefined> {
  let found: Pick<Bundles, 'entries' | 'isMore'> | undefined;
  const asked = new Set<string>();
  let query: string | undefined = `?artifactType=${encodeURIComponent(bundleType)}`;
  while (query !== undefined && !asked.has(query) && asked.size < maxPages) {
    asked.add(query);
    const page = await documentAt(talk, `referrers/${digest}${query}`);
    if (page === undefined) break;
    const all = lastOf([...(found?.entries ?? []), ...fitting(page.value)]);
    found = { ...all, isMore: all.isMore || found?.isMore === true };
    query = nextQuery(page.link);
  }
  return found && { ...found, isEndless: query !== undefined && !asked.has(query) };
}

/** The entries of an index that may be bundles by which an image is signed: registries need not filter, and need not tell what is in one. */
function fitting(index: JsonObject | undefined): readonly Json[] {
  const bundles = listAt(index ?? {}, 'manifests').filter((entry) => stringAt(entry, 'artifactType') === bundleType);
  return bundles.filter(isSigning).map((entry) => ({ digest: stringAt(entry, 'digest') ?? '', size: numberAt(entry, 'size') ?? 0 }));
}

/** Whether a manifest, or its descriptor, does not say that its bundle states another thing than a signature. */
function isSigning(manifest: Json): boolean {
  return (stringAt(manifest, 'annotations', 'dev.sigstore.bundle.predicateType') ?? signingType) === signingType;
}

async function bundleIn(talk: Talk, entry: Json): Promise<Buffer | undefined> {
  const manifest = objectIn((await pieceOf(talk, 'manifests', entry, documentLimit))?.toString('utf8') ?? '');
  const [layer] = listAt(manifest ?? {}, 'layers');
  if (manifest === undefined || layer === undefined || !isSigning(manifest) || stringAt(layer, 'mediaType') !== bundleType)
    return undefined;
  return pieceOf(talk, 'blobs', layer, bundleLimit);
}

/** A manifest or an index, as far as there is one, and the `Link` to its next page. */
async function documentAt(talk: Talk, below: string): Promise<{ readonly value: JsonObject; readonly link: string } | undefined> {
  const answer = await fetchWithin(talk, { below, accept: manifestTypes, limit: documentLimit, also: unknownThere });
  const value = answer?.status === 200 ? objectIn(answer.body.toString('utf8')) : undefined;
  return value === undefined ? undefined : { value, link: answer?.headers.get('link') ?? '' };
}

/** What a descriptor stands for, with the digest that it says; undefined where there is none, or it is larger than `limit`. */
async function pieceOf(talk: Talk, of: 'manifests' | 'blobs', descriptor: Json, limit: number): Promise<Buffer | undefined> {
  const digest = stringAt(descriptor, 'digest') ?? '';
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || (numberAt(descriptor, 'size') ?? 0) > limit) return undefined;
  const answer = await fetchWithin(talk, { below: `${of}/${digest}`, accept: of === 'blobs' ? ['*/*'] : manifestTypes, limit });
  if (answer === undefined || answer.status === 404) return undefined;
  if (digestOf(answer.body) !== digest) throw damaged(talk.home.registry, `${digest} of \`${talk.home.path}\` has another digest`);
  return answer.body;
}

/** Fetches a piece; undefined where it is larger than its limit. */
async function fetchWithin(talk: Talk, piece: Piece): Promise<Answer | undefined> {
  try {
    return await fetchPiece(talk, piece);
  } catch (thrown) {
    if (thrown instanceof Failure && isTooLarge(thrown)) return undefined;
    throw thrown;
  }
}
