import { exitCodes, Failure } from '../../model/failure.ts';
import { fetchPiece, type Talk } from './asking.ts';
import type { Answer } from './exchange.ts';
import { digestOf, manifestTypes } from './manifest.ts';
import { damaged } from './refusals.ts';

/** Bytes of a manifest: registries need take no more (OCI distribution-spec, "Pushing Manifests"). */
const manifestLimit = 4 * 1024 * 1024;

/** A manifest as a registry gave it, with its digest. */
export interface FetchedManifest {
  /** What it is called, for a message. */
  readonly image: string;
  readonly digest: string;
  readonly answer: Answer;
}

/** Fetches the manifest of a tag. Throws `Failure`. */
export async function fetchManifest(talk: Talk, tag: string): Promise<FetchedManifest> {
  const { registry, path } = talk.home;
  const image = `\`${registry}/${path}:${tag}\``;
  const answer = await fetchPiece(talk, { below: `manifests/${tag}`, accept: manifestTypes, limit: manifestLimit });
  if (answer.status === 404) throw unknownImage(image);
  const digest = digestOf(answer.body);
  const told = answer.headers.get('docker-content-digest') ?? digest;
  // Of another algorithm nothing can be said.
  if (told.startsWith('sha256:') && told !== digest)
    throw damaged(registry, `the manifest of ${image} has the digest ${digest}, not the one that is told`);
  return { image, digest, answer };
}

/** That a registry has no such image. */
export function unknownImage(image: string): Failure {
  return new Failure('image-unknown', `there is no ${image}`, { help: 'look at its name and its tag', exit: exitCodes.input });
}
