import { parseImage } from '../../model/image.ts';
import { at, type Json, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { sidesOf } from '../compare.ts';
import { type Consequence, quoted } from '../consequence.ts';
import { containersOf, type Judge, podOf, touchesPods } from '../scene.ts';

/** Other images, and pods that are replaced. */
export const pods: Judge = (change) => {
  const { before, after } = sidesOf(change);
  const [was, now] = [podOf(before), podOf(after)];
  if (was === undefined || now === undefined) return [];
  if (change.op === 'rename' && change.isHashed) return [...images(was, now), { type: 'runs', message: 'its content is another one' }];
  return [...images(was, now), ...(change.op === 'change' && touchesPods(change) ? rollout(change.ref.kind, after) : [])];
};

function images(before: Json, after: Json): readonly Consequence[] {
  const images = new Map(containersOf(before).map((container) => [stringAt(container, 'name'), stringAt(container, 'image') ?? '']));
  return containersOf(after).flatMap((container): readonly Consequence[] => {
    const [was, now] = [images.get(stringAt(container, 'name')), stringAt(container, 'image') ?? ''];
    return was === undefined || was === now ? [] : [{ type: 'replaces-image', message: imageWords(was, now) }];
  });
}

/** Both images; of the same repository only what is another one, and of digests as much as tells them apart. */
function imageWords(was: string, now: string): string {
  const [before, after] = [parseImage(was), parseImage(now)];
  if (before === undefined || after === undefined || before.repository !== after.repository) return `${short(was)} → ${short(now)}`;
  const what = before.tag === after.tag ? ', another digest under the same tag' : '';
  const rest = ({ tag, digest }: typeof after): string => quoted(`${tag ?? ''}${digest === undefined ? '' : `@${shortDigest(digest)}`}`);
  return `${quoted(after.repository)} ${rest(before)} → ${rest(after)}${what}`;
}

function short(image: string): string {
  const read = parseImage(image);
  if (read?.digest === undefined) return quoted(image);
  return quoted(`${image.slice(0, image.indexOf('@'))}@${shortDigest(read.digest)}`);
}

function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function rollout(kind: string, after: Manifest | undefined): readonly Consequence[] {
  const told = (type: 'rolls-out' | 'changes', message: string): readonly Consequence[] => [{ type, message }];
  switch (kind) {
    case 'Deployment':
      if (at(after, 'spec', 'paused') === true) return told('changes', 'it is paused: its pods stay as they are');
      return told('rolls-out', stringAt(after, 'spec', 'strategy', 'type') === 'Recreate' ? 'all stop before new ones start' : '');
    case 'StatefulSet':
    case 'DaemonSet':
      return stringAt(after, 'spec', 'updateStrategy', 'type') === 'OnDelete'
        ? told('changes', 'its pods stay as they are until somebody deletes them (`OnDelete`)')
        : told('rolls-out', '');
    case 'CronJob':
      return told('changes', 'its next run is the first with it');
    default:
      return told('changes', '');
  }
}
