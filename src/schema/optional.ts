import type { Path } from '../model/json.ts';

/**
 * Fields that the OpenAPI of Kubernetes' own kinds calls required and the API server does not: its code takes their absence
 * for the zero value. By the name of the definition without its package, and the field; each was seen on a server.
 */
const optionalInCode: ReadonlySet<string> = new Set([
  'apiextensions.v1.CustomResourceDefinitionVersion.served',
  'apiextensions.v1.CustomResourceDefinitionVersion.storage',
  'apiextensions.v1.WebhookConversion.conversionReviewVersions',
  'apiregistration.v1.APIServiceSpec.groupPriorityMinimum',
  'apiregistration.v1.APIServiceSpec.versionPriority',
  'apps.v1.ControllerRevision.revision',
  'batch.v1.PodFailurePolicy.rules',
  'core.v1.ClusterTrustBundleProjection.path',
  'core.v1.HTTPHeader.value',
  'core.v1.LimitRangeSpec.limits',
  'core.v1.PersistentVolumeClaimCondition.status',
  'core.v1.PersistentVolumeClaimCondition.type',
  'core.v1.PodCertificateProjection.keyType',
  'core.v1.PodCertificateProjection.signerName',
  'core.v1.PreferredSchedulingTerm.preference',
  'core.v1.SleepAction.seconds',
  'core.v1.Sysctl.value',
  'core.v1.TypedLocalObjectReference.kind',
  'core.v1.TypedLocalObjectReference.name',
  'core.v1.WorkloadReference.name',
  'core.v1.WorkloadReference.podGroup',
  'discovery.v1.EndpointSlice.endpoints',
  'discovery.v1.ForZone.name',
  'rbac.v1.RoleRef.apiGroup',
  'resource.v1.Counter.value',
  'resource.v1.DeviceClass.spec',
  'resource.v1.ResourceClaim.spec',
  'resource.v1.ResourceClaimTemplateSpec.spec',
  'resource.v1.CounterSet.counters',
  'resource.v1.CounterSet.name',
  'resource.v1.DeviceCapacity.value',
  'resource.v1.DeviceCounterConsumption.counterSet',
  'resource.v1.DeviceCounterConsumption.counters',
  'resource.v1.DeviceTaint.effect',
  'resource.v1.DeviceTaint.key',
  'resource.v1.ResourceClaimTemplate.spec',
  'resource.v1.ResourcePool.generation',
  'scheduling.v1.PriorityClass.value',
  'storage.v1.CSIDriver.spec',
  'storage.v1.CSINode.spec',
  'storage.v1.CSINodeSpec.drivers',
  'storage.v1.TokenRequest.audience',
]);

/** Fields with an enum that takes an empty text for the default: their Go types are no pointers. Each was seen on a server. */
const blankInCode: ReadonlySet<string> = new Set([
  'apps.v1.DaemonSetUpdateStrategy.type',
  'apps.v1.DeploymentStrategy.type',
  'apps.v1.StatefulSetSpec.podManagementPolicy',
  'apps.v1.StatefulSetUpdateStrategy.type',
  'batch.v1.CronJobSpec.concurrencyPolicy',
  'resource.v1.DeviceSubRequest.allocationMode',
  'resource.v1.ExactDeviceRequest.allocationMode',
  'resource.v1beta1.DeviceRequest.allocationMode',
  'resource.v1beta1.DeviceSubRequest.allocationMode',
  'resource.v1beta2.DeviceSubRequest.allocationMode',
  'resource.v1beta2.ExactDeviceRequest.allocationMode',
  'storage.v1.StorageClass.reclaimPolicy',
  'core.v1.Container.imagePullPolicy',
  'core.v1.Container.terminationMessagePolicy',
  'core.v1.ContainerPort.protocol',
  'core.v1.EndpointPort.protocol',
  'core.v1.EphemeralContainer.imagePullPolicy',
  'core.v1.EphemeralContainer.terminationMessagePolicy',
  'core.v1.HTTPGetAction.scheme',
  'core.v1.ImageVolumeSource.pullPolicy',
  'core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy',
  'core.v1.PodSpec.dnsPolicy',
  'core.v1.PodSpec.restartPolicy',
  'core.v1.ServicePort.protocol',
  'core.v1.ServiceSpec.externalTrafficPolicy',
  'core.v1.ServiceSpec.sessionAffinity',
  'core.v1.ServiceSpec.type',
  'core.v1.Toleration.effect',
  'core.v1.Toleration.operator',
]);

/** Fields with an enum that nobody looks at where a feature is off, which it is unless told: the API server drops them. */
const droppedInCode: ReadonlySet<string> = new Set([
  'core.v1.Lifecycle.stopSignal',
  ...['v1', 'v1beta1', 'v1beta2'].flatMap((version) => [
    `resource.${version}.DeviceTaint.effect`,
    `resource.${version}.DeviceToleration.effect`,
    `resource.${version}.DeviceToleration.operator`,
  ]),
]);

/** Definitions whose required fields the API server does not ask for below some fields: it does not look into those. */
const optionalBelow: Readonly<Record<string, readonly string[]>> = {
  'meta.v1.LabelSelectorRequirement': ['metrics', 'clusterTrustBundle'],
  'meta.v1.OwnerReference': ['spec', 'template'],
  'core.v1.NodeSelector': ['devices'],
};

/** Whether the object at `path` may lack `field` of `definition` although its schema says otherwise. */
export function isOptionalInCode(definition: string | undefined, field: string, path: Path): boolean {
  if (definition === undefined) return false;
  const below = optionalBelow[shortName(definition)] ?? [];
  return optionalInCode.has(nameOf(definition, field)) || below.some((key) => path.includes(key));
}

/** Whether `field` of `definition` may be `text` although that is none of its enum. */
export function isTakenInCode(definition: string | undefined, field: string, text: string): boolean {
  if (definition === undefined) return false;
  const name = nameOf(definition, field);
  return (text === '' && blankInCode.has(name)) || droppedInCode.has(name);
}

function nameOf(definition: string, field: string): string {
  return `${shortName(definition)}.${field}`;
}

/** `core.v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
function shortName(definition: string): string {
  return definition.split('.').slice(-3).join('.');
}
