import { type Change, type Sample, testObjects } from './said.ts';

const group = 'objjob.example.com';
const schemaPath = '/spec/versions/0/schema/openAPIV3Schema';
const version = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
};

/** A change of the one version; `%` stands for its path. */
function change(changed: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return [{ spec: { versions: [{ ...version, ...changed }] } }, ...problems.map((problem) => problem.replace('%', '/spec/versions/0'))];
}

/** Another schema at the root; `%` stands for its path. */
function root(schema: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return change({ schema: { openAPIV3Schema: schema } }, ...problems.map((problem) => problem.replace('%', schemaPath)));
}

/** Another schema of the field `spec`; `%` stands for its path. */
function field(schema: Sample['fine'], ...problems: readonly string[]): Sample['changes'][number] {
  return root({ type: 'object', properties: { spec: schema } }, ...problems.map((problem) => problem.replaceAll('%', '%/properties/spec')));
}

const entry = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };

function selecting(jsonPath: string, ...problems: readonly string[]): Change {
  const properties = { spec: { type: 'object', properties: { size: { type: 'string' } } } };
  const schema = { openAPIV3Schema: { type: 'object', properties } };
  return change({ schema, selectableFields: [{ jsonPath }] }, ...problems.map((one) => one.replace('%', '%/selectableFields/0/jsonPath')));
}

