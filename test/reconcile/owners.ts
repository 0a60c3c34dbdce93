import fc from 'fast-check';
import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { LiveMetadata, LiveObject, ManagedFieldsEntry } from '../../src/model/manifest.ts';

/** The field manager of the environment that the tests are about. */
export const manager = 'lockstep-dev';

/** What `manager` applied. */
export function applied(fieldsV1: JsonObject, rest: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry {
  return { manager, operation: 'Apply', apiVersion: 'apps/v1', time: '2026-05-01T10:00:00Z', fieldsType: 'FieldsV1', fieldsV1, ...rest };
}

/** What somebody else wrote, by a request that is no apply. */
export function written(by: string, fieldsV1: JsonObject, rest: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry {
  return { ...applied(fieldsV1), manager: by, operation: 'Update', time: '2026-05-01T11:00:00Z', ...rest };
}

/** An object as the API server shows it, of `apiVersion` and kind, written as `apps/v1/Deployment`. */
export function liveOf(id: string, content: JsonObject, managedFields: readonly ManagedFieldsEntry[]): LiveObject {
  const slash = id.lastIndexOf('/');
  const { metadata = {}, ...rest } = content;
  const identity: LiveMetadata = { name: 'storefront', namespace: 'shop', uid: 'u1', resourceVersion: '7' };
  return {
    ...rest,
    apiVersion: id.slice(0, slash),
    kind: id.slice(slash + 1),
    metadata: { ...identity, ...(isObject(metadata) ? metadata : {}), managedFields },
  };
}

/** The fields of a Deployment's pod. */
export function inPod(fields: JsonObject): JsonObject {
  return { 'f:spec': { 'f:template': { 'f:spec': fields } } };
}

/** The fields of the container `name` of a Deployment, and itself. */
export function inContainer(name: string, fields: JsonObject): JsonObject {
  return inPod({ 'f:containers': { [keyed({ name })]: { '.': {}, 'f:name': {}, ...fields } } });
}

/** The step to the item of a list that has these keys. */
export function keyed(keys: JsonObject): string {
  return `k:${JSON.stringify(keys)}`;
}

/** The fields of the storefront as they stand in our entry. */
export const ours: JsonObject = {
  'f:metadata': { 'f:labels': { 'f:app': {}, 'f:applyset.kubernetes.io/part-of': {} } },
  'f:spec': {
    'f:selector': {},
    'f:template': {
      'f:metadata': { 'f:labels': { 'f:app': {} } },
      'f:spec': {
        'f:containers': {
          [keyed({ name: 'web' })]: {
            '.': {},
            'f:args': {},
            'f:env': { [keyed({ name: 'MODE' })]: { '.': {}, 'f:name': {}, 'f:value': {} } },
            'f:image': {},
            'f:livenessProbe': { 'f:httpGet': { 'f:path': {}, 'f:port': {} } },
            'f:name': {},
            'f:ports': { [keyed({ containerPort: 80, protocol: 'TCP' })]: { '.': {}, 'f:containerPort': {} } },
            'f:resources': { 'f:requests': { 'f:cpu': {}, 'f:memory': {} } },
            'f:securityContext': {},
          },
        },
        'f:nodeSelector': {},
        'f:volumes': { [keyed({ name: 'cache' })]: { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
      },
    },
  },
};

/** The same fields as kubectl's entry names them, when it created the storefront: defaults are its own then. */
export const kubectls: JsonObject = {
  'f:metadata': {
    'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} },
    'f:labels': { '.': {}, 'f:app': {} },
  },
  'f:spec': {
    'f:progressDeadlineSeconds': {},
    'f:replicas': {},
    'f:selector': {},
    'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} }, 'f:type': {} },
    'f:template': {
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:containers': {
          [keyed({ name: 'web' })]: {
            '.': {},
            'f:args': {},
            'f:env': { '.': {}, [keyed({ name: 'MODE' })]: { '.': {}, 'f:name': {}, 'f:value': {} } },
            'f:image': {},
            'f:imagePullPolicy': {},
            'f:livenessProbe': {
              '.': {},
              'f:failureThreshold': {},
              'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {}, 'f:scheme': {} },
            },
            'f:name': {},
            'f:ports': { '.': {}, [keyed({ containerPort: 80, protocol: 'TCP' })]: { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
            'f:resources': { '.': {}, 'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} } },
            'f:securityContext': {},
          },
        },
        'f:nodeSelector': {},
        'f:restartPolicy': {},
        'f:volumes': { '.': {}, [keyed({ name: 'cache' })]: { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
      },
    },
  },
};

/** The container of the storefront as it stands in the cluster. */
export const web: JsonObject = {
  name: 'web',
  image: 'registry.example/web:1',
  args: ['--port', '80'],
  env: [{ name: 'MODE', value: 'live' }],
  ports: [{ containerPort: 80, protocol: 'TCP' }],
  livenessProbe: { failureThreshold: 3, httpGet: { path: '/', port: 80, scheme: 'HTTP' } },
  resources: { requests: { cpu: '1', memory: '1Gi' } },
  securityContext: {},
  imagePullPolicy: 'IfNotPresent',
};

/** The storefront, a Deployment, with `pod` and `container` beside what is usual, and who owns what of it. */
export function storefront(
  managedFields: readonly ManagedFieldsEntry[],
  { metadata = {}, spec = {}, template = {}, pod = {}, container = {} }: Readonly<Record<string, JsonObject>> = {},
): LiveObject {
  return liveOf(
    'apps/v1/Deployment',
    {
      metadata: { labels: { app: 'storefront', 'applyset.kubernetes.io/part-of': 'applyset-x-v1' }, ...metadata },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'storefront' } },
        ...spec,
        template: {
          metadata: { labels: { app: 'storefront' }, ...template },
          spec: {
            containers: [{ ...web, ...container }],
            nodeSelector: { disk: 'ssd' },
            volumes: [{ name: 'cache', emptyDir: {} }],
            restartPolicy: 'Always',
            ...pod,
          },
        },
      },
    },
    managedFields,
  );
}

/** What stands in an object, and the fields that its owner has of it, as structured-merge-diff names them. */
export interface Owned {
  readonly value: Json;
  readonly fields: JsonObject;
}

const scalars: fc.Arbitrary<Json> = fc.oneof(fc.stringMatching(/^[a-z]{1,4}$/), fc.integer({ min: 1, max: 9 }), fc.boolean());
const names = fc.constantFrom('web', 'side', 'spare', 'x/y~z');

/** An atomic value is one field, whatever is in it. */
const atomic: fc.Arbitrary<Owned> = fc
  .oneof(fc.array(scalars, { maxLength: 3 }), fc.dictionary(names, scalars, { maxKeys: 2, noNullPrototype: true }), scalars)
  .map((value) => ({ value, fields: {} }));

const set: fc.Arbitrary<Owned> = fc.uniqueArray(names, { minLength: 1, maxLength: 3 }).map((items) => ({
  value: items,
  fields: Object.fromEntries(items.map((item) => [`v:${JSON.stringify(item)}`, {}])),
}));

function structOf(child: fc.Arbitrary<Owned>): fc.Arbitrary<Owned> {
  return fc
    .dictionary(fc.constantFrom('spec', 'image', 'env', 'ports', 'data'), child, { maxKeys: 3, noNullPrototype: true })
    .map((children) => ({
      value: Object.fromEntries(Object.entries(children).map(([name, { value }]) => [name, value])),
      fields: Object.fromEntries(Object.entries(children).map(([name, { fields }]) => [`f:${name}`, fields])),
    }));
}

/** A list whose items are told apart by `keys`: an item is a field itself, and so is each of its keys. */
function listOf(child: fc.Arbitrary<Owned>, keys: fc.Arbitrary<JsonObject>): fc.Arbitrary<Owned> {
  const item = fc.tuple(keys, structOf(child));
  const items = fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: ([key]) => JSON.stringify(key) });
  return items.map((all) => ({
    value: all.map(([key, { value }]) => ({ ...key, ...(isObject(value) ? value : {}) })),
    fields: Object.fromEntries(
      all.map(([key, { fields }]) => {
        const ofKeys = Object.fromEntries(Object.keys(key).map((name) => [`f:${name}`, {}]));
        return [keyed(key), { '.': {}, ...ofKeys, ...fields }];
      }),
    ),
  }));
}

const named = fc.record({ name: names }, { noNullPrototype: true });
const ports = fc.record(
  { containerPort: fc.integer({ min: 80, max: 82 }), protocol: fc.constantFrom('TCP', 'UDP') },
  { noNullPrototype: true },
);

/** Objects of all shapes that a schema can give them, with all their fields. */
export const owned: fc.Arbitrary<Owned> = fc
  .letrec<{ child: Owned; object: Owned }>((tie) => ({
    child: fc.oneof({ depthSize: 'small' }, atomic, set, tie('object'), listOf(tie('child'), named), listOf(tie('child'), ports)),
    object: structOf(tie('child')),
  }))
  .object.filter(({ fields }) => Object.keys(fields).length > 0);

/** The fields of any entry. */
export const anyFields: fc.Arbitrary<JsonObject> = fc.letrec<{ tree: JsonObject; node: JsonObject }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constant({}),
    fc.tuple(tie('tree'), fc.boolean()).map(([tree, isSelf]) => (isSelf ? { '.': {}, ...tree } : tree)),
  ),
  tree: fc.dictionary(fc.constantFrom('f:a', 'f:b', 'f:c/d', keyed({ name: 'x' }), 'v:"y"', 'i:0'), tie('node'), {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  }),
})).tree;
