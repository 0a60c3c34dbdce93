import { formatGroupKind, type ObjectRef } from '../../../model/ref.ts';

/** Objects of one kind that every cluster has, though nobody makes them by hand. */
interface FromStart {
  readonly kind: string;
  /** Only in these namespaces; undefined is in every one, or in none. */
  readonly namespaces?: readonly string[];
  readonly names: readonly string[];
  /** A prefix of names that Kubernetes keeps for its own. */
  readonly prefix?: string;
}

/**
 * What the control plane makes by itself: namespaces (pkg/controlplane/controller/systemnamespaces), roles
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy), priority classes (pkg/apis/scheduling), what every namespace gets from the
 * controllers for ServiceAccounts and root certificates, and the ground of API Priority and Fairness.
 */
const fromStart: readonly FromStart[] = [
  { kind: 'Namespace', names: ['default', 'kube-node-lease', 'kube-public', 'kube-system'] },
  { kind: 'ServiceAccount', names: ['default'] },
  { kind: 'ConfigMap', names: ['kube-root-ca.crt'] },
  { kind: 'ConfigMap', namespaces: ['kube-system'], names: ['extension-apiserver-authentication'] },
  { kind: 'Service', namespaces: ['default'], names: ['kubernetes'] },
  { kind: 'ClusterRole.rbac.authorization.k8s.io', names: ['admin', 'cluster-admin', 'edit', 'view'], prefix: 'system:' },
  { kind: 'Role.rbac.authorization.k8s.io', namespaces: ['kube-public', 'kube-system'], names: [], prefix: 'system:' },
  { kind: 'Role.rbac.authorization.k8s.io', namespaces: ['kube-system'], names: ['extension-apiserver-authentication-reader'] },
  { kind: 'PriorityClass.scheduling.k8s.io', names: ['system-cluster-critical', 'system-node-critical'] },
  {
    kind: 'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io',
    names: ['catch-all', 'exempt', 'global-default', 'leader-election', 'node-high', 'system', 'workload-high', 'workload-low'],
  },
];

/** Whether every cluster has the object `ref`, or may have it under a name that is Kubernetes' own. */
export function isFromStart(ref: ObjectRef): boolean {
  const kind = formatGroupKind(ref);
  return fromStart.some(
    (one) =>
      one.kind === kind &&
      (one.namespaces === undefined || one.namespaces.includes(ref.namespace)) &&
      (one.names.includes(ref.name) || (one.prefix !== undefined && ref.name.startsWith(one.prefix))),
  );
}
