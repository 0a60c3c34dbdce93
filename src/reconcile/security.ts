import { type LiveObject, refOf } from '../model/manifest.ts';
import { formatGroupKind } from '../model/ref.ts';
import type { FieldPath } from './fields.ts';

/** The pod template of each kind that has one: the way to its spec. */
const podTemplates: Readonly<Record<string, FieldPath>> = {
  'Deployment.apps': ['f:spec', 'f:template', 'f:spec'],
  'StatefulSet.apps': ['f:spec', 'f:template', 'f:spec'],
  'DaemonSet.apps': ['f:spec', 'f:template', 'f:spec'],
  'ReplicaSet.apps': ['f:spec', 'f:template', 'f:spec'],
  ReplicationController: ['f:spec', 'f:template', 'f:spec'],
  'Job.batch': ['f:spec', 'f:template', 'f:spec'],
  'CronJob.batch': ['f:spec', 'f:jobTemplate', 'f:spec', 'f:template', 'f:spec'],
  PodTemplate: ['f:template', 'f:spec'],
  Pod: ['f:spec'],
};

/** The way to the pod that `live` makes pods of, or undefined when it makes none. */
export function podTemplateOf(live: LiveObject): FieldPath | undefined {
  return podTemplates[formatGroupKind(refOf(live))];
}

/** Fields of a pod that say what runs, and with which rights. */
const podSecurity: ReadonlySet<string> = new Set(
  [
    'containers',
    'initContainers',
    'ephemeralContainers',
    'volumes',
    'securityContext',
    'hostNetwork',
    'hostPID',
    'hostIPC',
    'hostUsers',
    'shareProcessNamespace',
    'serviceAccountName',
    'serviceAccount',
    'automountServiceAccountToken',
    'runtimeClassName',
  ].map((name) => `f:${name}`),
);

/** Fields of a container that say what runs, and with which rights: probes and hooks run commands, ports may be the node's. */
const containerSecurity: ReadonlySet<string> = new Set([
  // An item that is added as a whole.
  '.',
  'f:securityContext',
  'f:image',
  'f:command',
  'f:args',
  'f:lifecycle',
  'f:livenessProbe',
  'f:readinessProbe',
  'f:startupProbe',
  'f:ports',
  'f:volumeMounts',
  'f:volumeDevices',
]);

const containerLists: ReadonlySet<string> = new Set(['f:containers', 'f:initContainers', 'f:ephemeralContainers']);

/** Kinds that say who may do what, and what they say it with. */
const securityKinds: Readonly<Record<string, readonly string[]>> = {
  'Role.rbac.authorization.k8s.io': ['f:rules'],
  'ClusterRole.rbac.authorization.k8s.io': ['f:rules', 'f:aggregationRule'],
  'RoleBinding.rbac.authorization.k8s.io': ['f:subjects'],
  'ClusterRoleBinding.rbac.authorization.k8s.io': ['f:subjects'],
  'NetworkPolicy.networking.k8s.io': ['f:spec'],
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': ['f:spec'],
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io': ['f:spec'],
  ServiceAccount: ['f:secrets', 'f:imagePullSecrets'],
};

/** Which fields of `live` nobody may add to without being asked: those that say what runs, with which rights, and who may do what. */
export function securityFields(live: LiveObject): (path: FieldPath) => boolean {
  const kind = formatGroupKind(refOf(live));
  const whole = securityKinds[kind];
  if (whole !== undefined) return ([first = '']) => whole.includes(first);
  // Labels of a namespace that say what its pods may do (Pod Security Admission).
  if (kind === 'Namespace') return (path) => path[1] === 'f:labels' && (path[2] ?? '').startsWith('f:pod-security.kubernetes.io/');
  const template = podTemplates[kind];
  return template === undefined ? () => false : (path) => isPodSecurity(path, template);
}

function isPodSecurity(path: FieldPath, template: FieldPath): boolean {
  if (!template.every((step, i) => path[i] === step)) return false;
  const [field = '', , inner = '.'] = path.slice(template.length);
  if (!podSecurity.has(field)) return false;
  return !containerLists.has(field) || containerSecurity.has(inner);
}
