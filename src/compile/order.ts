import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { refOf } from '../model/manifest.ts';
import { formatGroupKind, keyOf } from '../model/ref.ts';
import { type Draft, type DraftHook, errorAbout } from './draft.ts';
import { boundRole, isRole } from './roles.ts';
import { definedKind, isDefinition } from './served.ts';

/** A draft with its place in the order of applying. */
export interface OrderedDraft extends Draft {
  readonly wave: number;
}

/**
 * The wave that a kind is applied in at the earliest: what others stand on comes first. What is not here, custom
 * resources among them, comes last, since it may need an operator or a webhook that runs.
 */
const tiers: Readonly<Record<string, number>> = {
  // The ground: namespaces, definitions, and classes that others name.
  Namespace: 0,
  'CustomResourceDefinition.apiextensions.k8s.io': 0,
  'PriorityClass.scheduling.k8s.io': 0,
  'StorageClass.storage.k8s.io': 0,
  'VolumeAttributesClass.storage.k8s.io': 0,
  'CSIDriver.storage.k8s.io': 0,
  'RuntimeClass.node.k8s.io': 0,
  'IngressClass.networking.k8s.io': 0,
  'DeviceClass.resource.k8s.io': 0,
  // What workloads run as, run with, and are limited by.
  ServiceAccount: 1,
  'Role.rbac.authorization.k8s.io': 1,
  'RoleBinding.rbac.authorization.k8s.io': 1,
  'ClusterRole.rbac.authorization.k8s.io': 1,
  'ClusterRoleBinding.rbac.authorization.k8s.io': 1,
  ConfigMap: 1,
  Secret: 1,
  PersistentVolume: 1,
  PersistentVolumeClaim: 1,
  ResourceQuota: 1,
  LimitRange: 1,
  'NetworkPolicy.networking.k8s.io': 1,
  'ResourceClaimTemplate.resource.k8s.io': 1,
  'ResourceClaim.resource.k8s.io': 1,
  'Lease.coordination.k8s.io': 1,
  // Services stand before pods, whose environment names them.
  Service: 2,
  Endpoints: 2,
  'EndpointSlice.discovery.k8s.io': 2,
  Pod: 3,
  PodTemplate: 3,
  ReplicationController: 3,
  'DaemonSet.apps': 3,
  'Deployment.apps': 3,
  'ReplicaSet.apps': 3,
  'StatefulSet.apps': 3,
  'Job.batch': 3,
  'CronJob.batch': 3,
};
const lastTier = 4;
/** The tier of what runs: all below it is there before. */
const workloads = 3;

/**
 * Gives every draft its wave: that of its kind, or a later round of it, so that it comes after everything that it depends on. A
 * custom resource depends on its definition and a binding on its role, where those are in the environment.
 */
export function order(drafts: readonly Draft[]): Checked<readonly OrderedDraft[]> {
  const implied = impliedDependency(drafts);
  const linked = drafts.map((draft) => {
    const needed = implied(draft);
    return needed === undefined ? draft : { ...draft, dependsOn: [...new Set([...draft.dependsOn, needed])].sort() };
  });
  const waves = new Map<string, number>();
  const { sequence, cycle } = sorted(linked);
  for (const draft of sequence) {
    const before = draft.dependsOn.map((needed) => waves.get(needed) ?? -1);
    waves.set(draft.construct, waveAfter(Math.max(-1, ...before), tierOf(draft)));
  }
  return {
    value: linked.map((draft) => ({ ...draft, wave: waves.get(draft.construct) ?? 0 })),
    diagnostics: cycle === undefined ? [] : [cycleError(cycle)],
  };
}

/**
 * The wave of what is of `tier` and depends on something of the wave `before`. What depends on something that runs comes in
 * another round of tiers, so that what waits for a database still stands in the order of kinds: its account before its pods.
 */
function waveAfter(before: number, tier: number): number {
  const round = Math.max(0, Math.floor(before / (lastTier + 1))) * (lastTier + 1);
  const place = before - round;
  if (place < tier) return round + tier;
  return place < workloads ? before + 1 : round + lastTier + 1 + tier;
}

