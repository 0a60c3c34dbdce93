import type { JsonObject } from '../../../../../src/model/json.ts';
import { type Break, many, testWholes } from './said.ts';

const selector = { matchLabels: { a: 'b' } };
const condition = { name: 'a', expression: 'true' };
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const named = { ...rule, resourceNames: ['a'] };
const match = { namespaceSelector: selector, objectSelector: selector, resourceRules: [named], excludeResourceRules: [named] };

function object(kind: string, rest: JsonObject): JsonObject {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: 'a' }, ...rest };
}

/** What breaks conditions that stand at `at`. */
function ofConditions(at: string): readonly Break[] {
  return [
    [at, many(65, (i) => ({ ...condition, name: `a${i}` })), 'field-range'],
    [at, [condition, condition], 'field-duplicate ./1/name'],
    [`${at}/0/name`, '', 'field-required'],
    [`${at}/0/expression`, ' ', 'field-invalid'],
  ];
}

/** What breaks how objects are chosen at `at`. */
function ofMatch(at: string): readonly Break[] {
  return [
    [`${at}/namespaceSelector/matchLabels/a-`, 'b', 'field-invalid'],
    [`${at}/objectSelector/matchLabels/a-`, 'b', 'field-invalid'],
    [`${at}/resourceRules/0/operations`, [], 'field-required'],
    [`${at}/resourceRules/0/resourceNames/0`, 'a/b', 'field-invalid'],
    [`${at}/excludeResourceRules/0/operations`, [], 'field-required'],
  ];
}

const policy = {
  paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
  matchConstraints: match,
  matchConditions: [condition],
  variables: [{ name: 'a', expression: 'true' }],
};
const annotation = { key: 'a', valueExpression: 'true' };
const binding = { policyName: 'a', paramRef: { selector, parameterNotFoundAction: 'Deny' }, matchResources: match };
const webhook = {
  name: 'a.example.com',
  rules: [rule],
  sideEffects: 'None',
  timeoutSeconds: 1,
  namespaceSelector: selector,
  objectSelector: selector,
  matchConditions: [condition],
  admissionReviewVersions: ['v1'],
  clientConfig: { service: { name: 'a', namespace: 'b', path: '/', port: 443 } },
};

testWholes({
  'a ValidatingAdmissionPolicy': {
    right: object('ValidatingAdmissionPolicy', {
      spec: {
        ...policy,
        validations: [{ expression: 'true', message: 'a', messageExpression: 'true', reason: 'Invalid' }],
        auditAnnotations: [annotation],
      },
    }),
    breaks: [
      ...ofConditions('/spec/matchConditions'),
      ...ofMatch('/spec/matchConstraints'),
      ['/spec/validations/0/messageExpression', ' ', 'field-invalid'],
      ['/spec/auditAnnotations', many(21, (i) => ({ ...annotation, key: `a${i}` })), 'field-range'],
      ['/spec/auditAnnotations', [annotation, annotation], 'field-duplicate ./1/key'],
      ['/spec/auditAnnotations/0/valueExpression', `'${'a'.repeat(5 * 1024)}'`, 'field-invalid'],
    ],
  },
  'a ValidatingAdmissionPolicyBinding': {
    right: object('ValidatingAdmissionPolicyBinding', { spec: { ...binding, validationActions: ['Deny'] } }),
    breaks: [...ofMatch('/spec/matchResources'), ['/spec/paramRef/selector/matchLabels/a-', 'b', 'field-invalid']],
  },
  'a MutatingAdmissionPolicy': {
    right: object('MutatingAdmissionPolicy', {
      spec: {
        ...policy,
        reinvocationPolicy: 'Never',
        mutations: [
          { patchType: 'JSONPatch', jsonPatch: { expression: 'a' } },
          { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'a' } },
        ],
      },
    }),
    breaks: [
      ['/spec/mutations/0/jsonPatch/expression', ' ', 'field-invalid'],
      ['/spec/mutations/1/applyConfiguration/expression', ' ', 'field-invalid'],
      ['/spec/matchConstraints/resourceRules/0/operations/0', 'DELETE', 'field-invalid'],
    ],
  },
  'a MutatingAdmissionPolicyBinding': {
    right: object('MutatingAdmissionPolicyBinding', { spec: binding }),
    breaks: [['/spec/matchResources/resourceRules/0/operations/0', 'DELETE', 'field-invalid']],
  },
  'a ValidatingWebhookConfiguration': {
    right: object('ValidatingWebhookConfiguration', { webhooks: [webhook] }),
    breaks: [
      ...ofConditions('/webhooks/0/matchConditions'),
      ['/webhooks/0/rules/0/apiVersions', ['*', 'v1'], 'field-invalid'],
      ['/webhooks/0/timeoutSeconds', 0, 'field-range'],
      ['/webhooks/0/namespaceSelector/matchLabels/a-', 'b', 'field-invalid'],
      ['/webhooks/0/objectSelector/matchLabels/a-', 'b', 'field-invalid'],
      ['/webhooks/0/clientConfig/service/port', 0, 'field-range'],
    ],
  },
});

const embedded = { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true };
const schema = {
  type: 'object',
  properties: {
    spec: { type: 'object', properties: Object.fromEntries(many(9, (i) => [`a${i}`, { type: 'string' }])) },
    inner: embedded,
  },
};
const version = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  additionalPrinterColumns: [{ name: 'a', type: 'integer', format: 'int32', jsonPath: '.spec.a0' }],
  selectableFields: [{ jsonPath: '.spec.a0' }],
};
const inner = '/spec/versions/0/schema/openAPIV3Schema/properties/inner';

testWholes({
  'a CustomResourceDefinition': {
    right: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'parts.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'parts', singular: 'part', kind: 'Part', listKind: 'PartList' },
        versions: [version],
        conversion: {
          strategy: 'Webhook',
          webhook: { clientConfig: { url: 'https://a/b' }, conversionReviewVersions: ['v1'] },
        },
      },
    },
    breaks: [
      ['/spec/names/singular', 'A', 'field-invalid'],
      ['/spec/names/listKind', 'A b', 'field-invalid'],
      ['/spec/conversion/webhook/clientConfig/service', { name: 'a', namespace: 'b' }, 'field-conflict'],
      ['/spec/conversion/webhook/conversionReviewVersions', ['v2'], 'field-invalid'],
      ['/spec/versions/0/additionalPrinterColumns/0/format', 'a', 'field-invalid'],
      ['/spec/versions/0/selectableFields', [{ jsonPath: '.spec.a0' }, { jsonPath: '.spec.a0' }], 'field-duplicate ./1/jsonPath'],
      ['/spec/versions/0/selectableFields', many(9, (i) => ({ jsonPath: `.spec.a${i}` })), 'field-range'],
      ['/spec/versions/0/selectableFields/0/jsonPath', '', 'field-required'],
      [`${inner}/type`, 'string', 'field-invalid'],
      [`${inner}/additionalProperties`, { type: 'string' }, 'field-forbidden'],
      [`${inner}/properties`, { metadata: embedded }, 'field-forbidden ./metadata/x-kubernetes-embedded-resource'],
      [`${inner}/allOf`, [{ properties: { metadata: {} } }], 'field-forbidden ./0/properties/metadata'],
    ],
  },
});
