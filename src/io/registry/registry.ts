import { exitCodes, Failure } from '../../model/failure.ts';
import type { FoundImage, Registry } from '../../ports/supply.ts';
import { fetchPiece, type Talk } from './asking.ts';
import { fetchManifest, unknownImage } from './fetched.ts';
import { digestOf, manifestTypes, platformsOfConfig, readManifest } from './manifest.ts';
import { damaged } from './refusals.ts';
import { fetchSignatures } from './signatures.ts';
import { listTags } from './tags.ts';
import { openTalks, type RegistryOptions } from './talks.ts';

/** Bytes of the configuration of an image. */
const configLimit = 8 * 1024 * 1024;

/** Registries, asked by the OCI distribution specification. */
export function openRegistry(options: RegistryOptions): Registry {
  const talkTo = openTalks(options);
  return {
    find: async ({ repository, tag = 'latest' }, signal) => findImage(talkTo(repository, signal), tag),
    digest: async ({ repository, tag = 'latest' }, signal) => toldDigest(talkTo(repository, signal), tag),
    tags: async ({ repository }, signal) => listTags(talkTo(repository, signal)),
    signatures: ({ repository }, digest, signal) => fetchSignatures(talkTo(repository, signal), digest),
  };
}

async function findImage(talk: Talk, tag: string): Promise<FoundImage> {
  const { image, digest, answer } = await fetchManifest(talk, tag);
  const { registry } = talk.home;
  const manifest = readManifest(answer.body, answer.headers.get('content-type') ?? '');
  if (manifest === undefined) throw damaged(registry, `the manifest of ${image} is no JSON object`);
  if (!manifest.ok) throw new Failure('image-unsupported', `${image} cannot be pinned: ${manifest.why}`, { exit: exitCodes.input });
  return { digest, platforms: 'platforms' in manifest ? manifest.platforms : await platformsOf(talk, manifest.config) };
}

/** Answers of registries that do not know HEAD, which they should (OCI distribution specification, "Pulling manifests"). */
const withoutHead: readonly number[] = [400, 405, 501];

/** The digest that a registry tells of a tag in the headers alone, which it does not count as a pull. Nobody has looked at its bytes. */
async function toldDigest(talk: Talk, tag: string): Promise<string | undefined> {
  const { registry, path } = talk.home;
  const answer = await fetchPiece(talk, { method: 'HEAD', below: `manifests/${tag}`, accept: manifestTypes, limit: 0, also: withoutHead });
  if (answer.status === 404) throw unknownImage(`\`${registry}/${path}:${tag}\``);
  const told = answer.status === 200 ? (answer.headers.get('docker-content-digest') ?? '') : '';
  return /^sha256:[0-9a-f]{64}$/.test(told) ? told : undefined;
}

/** The platform of an image for one: it stands in the configuration of the image. */
async function platformsOf(talk: Talk, config: string): Promise<readonly string[]> {
  const { registry, path } = talk.home;
  const { status, body } = await fetchPiece(talk, { below: `blobs/${config}`, accept: ['*/*'], limit: configLimit });
  if (status === 404) throw damaged(registry, `it lacks ${config}, which the manifest of an image of \`${path}\` names`);
  if (digestOf(body) !== config) throw damaged(registry, `${config} of \`${path}\` has another digest`);
  return platformsOfConfig(body);
}
