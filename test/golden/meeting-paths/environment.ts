import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

/** Two objects whose names, put together with dots, read the same. */
const places = [
  { group: 'parts.example.com', namespace: 'shop', name: 'web.front' },
  { group: 'parts.example.com.shop', namespace: 'web', name: 'front' },
];

const parts = defineChart({
  build(chart) {
    places.forEach(({ group, namespace, name }, i) => {
      new ApiObject(chart, `definition-${i}`, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `parts.${group}` },
        spec: {
          group,
          scope: 'Namespaced',
          names: { plural: 'parts', singular: 'part', kind: 'Part', listKind: 'PartList' },
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
        },
      });
      new ApiObject(chart, `part-${i}`, { apiVersion: `${group}/v1`, kind: 'Part', metadata: { name, namespace } });
    });
  },
});

export default defineEnvironment({
  name: 'meeting',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { parts },
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Namespace', name: 'web' },
  ],
});
