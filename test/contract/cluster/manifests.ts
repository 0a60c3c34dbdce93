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
  /** More fields of the pod and of its only container. */
  readonly pod?: JsonObject;
  readonly container?: JsonObject;
}

export function deployment(name: string, { replicas, labels, env, pod, container: more }: DeploymentExtras): Manifest {
  const variables = Object.entries(env ?? {}).map(([key, value]) => ({ name: key, value }));
  const container = {
    name: 'web',
    image: 'registry.example/web:1',
    ports: [{ containerPort: 8080, protocol: 'TCP' }],
    ...(variables.length === 0 ? {} : { env: variables }),
    ...more,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container], ...pod } },
    },
  };
}

/** A definition of a kind of somebody's own, in two versions that are alike. */
export function definition(kind: string, group: string): Manifest {
  const plural = `${kind.toLowerCase()}s`;
  const schema = {
    openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        { name: 'v1', served: true, storage: true, schema },
        { name: 'v2', served: true, storage: false, schema },
      ],
    },
  };
}
