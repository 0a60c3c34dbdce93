import type { Manifest } from '../../src/model/manifest.ts';

/** How many objects `apps` applications are, with their namespaces. */
export function sizeOf(apps: number): number {
  return apps * 4 + namespaces;
}

const namespaces = 5;

/** What differs between two versions of a workload: every application has its own. */
export type VersionOf = (app: number) => number;

/** How a workload is made. */
export interface WorkloadOptions {
  readonly versionOf?: VersionOf;
}

/**
 * `apps` applications over five namespaces, of a ServiceAccount, a ConfigMap, a Service and a Deployment each. The
 * Deployments are scaled to none, so that a server is busy with nothing but what it is told.
 */
export function workload(apps: number, { versionOf = () => 1 }: WorkloadOptions = {}): readonly Manifest[] {
  const homes = Array.from(
    { length: namespaces },
    (_, i): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `load-${i}` } }),
  );
  return [
    ...homes,
    ...Array.from({ length: apps }, (_, i) => application({ app: i, home: `load-${i % namespaces}`, version: versionOf(i) })).flat(),
  ];
}

interface Application {
  readonly app: number;
  /** Its namespace. */
  readonly home: string;
  readonly version: number;
}

function application({ app, home, version }: Application): readonly Manifest[] {
  const labels = { 'app.kubernetes.io/name': `app-${app}` };
  const metadata = { name: `app-${app}`, namespace: home, labels };
  const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  const container = {
    name: 'app',
    image: `registry.example/app:${version}`,
    ports: [{ name: 'http', containerPort: 8080 }],
    envFrom: [{ configMapRef: { name: `app-${app}` } }],
    env: ['REGION', 'TIER', 'TEAM', 'LEVEL'].map((name, i) => ({ name, value: `value-${i}` })),
    resources,
    readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
    livenessProbe: { httpGet: { path: '/live', port: 'http' } },
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { version: `${version}`, settings: 'a: 1\nb: 2\n'.repeat(10) } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: { 'example.com/version': `${version}` } },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: `app-${app}`, containers: [container] } },
      },
    },
  ];
}
