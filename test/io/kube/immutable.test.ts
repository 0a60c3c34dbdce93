import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyImmutable } from '../../../src/io/kube/immutable.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import { builtinKinds } from '../../../src/schema/kinds.ts';

type Cause = readonly [field: string, message: string];

function body(group: string, causes: readonly Cause[]): JsonObject {
  const details: JsonObject = { causes: causes.map(([field, message]) => ({ field, message })) };
  return { kind: 'Status', code: 422, details: group === '' ? details : { ...details, group } };
}

const claimed: Cause = [
  'spec',
  'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n@@ -10,7 +10,7 @@\n- "StorageClassName": "x",\n+ "StorageClassName": "y",\n',
];

/** What a real API server (1.35) says of fields that cannot change. */
const words: readonly (readonly [what: string, group: string, causes: readonly Cause[]])[] = [
  ['a selector of a Deployment', 'apps', [['spec.selector', 'Invalid value: {"matchLabels":{"app":"e"}}: field is immutable']]],
  [
    'a StatefulSet but for some fields',
    'apps',
    [
      [
        'spec',
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ],
    ],
  ],
  ['a template of a Job', 'batch', [['spec.template', 'Invalid value: {"Spec":{"Containers":[{"Name":"c"}]}}: field is immutable']]],
  ['an address of a Service', '', [['spec.clusterIPs[0]', 'Invalid value: ["10.0.7.8"]: may not change once set']]],
  ['a claim, with what differs', '', [claimed]],
  ['a claim, told twice', '', [claimed, ['volumeMode', 'Invalid value: "Block": field is immutable']]],
  [
    'a role of a RoleBinding',
    'rbac.authorization.k8s.io',
    [['roleRef', 'Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef']],
  ],
  ['parameters of a StorageClass', 'storage.k8s.io', [['parameters', 'Forbidden: updates to parameters are forbidden.']]],
  ['a type of a Secret', '', [['type', 'Invalid value: "x.y/z": field is immutable']]],
  ['immutable data', '', [['data', 'Forbidden: field is immutable when `immutable` is set']]],
  ['a CSIDriver', 'storage.k8s.io', [['spec.attachedRequired', 'Invalid value: false: field is immutable']]],
  ['a value of a PriorityClass', 'scheduling.k8s.io', [['value', 'Forbidden: may not be changed in an update.']]],
  ['a controller of an IngressClass', 'networking.k8s.io', [['spec.controller', 'Invalid value: "a.b/d": field is immutable']]],
  ['a scope of a definition', 'apiextensions.k8s.io', [['spec.scope', 'Invalid value: "Cluster": field is immutable']]],
  [
    'a source of a PersistentVolume',
    '',
    [['spec.persistentvolumesource', 'Forbidden: spec.persistentvolumesource is immutable after creation\n@@ -2,7 +2,7 @@\n']],
  ],
  [
    'an affinity of a PersistentVolume',
    '',
    [['nodeAffinity', 'Invalid value: {"Required":null}: field is immutable, except for updating from beta label to GA']],
  ],
  ['a command of a Pod', '', [['spec', 'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`x`\n@@']]],
  ['a container of a Pod', '', [['spec.containers', 'Forbidden: pod updates may not add or remove containers']]],
];
for (const [what, group, causes] of words) {
  test(`${what} is immutable`, () => {
    assert.equal(onlyImmutable(body(group, causes)), 'fields');
  });
}

/** What is no word for it, or not all that is wrong. */
const others: readonly (readonly [what: string, body: Json])[] = [
  ['a refusal without causes', body('apps', [])],
  ['a body that is no Status', 'field is immutable'],
  ['a wrong value', body('apps', [['spec.replicas', 'Invalid value: -1: must be greater than or equal to 0']])],
  [
    'an immutable field beside a mistake',
    body('apps', [
      ['spec.template.metadata.labels', 'Invalid value: {"app":"d"}: `selector` does not match template `labels`'],
      ['spec.selector', 'Invalid value: {"matchLabels":{"app":"e"}}: field is immutable'],
    ]),
  ],
  ['the words in a value', body('', [['data[x: field is immutable]', 'Invalid value: "x: field is immutable": must be no such thing']])],
  ['the words in a value that is forbidden', body('', [['spec', 'Forbidden: no value: may not change once set, it says']])],
  ['a rule of somebody’s own kind', body('stones.example.com', [['spec.name', 'Invalid value: "b": field is immutable']])],
  [
    'a rule of a kind that only looks like one of Kubernetes',
    body('gateway.networking.k8s.io', [['spec', 'Forbidden: field is immutable']]),
  ],
  ['metadata that the server keeps', body('', [['metadata.creationTimestamp', 'Invalid value: "": field is immutable']])],
];
for (const [what, said] of others) {
  test(`${what} is not immutable`, () => {
    assert.equal(onlyImmutable(said), undefined);
  });
}

const uid: Cause = ['metadata.uid', 'Invalid value: "1": field is immutable'];

test('another uid is told from fields, alone and beside them', () => {
  assert.equal(onlyImmutable(body('', [uid])), 'uid');
  assert.equal(onlyImmutable(body('stones.example.com', [uid])), 'uid');
  assert.equal(onlyImmutable(body('', [uid, claimed])), 'uid');
  assert.equal(onlyImmutable(body('', [uid, ['data', 'Forbidden']])), undefined);
});

test('the words are known in every group of Kubernetes itself', () => {
  for (const group of new Set(builtinKinds().map((kind) => kind.group))) {
    assert.equal(onlyImmutable(body(group, [['spec', 'Invalid value: "x": field is immutable']])), 'fields', group);
  }
});
