import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const phase = { group: 'example.com', kind: 'Database', current: "status.phase == 'Running'" } as const;

/** A kind with the definition that the cluster gets, and how its objects do. */
const databases = defineChart({
  namespace: 'shop',
  health: [{ ...phase, failed: "status.phase == 'Lost'", message: 'status.replicas.map(r, r.name).join(", ")' }],
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new k8s.KubeCustomResourceDefinition(chart, 'definition', {
      metadata: { name: 'databases.example.com' },
      spec: {
        group: 'example.com',
        names: { kind: 'Database', plural: 'databases', singular: 'database', listKind: 'DatabaseList' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openApiv3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { size: { xKubernetesIntOrString: true } } },
                  status: {
                    type: 'object',
                    properties: {
                      phase: { type: 'string' },
                      replicas: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
                      open: { type: 'object', xKubernetesPreserveUnknownFields: true },
                    },
                  },
                },
              },
            },
          },
        ],
      },
    });
    new ApiObject(chart, 'main', { apiVersion: 'example.com/v1', kind: 'Database', metadata: { name: 'main' }, spec: { size: 1 } });
  },
});

/** What it says of its queues the environment knows better; of a CronJob it has none. */
const queues = defineChart({
  namespace: 'shop',
  health: [
    { group: 'example.com', kind: 'Queue', current: 'has(status.url)' },
    { kind: 'CronJob', current: 'has(status.lastSuccessfulTime)' },
  ],
  build(chart) {
    new ApiObject(chart, 'mail', { apiVersion: 'example.com/v1', kind: 'Queue', metadata: { name: 'mail' }, spec: {} });
  },
});

const base = defineBase({
  kubernetes: '1.35',
  charts: { databases, queues },
  health: [
    { group: 'example.com', kind: 'Topic', current: 'true' },
    { group: 'example.com', kind: 'Queue', current: 'status.ready' },
  ],
});

export default defineEnvironment({
  name: 'prod',
  cluster: 'eu-1',
  extends: base,
  health: [
    { group: 'example.com', kind: 'Queue', current: 'status.ready && status.open.anything > 0' },
    { group: 'example.com', kind: 'Databse', current: 'true' },
  ],
});
