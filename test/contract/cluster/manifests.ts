import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { namespace } from './subject.ts';

export interface Extras {
  readonly data?: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
  readonly metadata?: JsonObject;
}

export function configMap(name: string, { data, labels, metadata }: Extras = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }), ...metadata },
    ...(data === undefined ? {} : { data }),
  };
}

export interface DeploymentExtras {
  readonly replicas?: Json;
  readonly labels?: { readonly [key: string]: string };
  readonly env?: { readonly [key: string]: string };
}

export function deployment(name: string, { replicas, labels, env }: DeploymentExtras): Manifest {
  const variables = Object.entries(env ?? {}).map(([key, value]) => ({ name: key, value }));
  const container = {
    name: 'web',
    image: 'registry.example/web:1',
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    ...(variables.length === 0 ? {} : { env: variables }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}