export const samples: Readonly<Record<string, Sample>> = {
  'CustomResourceDefinition, its names and versions': {
    fine: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'], categories: ['all'] },
        versions: [version],
      },
    },
    changes: [
      [{ metadata: { name: 'widgets.other' } }, 'field-invalid /metadata/name'],
      [{ metadata: { name: 'widgets.objjob' }, spec: { group: 'objjob' } }, 'field-invalid /spec/group'],
      [{ spec: { scope: 'Odd' } }, 'field-invalid /spec/scope'],
      [{ spec: { names: { kind: 'Wid_get' } } }, 'field-invalid /spec/names/kind'],
      [{ spec: { names: { singular: 'A' } } }, 'field-invalid /spec/names/singular'],
      [{ spec: { names: { listKind: 'Widget' } } }, 'field-invalid /spec/names/listKind'],
      [
        { spec: { names: { shortNames: ['W'], categories: ['A'] } } },
        'field-invalid /spec/names/shortNames/0',
        'field-invalid /spec/names/categories/0',
      ],
      [{ spec: { versions: [{ ...version, storage: false }] } }, 'field-invalid /spec/versions'],
      [{ spec: { versions: [version, { ...version, name: 'v2' }] } }, 'field-invalid /spec/versions'],
      [{ spec: { versions: [version, { ...version, storage: false }] } }, 'field-duplicate /spec/versions/1/name'],
      [{ spec: { versions: [version, { ...version, name: 'v2', storage: false }] } }],
      change({ name: 'V1' }, 'field-invalid %/name'),
      change({ schema: undefined }, 'field-required %/schema/openAPIV3Schema'),
      change({ deprecationWarning: 'old' }, 'field-forbidden %/deprecationWarning'),
      change({ deprecated: true, deprecationWarning: 'old' }),
      change({ deprecated: true, deprecationWarning: '' }, 'field-required %/deprecationWarning'),
      change({ deprecated: true, deprecationWarning: 'a\nb' }, 'field-invalid %/deprecationWarning'),
      change({
        subresources: {
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
        },
      }),
      change(
        {
          subresources: { scale: { specReplicasPath: '.status.replicas', statusReplicasPath: '.spec.replicas', labelSelectorPath: '.x' } },
        },
        'field-invalid %/subresources/scale/specReplicasPath',
        'field-invalid %/subresources/scale/statusReplicasPath',
        'field-invalid %/subresources/scale/labelSelectorPath',
      ),
      change({ additionalPrinterColumns: [{ name: 'a', type: 'string', jsonPath: '.spec.a' }] }),
      change(
        { additionalPrinterColumns: [{ name: '', type: 'object', format: 'odd', jsonPath: 'spec' }] },
        'field-required %/additionalPrinterColumns/0/name',
        'field-invalid %/additionalPrinterColumns/0/type',
        'field-invalid %/additionalPrinterColumns/0/format',
        'field-invalid %/additionalPrinterColumns/0/jsonPath',
      ),
      change({ selectableFields: [{ jsonPath: '.metadata.name' }] }, 'field-invalid %/selectableFields/0/jsonPath'),
      [{ spec: { preserveUnknownFields: true } }, 'field-invalid /spec/preserveUnknownFields'],
      [
        { spec: { conversion: { strategy: 'None', webhook: { conversionReviewVersions: ['v1'] } } } },
        'field-forbidden /spec/conversion/webhook/conversionReviewVersions',
      ],
      [
        { spec: { conversion: { strategy: 'Webhook' } } },
        'field-required /spec/conversion/webhook/clientConfig',
        'field-required /spec/conversion/webhook/conversionReviewVersions',
      ],
      [
        { spec: { conversion: { strategy: 'Webhook', webhook: { clientConfig: { url: 'http://a' }, conversionReviewVersions: ['v2'] } } } },
        'field-invalid /spec/conversion/webhook/clientConfig/url',
        'field-invalid /spec/conversion/webhook/conversionReviewVersions',
      ],
      [{ spec: { conversion: { strategy: 'Odd' } } }, 'field-invalid /spec/conversion/strategy'],
      [
        { metadata: { name: 'widgets.objjob.k8s.io' }, spec: { group: 'objjob.k8s.io' } },
        'field-required /metadata/annotations/api-approved.kubernetes.io',
      ],
      [
        {
          metadata: { name: 'widgets.objjob.k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, own' } },
          spec: { group: 'objjob.k8s.io' },
        },
      ],
      [
        {
          metadata: { name: 'widgets.objjob.k8s.io', annotations: { 'api-approved.kubernetes.io': 'yes' } },
          spec: { group: 'objjob.k8s.io' },
        },
        'field-invalid /metadata/annotations/api-approved.kubernetes.io',
      ],
    ],
  },
  'CustomResourceDefinition, its schemas': {
    fine: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: { group, scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions: [version] },
    },
    changes: [
      root({ properties: {} }, 'field-required %/type'),
      root({ type: 'string' }, 'field-invalid %/type'),
      root({ type: 'object', nullable: true }, 'field-forbidden %/nullable'),
      root({ type: 'object', additionalProperties: { type: 'string' } }, 'field-forbidden %/additionalProperties'),
      root({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
      root({ type: 'object', properties: { metadata: { type: 'object' } } }),
      root({ type: 'object', properties: { metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^a' } } } } }),
      root(
        { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
        'field-forbidden %/properties/metadata/properties',
      ),
      root(
        { type: 'object', properties: { metadata: { type: 'object', description: 'x' } } },
        'field-forbidden %/properties/metadata/description',
      ),
      root({ type: 'object', properties: { kind: { type: 'integer' } } }, 'field-invalid %/properties/kind/type'),
      root(
        { type: 'object', properties: { metadata: { type: 'object', properties: { name: { type: 'string', default: 'a' } } } } },
        'field-forbidden %/properties/metadata/properties/name/default',
      ),
      change(
        {
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: 'x',
              required: ['spec'],
              properties: { spec: { type: 'object' } },
              anyOf: [{ required: ['spec'] }],
            },
          },
        },
        'field-forbidden %/schema/openAPIV3Schema/anyOf',
      ),
      change(
        { subresources: { status: {} }, schema: { openAPIV3Schema: { type: 'object', anyOf: [], not: {} } } },
        'field-forbidden %/schema/openAPIV3Schema/anyOf',
        'field-forbidden %/schema/openAPIV3Schema/not',
      ),
      field({}, 'field-required %/type'),
      field({ type: 'null' }, 'field-invalid %/type'),
      field({ type: 'array' }, 'field-required %/items'),
      field({ type: 'array', items: {} }, 'field-required %/items/type'),
      field({ 'x-kubernetes-int-or-string': true }),
      field(
        { 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true },
        'field-forbidden %/x-kubernetes-preserve-unknown-fields',
      ),
      field({ type: 'object', 'x-kubernetes-preserve-unknown-fields': false }, 'field-invalid %/x-kubernetes-preserve-unknown-fields'),
      field(
        { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
        'field-forbidden %/additionalProperties',
      ),
      field({ type: 'object', additionalProperties: {} }, 'field-required %/additionalProperties/type'),
      field({ type: 'object', additionalProperties: true }),
      field({ type: 'array', items: { type: 'string' }, uniqueItems: true }, 'field-forbidden %/uniqueItems'),
      field({ type: 'object', $ref: '#/a' }, 'field-forbidden %/$ref'),
      field({ type: 'object', definitions: { a: { type: 'string' } } }, 'field-forbidden %/definitions'),
      field({ type: 'object', definitions: {}, patternProperties: {} }),
      field({ type: 'object', dependencies: {} }, 'field-forbidden %/dependencies'),
      field({ type: 'array', items: [] }, 'field-required %/items'),
      root({ type: 'object', properties: { a: null } }, 'field-required %/properties/a/type'),
      field({ type: 'integer', default: 'x' }, 'field-type %/default'),
      field({ type: 'integer', minimum: 2, default: 1 }, 'field-invalid %/default'),
      field({ type: 'integer', minimum: 1.5, default: 1 }),
      field({ type: 'string', enum: [], anyOf: [], default: 'a' }),
      field({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'], default: {} }, 'field-required %/default/a'),
      field({ type: 'object', properties: { a: { type: 'string' } }, default: { b: 1 } }, 'field-unknown %/default/b'),
      field({ 'x-kubernetes-int-or-string': true, default: {} }),
      field({ type: 'object', additionalProperties: { type: 'string', default: 1 } }),
      field({ type: 'string', oneOf: [{ additionalProperties: {} }] }, 'field-forbidden %/oneOf/0/additionalProperties'),
      field(
        { type: 'string', not: { dependencies: {}, uniqueItems: true } },
        'field-forbidden %/not/dependencies',
        'field-forbidden %/not/uniqueItems',
      ),
      selecting('.spec.size'),
      selecting("['spec']['size']"),
      selecting('size', 'field-invalid %'),
      selecting('../up', 'field-invalid %'),
      selecting('.spec.colour', 'field-invalid %'),
      field({ type: 'string', pattern: '^[a-z' }, 'field-invalid %/pattern'),
      field({ type: 'string', pattern: '^(?!a)b$' }, 'field-invalid %/pattern'),
      field({ type: 'string', pattern: '^(?P<a>b)[[:alpha:]]\\z$' }),
      field({ type: 'string', pattern: '[(?!]\\(?=' }),
      field({ type: 'object', 'x-kubernetes-embedded-resource': true }, 'field-required %/properties'),
      field({ type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }),
      field({ type: 'object', 'x-kubernetes-map-type': 'odd' }, 'field-invalid %/x-kubernetes-map-type'),
      field({ type: 'string', 'x-kubernetes-map-type': 'atomic' }, 'field-invalid %/type'),
      field({ type: 'object', 'x-kubernetes-list-type': 'atomic' }, 'field-invalid %/type'),
      field({ type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' }),
      field({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'set' }, 'field-required %/items/x-kubernetes-map-type'),
      field(
        { type: 'array', items: { type: 'string', nullable: true }, 'x-kubernetes-list-type': 'set' },
        'field-forbidden %/items/nullable',
      ),
      field({ type: 'array', items: entry, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
      field({ type: 'array', items: entry, 'x-kubernetes-list-type': 'map' }, 'field-required %/x-kubernetes-list-map-keys'),
      field({ type: 'array', items: entry, 'x-kubernetes-list-map-keys': ['name'] }, 'field-forbidden %/x-kubernetes-list-map-keys'),
      field(
        { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
        'field-invalid %/items/type',
      ),
      field(
        { type: 'array', items: entry, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] },
        'field-invalid %/x-kubernetes-list-map-keys',
      ),
      field(
        { type: 'array', items: entry, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name', 'name'] },
        'field-invalid %/x-kubernetes-list-map-keys',
      ),
      field(
        { type: 'array', items: { ...entry, required: [] }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
        'field-required %/items/properties/name/default',
      ),
      field({
        type: 'array',
        items: { ...entry, required: [], properties: { name: { type: 'string', default: '' } } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
      field(
        {
          type: 'array',
          items: { ...entry, properties: { name: { type: 'object' } } },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
        'field-invalid %/items/properties/name/type',
      ),
      field({
        type: 'object',
        properties: { a: { type: 'string' } },
        oneOf: [{ required: ['a'] }, { properties: { a: { enum: ['x'] } } }],
      }),
      field({ type: 'object', oneOf: [{ properties: { a: { enum: ['x'] } } }] }),
      root({ type: 'object', oneOf: [{ properties: { a: { enum: ['x'] } } }] }, 'field-required %/properties/a'),
      root({ type: 'object', allOf: [{ not: { items: { enum: ['x'] } } }] }, 'field-required %/items'),
      root(
        { type: 'object', properties: { a: { type: 'object' } }, anyOf: [{ properties: { a: { properties: { b: { enum: ['x'] } } } } }] },
        'field-required %/properties/a/properties/b',
      ),
      field({ type: 'object', allOf: [{ type: 'object' }] }, 'field-forbidden %/allOf/0/type'),
      field(
        { type: 'object', anyOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }] },
        'field-forbidden %/anyOf/0/x-kubernetes-validations',
      ),
      field({ type: 'object', anyOf: [{ 'x-kubernetes-validations': [] }] }),
      field({ type: 'object', not: { description: 'x' } }, 'field-forbidden %/not/description'),
      field({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
      field(
        { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'boolean' }] },
        'field-forbidden %/anyOf/0/type',
        'field-forbidden %/anyOf/1/type',
      ),
      field({ 'x-kubernetes-int-or-string': true, allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { pattern: '^a' }] }),
      field({ type: 'array', items: { type: 'string' }, anyOf: [{ items: { enum: ['a'] } }] }),
      field({ type: 'object', anyOf: [{ items: { enum: ['a'] } }] }),
    ],
  },
};

testObjects(samples);
