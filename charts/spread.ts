import type { k8s } from 'cdk8s-plus-28';

/** Pods with the labels `matchLabels` go to different nodes as long as there are any. */
export function spreadOverNodes(matchLabels: Readonly<Record<string, string>>): k8s.TopologySpreadConstraint[] {
  return [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } }];
}
