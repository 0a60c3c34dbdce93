import { stringAt } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { compareText, groupOf, keyOf, type ObjectRef } from '../model/ref.ts';
import type { Draft } from './draft.ts';

const replicas = '/spec/replicas';

/**
 * Leaves the replicas of what an autoscaler of the same environment scales to that autoscaler: otherwise each would undo what
 * the other does.
 */
export function leaveReplicas(drafts: readonly Draft[]): readonly Draft[] {
  const scaled = new Set(drafts.flatMap(({ manifest }) => scaleTarget(manifest) ?? []).map(keyOf));
  return drafts.map((draft) => {
    const { ignore } = draft.rules;
    if (!scaled.has(keyOf(refOf(draft.manifest))) || ignore.includes(replicas)) return draft;
    return { ...draft, rules: { ...draft.rules, ignore: [...ignore, replicas].sort(compareText) } };
  });
}

/** What a HorizontalPodAutoscaler scales, in its own namespace; undefined for other objects. */
function scaleTarget(manifest: Manifest): ObjectRef | undefined {
  const { group, kind, namespace } = refOf(manifest);
  if (group !== 'autoscaling' || kind !== 'HorizontalPodAutoscaler') return undefined;
  const part = (key: string): string => stringAt(manifest, 'spec', 'scaleTargetRef', key) ?? '';
  return { group: groupOf(part('apiVersion')), kind: part('kind'), namespace, name: part('name') };
}
