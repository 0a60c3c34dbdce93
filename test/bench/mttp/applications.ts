import { writeIndex } from '../../../src/codec/index-file.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { indexPath, type RenderedFile } from '../../../src/model/rendered.ts';
import { treeOf } from '../../e2e/stage.ts';

/** Where all applications are. */
export const home = 'benchmark';

/** A ServiceAccount that may change them. */
export const applier = 'applier';

/** What an application is called. */
export function nameOf(app: number): string {
  return `app-${app}`;
}

/**
 * An application of Flux's benchmark of the mean time to production: a Deployment that is scaled to none, its ServiceAccount, a Service and
 * an Ingress. `millicores` is what an upgrade changes.
 */
export function application(app: number, millicores: number): readonly Manifest[] {
  const name = nameOf(app);
  const labels = { app: name };
  const metadata = { name, namespace: home, labels };
  const container = {
    name: 'podinfod',
    image: 'registry.example/podinfo:6.5.3',
    ports: [
      { name: 'http', containerPort: 9898 },
      { name: 'http-metrics', containerPort: 9797 },
    ],
    env: [{ name: 'PODINFO_UI_COLOR', value: '#34577c' }],
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 5 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, initialDelaySeconds: 5 },
    resources: { limits: { memory: '512Mi' }, requests: { cpu: `${millicores}m`, memory: '32Mi' } },
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: 9898, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [container] } },
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: `${name}.example.com`,
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
          },
        ],
      },
    },
  ];
}

/** The files of an application's rendered branch. */
export function filesOf(app: number, millicores: number): readonly RenderedFile[] {
  const { files, index } = treeOf(nameOf(app), application(app, millicores), {});
  return [...files, { path: indexPath, text: writeIndex(index) }];
}
