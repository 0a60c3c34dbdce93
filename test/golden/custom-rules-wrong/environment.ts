import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

/** Rules that no API server takes, and rules of which nothing can be told here, for two objects each. */
const rules = [
  { rule: 'self.size >' },
  { rule: 'self.sise > 0' },
  { rule: "self.size + 'x'" },
  { rule: "self.size > '1'" },
  { rule: 'size > 0' },
  { rule: 'self.size > 0', messageExpression: 'self.size' },
  { rule: 'self.name.soundsLike("x")' },
  { rule: "semver(self.name).major() > 0 || isIP('1.1.1.1')" },
  { rule: "self.at.getHours('Europe/Berlin') > 6" },
  { rule: '' },
];

const sizes = defineChart({
  namespace: 'default',
  build(chart) {
    new ApiObject(chart, 'definition', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'sizes.example.com' },
      spec: {
        group: 'example.com',
        names: { kind: 'Size', plural: 'sizes', singular: 'size', listKind: 'SizeList' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: {
                    type: 'object',
                    properties: { size: { type: 'integer' }, name: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
                    'x-kubernetes-validations': rules,
                  },
                },
              },
            },
          },
        ],
      },
    });
    for (const name of ['a', 'b']) {
      const spec = { size: 1, name: '1.0.0', at: '2026-01-01T12:00:00Z' };
      new ApiObject(chart, name, { apiVersion: 'example.com/v1', kind: 'Size', metadata: { name }, spec });
    }
  },
});

export default defineEnvironment({ name: 'sizes', cluster: 'eu-1', kubernetes: '1.31', charts: { sizes } });
