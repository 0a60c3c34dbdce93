import { type Json, type JsonObject, listAt, objectAt } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import type { ObjectRules } from '../../../src/model/rendered.ts';
import { type Change, type Deed, type Intruder, withContainer, withPod, withSpec } from '../intruder.ts';
import { namespace } from '../manifests.ts';

/** Something that is done to an object that the agent keeps, and that it puts right. */
export interface Tampering {
  readonly what: string;
  readonly manifest: Manifest;
  readonly deed: (who: Intruder) => Deed;
  /** Who is named for it; undefined where nothing tells. */
  readonly by?: string;
  /** Additions that are removed, as JSON pointers. */
  readonly removed?: readonly string[];
  readonly outcome?: 'created';
  readonly rules?: Partial<ObjectRules>;
}

/** The usual intruder, and where the pods of a workload stand. */
export const by = 'kubectl-edit';
export const pods = '/spec/template/spec';

/** The namespace that everything is in. */
export const home = namespace('drift');
export const inHome = (name: string) => ({ name, namespace: 'drift' });

export function configMap(name: string, data: JsonObject, labels?: { readonly [name: string]: string }): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...inHome(name), ...(labels === undefined ? {} : { labels }) }, data };
}

/** A Deployment that makes no pods, with more in them and in their only container. */
export function workload(
  name: string,
  { pod = {}, container = {} }: { readonly pod?: JsonObject; readonly container?: JsonObject } = {},
): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: inHome(name),
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image: 'registry.example/web:1', ...container }], ...pod },
      },
    },
  };
}

export const rbac = 'rbac.authorization.k8s.io';
export function role(name: string): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: inHome(name),
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  };
}
export const subject = (name: string): JsonObject => ({ kind: 'ServiceAccount', name, namespace: 'drift' });

export function autoscaler(name: string): Manifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: inHome(name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    },
  };
}

export const env = (values: { readonly [name: string]: string }): Json => Object.entries(values).map(([name, value]) => ({ name, value }));
export const setData =
  (data: JsonObject): Change =>
  (object) => ({ ...object, data: { ...objectAt(object, 'data'), ...data } });
export const setContainer = (more: JsonObject): Change => withContainer((container) => ({ ...container, ...more }));
export const setPod = (more: JsonObject): Change => withPod((pod) => ({ ...pod, ...more }));
export const setSpec = (more: JsonObject): Change => withSpec((spec) => ({ ...spec, ...more }));
export const addContainer = (list: string): Change =>
  withPod((pod) => ({ ...pod, [list]: [...listAt(pod, list), { name: 'miner', image: 'registry.example/miner:1' }] }));
