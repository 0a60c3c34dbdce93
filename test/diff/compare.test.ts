import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareTrees, fieldsOf } from '../../src/diff/compare.ts';
import { compareFields } from '../../src/diff/fields.ts';
import { nodesOf } from '../../src/diff/schemas.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef, keyOf } from '../../src/model/ref.ts';
import { applyChanges, applyFields } from './apply.ts';
import { manifest, manifests, treeOf } from './samples.ts';

/** As it comes from a text: objects like any others. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>('a', 'b', 1, true, null, '', []),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.record({ name: fc.constantFrom('x', 'y', 'z'), value: tie('value') }), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('name', 'a', 'b', '__proto__', '0'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const object: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('a', 'b', 'c'), json, { maxKeys: 3 }).map(plain);

test('the changes of any two objects, carried out, make the one into the other', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      assert.deepEqual(applyFields(before, compareFields(before, after, undefined)), after);
      assert.deepEqual(compareFields(before, structuredClone(before), undefined), []);
    }),
    { numRuns: 3_000 },
  );
});

/** Deployments whose lists have keys, in any order, with ports whose protocol may go without saying. */
const deployment = (name: string): fc.Arbitrary<Manifest> =>
  fc
    .record({
      replicas: fc.constantFrom(0, 1, 3),
      labels: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')),
      containers: fc.uniqueArray(
        fc.record({
          name: fc.constantFrom('web', 'log', 'proxy'),
          image: fc.constantFrom('web:1', 'web:2'),
          args: fc.array(fc.constantFrom('-a', '-b'), { maxLength: 3 }),
          ports: fc.uniqueArray(
            fc.record(
              { containerPort: fc.constantFrom(80, 81), protocol: fc.constantFrom('TCP', 'UDP') },
              { requiredKeys: ['containerPort'] },
            ),
            { selector: ({ containerPort, protocol }) => `${containerPort}${protocol}`, maxLength: 3 },
          ),
          env: fc.uniqueArray(fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: fc.constantFrom('1', '2') }), {
            selector: ({ name: key }) => key,
          }),
        }),
        { selector: ({ name: key }) => key },
      ),
    })
    .map(({ replicas, labels, containers }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop', labels },
      spec: { replicas, template: { spec: { containers } } },
    }))
    .map(plain) as unknown as fc.Arbitrary<Manifest>;

const configMap = (name: string): fc.Arbitrary<Manifest> =>
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2')).map((data) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop' },
    data: plain(data),
  }));

const objects: fc.Arbitrary<readonly Manifest[]> = fc
  .tuple(
    fc.subarray(['web', 'api', 'jobs', 'mail', 'web-a1b2c3d4', 'web-0a1b2c3d']).chain((names) => fc.tuple(...names.map(deployment))),
    fc.subarray(['flags', 'flags-a1b2c3d4', 'flags-0a1b2c3d', 'flags-1a1b2c3d']).chain((names) => fc.tuple(...names.map(configMap))),
  )
  .map(([deployments, maps]) => [...deployments, ...maps]);

test('the changes of any two trees, carried out, make the one into the other', () => {
  let renames = 0;
  fc.assert(
    fc.property(objects, objects, (was, now) => {
      const [before, after] = [treeOf(was), treeOf(now)];
      const changes = compareTrees(before, after);
      renames += changes.filter(({ op }) => op === 'rename').length;
      const made = applyChanges(before.manifests, changes);
      assert.deepEqual(new Map([...made].sort()), new Map([...after.manifests].sort()));
    }),
    { numRuns: 1_000 },
  );
  assert.ok(renames > 100, `${renames} renames`);
});

/** The differences of two texts as lines: what is done, and where. */
function told(before: string, after: string): readonly string[] {
  const changes = compareTrees(treeOf(manifests(before)), treeOf(manifests(after)));
  return changes.flatMap((change) => {
    const { op, ref } = change;
    const from = change.op === 'rename' ? ` from ${formatRef(change.from)}${change.isHashed ? ' (hash)' : ''}` : '';
    const fields = fieldsOf(change).map(
      ({ op: done, steps }) => `  ${done} ${steps.map((step) => (typeof step === 'object' ? `[${step.by}]` : step)).join('.')}`,
    );
    return [`${op} ${formatRef(ref)}${from}`, ...fields];
  });
}

const service = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  ports:
    - { port: 80, targetPort: 8080 }
    - { port: 443, protocol: TCP, targetPort: 8443 }
