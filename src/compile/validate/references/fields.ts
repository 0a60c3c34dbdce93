import type { Manifest } from '../../../model/manifest.ts';
import { refOf } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatRef, keyOf } from '../../../model/ref.ts';
import type { KindTable } from '../../served.ts';
import type { Subject } from '../subject.ts';
import { ofBinding, ofFlowSchema, ofSecret, ofServiceAccount } from './access.ts';
import { ofApiService, ofDefinition, ofPolicyBinding, ofWebhooks } from './extensions.ts';
import type { Fact, Known, Lookup } from './known.ts';
import { missing, partMissing } from './missing.ts';
import { ofGateway, ofIngress, ofRoute } from './networking.ts';
import { keysOf, type Parts, portsOf } from './parts.ts';
import { referencesOfPod } from './pods.ts';
import { named, type Part, type Reference } from './reference.ts';
import { ofAutoscaler } from './scaling.ts';
import { ofClaimTemplates, ofPersistentVolume, ofPersistentVolumeClaim, ofResourceClaim, ofVolumeSnapshot } from './storage.ts';

type Finder = (manifest: Manifest, known: Known, kinds: KindTable) => readonly Reference[];

/** Where the objects of a kind refer to others, beside what their pods refer to. */
const finders: ReadonlyMap<string, Finder> = new Map(
  Object.entries({
    'APIService.apiregistration.k8s.io': ofApiService,
    'ClusterRoleBinding.rbac.authorization.k8s.io': ofBinding,
    'CustomResourceDefinition.apiextensions.k8s.io': ofDefinition,
    'FlowSchema.flowcontrol.apiserver.k8s.io': ofFlowSchema,
    'GRPCRoute.gateway.networking.k8s.io': ofRoute,
    'Gateway.gateway.networking.k8s.io': ofGateway,
    'HTTPRoute.gateway.networking.k8s.io': ofRoute,
    'HorizontalPodAutoscaler.autoscaling': ofAutoscaler,
    'Ingress.networking.k8s.io': ofIngress,
    'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io': ofPolicyBinding,
    'MutatingWebhookConfiguration.admissionregistration.k8s.io': ofWebhooks,
    PersistentVolume: ofPersistentVolume,
    PersistentVolumeClaim: ofPersistentVolumeClaim,
    'ResourceClaim.resource.k8s.io': ofResourceClaim,
    'ResourceClaimTemplate.resource.k8s.io': ofResourceClaim,
    'RoleBinding.rbac.authorization.k8s.io': ofBinding,
    Secret: ofSecret,
    ServiceAccount: ofServiceAccount,
    'StatefulSet.apps': ofStatefulSet,
    'TCPRoute.gateway.networking.k8s.io': ofRoute,
    'TLSRoute.gateway.networking.k8s.io': ofRoute,
    'UDPRoute.gateway.networking.k8s.io': ofRoute,
    'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io': ofPolicyBinding,
    'ValidatingWebhookConfiguration.admissionregistration.k8s.io': ofWebhooks,
    'VolumeSnapshot.snapshot.storage.k8s.io': ofVolumeSnapshot,
  }),
);

function ofStatefulSet(manifest: Manifest): readonly Reference[] {
  const to = { group: '', kind: 'Service', namespace: refOf(manifest).namespace };
  return [...named(manifest['spec'], ['spec'], { field: 'serviceName', to }), ...ofClaimTemplates(manifest)];
}

/** What an object refers to by its fields. */
export function referencesOf(subject: Subject, { known, kinds }: Pick<Lookup, 'known' | 'kinds'>): readonly Reference[] {
  const find = finders.get(subject.kind.name);
  if (find === undefined && subject.kind.pod === undefined) return none;
  return [...referencesOfPod(subject), ...(find?.(subject.manifest, known, kinds) ?? [])];
}

const none: readonly Reference[] = [];

/** The references of an object that lead nowhere: each target is told once, at the first field that names it. */
export function referenceProblems(subject: Subject, lookup: Lookup): readonly Problem[] {
  const told = new Map<string, Problem>();
  for (const reference of referencesOf(subject, lookup)) {
    const problem = judge(subject, reference, lookup);
    if (problem === undefined) continue;
    const part = problem.code === 'reference-missing' ? undefined : (reference.key?.name ?? reference.port?.name);
    const key = JSON.stringify([keyOf(reference.to), part]);
    if (!told.has(key)) told.set(key, problem);
  }
  return [...told.values()];
}

function judge({ ref }: Subject, reference: Reference, { known, needed }: Lookup): Problem | undefined {
  const { to, key, port } = reference;
  const facts = known.facts(to);
  const first = facts[0];
  if (first === undefined) return missing(formatRef(ref), reference, known);
  const part = partOf(key, keysOf) ?? partOf(port, portsOf);
  const fact = part === undefined ? first : facts.find((one) => part.has(one));
  for (const one of fact === undefined ? facts : [fact]) needed(one);
  return fact === undefined ? partMissing(formatRef(ref), reference, facts) : undefined;
}

function partOf(part: Part<string | number> | undefined, partsOf: (fact: Fact) => Parts): { has(fact: Fact): boolean } | undefined {
  if (part === undefined) return undefined;
  return {
    has(fact) {
      const parts = partsOf(fact);
      return parts === 'any' || parts.has(String(part.name));
    },
  };
}
