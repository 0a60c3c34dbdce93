import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { LiveObject, Manifest } from '../../src/model/manifest.ts';
import { fieldsOf, withoutField } from '../../src/reconcile/fields.ts';
import { rewrittenFields } from '../../src/reconcile/rewritten.ts';
import { applied, inPod, keyed, liveOf, manager, ours, storefront, web, written } from './owners.ts';

/** What the server is told of the storefront: what stands in `web` without the server's defaults. */
const manifest: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'storefront', namespace: 'shop', labels: { app: 'storefront', 'applyset.kubernetes.io/part-of': 'applyset-x-v1' } },
  spec: {
    selector: { matchLabels: { app: 'storefront' } },
    template: {
      metadata: { labels: { app: 'storefront' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'registry.example/web:1',
            args: ['--port', '80'],
            env: [{ name: 'MODE', value: 'live' }],
            ports: [{ containerPort: 80 }],
            livenessProbe: { httpGet: { path: '/', port: 80 } },
            resources: { requests: { cpu: '1000m', memory: '1024Mi' } },
            securityContext: {},
          },
        ],
        nodeSelector: { disk: 'ssd' },
        volumes: [{ name: 'cache', emptyDir: {} }],
      },
    },
  },
};
const rewritten = (live: LiveObject): readonly string[] => rewrittenFields(manifest, live, manager);

/** What is told of the field `spec.x` that is wanted so and stands so. */
function told(wanted: Json | undefined, found: Json | undefined): readonly string[] {
  const live = liveOf('example.com/v1/Widget', { spec: { x: found } }, [applied({ 'f:spec': { 'f:x': {} } })]);
  return rewrittenFields({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { x: wanted } }, live, manager);
}

test('an object as its manifest says, with the defaults of the server, is not rewritten', () => {
  assert.deepEqual(rewritten(storefront([applied(ours)])), []);
});

const same: readonly (readonly [string, Json, Json | undefined])[] = [
  ['a quantity in another unit', '1000m', '1'],
  ['a quantity in another unit', '0.5', '500m'],
  ['a quantity in another unit', '1.5Gi', '1536Mi'],
  ['a quantity in another unit', '1e3', '1k'],
  ['a quantity in another unit', '.1', '100m'],
  ['a quantity without digits', 'Mi', '0'],
  ['a quantity beyond the greatest', '100Ei', '9223372036854775807'],
  ['a quantity that is written as a number', 1, '1'],
  ['a quantity that is written as a number', 0.5, '500m'],
  ['a quantity that is written as a number', 1073741824, '1Gi'],
  ['what is empty', '', undefined],
  ['what is empty', [], undefined],
  ['what is empty', {}, undefined],
  ['what is empty', { a: [], b: { c: null } }, undefined],
  ['what is empty', null, undefined],
  ['what is false', false, undefined],
  ['zero', 0, undefined],
  ['a default inside a value', { matchLabels: { a: 'b' } }, { matchLabels: { a: 'b' }, matchExpressions: [] }],
  ['a default inside an item of a value', [{ ports: [{ port: 53 }], to: [] }], [{ ports: [{ port: 53, protocol: 'TCP' }] }]],
  ['base64 in several lines', 'YWJj\nZGVm\n', 'YWJjZGVm'],
];
for (const [what, wanted, found] of same) {
  test(`the server may write ${what} otherwise: ${JSON.stringify(wanted)} as ${JSON.stringify(found)}`, () => {
    assert.deepEqual(told(wanted, found), []);
  });
}

const other: readonly (readonly [Json, Json | undefined])[] = [
  ['registry.example/web:1', 'mirror.example/web:1'],
  ['1', '1500m'],
  ['1Gi', '1G'],
  ['1x', '1'],
  ['', 'a'],
  [0, 1],
  [false, true],
  [true, undefined],
  ['a', undefined],
  [['a', 'b'], ['a']],
  [['a'], ['a', 'b']],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [{ a: 'b' }, { c: 'd' }],
  [{ a: 'b' }, 'b'],
  [['a'], { 0: 'a' }],
  ['a\nb', 'a b'],
  ['k', 'M'],
];
for (const [wanted, found] of other) {
  test(`${JSON.stringify(wanted)} that stands as ${JSON.stringify(found)} was rewritten`, () =>
    assert.deepEqual(told(wanted, found), ['/spec/x']));
}

