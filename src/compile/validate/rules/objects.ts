import {
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
} from './admissionpolicies.ts';
import { apiService, storageVersionMigration } from './apiservice.ts';
import { autoscaler } from './autoscaler.ts';
import { disruptionBudget } from './budget.ts';
import { certificateRequest, trustBundle } from './certificates.ts';
import { claimSpec } from './claims.ts';
import { namespace, node } from './cluster.ts';
import { configMap, controllerRevision, secret } from './configuration.ts';
import { customResourceDefinition } from './definition.ts';
import { deviceClass, deviceTaintRule, resourceClaim, resourceClaimTemplate } from './devices.ts';
import { resourceSlice } from './deviceslices.ts';
import { endpointSlice, endpoints } from './endpoints.ts';
import { coreEvent, event } from './event.ts';
import { flowSchema, priorityLevel } from './flowcontrol.ts';
import { ingress, ingressClass } from './ingress.ts';
import { lease, leaseCandidate } from './lease.ts';
import { builtinFinalizers, givenGeneration } from './metadata.ts';
import { networkPolicy } from './networkpolicy.ts';
import { limitRange, resourceQuota } from './quotas.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './rbac.ts';
import { all, fields, fine, type Rule } from './rule.ts';
import { runtimeClass } from './runtimeclass.ts';
import { priorityClass, workload } from './scheduling.ts';
import { service } from './service.ts';
import { ipAddress, serviceCidr } from './servicecidr.ts';
import { size } from './size.ts';
import { specOf } from './spec.ts';
import { csiDriver, csiNode, csiStorageCapacity, storageClass, volumeAttachment, volumeAttributesClass } from './storage.ts';
import { persistentVolume } from './volumes.ts';
import { webhookConfiguration } from './webhooks.ts';

const nothing: Rule = () => fine;

/** Kinds whose finalizers need no domain: their validation is older, or not of Kubernetes' own server. */
const withAnyFinalizers: Readonly<Record<string, Rule>> = {
  'APIService.apiregistration.k8s.io': apiService,
  'CustomResourceDefinition.apiextensions.k8s.io': all(customResourceDefinition, size),
  Event: coreEvent,
  'Lease.coordination.k8s.io': lease,
  'LeaseCandidate.coordination.k8s.io': leaseCandidate,
  'MutatingAdmissionPolicy.admissionregistration.k8s.io': mutatingAdmissionPolicy,
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io': mutatingAdmissionPolicyBinding,
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': webhookConfiguration,
  'PodDisruptionBudget.policy': disruptionBudget,
  'RuntimeClass.node.k8s.io': runtimeClass,
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': validatingAdmissionPolicy,
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io': validatingAdmissionPolicyBinding,
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': webhookConfiguration,
};

/** All others. */
const withKnownFinalizers: Readonly<Record<string, Rule>> = {
  'CSIDriver.storage.k8s.io': csiDriver,
  'CSINode.storage.k8s.io': csiNode,
  'CSIStorageCapacity.storage.k8s.io': csiStorageCapacity,
  'CertificateSigningRequest.certificates.k8s.io': certificateRequest,
  'ClusterRole.rbac.authorization.k8s.io': clusterRole,
  'ClusterRoleBinding.rbac.authorization.k8s.io': clusterRoleBinding,
  'ClusterTrustBundle.certificates.k8s.io': trustBundle,
  ConfigMap: configMap,
  'ControllerRevision.apps': controllerRevision,
  'DeviceClass.resource.k8s.io': deviceClass,
  'DeviceTaintRule.resource.k8s.io': deviceTaintRule,
  Endpoints: endpoints,
  'EndpointSlice.discovery.k8s.io': endpointSlice,
  'Event.events.k8s.io': event,
  'FlowSchema.flowcontrol.apiserver.k8s.io': flowSchema,
  'HorizontalPodAutoscaler.autoscaling': autoscaler,
  'Ingress.networking.k8s.io': ingress,
  'IngressClass.networking.k8s.io': ingressClass,
  'IPAddress.networking.k8s.io': ipAddress,
  LimitRange: limitRange,
  Namespace: namespace,
  'NetworkPolicy.networking.k8s.io': networkPolicy,
  Node: node,
  PersistentVolume: persistentVolume,
  PersistentVolumeClaim: specOf(claimSpec),
  'PriorityClass.scheduling.k8s.io': priorityClass,
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io': priorityLevel,
  'ResourceClaim.resource.k8s.io': resourceClaim,
  'ResourceClaimTemplate.resource.k8s.io': resourceClaimTemplate,
  ResourceQuota: resourceQuota,
  'ResourceSlice.resource.k8s.io': resourceSlice,
  'Role.rbac.authorization.k8s.io': role,
  'RoleBinding.rbac.authorization.k8s.io': roleBinding,
  Secret: secret,
  Service: service,
  ServiceAccount: nothing,
  'ServiceCIDR.networking.k8s.io': serviceCidr,
  'StorageClass.storage.k8s.io': storageClass,
  'StorageVersionMigration.storagemigration.k8s.io': storageVersionMigration,
  'VolumeAttachment.storage.k8s.io': volumeAttachment,
  'VolumeAttributesClass.storage.k8s.io': volumeAttributesClass,
  'Workload.scheduling.k8s.io': workload,
};

/** Kinds of which the server does not set the generation anew before it looks; each was seen on a server. */
const withGivenGeneration: readonly string[] = [
  'APIService.apiregistration.k8s.io',
  'CSIDriver.storage.k8s.io',
  'CSINode.storage.k8s.io',
  'CSIStorageCapacity.storage.k8s.io',
  'CertificateSigningRequest.certificates.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io',
  'ClusterRoleBinding.rbac.authorization.k8s.io',
  'ConfigMap',
  'ControllerRevision.apps',
  'Endpoints',
  'Event',
  'HorizontalPodAutoscaler.autoscaling',
  'IPAddress.networking.k8s.io',
  'Lease.coordination.k8s.io',
  'LimitRange',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceClaim.resource.k8s.io',
  'ResourceClaimTemplate.resource.k8s.io',
  'ResourceQuota',
  'Role.rbac.authorization.k8s.io',
  'RoleBinding.rbac.authorization.k8s.io',
  'RuntimeClass.node.k8s.io',
  'Secret',
  'Service',
  'ServiceAccount',
  'ServiceCIDR.networking.k8s.io',
  'StorageClass.storage.k8s.io',
  'VolumeAttachment.storage.k8s.io',
  'VolumeAttributesClass.storage.k8s.io',
];

const metadataOf = (kind: string, ...rules: readonly Rule[]): Rule =>
  fields({ metadata: all(...(withGivenGeneration.includes(kind) ? [givenGeneration] : []), ...rules) });

/** The rules of all kinds that hold no template of pods, by group and kind. */
export const objectRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.entries(withAnyFinalizers).map(([kind, rule]) => [kind, all(metadataOf(kind), rule)])),
  ...Object.fromEntries(Object.entries(withKnownFinalizers).map(([kind, rule]) => [kind, all(metadataOf(kind, builtinFinalizers), rule)])),
};