function tierOf({ manifest }: Draft): number {
  return tiers[formatGroupKind(refOf(manifest))] ?? lastTier;
}

/** Finds the construct that an object needs by what it is, without anybody saying so. */
function impliedDependency(drafts: readonly Draft[]): (draft: Draft) => string | undefined {
  const definitions = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const { manifest, construct } of drafts) {
    if (isDefinition(manifest)) definitions.set(formatGroupKind(definedKind(manifest)), construct);
    if (isRole(manifest)) roles.set(keyOf(refOf(manifest)), construct);
  }
  return ({ manifest }) => {
    const role = boundRole(manifest);
    return definitions.get(formatGroupKind(refOf(manifest))) ?? (role === undefined ? undefined : roles.get(keyOf(role)));
  };
}

/** `drafts` with everything after what it depends on (Kahn); those of a circle are left out, and one circle is told. */
function sorted(drafts: readonly Draft[]): { readonly sequence: readonly Draft[]; readonly cycle: readonly Draft[] | undefined } {
  const byConstruct = new Map(drafts.map((draft) => [draft.construct, draft]));
  const waiting = new Map(drafts.map((draft) => [draft.construct, draft.dependsOn.filter((needed) => byConstruct.has(needed)).length]));
  const dependants = new Map<string, Draft[]>();
  for (const draft of drafts) {
    for (const needed of draft.dependsOn) {
      const known = dependants.get(needed);
      if (known === undefined) dependants.set(needed, [draft]);
      else known.push(draft);
    }
  }
  const sequence = drafts.filter(({ construct }) => waiting.get(construct) === 0);
  for (const done of sequence) {
    for (const next of dependants.get(done.construct) ?? []) {
      const left = (waiting.get(next.construct) ?? 0) - 1;
      waiting.set(next.construct, left);
      if (left === 0) sequence.push(next);
    }
  }
  const stuck = drafts.filter(({ construct }) => (waiting.get(construct) ?? 0) > 0);
  return { sequence, cycle: stuck.length === 0 ? undefined : circleIn(stuck) };
}

/** A circle among drafts of which each waits for another one of them: following any way long enough comes back. */
function circleIn(stuck: readonly Draft[]): readonly Draft[] {
  const byConstruct = new Map(stuck.map((draft) => [draft.construct, draft]));
  const way: Draft[] = [];
  for (let here = stuck[0]; here !== undefined; ) {
    const start = way.indexOf(here);
    if (start >= 0) return way.slice(start);
    way.push(here);
    const next: string | undefined = here.dependsOn.find((needed) => byConstruct.has(needed));
    here = next === undefined ? undefined : byConstruct.get(next);
  }
  return way;
}

function cycleError(cycle: readonly Draft[]): Diagnostic {
  const first = cycle.find(({ hook }) => hook !== undefined) ?? cycle[0];
  const way = [...cycle, ...cycle.slice(0, 1)].map(({ construct }) => `\`${construct}\``).join(' → ');
  const error = first?.hook === undefined ? circle(way) : circleOfHook(first.hook, way);
  return first === undefined ? { severity: 'error', at: {}, ...error } : errorAbout(first, error);
}

function circle(way: string): Pick<Diagnostic, 'code' | 'message' | 'help'> {
  return { code: 'dependency-cycle', message: `objects depend on each other in a circle: ${way}`, help: 'remove one `addDependency`' };
}

function circleOfHook({ when }: DraftHook, way: string): Pick<Diagnostic, 'code' | 'message' | 'help'> {
  const help =
    when === 'before'
      ? 'remove the dependency of what the hook itself needs on the hook, or that of the hook on it'
      : 'remove the dependency on the hook: it comes last, after all else of its chart';
  const time = when === 'failure' ? 'runs when something failed' : `comes ${when} all else`;
  return { code: 'hook-cycle', message: `a hook that ${time} depends on what waits for it: ${way}`, help };
}
