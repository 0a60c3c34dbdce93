import { formatGroupKind, type GroupKind } from '../../model/ref.ts';
import { configMapKey, dnsLabel, dnsLabel1035, dnsSubdomain, pathSegment, type TextFormat } from '../../schema/formats.ts';

/** A group and a resource in it: how storage versions are called. */
const groupAndResource: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  what: 'is a group and a resource in it, with a `.` between them',
};

/**
 * Kinds whose names are not DNS subdomains (the name function in the validation or strategy of each kind). Those of some need
 * only survive in a URL, and some have rules of their own beside. A CronJob appends eleven characters to its name, for its Jobs.
 */
const nameFormats: Readonly<Record<string, TextFormat>> = {
  'APIService.apiregistration.k8s.io': pathSegment,
  'CertificateSigningRequest.certificates.k8s.io': pathSegment,
  'ClusterRole.rbac.authorization.k8s.io': pathSegment,
  'ClusterRoleBinding.rbac.authorization.k8s.io': pathSegment,
  'ClusterTrustBundle.certificates.k8s.io': pathSegment,
  'CronJob.batch': { ...dnsSubdomain, max: 52 },
  Event: pathSegment,
  'IPAddress.networking.k8s.io': pathSegment,
  'Job.batch': { ...dnsSubdomain, max: 63 },
  'LeaseCandidate.coordination.k8s.io': configMapKey,
  Namespace: dnsLabel,
  'PodDisruptionBudget.policy': pathSegment,
  'Role.rbac.authorization.k8s.io': pathSegment,
  'RoleBinding.rbac.authorization.k8s.io': pathSegment,
  'StatefulSet.apps': dnsLabel,
  'StorageVersion.internal.apiserver.k8s.io': groupAndResource,
};

/** The minor from which the name of a Service may begin with a digit (RelaxedServiceNameValidation). */
const relaxedServices = 36;

/** What the name of an object of `kind` may be in `minor` of Kubernetes, or in any minor where that is not known. */
export function nameFormat(kind: GroupKind, minor: number | undefined): TextFormat {
  if (kind.group === '' && kind.kind === 'Service') return minor !== undefined && minor < relaxedServices ? dnsLabel1035 : dnsLabel;
  return nameFormats[formatGroupKind(kind)] ?? dnsSubdomain;
}

/** Kinds whose validation looks at the name that is made only: of what it is made of, it is asked what is asked of all. */
const anyPrefix = ['DeviceClass.resource.k8s.io', 'ReplicationController'];

/** What `prefix`, to which characters are added, would be as a name; undefined when there is none. */
export function nameOfPrefix(prefix: string): string | undefined {
  return prefix.length > 1 ? prefix.replace(/.-$/s, 'a') : prefix || undefined;
}

/** What the name of an object of `kind` may be made of in `minor`. */
export function prefixFormat(kind: GroupKind, minor: number | undefined): TextFormat {
  return anyPrefix.includes(formatGroupKind(kind)) ? pathSegment : nameFormat(kind, minor);
}
