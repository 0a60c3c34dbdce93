import type { k8s } from 'cdk8s-plus-28';

/** Fields that the generated cdk8s classes spell otherwise than Kubernetes does, and their name in YAML. */
interface YamlNames {
  clientIp: 'clientIP';
  clusterIp: 'clusterIP';
  datasetUuid: 'datasetUUID';
  diskUri: 'diskURI';
  downwardApi: 'downwardAPI';
  externalId: 'externalID';
  hostIp: 'hostIP';
  hostIpc: 'hostIPC';
  hostPid: 'hostPID';
  insecureSkipTlsVerify: 'insecureSkipTLSVerify';
  loadBalancerIp: 'loadBalancerIP';
  nodeId: 'nodeID';
  nonResourceUrLs: 'nonResourceURLs';
  openApiv3Schema: 'openAPIV3Schema';
  pdId: 'pdID';
  podCidr: 'podCIDR';
  podCidRs: 'podCIDRs';
  providerId: 'providerID';
  ref: '$ref';
  scaleIo: 'scaleIO';
  setHostnameAsFqdn: 'setHostnameAsFQDN';
  storagePolicyId: 'storagePolicyID';
  targetCpuUtilizationPercentage: 'targetCPUUtilizationPercentage';
  targetWwNs: 'targetWWNs';
  volumeId: 'volumeID';
  xKubernetesEmbeddedResource: 'x-kubernetes-embedded-resource';
  xKubernetesIntOrString: 'x-kubernetes-int-or-string';
  xKubernetesListMapKeys: 'x-kubernetes-list-map-keys';
  xKubernetesListType: 'x-kubernetes-list-type';
  xKubernetesMapType: 'x-kubernetes-map-type';
  xKubernetesPreserveUnknownFields: 'x-kubernetes-preserve-unknown-fields';
  xKubernetesValidations: 'x-kubernetes-validations';
}

/** IntOrString and Quantity have one field, `value`, and so has nothing else; structurally much more would look like them. */
type IsUnionClass<T> = [keyof T] extends ['value'] ? (['value'] extends [keyof T] ? true : false) : false;
type IsAny<T> = 0 extends 1 & T ? true : false;

/** A kind as its YAML is written, not as cdk8s' properties are. */
type Yaml<T> =
  IsAny<T> extends true
    ? unknown
    : T extends Date
      ? string
      : T extends readonly (infer U)[]
        ? readonly Yaml<U>[]
        : T extends object
          ? IsUnionClass<T> extends true
            ? number | string
            : { readonly [K in keyof T as K extends keyof YamlNames ? YamlNames[K] : K]: Yaml<T[K]> }
          : T;

/** The spec of a pod, as it stands in YAML. */
export type PodSpec = Yaml<k8s.PodSpec>;

/** A container, as it stands in YAML. */
export type Container = Yaml<k8s.Container>;

/**
 * The kinds that policies can be written for, as they stand in YAML. A project adds its custom kinds by
 * `declare module 'lockstep' { interface Kinds { Certificate: { spec?: … } } }`.
 */
export interface Kinds {
  APIService: Yaml<k8s.KubeApiServiceProps>;
  CertificateSigningRequest: Yaml<k8s.KubeCertificateSigningRequestProps>;
  ClusterRole: Yaml<k8s.KubeClusterRoleProps>;
  ClusterRoleBinding: Yaml<k8s.KubeClusterRoleBindingProps>;
  ConfigMap: Yaml<k8s.KubeConfigMapProps>;
  ControllerRevision: Yaml<k8s.KubeControllerRevisionProps>;
  CronJob: Yaml<k8s.KubeCronJobProps>;
  CSIDriver: Yaml<k8s.KubeCsiDriverProps>;
  CSINode: Yaml<k8s.KubeCsiNodeProps>;
  CSIStorageCapacity: Yaml<k8s.KubeCsiStorageCapacityProps>;
  CustomResourceDefinition: Yaml<k8s.KubeCustomResourceDefinitionProps>;
  DaemonSet: Yaml<k8s.KubeDaemonSetProps>;
  Deployment: Yaml<k8s.KubeDeploymentProps>;
  Endpoints: Yaml<k8s.KubeEndpointsProps>;
  EndpointSlice: Yaml<k8s.KubeEndpointSliceProps>;
  FlowSchema: Yaml<k8s.KubeFlowSchemaV1Beta3Props>;
  HorizontalPodAutoscaler: Yaml<k8s.KubeHorizontalPodAutoscalerV2Props>;
  Ingress: Yaml<k8s.KubeIngressProps>;
  IngressClass: Yaml<k8s.KubeIngressClassProps>;
  Job: Yaml<k8s.KubeJobProps>;
  Lease: Yaml<k8s.KubeLeaseProps>;
  LimitRange: Yaml<k8s.KubeLimitRangeProps>;
  MutatingWebhookConfiguration: Yaml<k8s.KubeMutatingWebhookConfigurationProps>;
  Namespace: Yaml<k8s.KubeNamespaceProps>;
  NetworkPolicy: Yaml<k8s.KubeNetworkPolicyProps>;
  Node: Yaml<k8s.KubeNodeProps>;
  PersistentVolume: Yaml<k8s.KubePersistentVolumeProps>;
  PersistentVolumeClaim: Yaml<k8s.KubePersistentVolumeClaimProps>;
  Pod: Yaml<k8s.KubePodProps>;
  PodDisruptionBudget: Yaml<k8s.KubePodDisruptionBudgetProps>;
  PodTemplate: Yaml<k8s.KubePodTemplateProps>;
  PriorityClass: Yaml<k8s.KubePriorityClassProps>;
  PriorityLevelConfiguration: Yaml<k8s.KubePriorityLevelConfigurationV1Beta3Props>;
  ReplicaSet: Yaml<k8s.KubeReplicaSetProps>;
  ReplicationController: Yaml<k8s.KubeReplicationControllerProps>;
  ResourceQuota: Yaml<k8s.KubeResourceQuotaProps>;
  Role: Yaml<k8s.KubeRoleProps>;
  RoleBinding: Yaml<k8s.KubeRoleBindingProps>;
  RuntimeClass: Yaml<k8s.KubeRuntimeClassProps>;
  Secret: Yaml<k8s.KubeSecretProps>;
  Service: Yaml<k8s.KubeServiceProps>;
  ServiceAccount: Yaml<k8s.KubeServiceAccountProps>;
  StatefulSet: Yaml<k8s.KubeStatefulSetProps>;
  StorageClass: Yaml<k8s.KubeStorageClassProps>;
  ValidatingAdmissionPolicy: Yaml<k8s.KubeValidatingAdmissionPolicyV1Beta1Props>;
  ValidatingAdmissionPolicyBinding: Yaml<k8s.KubeValidatingAdmissionPolicyBindingV1Beta1Props>;
  ValidatingWebhookConfiguration: Yaml<k8s.KubeValidatingWebhookConfigurationProps>;
  VolumeAttachment: Yaml<k8s.KubeVolumeAttachmentProps>;
}
