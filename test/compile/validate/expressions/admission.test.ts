import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { kindsServed } from '../../../../src/compile/served.ts';
import { judgeByPolicies } from '../../../../src/compile/validate/expressions/admission/policies.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { draftOf } from '../../drafts.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';
const metadata = { name: 'p' };
const everything = { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] };

interface Case {
  /** Of the policy, beside what it matches: all, unless told. */
  readonly policy: JsonObject;
  readonly binding?: JsonObject;
  readonly object: Manifest;
  readonly others?: readonly Manifest[];
}

/** The codes with the messages that a policy gives for an object. */
function judged({ policy, binding, object, others = [] }: Case): readonly string[] {
  const manifests: readonly Manifest[] = [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: { matchConstraints: everything, ...policy } },
    { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: { policyName: 'p', validationActions: ['Deny'], ...binding } },
    object,
    ...others,
  ];
  const drafts = manifests.map((manifest) => draftOf(manifest.kind, manifest.metadata.name, { manifest }));
  return judgeByPolicies({ drafts, kinds: kindsServed(manifests), minor: 35 })
    .filter(({ at, code }) => code !== 'admission-denied' || at.object?.name === object.metadata.name)
    .map(({ code, message }) => `${code}: ${message}`);
}

function named(kind: string, fields: JsonObject = {}, version = 'v1'): Manifest {
  return { apiVersion: version, kind, metadata: { name: 'a', namespace: 'shop' }, ...fields };
}

const validation = (expression: string): JsonObject => ({ validations: [{ expression }] });
const denied = (expression: string): string => `admission-denied: failed expression: ${expression}`;
const unknown = (reason: string, object = 'ConfigMap/shop/a'): string =>
  `admission-not-judged: \`${object}\` is not judged by this policy: ${reason}`;
const mayBeSet = (field: string, expression: string): string =>
  `it looks at \`${field}\`, which the object does not have, and the API server may set it, in \`${expression}\``;

const definition: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'as.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'A', plural: 'as' },
    versions: [
      {
        name: 'v1',
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', default: {}, properties: { size: { type: 'integer', default: 3 } } } },
          },
        },
      },
    ],
  },
};

const map = named('ConfigMap', { data: { a: '1' } });
const service = named('Service', { spec: { ports: [{ port: 80 }] } });

describe('a policy', () => {
  const cases: readonly (readonly [does: string, given: Case, expected: readonly string[]])[] = [
    ['denies', { policy: validation('object.data.a != "1"'), object: map }, [denied('object.data.a != "1"')]],
    ['lets pass', { policy: validation('object.data.a == "1"'), object: map }, []],
    ['only records', { policy: validation('false'), binding: { validationActions: ['Audit'] }, object: map }, []],
    [
      'warns',
      {
        policy: validation('false'),
        binding: { validationActions: ['Warn'], policyName: 'p', matchResources: { objectSelector: {} } },
        object: named('Pod', { spec: {} }),
      },
      ['admission-warned: failed expression: false'],
    ],
    ['is not bound', { policy: validation('false'), binding: { policyName: 'other' }, object: map }, []],
    [
      'denies by an error',
      { policy: validation('object.data.b == "1"'), object: map },
      ['admission-denied: expression \'object.data.b == "1"\' resulted in error: no such key: b'],
    ],
    ['does not care for errors', { policy: { ...validation('object.data.b == "1"'), failurePolicy: 'Ignore' }, object: map }, []],
    [
      'does not know what the API server sets',
      { policy: validation("object.spec.type != 'ClusterIP'"), object: service },
      [unknown(mayBeSet('type', "object.spec.type != 'ClusterIP'"), 'Service/shop/a')],
    ],
    [
      'knows what the API server does not set',
      { policy: validation('has(object.spec.loadBalancerClass)'), object: service },
      [denied('has(object.spec.loadBalancerClass)')],
    ],
    [
      'does not know whether what is empty stays',
      { policy: validation('has(object.data)'), object: named('ConfigMap', { data: {} }) },
      [unknown('it looks at `data`, which is written as empty, and the API server may drop that, in `has(object.data)`')],
    ],
    [
      'sees the defaults of a schema',
      { policy: validation('!has(object.spec) || object.spec.size == 4'), object: named('A', {}, 'example.com/v1'), others: [definition] },
      [denied('!has(object.spec) || object.spec.size == 4')],
    ],
    ['does not judge kinds that are not known', { policy: validation('false'), object: named('B', {}, 'example.com/v1') }, []],
    [
      'does not know the namespaces of others',
      { policy: validation("namespaceObject.metadata.name == 'x'"), object: map },
      [unknown("it looks at the namespace `shop`, which is not among the objects, in `namespaceObject.metadata.name == 'x'`")],
    ],
    [
      'does not know the labels of others',
      {
        policy: { ...validation('false'), matchConstraints: { ...everything, namespaceSelector: { matchLabels: { a: 'b' } } } },
        object: map,
      },
      [unknown('it selects namespaces by labels, and `shop` is not among the objects')],
    ],
    [
      'does not know parameters of others',
      {
        policy: { ...validation('false'), paramKind: { apiVersion: 'v1', kind: 'Secret' } },
        binding: { paramRef: { name: 'x', namespace: 'shop', parameterNotFoundAction: 'Deny' } },
        object: map,
      },
      [unknown('its parameter, the `Secret` `x`, is not among the objects')],
    ],
    [
      'does not know other versions',
      {
        policy: { ...validation('false'), matchConstraints: { resourceRules: [{ ...everything.resourceRules[0], apiVersions: ['v2'] }] } },
        object: map,
      },
      [unknown('it is written for another version than `v1`')],
    ],
    [
      'does not take other versions, when they have to be exact',
      {
        policy: {
          ...validation('false'),
          matchConstraints: { matchPolicy: 'Exact', resourceRules: [{ ...everything.resourceRules[0], apiVersions: ['v2'] }] },
        },
        object: map,
      },
      [],
    ],
    [
      'does not know numbers that are texts',
      { policy: validation('object.data.a > 1'), object: map },
      [unknown('a value has a type that no function there takes, and the API server may give it another, in `object.data.a > 1`')],
    ],
    [
      'does not judge policies',
      { policy: validation('false'), object: { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'q' }, spec: {} } },
      [],
    ],
  ];
  for (const [does, given, expected] of cases) test(does, () => assert.deepEqual(judged(given), expected));
});

test('no policy is too odd to be read', () => {
  const odd = fc.jsonValue({ maxDepth: 2 });
  const expressions = fc.oneof(
    odd,
    fc.array(fc.record({ name: odd, expression: fc.oneof(odd, fc.constantFrom('object.a', 'variables.x', 'true')) })),
  );
  const spec = fc.record(
    {
      matchConstraints: odd,
      matchConditions: expressions,
      variables: expressions,
      validations: expressions,
      paramKind: odd,
      failurePolicy: odd,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(spec, odd, odd, (policy, binding, data) => {
      judged({
        policy: policy as JsonObject,
        binding: { paramRef: binding, matchResources: binding } as JsonObject,
        object: named('ConfigMap', { data } as JsonObject),
      });
    }),
    { numRuns: 200 },
  );
});
