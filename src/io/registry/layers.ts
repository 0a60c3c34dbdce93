import { exitCodes, Failure } from '../../model/failure.ts';
import type { ImageReference } from '../../model/image.ts';
import { listAt, stringAt } from '../../model/json.ts';
import { fetchPiece } from './asking.ts';
import { fetchManifest } from './fetched.ts';
import { objectIn } from './json.ts';
import { digestOf } from './manifest.ts';
import { damaged } from './refusals.ts';
import { openTalks, type RegistryOptions } from './talks.ts';

/** Fetches the one layer of a type that the manifest of a tag names, whole, with its digest checked. Throws `Failure`. */
export type PullLayer = (
  image: ImageReference,
  layer: { readonly type: string; readonly limit: number },
  signal: AbortSignal,
) => Promise<Buffer>;

/** Layers of what is in registries. */
export function openLayers(options: RegistryOptions): PullLayer {
  const talkTo = openTalks(options);
  return async ({ repository, tag = 'latest' }, { type, limit }, signal) => {
    const talk = talkTo(repository, signal);
    const { registry } = talk.home;
    const { image, answer } = await fetchManifest(talk, tag);
    const layers = listAt(objectIn(answer.body.toString('utf8')), 'layers');
    const digest = stringAt(
      layers.find((layer) => stringAt(layer, 'mediaType') === type),
      'digest',
    );
    if (digest === undefined) {
      const message = `${image} is no Helm chart: its manifest has no layer of the type \`${type}\``;
      throw new Failure('chart-unknown', message, { help: 'look at its name: it may be an image', exit: exitCodes.input });
    }
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw damaged(registry, `the manifest of ${image} names a layer by no sha256`);
    const { status, body } = await fetchPiece(talk, { below: `blobs/${digest}`, accept: ['*/*'], limit });
    if (status === 404) throw damaged(registry, `it lacks ${digest}, which the manifest of ${image} names`);
    if (digestOf(body) !== digest) throw damaged(registry, `${digest} of ${image} has another digest`);
    return body;
  };
}
