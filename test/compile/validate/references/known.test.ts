import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { Manifest } from '../../../../src/model/manifest.ts';
import { deployment, inShort, judged, object, service } from './judged.ts';

/** A pod that needs the key `key` of the Secret `made`. */
const needs = (key: string) => deployment({ containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'made', key } } }] }] });
const missing = ['error reference-missing /spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef/name'];
const without = ['error key-missing /spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef/key'];

describe('a Secret is there that a controller makes of', () => {
  const external = (spec: JsonObject) => object('external-secrets.io/v1', 'ExternalSecret', { name: 'made', spec });
  const certificate = (spec: JsonObject) => object('cert-manager.io/v1', 'Certificate', { spec: { secretName: 'made', ...spec } });
  const annotated = (kind: string, apiVersion: string, spec: JsonObject) =>
    object(apiVersion, kind, { spec, metadata: { annotations: { 'cert-manager.io/cluster-issuer': 'le' } } });
  const rows: readonly (readonly [what: string, maker: Manifest, key: string, told: readonly string[]])[] = [
    ['an ExternalSecret', external({ data: [{ secretKey: 'a' }] }), 'a', []],
    ['an ExternalSecret, with other keys', external({ data: [{ secretKey: 'a' }] }), 'b', without],
    ['an ExternalSecret that takes all keys', external({ dataFrom: [{}] }), 'b', []],
    ['an ExternalSecret with a template', external({ data: [{ secretKey: 'a' }], target: { template: {} } }), 'b', []],
    [
      'an ExternalSecret under another name',
      object('external-secrets.io/v1beta1', 'ExternalSecret', { spec: { target: { name: 'made' }, dataFrom: [{}] } }),
      'a',
      [],
    ],
    ['no ExternalSecret that makes none', external({ target: { creationPolicy: 'None' } }), 'a', missing],
    [
      'a SealedSecret',
      object('bitnami.com/v1alpha1', 'SealedSecret', { name: 'made', spec: { encryptedData: { a: '' }, template: { data: { b: '' } } } }),
      'b',
      [],
    ],
    [
      'a SealedSecret, with other keys',
      object('bitnami.com/v1alpha1', 'SealedSecret', { name: 'made', spec: { encryptedData: { a: '' } } }),
      'c',
      without,
    ],
    [
      'a SealedSecret that is encrypted as a whole',
      object('bitnami.com/v1alpha1', 'SealedSecret', { name: 'made', spec: { data: 'x' } }),
      'c',
      [],
    ],
    ['a Certificate', certificate({}), 'tls.crt', []],
    ['a Certificate, with other keys', certificate({}), 'tls.pem', without],
    ['a Certificate in other forms', certificate({ keystores: {} }), 'keystore.jks', []],
    [
      'an Ingress that asks for a certificate',
      annotated('Ingress', 'networking.k8s.io/v1', { tls: [{ secretName: 'made' }] }),
      'tls.key',
      [],
    ],
    [
      'a Gateway that asks for one',
      annotated('Gateway', 'gateway.networking.k8s.io/v1', { listeners: [{ tls: { certificateRefs: [{ name: 'made' }] } }] }),
      'tls.key',
      [],
    ],
    [
      'a SecretProviderClass',
      object('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', {
        spec: { secretObjects: [{ secretName: 'made', data: [{ key: 'a' }] }] },
      }),
      'a',
      [],
    ],
    [
      'a VaultStaticSecret',
      object('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', { spec: { destination: { name: 'made' } } }),
      'a',
      [],
    ],
    [
      'a token',
      object('v1', 'Secret', {
        name: 'made',
        type: 'kubernetes.io/service-account-token',
        metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } },
      }),
      'token',
      [],
    ],
  ];
  for (const [what, maker, key, told] of rows) test(what, () => assert.deepEqual(judged([needs(key), maker]).map(inShort), told));
});

test('what several know of one object adds up: an operator puts keys into a Secret that the environment has', () => {
  const own = object('v1', 'Secret', { name: 'made', data: { a: '' } });
  const merging = object('external-secrets.io/v1', 'ExternalSecret', {
    name: 'made',
    spec: { target: { creationPolicy: 'Merge' }, data: [{ secretKey: 'b' }] },
  });
  assert.deepEqual(judged([needs('b'), own]).map(inShort), without);
  assert.deepEqual(judged([needs('b'), own, merging]), []);
  assert.deepEqual(judged([needs('b'), own], { external: [{ kind: 'Secret', namespace: 'shop', name: 'made', keys: ['b'] }] }), []);
});

