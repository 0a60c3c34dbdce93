import { type Sample, testObjects } from './said.ts';

const metadata = { name: 'objjob-a' };
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const webhook = {
  name: 'a.example.com',
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { service: { name: 'a', namespace: 'b' } },
};

/** A change of the one webhook. */
function hook(change: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return [{ webhooks: [{ ...webhook, ...change }] }, ...problems.map((problem) => problem.replace('%', '/webhooks/0'))];
}

function resources(given: readonly string[], ...problems: readonly string[]): Sample['changes'][number] {
  return hook({ rules: [{ ...rule, resources: given }] }, ...problems.map((problem) => problem.replace('%', '%/rules/0/resources')));
}

const changes: Sample['changes'] = [
  [{ webhooks: [] }],
  [{ webhooks: [webhook, webhook] }, 'field-duplicate /webhooks/1/name'],
  hook({ name: 'a.b' }, 'field-invalid %/name'),
  hook({ name: '' }, 'field-required %/name'),
  hook({ sideEffects: 'Some' }, 'field-invalid %/sideEffects'),
  hook({ timeoutSeconds: 31 }, 'field-range %/timeoutSeconds'),
  hook({ namespaceSelector: { matchLabels: { 'a b': '' } } }, 'field-invalid %/namespaceSelector/matchLabels/a b'),
  hook({ admissionReviewVersions: ['v2'] }, 'field-invalid %/admissionReviewVersions'),
  hook({ admissionReviewVersions: ['v1', 'v1'] }, 'field-duplicate %/admissionReviewVersions/1'),
  hook({ admissionReviewVersions: [] }, 'field-required %/admissionReviewVersions'),
  hook({ clientConfig: {} }, 'field-required %/clientConfig'),
  hook({ clientConfig: { url: 'https://a/b' } }),
  hook({ clientConfig: { url: 'http://a/b' } }, 'field-invalid %/clientConfig/url'),
  hook({ clientConfig: { url: 'https://u:p@a/b' } }, 'field-invalid %/clientConfig/url'),
  hook({ clientConfig: { url: 'https://a/b?c' } }, 'field-invalid %/clientConfig/url'),
  hook({ clientConfig: { url: 'https://a/b#c' } }, 'field-invalid %/clientConfig/url'),
  hook({ clientConfig: { service: { name: 'a', namespace: 'b', path: '/a/b/' } } }),
  hook({ clientConfig: { service: { name: 'a', namespace: 'b', path: 'a' } } }, 'field-invalid %/clientConfig/service/path'),
  hook({ clientConfig: { service: { name: 'a', namespace: 'b', path: '/a//b' } } }, 'field-invalid %/clientConfig/service/path'),
  hook(
    { clientConfig: { service: { name: '', namespace: 'b', port: 0 } } },
    'field-required %/clientConfig/service/name',
    'field-range %/clientConfig/service/port',
  ),
  hook({ matchConditions: [{ name: 'a b', expression: 'true' }] }, 'field-invalid %/matchConditions/0/name'),
  hook({ matchConditions: [{ name: 'a', expression: ' ' }] }, 'field-invalid %/matchConditions/0/expression'),
  hook({ rules: [{ ...rule, operations: ['*', 'CREATE'] }] }, 'field-invalid %/rules/0/operations'),
  hook({ rules: [{ ...rule, operations: undefined }] }, 'field-required %/rules/0/operations'),
  hook({ rules: [{ ...rule, apiGroups: ['*', 'a'] }] }, 'field-invalid %/rules/0/apiGroups'),
  hook({ rules: [{ ...rule, apiVersions: [''] }] }, 'field-invalid %/rules/0/apiVersions/0'),
  resources([''], 'field-invalid %/0'),
  resources(['*/*']),
  resources(['*', 'pods/status']),
  resources(['*/*', 'pods'], 'field-invalid %'),
  resources(['*', 'pods'], 'field-invalid %'),
  resources(['pods/*', 'pods/status'], 'field-invalid %/1'),
  resources(['*/scale', 'pods/scale'], 'field-invalid %/1'),
  resources(['pods/status', 'pods/*']),
];

const constraints = { resourceRules: [rule] };

