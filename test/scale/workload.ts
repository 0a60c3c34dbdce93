import type { Manifest } from '../../src/model/manifest.ts';

/** How many objects `apps` applications are, with their namespaces. */
export function sizeOf(apps: number): number {
  return apps * 4 + namespaces;
}

const namespaces = 5;

/** What differs between two versions of a workload: every application has its own. */
export type VersionOf = (app: number) => number;

/**
 * `apps` applications over five namespaces, of a ServiceAccount, a ConfigMap, a Service and a Deployment each. The
 * Deployments are scaled to none, so that a server is busy with nothing but what it is told.
 */
export function workload(apps: number, versionOf: VersionOf = () => 1): readonly Manifest[] {
  const homes = Array.from(
    { length: namespaces },
    (_, i): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: home(i) } }),
  );
  return [...homes, ...Array.from({ length: apps }, (_, i) => application(i, versionOf(i))).flat()];
}

function home(app: number): string {
  return `load-${app % namespaces}`;
}

function application(app: number, version: number): readonly Manifest[] {
  const labels = { 'app.kubernetes.io/name': `app-${app}` };
  const metadata = { name: `app-${app}`, namespace: home(app), labels };
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