test('what is told to exist outside has the keys and ports that are told, or any', () => {
  const secret = { kind: 'Secret', namespace: 'shop', name: 'made' } as const;
  assert.deepEqual(judged([needs('a')], { external: [secret] }), []);
  assert.deepEqual(judged([needs('a')], { external: [{ ...secret, keys: ['a'] }] }), []);
  const [found, ...others] = judged([needs('a')], { external: [{ ...secret, keys: ['b'] }] });
  assert.deepEqual(
    [found && inShort(found), found?.help, others],
    [without[0], 'did you mean `b`? if not, add it to the `keys` of the Secret in `external`', []],
  );
  const ingress = object('networking.k8s.io/v1', 'Ingress', {
    spec: { defaultBackend: { service: { name: 'front', port: { number: 80 } } } },
  });
  const front = { kind: 'Service', namespace: 'shop', name: 'front' } as const;
  assert.deepEqual(judged([ingress], { external: [front] }), []);
  assert.deepEqual(judged([ingress], { external: [{ ...front, ports: ['http', 80] }] }), []);
  assert.deepEqual(judged([ingress], { external: [{ ...front, ports: ['http'] }] }).map(inShort), [
    'error port-missing /spec/defaultBackend/service/port/number',
  ]);
});

test('what is told to exist outside and is not needed is told, unless it is inherited', () => {
  const external = [
    { kind: 'Secret', namespace: 'shop', name: 'made' },
    { kind: 'Secret', namespace: 'shop', name: 'own' },
    { kind: 'Pod', namespace: 'shop', labels: { app: 'old' } },
    { kind: 'Namespace', name: 'nowhere' },
  ] as const;
  const found = judged([object('v1', 'Secret', { name: 'own' })], { external });
  assert.deepEqual(
    found.map(({ code, severity, message, at }) => [code, severity, message, at.pointer]),
    [
      [
        'external-unused',
        'warning',
        '`Secret/shop/made` is told to exist outside, and nothing in the environment refers to it',
        'external[0]',
      ],
      ['external-unused', 'warning', '`Secret/shop/own` is told to exist outside, and the environment has it itself', 'external[1]'],
      [
        'external-unused',
        'warning',
        'pods with `app: old` in the namespace `shop` are told to exist outside, and nothing in the environment selects them',
        'external[2]',
      ],
      [
        'external-unused',
        'warning',
        '`Namespace/nowhere` is told to exist outside, and nothing in the environment refers to it',
        'external[3]',
      ],
    ],
  );
  assert.deepEqual(
    judged([needs('a'), object('v1', 'ConfigMap', { namespace: 'nowhere' }), service({ app: 'old' })], {
      external: [external[0], ...external.slice(2)],
    }),
    [],
  );
});

test('no object whatever makes it throw', () => {
  const word = fc.constantFrom('constructor', '__proto__', 'toString', 'valueFrom', 'a', 'volumes', 'spec', 'ephemeral');
  const kind = fc.constantFrom(
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'Pod',
    'Service',
    'Secret',
    'StatefulSet',
    'Ingress',
    'HorizontalPodAutoscaler',
  );
  const apiVersion = fc.constantFrom('v1', 'apps/v1', 'autoscaling/v2', 'networking.k8s.io/v1', 'cert-manager.io/v1');
  const value = fc.jsonValue({ maxDepth: 1 });
  const fields = fc.dictionary(word, fc.oneof(value, fc.array(fc.dictionary(word, value, { maxKeys: 3 }), { maxLength: 2 })), {
    maxKeys: 4,
  });
  fc.assert(
    fc.property(
      fc.array(fc.record({ apiVersion, kind, spec: fields, webhooks: value, subjects: value, roleRef: value }), { maxLength: 3 }),
      (objects) => {
        judged(objects.map((one, i) => ({ ...one, metadata: { name: `${i}`, namespace: 'shop' } }) as unknown as Manifest));
      },
    ),
    { numRuns: 100 },
  );
});
