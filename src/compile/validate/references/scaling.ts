import { listAt, objectAt, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatGroupKind, formatRef, type GroupKind, groupOf } from '../../../model/ref.ts';
import { builtinKind, builtinKinds } from '../../../schema/kinds.ts';
import type { Subject } from '../subject.ts';
import { named, type Reference } from './reference.ts';

/** The kinds of Kubernetes' own with the subresource `scale`. */
const scalable = ['Deployment.apps', 'ReplicaSet.apps', 'ReplicationController', 'StatefulSet.apps'];

const target = ['spec', 'scaleTargetRef'];

/** What a HorizontalPodAutoscaler scales. */
export function ofAutoscaler(manifest: Manifest): readonly Reference[] {
  const kind = scaledKind(manifest);
  return isOfKubernetes(kind) && !scalable.includes(formatGroupKind(kind))
    ? []
    : named(objectAt(manifest, ...target), target, { field: 'name', to: { ...kind, namespace: refOf(manifest).namespace } });
}

/** Whether what a HorizontalPodAutoscaler scales can be scaled at all, and nothing of other objects; `definitions` are those of the environment, by their kinds. */
export function scalingProblems({ manifest, ref, kind: own }: Subject, definitions: ReadonlyMap<string, Manifest>): readonly Problem[] {
  if (own.name !== 'HorizontalPodAutoscaler.autoscaling') return [];
  const kind = scaledKind(manifest);
  // One without a group is told by the rules of autoscalers.
  if (kind.kind === '' || (kind.group === '' && kind.kind !== 'ReplicationController')) return [];
  const text = formatGroupKind(kind);
  const who = `\`${formatRef(ref)}\` scales a \`${text}\``;
  const found = { code: 'not-scalable' as const, path: [...target, 'kind'] };
  const definition = definitions.get(text);
  if (definition !== undefined) {
    if (listAt(definition, 'spec', 'versions').some((version) => 'scale' in objectAt(version, 'subresources'))) return [];
    const help = 'add the subresource `scale` to the versions of its CustomResourceDefinition';
    return [{ ...found, message: `${who}, whose definition has no subresource \`scale\``, help }];
  }
  if (!isOfKubernetes(kind) || scalable.includes(text)) return [];
  if (builtinKind(kind) !== undefined) {
    return [{ ...found, message: `${who}, which has no replicas`, help: `it can scale ${scalable.map((one) => `\`${one}\``).join(', ')}` }];
  }
  const other = builtinKinds().find((one) => one.kind === kind.kind);
  const help = other === undefined ? 'give the `apiVersion` of what it scales' : `write \`apiVersion: ${other.group}/v1\``;
  return [{ ...found, path: [...target, 'apiVersion'], message: `${who}, and Kubernetes has no such kind in that group`, help }];
}

function scaledKind(manifest: Manifest): GroupKind {
  const group = groupOf(stringAt(manifest, ...target, 'apiVersion') ?? '');
  return { group, kind: stringAt(manifest, ...target, 'kind') ?? '' };
}

/** Whether the group is one of Kubernetes' own: only they are known to the last kind. */
function isOfKubernetes({ group }: GroupKind): boolean {
  return builtinKinds().some((kind) => kind.group === group);
}
