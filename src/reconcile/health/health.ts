import type { Health } from '../../model/health.ts';
import { numberAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { formatGroupKind, type GroupKind, groupOf } from '../../model/ref.ts';
import { deletion } from './deletion.ts';
import { jobs } from './jobs.ts';
import { networking } from './networking.ts';
import { operatorRule } from './operators/operators.ts';
import { suspension } from './operators/suspension.ts';
import { platform } from './platform.ts';
import { pods } from './pods.ts';
import { policies } from './policies.ts';
import { because, conditionOf, current, exists, failed, inProgress, type LiveCondition, outdated, type Rule } from './rule.ts';
import { storage } from './storage.ts';
import { workloads } from './workloads.ts';

/** What is known of the kind of an object, beside the object. */
export interface KindFacts {
  /** Whether its schema has a status (a status subresource); undefined when nobody knows. Built-in kinds need no telling. */
  readonly hasStatus?: boolean | undefined;
  /** The rule that its environment has for it, in place of the one here. */
  readonly rule?: Rule | undefined;
}

/**
 * How `object` does, by the rules of kstatus (sigs.k8s.io/cli-utils/pkg/kstatus), in layers: deletion, suspension (whose
 * generation nobody sees), generation, the conditions Reconciling and Stalled, then the rule of its kind. Rules that differ
 * from kstatus say so. Above all, a kind without a status is Current when it exists, and one that has a status but tells
 * nothing is Unknown, never Current. The rule of an environment stands in place of the last two layers.
 */
export function healthOf(object: LiveObject, facts: KindFacts = {}): Health {
  const name = formatGroupKind({ group: groupOf(object.apiVersion), kind: object.kind });
  const early = deletion(object) ?? suspension(object) ?? (hasOtherGeneration(name) ? undefined : generation(object));
  if (early !== undefined) return early;
  return facts.rule?.(object) ?? abnormal(object) ?? ruleFor(name)?.(object) ?? custom(object, facts);
}

/** Whether objects of a kind without a status subresource have a status all the same, by which their health is told. */
export function readsStatus(kind: GroupKind): boolean {
  const rule = operatorRule(formatGroupKind(kind));
  return rule !== undefined && rule !== exists;
}

/**
 * Whether what objects of a kind call their observed generation is another one: that by which a machine was started (KubeVirt, `VirtualMachineStatus`),
 * which stays as it is until that is started again; and what of a kind without anything to wait for need not be kept.
 */
function hasOtherGeneration(name: string): boolean {
  return name === 'VirtualMachine.kubevirt.io' || operatorRule(name) === exists;
}

/** The rule of each built-in kind that has a status, by group and kind. */
export const rules: Readonly<Record<string, Rule>> = {
  ...workloads,
  ...pods,
  ...jobs,
  ...networking,
  ...storage,
  ...policies,
  ...platform,
};

/** The built-in kinds (as of Kubernetes 1.35) that have no status, and nothing to wait for. */
export const withoutStatus: ReadonlySet<string> = new Set([
  'ConfigMap',
  'Endpoints',
  'Event',
  'LimitRange',
  'PodTemplate',
  'Secret',
  'ServiceAccount',
  'ClusterTrustBundle.certificates.k8s.io',
  'ControllerRevision.apps',
  'CSIDriver.storage.k8s.io',
  'CSINode.storage.k8s.io',
  'CSIStorageCapacity.storage.k8s.io',
  'DeviceClass.resource.k8s.io',
  'EndpointSlice.discovery.k8s.io',
  'Event.events.k8s.io',
  'IngressClass.networking.k8s.io',
  'IPAddress.networking.k8s.io',
  'Lease.coordination.k8s.io',
  'LeaseCandidate.coordination.k8s.io',
  'MutatingAdmissionPolicy.admissionregistration.k8s.io',
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
  'NetworkPolicy.networking.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'ResourceClaimTemplate.resource.k8s.io',
  'ResourceSlice.resource.k8s.io',
  'Role.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io',
  'RuntimeClass.node.k8s.io',
  'StorageClass.storage.k8s.io',
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'VolumeAttributesClass.storage.k8s.io',
  'Workload.scheduling.k8s.io',
]);

function ruleFor(name: string): Rule | undefined {
  return rules[name] ?? operatorRule(name) ?? (withoutStatus.has(name) ? exists : undefined);
}

function generation(object: LiveObject): Health | undefined {
  return outdated(object, numberAt(object, 'status', 'observedGeneration'));
}

/** The standard conditions of kstatus: absent or False is normal. What Stalled says of another generation is not believed. */
function abnormal(object: LiveObject): Health | undefined {
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status === 'True') return inProgress(because(reconciling));
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status !== 'True') return undefined;
  return outdated(object, stalled.observedGeneration) ?? failed(because(stalled));
}

/**
 * A kind without a rule. Its Ready condition decides; without one, that its controller has seen this very generation and
 * reports nothing abnormal. Else nothing is known, unless the kind has no status that could tell.
 */
function custom(object: LiveObject, { hasStatus }: KindFacts): Health {
  const ready = conditionOf(object, 'Ready');
  if (ready !== undefined) return unsynced(object) ?? outdated(object, ready.observedGeneration) ?? readiness(ready);
  const observed = numberAt(object, 'status', 'observedGeneration');
  if (observed !== undefined && observed === object.metadata.generation) return current(`generation: ${observed}, nothing abnormal`);
  if (hasStatus === false) return exists();
  return { status: 'Unknown', message: 'its status does not tell how it does' };
}

/**
 * Beside Ready, the claims, composites and managed resources of Crossplane say in Synced, whatever their kind, whether what is
 * wanted was carried over; or that nobody does while they are paused (apis/common of github.com/crossplane/crossplane-runtime).
 */
function unsynced(object: LiveObject): Health | undefined {
  const synced = conditionOf(object, 'Synced');
  if (synced === undefined) return undefined;
  const late = outdated(object, synced.observedGeneration);
  if (late !== undefined || synced.status === 'True') return late;
  return synced.reason === 'ReconcilePaused' ? current('paused') : inProgress(because(synced));
}

/** False may pass or not, there is no telling: kstatus waits. */
function readiness(ready: LiveCondition): Health {
  return ready.status === 'True' ? current('ready') : inProgress(because(ready));
}
