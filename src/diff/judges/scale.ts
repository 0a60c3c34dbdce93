import { at, numberAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { sidesOf } from '../compare.ts';
import type { Consequence } from '../consequence.ts';
import type { Judge } from '../scene.ts';

const scaled: ReadonlySet<string> = new Set(['Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps', 'ReplicationController']);

/** Fewer pods than before, or none. */
export const scale: Judge = (change, { rulesOf }) => {
  const { before, after } = sidesOf(change);
  if (before === undefined || after === undefined) return [];
  const kind = formatGroupKind(change.ref);
  if (scaled.has(kind)) return rulesOf(change.ref).ignore.includes('/spec/replicas') ? [] : replicas(before, after);
  if (kind === 'HorizontalPodAutoscaler.autoscaling') return bounds(before, after);
  const stops = (kind === 'CronJob.batch' || kind === 'Job.batch') && at(after, 'spec', 'suspend') === true;
  return stops && at(before, 'spec', 'suspend') !== true ? [{ type: 'scales-to-zero', message: 'it is suspended, and runs no more' }] : [];
};

function replicas(before: Manifest, after: Manifest): readonly Consequence[] {
  const [was, written] = [before, after].map((one) => numberAt(one, 'spec', 'replicas'));
  const [from, to] = [was ?? 1, written ?? 1];
  if (to >= from) return [];
  if (to === 0) return [{ type: 'scales-to-zero', message: `${from} → 0 replicas` }];
  const told = written === undefined ? `${from} → 1 replica: it is written no more, and resets to its default` : `${from} → ${to} replicas`;
  return [{ type: 'scales-down', message: told }];
}

function bounds(before: Manifest, after: Manifest): readonly Consequence[] {
  return (['minReplicas', 'maxReplicas'] as const).flatMap((field): readonly Consequence[] => {
    const [was = 1, now = 1] = [before, after].map((one) => numberAt(one, 'spec', field));
    if (now >= was) return [];
    const isZero = now === 0;
    return [{ type: isZero ? 'scales-to-zero' : 'scales-down', message: `\`${field}\` ${was} → ${now}` }];
  });
}
