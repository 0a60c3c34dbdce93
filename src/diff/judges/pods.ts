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

/** Images of containers that stay, and of those that come: in place of others that go, or besides. */
function images(before: Json, after: Json): readonly Consequence[] {
  const [was, now] = [imagesIn(before), imagesIn(after)];
  const gone = [...was].filter(([name]) => !now.has(name));
  const come = [...now].filter(([name]) => !was.has(name));
  const stay = [...now].flatMap(([name, image]) => {
    const old = was.get(name);
    return old === undefined || old === image ? [] : [imageWords(old, image)];
  });
  const others = come.map(([name, image], i) => {
    const [before] = gone.slice(i, i + 1);
    if (before === undefined) return `a container more, ${quoted(name)}, of ${short(image)}`;
    const images = before[1] === image ? `of the same image, ${short(image)}` : imageWords(before[1], image);
    return `container ${quoted(name)} in place of ${quoted(before[0])}: ${images}`;
  });
  return [...stay, ...others].map((message) => ({ type: 'replaces-image', message }));
}

function imagesIn(pod: Json): ReadonlyMap<string, string> {
  return new Map(containersOf(pod).map((container) => [stringAt(container, 'name') ?? '', stringAt(container, 'image') ?? '']));
}

/** Both images; of the same repository only what is another one, and of digests as much as tells them apart. */
function imageWords(was: string, now: string): string {
  const [before, after] = [parseImage(was), parseImage(now)];
  if (before === undefined || after === undefined || before.repository !== after.repository) return `${short(was)} → ${short(now)}`;
  const older = isOlder(after.tag, before.tag) ? ', which is older' : '';
  const what = before.tag === after.tag ? ', another digest under the same tag' : older;
  const rest = ({ tag, digest }: typeof after): string => quoted(`${tag ?? ''}${digest === undefined ? '' : `@${shortDigest(digest)}`}`);
  return `${quoted(after.repository)} ${rest(before)} → ${rest(after)}${what}`;
}

/** Whether a tag is a lower version than another one of the same form: `v1.9.0` than `v1.10.0`. Of other tags nobody knows. */
function isOlder(tag: string | undefined, than: string | undefined): boolean {
  const [a, b] = [tag, than].map((one) => /^(\D{0,20}?)(\d+(?:\.\d+)*)(.*)$/.exec(one ?? '')?.slice(1));
  if (a === undefined || b === undefined || a[0] !== b[0] || a[2] !== b[2]) return false;
  const [left, right] = [a, b].map(([, version = '']) => version.split('.').map(BigInt)) as [bigint[], bigint[]];
  const differs = left.findIndex((part, i) => part !== right[i]);
  return differs < 0 ? left.length < right.length : right[differs] !== undefined && (left[differs] as bigint) < right[differs];
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
