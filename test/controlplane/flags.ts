import { join } from 'node:path';

/** What the programs are started with, beyond where the data lie. */
export interface Layout {
  /** The control plane's own folder; also the programs' working folder. */
  readonly folder: string;
  /** The API server's port on loopback. */
  readonly port: number;
  /** Extra flags of the API server; the last of a name counts. */
  readonly apiServerFlags: readonly string[];
  readonly audit: boolean;
}

/** The files of a control plane, in its folder. */
export function filesOf(folder: string) {
  return {
    ca: join(folder, 'certificates', 'apiserver.crt'),
    certificates: join(folder, 'certificates'),
    tokens: join(folder, 'tokens.csv'),
    serviceAccountKey: join(folder, 'service-account.key'),
    auditPolicy: join(folder, 'audit-policy.yaml'),
    auditLog: join(folder, 'audit.log'),
    kubeconfig: join(folder, 'kubeconfig'),
    managerKubeconfig: join(folder, 'kube-controller-manager.kubeconfig'),
    schedulerKubeconfig: join(folder, 'kube-scheduler.kubeconfig'),
    kubeconfigs: join(folder, 'kubeconfigs'),
    record: join(folder, 'control-plane.json'),
    logs: join(folder, 'logs'),
  };
}

// A socket in a private folder, since etcd asks nobody for credentials; named from the working folder, because a socket's
// path may not have more than about 100 characters. What etcd advertises must be TCP; no other member ever reads it.
const etcdSocket = 'unix://etcd.sock';

/** etcd's flags: data thrown away afterwards need no fsync. */
export function etcdFlags({ folder }: Layout): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdSocket}`,
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
    '--quota-backend-bytes=8589934592',
    '--logger=zap',
    '--log-level=warn',
  ];
}

/**
 * kube-apiserver's flags. It makes its own certificate. It must not be advertised under another address than loopback,
 * so that a machine without a network will do; that address cannot stand in Endpoints, hence no reconciler.
 */
export function apiServerFlags({ folder, port, audit, apiServerFlags: more }: Layout): readonly string[] {
  const files = filesOf(folder);
  return [
    `--etcd-servers=${etcdSocket}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${files.certificates}`,
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--allow-privileged=true',
    '--max-requests-inflight=3000',
    '--max-mutating-requests-inflight=1000',
    '--profiling=false',
    ...(audit ? [`--audit-policy-file=${files.auditPolicy}`, `--audit-log-path=${files.auditLog}`] : []),
    ...more,
  ];
}

/** kube-controller-manager's flags: every controller under its own ServiceAccount, as in a real cluster; no port. */
export function controllerManagerFlags({ folder }: Layout): readonly string[] {
  const files = filesOf(folder);
  return [
    `--kubeconfig=${files.managerKubeconfig}`,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.ca}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--profiling=false',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
    '--concurrent-namespace-syncs=20',
  ];
}

/** kube-scheduler's flags. */
export function schedulerFlags({ folder }: Layout): readonly string[] {
  return [
    `--kubeconfig=${filesOf(folder).schedulerKubeconfig}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--profiling=false',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ];
}

/** kwok's flags: all nodes are its own; addresses of pods lie beside those of services. */
export function kwokFlags({ folder }: Layout, stages: readonly string[]): readonly string[] {
  return [
    `--kubeconfig=${filesOf(folder).kubeconfig}`,
    '--manage-all-nodes',
    // Without leases that are renewed, the node controller takes the nodes for dead after a while.
    '--node-lease-duration-seconds=40',
    '--cidr=10.64.0.0/16',
    ...stages.map((path) => `--config=${path}`),
  ];
}
