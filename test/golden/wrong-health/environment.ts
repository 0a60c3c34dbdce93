import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const database = { group: 'example.com', kind: 'Database' } as const;

const databases = defineChart({
  namespace: 'shop',
  health: [
    { ...database, current: "status.phse == 'Running'", failed: 'status.phase', message: 'status.replicas.map(r, r.nmae).join(", ")' },
    { group: 'example.com', kind: 'Queue', current: 'has(status.url)' },
  ],
  build(chart) {
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
                  spec: { type: 'object', xKubernetesPreserveUnknownFields: true },
                  status: {
                    type: 'object',
                    properties: {
                      phase: { type: 'string' },
                      replicas: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
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

const others = defineChart({
  health: [{ group: 'example.com', kind: 'Queue', current: 'status.ready' }],
  build: () => undefined,
});

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  charts: { databases, others },
  health: [
    { group: 'example.com', kind: 'Broken', current: "status.phase == 'Running" },
    { group: 'example.com', kind: 'Empty', current: ' ' },
    { group: 'example.com', kind: 'Many', current: 'size(status.ready)', message: 'status.ready == 1' },
    { group: 'example.com', kind: 'Named', current: 'isReady(status)' },
    { group: 'example.com', kind: 'Outside', current: 'object.status.ready' },
    { group: 'example.com', kind: 'Twice', current: 'true' },
    { group: 'example.com', kind: 'Twice', current: 'false' },
    { kind: 'Rollout', current: 'true' },
    { kind: 'Secret', current: 'true' },
    { kind: 'Job', failed: 'true' } as never,
    { kind: 'Job', current: 'true', faild: 'true' } as never,
    { kind: 'Job', current: true } as never,
    { kind: 'Job', current: 'x'.repeat(2_049) },
    'Job' as never,
  ],
});
