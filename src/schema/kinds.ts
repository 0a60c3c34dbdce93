import type { GroupKind } from '../model/ref.ts';

/** What is known of a kind without a schema. */
export interface Kind extends GroupKind {
  /** The plural in URLs and in RBAC: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether it has a status subresource. */
  readonly status: boolean;
}

type Row = readonly [kind: string, plural: string, scope: 'namespaced' | 'cluster', status?: 'status'];

/** Kubernetes' own kinds that can be applied, by group: the discovery of kube-apiserver 1.35.4 with all its APIs switched on. */
const table: Readonly<Record<string, readonly Row[]>> = {
  '': [
    ['ConfigMap', 'configmaps', 'namespaced'],
    ['Endpoints', 'endpoints', 'namespaced'],
    ['Event', 'events', 'namespaced'],
    ['LimitRange', 'limitranges', 'namespaced'],
    ['Namespace', 'namespaces', 'cluster', 'status'],
    ['Node', 'nodes', 'cluster', 'status'],
    ['PersistentVolume', 'persistentvolumes', 'cluster', 'status'],
    ['PersistentVolumeClaim', 'persistentvolumeclaims', 'namespaced', 'status'],
    ['Pod', 'pods', 'namespaced', 'status'],
    ['PodTemplate', 'podtemplates', 'namespaced'],
    ['ReplicationController', 'replicationcontrollers', 'namespaced', 'status'],
    ['ResourceQuota', 'resourcequotas', 'namespaced', 'status'],
    ['Secret', 'secrets', 'namespaced'],
    ['Service', 'services', 'namespaced', 'status'],
    ['ServiceAccount', 'serviceaccounts', 'namespaced'],
  ],
  'admissionregistration.k8s.io': [
    ['MutatingAdmissionPolicy', 'mutatingadmissionpolicies', 'cluster'],
    ['MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings', 'cluster'],
    ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', 'cluster'],
    ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies', 'cluster', 'status'],
    ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings', 'cluster'],
    ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', 'cluster'],
  ],
  'apiextensions.k8s.io': [['CustomResourceDefinition', 'customresourcedefinitions', 'cluster', 'status']],
  'apiregistration.k8s.io': [['APIService', 'apiservices', 'cluster', 'status']],
  apps: [
    ['ControllerRevision', 'controllerrevisions', 'namespaced'],
    ['DaemonSet', 'daemonsets', 'namespaced', 'status'],
    ['Deployment', 'deployments', 'namespaced', 'status'],
    ['ReplicaSet', 'replicasets', 'namespaced', 'status'],
    ['StatefulSet', 'statefulsets', 'namespaced', 'status'],
  ],
  autoscaling: [['HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'namespaced', 'status']],
  batch: [
    ['CronJob', 'cronjobs', 'namespaced', 'status'],
    ['Job', 'jobs', 'namespaced', 'status'],
  ],
  'certificates.k8s.io': [
    ['CertificateSigningRequest', 'certificatesigningrequests', 'cluster', 'status'],
    ['ClusterTrustBundle', 'clustertrustbundles', 'cluster'],
    ['PodCertificateRequest', 'podcertificaterequests', 'namespaced', 'status'],
  ],
  'coordination.k8s.io': [
    ['Lease', 'leases', 'namespaced'],
    ['LeaseCandidate', 'leasecandidates', 'namespaced'],
  ],
  'discovery.k8s.io': [['EndpointSlice', 'endpointslices', 'namespaced']],
  'events.k8s.io': [['Event', 'events', 'namespaced']],
  'flowcontrol.apiserver.k8s.io': [
    ['FlowSchema', 'flowschemas', 'cluster', 'status'],
    ['PriorityLevelConfiguration', 'prioritylevelconfigurations', 'cluster', 'status'],
  ],
  'internal.apiserver.k8s.io': [['StorageVersion', 'storageversions', 'cluster', 'status']],
  'networking.k8s.io': [
    ['IPAddress', 'ipaddresses', 'cluster'],
    ['Ingress', 'ingresses', 'namespaced', 'status'],
    ['IngressClass', 'ingressclasses', 'cluster'],
    ['NetworkPolicy', 'networkpolicies', 'namespaced'],
    ['ServiceCIDR', 'servicecidrs', 'cluster', 'status'],
  ],
  'node.k8s.io': [['RuntimeClass', 'runtimeclasses', 'cluster']],
  policy: [['PodDisruptionBudget', 'poddisruptionbudgets', 'namespaced', 'status']],
  'rbac.authorization.k8s.io': [
    ['ClusterRole', 'clusterroles', 'cluster'],
    ['ClusterRoleBinding', 'clusterrolebindings', 'cluster'],
    ['Role', 'roles', 'namespaced'],
    ['RoleBinding', 'rolebindings', 'namespaced'],
  ],
  'resource.k8s.io': [
    ['DeviceClass', 'deviceclasses', 'cluster'],
    ['DeviceTaintRule', 'devicetaintrules', 'cluster', 'status'],
    ['ResourceClaim', 'resourceclaims', 'namespaced', 'status'],
    ['ResourceClaimTemplate', 'resourceclaimtemplates', 'namespaced'],
    ['ResourceSlice', 'resourceslices', 'cluster'],
  ],
  'scheduling.k8s.io': [
    ['PriorityClass', 'priorityclasses', 'cluster'],
    ['Workload', 'workloads', 'namespaced'],
  ],
  'storage.k8s.io': [
    ['CSIDriver', 'csidrivers', 'cluster'],
    ['CSINode', 'csinodes', 'cluster'],
    ['CSIStorageCapacity', 'csistoragecapacities', 'namespaced'],
    ['StorageClass', 'storageclasses', 'cluster'],
    ['VolumeAttachment', 'volumeattachments', 'cluster', 'status'],
    ['VolumeAttributesClass', 'volumeattributesclasses', 'cluster'],
  ],
  'storagemigration.k8s.io': [['StorageVersionMigration', 'storageversionmigrations', 'cluster', 'status']],
};

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries(table).flatMap(([group, rows]) =>
    rows.map(([kind, plural, scope, status]) => [
      `${kind}.${group}`,
      { group, kind, plural, namespaced: scope === 'namespaced', status: status === 'status' },
    ]),
  ),
);

/** What is known of a kind of Kubernetes' own, or undefined for others. */
export function builtinKind({ group, kind }: GroupKind): Kind | undefined {
  return kinds.get(`${kind}.${group}`);
}

/** All kinds of Kubernetes' own. */
export function builtinKinds(): readonly Kind[] {
  return [...kinds.values()];
}
