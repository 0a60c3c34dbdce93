import type { JsonObject } from '../../../../../src/model/json.ts';
import { testWholes } from './said.ts';

const schemaAt = '/spec/versions/0/schema/openAPIV3Schema';
const specAt = `${schemaAt}/properties/spec`;

const spec: JsonObject = {
  type: 'object',
  properties: {
    a: { type: 'integer', default: 1 },
    'b-c': { type: 'object', additionalProperties: { type: 'object', properties: { d: { type: 'string' } } } },
    any: { type: 'object', additionalProperties: true, 'x-kubernetes-preserve-unknown-fields': true },
    port: {
      'x-kubernetes-int-or-string': true,
      // What is empty says nothing.
      anyOf: [{ type: 'integer', enum: [], example: {}, nullable: false }, { type: 'string' }],
      default: 'http',
      properties: {},
    },
    list: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['e'],
      items: { type: 'object', required: ['e'], properties: { e: { type: 'string' } } },
    },
    whole: {
      type: 'object',
      enum: [{ f: 1, g: 2 }],
      default: { g: 2, f: 1 },
      properties: { f: { type: 'integer' }, g: { type: 'integer' } },
    },
    needs: { type: 'object', required: ['h'], properties: { h: { type: 'integer', default: 1 } } },
  },
  'x-kubernetes-validations': [{ rule: 'self.a > 0', message: 'too few', messageExpression: '"too few"', fieldPath: "['b-c'].x.d" }],
};
const ruleAt = `${specAt}/x-kubernetes-validations/0`;

testWholes({
  'the schema of a CustomResourceDefinition': {
    right: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'shops.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'shops', kind: 'Shop' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { metadata: { type: 'object', nullable: false, externalDocs: { url: 'a' }, allOf: [] }, spec },
              },
            },
          },
        ],
      },
    },
    breaks: [
      [`${ruleAt}/rule`, ' ', 'field-required'],
      [`${ruleAt}/message`, ' ', 'field-invalid'],
      [`${ruleAt}/message`, 'a\nb', 'field-invalid'],
      [ruleAt, { rule: 'self.a > 0\n&& true' }, 'field-required ./message'],
      [`${ruleAt}/messageExpression`, ' ', 'field-required'],
      [`${ruleAt}/fieldPath`, '.a\n', 'field-invalid'],
      [`${ruleAt}/fieldPath`, 'a', 'field-invalid'],
      [`${ruleAt}/fieldPath`, '.b', 'field-invalid'],
      [`${ruleAt}/fieldPath`, '.a.b', 'field-invalid'],
      [`${ruleAt}/fieldPath`, "['b-c'].x.e", 'field-invalid'],
      [`${ruleAt}/fieldPath`, ".any.x['y z']"],
      [`${ruleAt}/fieldPath`, ".'a.b'"],
      [`${specAt}/not`, { $ref: 'a' }, 'field-forbidden ./$ref'],
      [`${specAt}/not`, { patternProperties: { a: {} } }, 'field-forbidden ./patternProperties'],
      [`${specAt}/not`, { uniqueItems: true }, 'field-forbidden ./uniqueItems'],
      [`${specAt}/oneOf`, [{ 'x-kubernetes-validations': [{ rule: 'true' }] }], 'field-forbidden ./0/x-kubernetes-validations'],
      [`${specAt}/properties/port/anyOf/0/dependencies`, {}, 'field-forbidden'],
      [
        `${specAt}/properties/port/anyOf/0/properties`,
        {},
        ...[0, 1].map((i) => `field-forbidden ${specAt}/properties/port/anyOf/${i}/type`),
      ],
      [`${specAt}/properties/port/default`, [], `field-invalid ${specAt}/properties/port/default`],
      [`${specAt}/properties/port/maxLength`, 3, `field-invalid ${specAt}/properties/port/default`],
      [
        `${specAt}/properties/list/x-kubernetes-list-map-keys/0`,
        null,
        `field-invalid ${specAt}/properties/list/x-kubernetes-list-map-keys`,
      ],
      [`${specAt}/properties/list/items`, 'x', 'field-required', 'field-invalid ./type'],
      [`${specAt}/properties/whole/default`, { f: 1 }, 'field-enum'],
      [`${specAt}/properties/whole/x-kubernetes-int-or-string`, true],
      [`${specAt}/properties/needs/default`, {}, 'field-required ./h'],
      [`${specAt}/properties/needs/default`, { h: null }, 'field-type ./h', 'field-required ./h'],
      [`${specAt}/properties/needs/properties`, null],
      [`${schemaAt}/properties/metadata/not`, {}, 'field-forbidden'],
      [`${schemaAt}/properties/metadata/required`, [], 'field-forbidden'],
      [`${schemaAt}/default`, {}, 'field-required ./apiVersion', 'field-required ./kind'],
    ],
  },
});
