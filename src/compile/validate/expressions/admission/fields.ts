import type { Json } from '../../../../model/json.ts';

/** Facts about the fields of Kubernetes' own kinds, by their names: what the API server makes of them before policies see them. */

function names(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Fields that the API server sets itself: by defaults (pkg/apis/<group>/v1/defaults.go of Kubernetes 1.35), or when it stores an object. */
const set = names(`
  uid resourceVersion generation creationTimestamp managedFields selfLink status finalizers
  replicas strategy updateStrategy type rollingUpdate maxSurge maxUnavailable partition revisionHistoryLimit progressDeadlineSeconds
  podManagementPolicy persistentVolumeClaimRetentionPolicy whenDeleted whenScaled selector
  restartPolicy dnsPolicy schedulerName securityContext terminationGracePeriodSeconds enableServiceLinks serviceAccount serviceAccountName
  terminationMessagePath terminationMessagePolicy imagePullPolicy resources requests protocol hostPort
  successThreshold failureThreshold periodSeconds timeoutSeconds scheme path apiVersion defaultMode optional mode readOnly service
  fsType storageMode user pool keyring iscsiInterface cachingMode kind expirationSeconds
  sessionAffinity sessionAffinityConfig clientIP clusterIP clusterIPs ipFamilies ipFamilyPolicy internalTrafficPolicy externalTrafficPolicy
  allocateLoadBalancerNodePorts targetPort nodePort healthCheckNodePort ipMode
  backoffLimit completions parallelism completionMode suspend podReplacementPolicy manualSelector
  concurrencyPolicy successfulJobsHistoryLimit failedJobsHistoryLimit
  minReplicas metrics behavior scaleUp scaleDown stabilizationWindowSeconds selectPolicy policies
  volumeMode storageClassName volumeName dataSource dataSourceRef accessModes persistentVolumeReclaimPolicy claimRef phase
  ingressClassName policyTypes apiGroup apiGroups reclaimPolicy volumeBindingMode
  attachRequired podInfoOnMount fsGroupPolicy volumeLifecycleModes storageCapacity requiresRepublish seLinuxMount nodeAffinity
  data stringData secrets preemptionPolicy default defaultRequest hard
  failurePolicy matchPolicy namespaceSelector objectSelector reinvocationPolicy scope sideEffects port validationActions
  nominalConcurrencyShares lendablePercent queues handSize queueLengthLimit matchingPrecedence distinguisherMethod
  allocationMode count timeAdded conversion singular listKind preserveUnknownFields allocatable
`);

/** Fields of pods that admission sets: of pods themselves, not of templates. */
const setOnPods = names(`
  nodeName tolerations priority priorityClassName volumes volumeMounts imagePullSecrets limits env overhead nodeSelector affinity
  automountServiceAccountToken labels annotations hostname
`);

/** Numbers and bools of which the API server keeps 0 and false: pointers, or fields that are always written. */
const kept = names(`
  activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation allowVolumeExpansion attachRequired
  automountServiceAccountToken averageUtilization backoffLimit backoffLimitPerIndex completions containerPort defaultMode
  enableServiceLinks endPort expirationSeconds failedJobsHistoryLimit fsGroup hostProcess hostUsers immutable maxFailedIndexes
  maxReplicas maxSkew minDomains minReplicas mode optional parallelism podInfoOnMount port priority privileged
  progressDeadlineSeconds readOnlyRootFilesystem requiresRepublish revisionHistoryLimit runAsGroup runAsNonRoot runAsUser seLinuxMount
  seconds setHostnameAsFQDN shareProcessNamespace stabilizationWindowSeconds startingDeadlineSeconds storageCapacity
  successfulJobsHistoryLimit suspend terminationGracePeriodSeconds tolerationSeconds ttlSecondsAfterFinished value weight
`);

/** Numbers and bools that the API server drops when they are 0 or false. */
const dropped = names(`
  globalDefault hostIPC hostNetwork hostPID initialDelaySeconds minReadySeconds paused publishNotReadyAddresses stdin stdinOnce tty
  unschedulable
`);

const containers = names('containers initContainers ephemeralContainers');

/** Whether the field holds the containers of a pod. */
export function isContainers(field: string): boolean {
  return containers.has(field);
}

/** Whether the API server may set the field `key`, where it is absent in what stands under `parent`. */
export function mayBeSet(parent: string, key: string, isPod: boolean): boolean {
  if (isContainers(parent) && key === 'securityContext') return false;
  return set.has(key) || (isPod && setOnPods.has(key));
}

/** What becomes of a field whose value is 0, false or empty: it may stay, be dropped, or nobody knows here. */
export function fateOfZero(key: string, value: Json): 'kept' | 'dropped' | 'unsure' {
  const isScalar = value === 0 || value === false;
  if (isScalar && kept.has(key)) return 'kept';
  return isScalar && dropped.has(key) ? 'dropped' : 'unsure';
}
