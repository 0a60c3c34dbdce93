import type { Manifest } from '../../src/model/manifest.ts';

/** A namespace. */
export function namespace(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** A ConfigMap with one key. */
export function configMap(ns: string, name: string, value: string): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: ns }, data: { value } };
}

/** A Service in front of `name`'s pods. */
export function service(ns: string, name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: ns },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}

/** A Deployment of `replicas` pods with one container. */
export function deployment(
  ns: string,
  name: string,
  { replicas = 2, image = 'registry.k8s.io/pause:3.10' }: { readonly replicas?: number; readonly image?: string } = {},
): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: ns },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name, image, ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  };
}
