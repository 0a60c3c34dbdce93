import type { JsonObject } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { gitPort } from '../../model/url.ts';

/** What an agent is called in its cluster, and the ServiceAccount that it runs as. */
export const agentName = 'lockstep';

/** How an agent runs in a cluster. */
export interface AgentDeployment {
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  /** Whether it keeps the environments of all namespaces, and not only those of its own. */
  readonly allNamespaces: boolean;
  /** URLs of repositories: their ports are let out. */
  readonly sources: readonly string[];
}

/** Who its pods are, for whatever selects them. */
const selector = { 'app.kubernetes.io/name': agentName, 'app.kubernetes.io/component': 'agent' };
const labels = { ...selector, 'app.kubernetes.io/part-of': agentName };

/** Probes, metrics and the hook that says that there is something new. */
const port = 8080;

/** Nobody's user: `nonroot` of distroless images. */
const user = 65_532;

/**
 * What an agent in a cluster consists of, but for its permissions: those are an administrator's. The Deployment keeps to the
 * restricted Pod Security Standard. A single replica has no budget, which would protect it from nothing.
 */
export function agentObjects(options: AgentDeployment): readonly Manifest[] {
  const { namespace, replicas, sources } = options;
  const metadata = { name: agentName, namespace, labels };
  const budget: Manifest = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  };
  return [
    deployment(options),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'ClusterIP', selector, ports: [{ name: 'http', port, protocol: 'TCP', targetPort: 'http' }] },
    },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: wayInAndOut(sources) },
    ...(replicas < 2 ? [] : [budget]),
  ];
}

function deployment({ namespace, image, replicas, allNamespaces }: AgentDeployment): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: agentName, namespace, labels },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      // A new version that is never ready ends no old one.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: agentName,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 15,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: user,
            runAsGroup: user,
            fsGroup: user,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: selector },
            matchLabelKeys: ['pod-template-hash'],
          })),
          containers: [container(image, ['--namespace', '$(POD_NAMESPACE)', ...(allNamespaces ? ['--all-namespaces'] : [])])],
          volumes: [
            { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
            { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
            // Where there is such a Secret, a hook has to know it: a file, unlike a variable, comes and changes without a restart.
            { name: 'hook', secret: { secretName: `${agentName}-hook`, optional: true, defaultMode: 0o440 } },
          ],
        },
      },
    },
  };
}

function container(image: string, whose: readonly string[]): JsonObject {
  return {
    name: 'agent',
    image,
    args: ['agent', ...whose, '--listen', `:${port}`, '--cache', '/cache'],
    env: [
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      // Programs look for settings there, and its user has no folder of its own.
      { name: 'HOME', value: '/tmp' },
      { name: 'LOCKSTEP_HOOK_SECRET_FILE', value: '/hook/secret' },
    ],
    ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
    livenessProbe: { httpGet: { path: '/livez', port: 'http' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
    // It takes 110 to 150 MB for 1,000 to 10,000 objects, and git some more while it fetches.
    resources: { requests: { cpu: '50m', memory: '160Mi' }, limits: { memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: 'cache', mountPath: '/cache' },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'hook', mountPath: '/hook', readOnly: true },
    ],
  };
}

/**
 * Lets the agent out to one more repository, and to its forge, where its own policy does not let it out already. Policies add up: what an
 * environment brings along takes nothing from another one.
 */
export function wayOut(urls: readonly string[], metadata: { readonly name: string; readonly namespace: string }): readonly Manifest[] {
  const ports = new Set(urls.flatMap((url) => gitPort(url) ?? []).filter((port) => !usualPorts.includes(port)));
  if (ports.size === 0) return [];
  const egress = [{ ports: [...ports].sort((a, b) => a - b).map(tcp) }];
  const spec = { podSelector: { matchLabels: selector }, policyTypes: ['Egress'], egress };
  return [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { ...metadata, labels }, spec }];
}

/** Those of git and of API servers. */
const usualPorts: readonly number[] = [22, 443, 6443];

/** Names (DNS), the API server and git go out. Addresses are not told: those of the API server and of git's hosts change. */
function wayInAndOut(sources: readonly string[]): JsonObject {
  const out = new Set([...usualPorts, ...sources.flatMap((url) => gitPort(url) ?? [])]);
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ namespaceSelector: {} }], ports: [tcp(port)] }],
    egress: [{ ports: [{ port: 53, protocol: 'UDP' }, tcp(53)] }, { ports: [...out].sort((a, b) => a - b).map(tcp) }],
  };
}

function tcp(number: number): JsonObject {
  return { port: number, protocol: 'TCP' };
}