test('every field that admission changed is told by its place in the manifest', () => {
  const container: JsonObject = {
    image: 'mirror.example/web:1',
    args: ['--port', '8080'],
    resources: { requests: { cpu: '2', memory: '1Gi' } },
  };
  const live = storefront([applied(ours)], { container, pod: { nodeSelector: { disk: 'hdd' } } });
  assert.deepEqual(rewritten(live), [
    '/spec/template/spec/containers/0/args',
    '/spec/template/spec/containers/0/image',
    '/spec/template/spec/containers/0/resources/requests/cpu',
    '/spec/template/spec/nodeSelector',
  ]);
});

test('a field that admission took away is told', () => {
  const live = storefront([applied(ours)], { container: { env: [] } });
  assert.deepEqual(rewritten(live), ['/spec/template/spec/containers/0/env/0/name', '/spec/template/spec/containers/0/env/0/value']);
});

test('a field that is not ours, since it is left to others, may be as it likes', () => {
  const image = [...fieldsOf(applied(ours)).values()].find((path) => path.at(-1) === 'f:image') ?? [];
  assert.deepEqual(rewritten(storefront([applied(withoutField(ours, image))], { container: { image: 'other' } })), []);
  assert.deepEqual(rewritten(storefront([applied(ours)], { container: { image: 'other' } })), ['/spec/template/spec/containers/0/image']);
});

const sidecar = { name: 'proxy', image: 'mesh.example/proxy:1' };
const injected = {
  pod: {
    containers: [sidecar, web],
    initContainers: [{ name: 'init', image: 'mesh.example/init:1' }],
    volumes: [
      { name: 'cache', emptyDir: {} },
      { name: 'certs', emptyDir: {} },
    ],
  },
};

test('containers and volumes that nobody owns were injected', () => {
  assert.deepEqual(rewritten(storefront([applied(ours)], injected)), [
    '/spec/template/spec/containers/0',
    '/spec/template/spec/initContainers/0',
    '/spec/template/spec/volumes/1',
  ]);
});

test('what somebody owns was not injected, and where we applied nothing nobody can tell', () => {
  const theirs = inPod({
    'f:containers': { [keyed({ name: 'proxy' })]: { '.': {}, 'f:image': {}, 'f:name': {} } },
    'f:initContainers': { '.': {}, [keyed({ name: 'init' })]: { 'f:image': {} } },
    'f:volumes': { [keyed({ name: 'certs' })]: {} },
  });
  assert.deepEqual(rewritten(storefront([applied(ours), written('kubectl-edit', theirs)], injected)), []);
  assert.deepEqual(rewritten(storefront([written('kubectl-edit', ours)], injected)), []);
});

test('the volume with its token, which every pod is given, is no news', () => {
  const pod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'web', image: 'x' }] } };
  const fields = { 'f:spec': { 'f:containers': { [keyed({ name: 'web' })]: { '.': {}, 'f:image': {}, 'f:name': {} } } } };
  const volumes = [{ name: 'kube-api-access-x7k2p', projected: {} }, { name: 'certs' }];
  const live = liveOf('v1/Pod', { spec: { containers: [{ name: 'web', image: 'x' }], volumes } }, [applied(fields)]);
  assert.deepEqual(rewrittenFields(pod, live, manager), ['/spec/volumes/1']);
});

test('lists of other kinds are looked at by their fields alone', () => {
  const live = liveOf('example.com/v1/Widget', { spec: { containers: [sidecar] } }, [applied({ 'f:spec': {} })]);
  assert.deepEqual(rewrittenFields({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } }, live, manager), []);
});
