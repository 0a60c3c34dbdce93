import { type Answer, ask, type Question } from './client.ts';
import { type Built, buildIndex, buildManifest, digestOf, dockerTypes, ociTypes, type Stored } from './manifests.ts';
import type { Registry } from './registry.ts';

/** Where images are pushed to and read from: a registry, or what stands before it. */
export type Storage = Pick<Registry, 'url' | 'ca' | 'authorization'>;

/** An image to push. */
export interface Image {
  readonly repository: string;
  readonly tag: string;
  /** `linux/amd64`, `linux/arm64/v8`, …; buildx gives what it attests of an image the platform `unknown/unknown`. */
  readonly platforms: readonly [string, ...string[]];
  /** Pushes the manifest of the one platform, and no index. */
  readonly single?: boolean;
  /** Docker's media types, and a manifest list for an index. */
  readonly docker?: boolean;
  /** What is in it; its repository and tag unless told. The same content for the same platforms has the same digests. */
  readonly content?: string;
}

/** An image that was pushed. */
export interface Pushed {
  /** What the tag leads to: the index, or the manifest of a single platform. */
  readonly digest: string;
  /** What is in the index, in its order. */
  readonly manifests: readonly { readonly digest: string; readonly platform: string }[];
}

/** Builds an image by the OCI Image Specification, or in Docker's own format, and pushes it. */
export async function pushImage(storage: Storage, image: Image): Promise<Pushed> {
  const { repository, tag, platforms, single = false, docker = false, content = `${repository}:${tag}` } = image;
  if (single && platforms.length > 1) throw new Error('a single manifest is of one platform');
  const types = docker ? dockerTypes : ociTypes;
  const build = (platform: string): Built => buildManifest(types, platform, `${content} for ${platform}\n`);
  const first = build(platforms[0]);
  const built = single ? [first] : platforms.map(build);
  for (const { blobs, manifest } of built) {
    for (const blob of blobs) await pushBlob(storage, repository, blob);
    await pushManifest(storage, { repository, reference: manifest.digest }, manifest);
  }
  const top = single ? first.manifest : buildIndex(types, built);
  await pushManifest(storage, { repository, reference: tag }, top);
  return { digest: top.digest, manifests: built.map(({ platform, manifest }) => ({ platform, digest: manifest.digest })) };
}

/** A tag to point to a digest. */
export interface Tagging {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Points a tag to what is there already: the same bytes under another name. */
export async function tagAgain(storage: Storage, { repository, tag, digest }: Tagging): Promise<void> {
  const there = await readManifest(storage, { repository, reference: digest });
  await pushManifest(storage, { repository, reference: tag }, there);
}

/** A manifest or an index by its tag or its digest. */
export interface Reference {
  readonly repository: string;
  readonly reference: string;
}

/** Reads what a tag or a digest leads to, of whichever media type it is. */
export async function readManifest(storage: Storage, { repository, reference }: Reference): Promise<Stored> {
  const accept = [ociTypes, dockerTypes].flatMap(({ index, manifest }) => [index, manifest]).join(', ');
  const question = { path: `/v2/${repository}/manifests/${reference}`, headers: { accept } };
  const { headers, body } = await wellAnswered(storage, repository, question, 200);
  return { mediaType: headers['content-type'] ?? '', digest: digestOf(body), bytes: body };
}

/** Reads a blob. */
export async function readBlob(storage: Storage, { repository, digest }: Omit<Tagging, 'tag'>): Promise<Buffer> {
  return (await wellAnswered(storage, repository, { path: `/v2/${repository}/blobs/${digest}` }, 200)).body;
}

/** Pushes a blob. */
export async function pushBlob(storage: Storage, repository: string, { digest, bytes }: Stored): Promise<void> {
  const begun = await wellAnswered(storage, repository, { method: 'POST', path: `/v2/${repository}/blobs/uploads/` }, 202);
  const place = new URL(begun.headers.location ?? '', storage.url);
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes.length };
  await wellAnswered(storage, repository, { method: 'PUT', path: `${place.pathname}${place.search}`, headers, body: bytes }, 201);
}

/** Pushes a manifest or an index under a tag, or by its digest. */
export async function pushManifest(storage: Storage, { repository, reference }: Reference, { mediaType, bytes }: Stored): Promise<void> {
  const headers = { 'content-type': mediaType, 'content-length': bytes.length };
  await wellAnswered(storage, repository, { method: 'PUT', path: `/v2/${repository}/manifests/${reference}`, headers, body: bytes }, 201);
}

/** Asks with the right to do everything in `repository`. Throws when the answer has another status than the one that is good. */
async function wellAnswered(storage: Storage, repository: string, question: Question, good: number): Promise<Answer> {
  const authorization = storage.authorization(repository);
  const headers = { ...question.headers, ...(authorization === undefined ? {} : { authorization }) };
  const answer = await ask(storage, { ...question, headers });
  if (answer.status === good) return answer;
  throw new Error(`${question.method ?? 'GET'} ${question.path}: status ${answer.status}, not ${good}: ${answer.body}`);
}
