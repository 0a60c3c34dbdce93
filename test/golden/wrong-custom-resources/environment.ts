import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const text = { type: 'string' };

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { ...text, enum: ['small', 'large'] },
        replicas: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
        ratio: { type: 'number', exclusiveMinimum: true, minimum: 0, multipleOf: 0.5 },
        host: { ...text, pattern: '^[a-z.]+$', minLength: 3, maxLength: 20 },
        address: { ...text, format: 'ipv4' },
        open: { type: 'boolean', nullable: true },
        port: { 'x-kubernetes-int-or-string': true },
        tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set', maxItems: 2 },
        doors: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: text, width: { type: 'integer' } } },
        },
        labels: { type: 'object', additionalProperties: text, maxProperties: 1 },
        anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        inner: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        either: { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
};

const good = {
  size: 'small',
  ratio: 1.5,
  host: 'shop.example',
  address: '192.0.2.1',
  open: null,
  port: '80%',
  tags: ['a', 'b'],
  doors: [{ name: 'front', width: 2 }, { name: 'back' }],
  labels: { a: 'b' },
  anything: { goes: [1, { a: 'b' }] },
  inner: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'inner' }, data: { a: 'b' } },
  either: { a: 'x' },
};

const bad = {
  siz: 'small',
  size: 'medium',
  replicas: 10,
  ratio: 0,
  host: 'X!',
  address: '1.2.3',
  open: 'yes',
  port: 1.5,
  tags: ['a', 'a', 'b'],
  doors: [{ name: 'front' }, { name: 'front', colour: 'red' }, { width: '2' }],
  labels: { a: 'b', c: 1 },
  anything: 'goes',
  inner: { kind: 'ConfigMap', metadata: { labels: 'a' } },
  either: { a: 'x', b: 'y' },
};

const shops = defineChart({
  namespace: 'shop',
  build(chart) {
    new ApiObject(chart, 'definition', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'shops.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'shops', singular: 'shop', kind: 'Shop', listKind: 'ShopList' },
        versions: [
          { name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } },
          { name: 'v1beta1', served: true, storage: false, deprecated: true, schema: { openAPIV3Schema: schema } },
          { name: 'v1alpha1', served: false, storage: false, schema: { openAPIV3Schema: schema } },
        ],
      },
    });
    const make = (id: string, rest: object, version = 'v1'): ApiObject =>
      new ApiObject(chart, id, { apiVersion: `example.com/${version}`, kind: 'Shop', ...rest });
    make('good', { spec: good });
    make('bad', { spec: bad });
    make('without', {});
    make('old', { spec: good }, 'v1beta1');
    make('older', { spec: good }, 'v1alpha1');
    make('status', { spec: good, status: { redy: true } });
  },
});

export default defineEnvironment({
  name: 'customs',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shops },
  external: [{ kind: 'Namespace', name: 'shop' }],
});