export const samples: Readonly<Record<string, Sample>> = {
  ValidatingWebhookConfiguration: {
    fine: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata, webhooks: [webhook] },
    changes,
  },
  MutatingWebhookConfiguration: {
    fine: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata, webhooks: [webhook] },
    changes: changes.slice(0, 4),
  },
  ValidatingAdmissionPolicy: {
    fine: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        matchConstraints: constraints,
        variables: [{ name: 'a', expression: '1' }],
        validations: [{ expression: 'true', message: 'a', reason: 'Invalid' }],
        auditAnnotations: [{ key: 'a', valueExpression: "'a'" }],
      },
    },
    changes: [
      [{ spec: { matchConstraints: undefined } }, 'field-required /spec/matchConstraints'],
      [{ spec: { matchConstraints: { resourceRules: [] } } }, 'field-required /spec/matchConstraints/resourceRules'],
      [
        { spec: { matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['a/b'] }] } } },
        'field-invalid /spec/matchConstraints/resourceRules/0/resourceNames/0',
      ],
      [
        { spec: { matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['a', 'a'] }] } } },
        'field-duplicate /spec/matchConstraints/resourceRules/0/resourceNames/1',
      ],
      [
        { spec: { matchConstraints: { objectSelector: { matchLabels: { a: 'b c' } } } } },
        'field-invalid /spec/matchConstraints/objectSelector/matchLabels/a',
      ],
      [{ spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } } }],
      [{ spec: { paramKind: { apiVersion: 'a/b/c', kind: 'A' } } }, 'field-invalid /spec/paramKind/apiVersion'],
      [
        { spec: { paramKind: { apiVersion: 'V1', kind: 'A_B' } } },
        'field-invalid /spec/paramKind/apiVersion',
        'field-invalid /spec/paramKind/kind',
      ],
      [{ spec: { paramKind: { kind: 'A' } } }, 'field-required /spec/paramKind/apiVersion'],
      [{ spec: { variables: [{ name: 'for', expression: '1' }] } }, 'field-invalid /spec/variables/0/name'],
      [{ spec: { validations: [], auditAnnotations: [] } }, 'field-required /spec/validations'],
      [{ spec: { validations: [{ expression: '' }] } }, 'field-invalid /spec/validations/0/expression'],
      [{ spec: { validations: [{ expression: 'true', message: 'a\nb' }] } }, 'field-invalid /spec/validations/0/message'],
      [{ spec: { validations: [{ expression: 'true', message: ' ' }] } }, 'field-invalid /spec/validations/0/message'],
      [{ spec: { validations: [{ expression: 'true', reason: 'Odd' }] } }, 'field-invalid /spec/validations/0/reason'],
      [{ spec: { validations: [{ expression: 'true', messageExpression: ' ' }] } }, 'field-invalid /spec/validations/0/messageExpression'],
      [{ spec: { auditAnnotations: [{ key: 'a b', valueExpression: "'a'" }] } }, 'field-invalid /spec/auditAnnotations/0/key'],
      [{ spec: { auditAnnotations: [{ key: 'a', valueExpression: ' ' }] } }, 'field-invalid /spec/auditAnnotations/0/valueExpression'],
    ],
  },
  ValidatingAdmissionPolicyBinding: {
    fine: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: 'a', validationActions: ['Deny', 'Audit'], paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } },
    },
    changes: [
      [{ spec: { policyName: undefined } }, 'field-required /spec/policyName'],
      [{ spec: { policyName: 'A' } }, 'field-invalid /spec/policyName'],
      [{ spec: { validationActions: [] } }, 'field-required /spec/validationActions'],
      [{ spec: { validationActions: ['Deny', 'Warn'] } }, 'field-invalid /spec/validationActions'],
      [{ spec: { validationActions: undefined } }, 'field-required /spec/validationActions'],
      [{ spec: { paramRef: { name: 'a/b' } } }, 'field-invalid /spec/paramRef/name'],
      [{ spec: { paramRef: { selector: {} } } }, 'field-conflict /spec/paramRef/selector'],
      [{ spec: { paramRef: { name: undefined } } }, 'field-required /spec/paramRef/name'],
      [{ spec: { paramRef: { parameterNotFoundAction: undefined } } }, 'field-required /spec/paramRef/parameterNotFoundAction'],
      [{ spec: { paramRef: { parameterNotFoundAction: 'Odd' } } }, 'field-invalid /spec/paramRef/parameterNotFoundAction'],
      [
        { spec: { matchResources: { resourceRules: [{ ...rule, apiGroups: [] }] } } },
        'field-required /spec/matchResources/resourceRules/0/apiGroups',
      ],
    ],
  },
  MutatingAdmissionPolicy: {
    fine: {
      apiVersion: 'admissionregistration.k8s.io/v1beta1',
      kind: 'MutatingAdmissionPolicy',
      metadata,
      spec: {
        matchConstraints: constraints,
        reinvocationPolicy: 'Never',
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }],
      },
    },
    changes: [
      [{ spec: { mutations: [] } }, 'field-required /spec/mutations'],
      [{ spec: { reinvocationPolicy: undefined } }],
      [
        { spec: { matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } } },
        'field-invalid /spec/matchConstraints/resourceRules/0/operations/0',
      ],
      [
        { spec: { mutations: [{ patchType: 'JSONPatch', applyConfiguration: { expression: 'Object{}' } }] } },
        'field-required /spec/mutations/0/jsonPatch',
        'field-forbidden /spec/mutations/0/applyConfiguration',
      ],
    ],
  },
  MutatingAdmissionPolicyBinding: {
    fine: {
      apiVersion: 'admissionregistration.k8s.io/v1beta1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: 'a' },
    },
    changes: [
      [{ spec: { policyName: 'A' } }, 'field-invalid /spec/policyName'],
      [
        { spec: { matchResources: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } } },
        'field-invalid /spec/matchResources/resourceRules/0/operations/0',
      ],
    ],
  },
};

testObjects(samples);