`;

test('items of a list are told apart by the keys of the schema, with what goes without saying', () => {
  const after = service.replace('{ port: 80, targetPort: 8080 }', '{ port: 80, protocol: TCP, targetPort: 9090 }');
  assert.deepEqual(told(service, after), [
    'change Service/shop/web',
    '  add spec.ports.[80,TCP].protocol',
    '  replace spec.ports.[80,TCP].targetPort',
  ]);
});

test('an item at the beginning of a list without keys is no change of all that follow', () => {
  const role = (rules: string): string => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: [${rules}]
`;
  const [pods, secrets, maps] = ['pods', 'secrets', 'configmaps'].map((one) => `{ apiGroups: [''], resources: [${one}], verbs: [get] }`);
  assert.deepEqual(told(role(`${pods}, ${secrets}`), role(`${maps}, ${pods}, ${secrets}`)), ['change Role/shop/web', '  add rules.0']);
  assert.deepEqual(told(role(`${pods}, ${secrets}`), role(`${secrets}`)), ['change Role/shop/web', '  remove rules.0']);
});

test('lists of custom resources have the keys of their definition', () => {
  const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: routes.example.com }
spec:
  group: example.com
  names: { kind: Route, plural: routes }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                hops:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [host]
                  items: { type: object, properties: { host: { type: string }, weight: { type: integer } } }
---
`;
  const route = (hops: string): string => `${definition}
apiVersion: example.com/v1
kind: Route
metadata: { name: web, namespace: shop }
spec: { hops: [${hops}] }
`;
  const before = route('{ host: a, weight: 1 }, { host: b, weight: 2 }');
  assert.deepEqual(told(before, route('{ host: b, weight: 2 }, { host: a, weight: 3 }')), [
    'change Route/shop/web',
    '  order spec.hops',
    '  replace spec.hops.[a].weight',
  ]);
});

const flags = (name: string, data: string, namespace = 'shop'): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: ${namespace} }
data: { ${data} }
---
`;

test('an object with another digest in its name is the same object, whatever else has changed', () => {
  assert.deepEqual(told(flags('flags-a1b2c3d4', 'a: "1"'), flags('flags-0a1b2c3d', 'b: "2"')), [
    'rename ConfigMap/shop/flags-0a1b2c3d from ConfigMap/shop/flags-a1b2c3d4 (hash)',
    '  remove data.a',
    '  add data.b',
    '  replace metadata.name',
  ]);
  assert.deepEqual(told(flags('flags-7tg8f5dk9m', 'a: "1"'), flags('flags-bcdfghkmt2', 'a: "2"')).length, 3);
  // `feature-flags` has no digest, and neither has `flags-facade`.
  assert.deepEqual(
    told(flags('flags-facade', 'a: "1"'), flags('flags-decade', 'a: "2"')).map((line) => line.split(' ')[0]),
    ['add', 'remove'],
  );
});

test('an object under another name, or in another namespace, with nearly the same content is the same; one of little content is not', () => {
  const data = 'a: "1", b: "2", c: "3", d: "4", e: "5", f: "6", g: "7", h: "8", i: "9", j: "10"';
  assert.deepEqual(told(flags('flags', data), flags('switches', data)), [
    'rename ConfigMap/shop/switches from ConfigMap/shop/flags',
    '  replace metadata.name',
  ]);
  assert.deepEqual(
    told(flags('flags', data), flags('flags', data.replace('"1"', '"9"'), 'store'))[0],
    'rename ConfigMap/store/flags from ConfigMap/shop/flags',
  );
  assert.deepEqual(
    told(flags('flags', 'a: "1"'), flags('switches', 'a: "1"')).map((line) => line.split(' ')[0]),
    ['remove', 'add'],
  );
  const other = data.replaceAll(/"\d"/g, '"0"');
  assert.deepEqual(
    told(flags('flags', data), flags('switches', other)).map((line) => line.split(' ')[0]),
    ['remove', 'add'],
  );
});

test('of several that are alike, the one that is most so is the same', () => {
  const data = (last: string): string => `a: "1", b: "2", c: "3", d: "4", e: "5", f: "6", g: "7", h: "8", i: "9", j: "${last}"`;
  const before = flags('first', data('x')) + flags('second', data('y'));
  assert.deepEqual(
    told(before, flags('third', data('y'))).filter((line) => !line.startsWith(' ')),
    ['remove ConfigMap/shop/first', 'rename ConfigMap/shop/third from ConfigMap/shop/second'],
  );
});

test('a schema is known for each version of a kind, and for none that nobody defines', () => {
  const nodeOf = nodesOf([treeOf([manifest(service)])]);
  assert.equal(nodeOf({ apiVersion: 'v1', kind: 'Service' })?.definition, 'io.k8s.api.core.v1.Service');
  assert.equal(nodeOf({ apiVersion: 'v2', kind: 'Service' }), undefined);
  assert.equal(nodeOf({ apiVersion: 'example.com/v1', kind: 'Service' }), undefined);
  assert.equal(keyOf(refOf(manifest(service))), '/Service/shop/web');
});
