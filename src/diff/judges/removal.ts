import { counted } from '../../model/count.ts';
import { listAt, numberAt, stringAt } from '../../model/json.ts';
import { type Manifest, refOf } from '../../model/manifest.ts';
import { isProtected } from '../../model/protected.ts';
import { formatGroupKind, keyOf, type ObjectRef } from '../../model/ref.ts';
import { sidesOf } from '../compare.ts';
import { type Consequence, quoted } from '../consequence.ts';
import type { Judge, Scene } from '../scene.ts';

/** What goes with an object that is deleted, or made under another name: data first. */
export const removal: Judge = (change, scene) => {
  const { before } = sidesOf(change);
  if (before === undefined || change.op === 'change')
    return change.op === 'change' ? [...lessKept(change, scene), ...lessClaims(change, scene), ...lessRetained(change, scene)] : [];
  if (change.op === 'rename' && change.isHashed) return [];
  const ref = refOf(before);
  const stays = whyItStays(ref, scene);
  if (stays !== undefined) return [goesAlong(before, scene) ?? { type: 'lets-go', message: stays }];
  const lost = dataOf(before, scene);
  if (lost !== undefined) return [{ type: 'deletes-data', message: lost }];
  if (change.op === 'rename') return [{ type: 'recreates', message: 'it is deleted, and made under another name' }];
  return [{ type: 'deletes', message: ref.kind === 'StatefulSet' ? 'its volume claims stay behind' : '' }];
};

function whyItStays(ref: ObjectRef, { before, after, rulesOf }: Scene): string | undefined {
  const handed = after.index.handOver.find((one) => keyOf(one.ref) === keyOf(ref));
  if (handed !== undefined) return `it stays in the cluster, for the environment ${quoted(handed.to)} to adopt`;
  if (after.index.removed === 'keep') return 'it stays in the cluster: the environment is dissolved';
  const isKept = before.manifests.has(keyOf(ref)) && rulesOf(ref).keep;
  return isKept ? 'it stays in the cluster (`keep`)' : undefined;
}

/** Nothing stays in a Namespace that is deleted. */
function goesAlong(manifest: Manifest, scene: Scene): Consequence | undefined {
  const ref: ObjectRef = { group: '', kind: 'Namespace', namespace: '', name: manifest.metadata.namespace ?? '' };
  const isGone = scene.before.manifests.has(keyOf(ref)) && !scene.after.manifests.has(keyOf(ref));
  if (!isGone || whyItStays(ref, scene) !== undefined) return undefined;
  const lost = dataOf(manifest, scene);
  const message = `it goes with its Namespace ${quoted(ref.name)}, which is deleted`;
  return lost === undefined ? { type: 'deletes', message } : { type: 'deletes-data', message: `${message}: ${lost}` };
}

function dataOf(manifest: Manifest, { before }: Scene): string | undefined {
  const { name } = manifest.metadata;
  switch (formatGroupKind(refOf(manifest))) {
    case 'PersistentVolumeClaim':
      return 'what it holds is lost, unless its volume is retained';
    case 'PersistentVolume':
      return 'what it holds is out of reach, and lost where its reclaim policy is `Delete`';
    case 'Namespace': {
      const inside = [...before.manifests.values()].filter(({ metadata }) => metadata.namespace === name).length;
      return `${counted(inside, 'object')} of this environment and all else in it go with it`;
    }
    case 'CustomResourceDefinition.apiextensions.k8s.io': {
      const [group, kind] = [stringAt(manifest, 'spec', 'group') ?? '', stringAt(manifest, 'spec', 'names', 'kind') ?? ''];
      const ofKind = before.index.objects.filter(({ ref }) => ref.group === group && ref.kind === kind).length;
      return `${counted(ofKind, 'object')} ${quoted(kind)} of this environment and all others in the cluster go with it`;
    }
    case 'StatefulSet.apps':
      return listAt(manifest, 'spec', 'volumeClaimTemplates').length > 0 && retention(manifest, 'whenDeleted') === 'Delete'
        ? 'its volume claims are deleted with it'
        : undefined;
    default:
      return undefined;
  }
}

function retention(manifest: Manifest, when: 'whenDeleted' | 'whenScaled'): string {
  return stringAt(manifest, 'spec', 'persistentVolumeClaimRetentionPolicy', when) ?? 'Retain';
}

/** What stayed in the cluster whatever the branch says, and does not from now on. */
const lessKept: Judge = ({ ref }, { wasKept, rulesOf }): readonly Consequence[] => {
  if (!wasKept(ref) || rulesOf(ref).keep) return [];
  const message = 'from now on, it is deleted where the branch does not hold it (`keep` is gone)';
  return [{ type: isProtected(ref) ? 'endangers-data' : 'changes', message }];
};

/** Fewer replicas of a StatefulSet that does not retain the claims of those that go. */
const lessClaims: Judge = (change): readonly Consequence[] => {
  const { before, after } = sidesOf(change);
  if (before === undefined || after === undefined || formatGroupKind(refOf(after)) !== 'StatefulSet.apps') return [];
  const [was, now] = [before, after].map((one) => numberAt(one, 'spec', 'replicas') ?? 1) as [number, number];
  if (now >= was || retention(after, 'whenScaled') !== 'Delete' || listAt(after, 'spec', 'volumeClaimTemplates').length === 0) return [];
  return [{ type: 'deletes-data', message: `the volume claims of ${counted(was - now, 'replica')} are deleted` }];
};

/** What would lose data from now on, and would not have before. */
const lessRetained: Judge = (change): readonly Consequence[] => {
  const { before, after } = sidesOf(change);
  if (before === undefined || after === undefined) return [];
  const kind = formatGroupKind(change.ref);
  if (kind === 'PersistentVolume') {
    const [was, now] = [before, after].map((one) => stringAt(one, 'spec', 'persistentVolumeReclaimPolicy') ?? 'Retain');
    if (was !== 'Retain' || now === 'Retain') return [];
    return [{ type: 'endangers-data', message: `from now on, what it holds is lost with its claim (${quoted(now)})` }];
  }
  if (kind !== 'StatefulSet.apps' || listAt(after, 'spec', 'volumeClaimTemplates').length === 0) return [];
  return retentions.flatMap(({ when, words }): readonly Consequence[] => {
    const isLess = retention(after, when) === 'Delete' && retention(before, when) !== 'Delete';
    return isLess ? [{ type: 'endangers-data', message: `from now on, its volume claims are deleted ${words}` }] : [];
  });
};

const retentions = [
  { when: 'whenDeleted', words: 'with it' },
  { when: 'whenScaled', words: 'with the replicas that go' },
] as const;
