import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, type Json, type JsonObject, sameJson } from '../../src/model/json.ts';
import {
  appliedEntry,
  aroundOf,
  type FieldPath,
  type FieldSet,
  fieldAlone,
  fieldsOf,
  holdsField,
  leavesOf,
  locate,
  outerOf,
  partOf,
  unitedFields,
  without,
  withoutField,
} from '../../src/reconcile/fields.ts';
import { anyFields, applied, inContainer, keyed, kubectls, manager, type Owned, ours, owned, storefront, written } from './owners.ts';

const texts = (fields: FieldSet): readonly string[] => [...fields.values()].map((path) => path.join(' ')).sort();
const setOf = (...trees: readonly JsonObject[]): FieldSet => fieldsOf(...trees.map((tree) => applied(tree)));
const union = (a: FieldSet, b: FieldSet): FieldSet => new Map([...a, ...b]);
const container = ['f:spec', 'f:template', 'f:spec', 'f:containers', keyed({ name: 'web' })];

test('an item of a list is a field, and so is what is in it; an object around fields is none', () => {
  const fields = { ...inContainer('web', { 'f:image': {}, 'f:securityContext': {} }), 'f:metadata': { 'f:labels': { 'f:app': {} } } };
  const item = container.join(' ');
  assert.deepEqual(texts(setOf(fields)), [
    'f:metadata f:labels f:app',
    item,
    `${item} f:image`,
    `${item} f:name`,
    `${item} f:securityContext`,
  ]);
});

test('a dot makes an object around fields one itself', () => {
  const fields = { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/wait"': {} }, 'f:labels': { '.': {} } } };
  assert.deepEqual(texts(setOf(fields)), [
    'f:metadata f:finalizers',
    'f:metadata f:finalizers v:"example.com/wait"',
    'f:metadata f:labels',
  ]);
});

test('the fields of several entries are one set; an entry that is missing or empty has none', () => {
  const fields = fieldsOf(applied({ 'f:data': { 'f:a': {} } }), undefined, written('helm', { 'f:data': { 'f:a': {}, 'f:b': {} } }), {});
  assert.deepEqual(texts(fields), ['f:data f:a', 'f:data f:b']);
});

test('what we applied is our entry of the object itself', () => {
  const entry = applied(ours);
  const others = [
    written(manager, ours),
    written('kubectl', kubectls, { operation: 'Apply' }),
    applied({ 'f:status': {} }, { subresource: 'status' }),
  ];
  assert.equal(appliedEntry(storefront([...others, entry]), manager), entry);
  assert.equal(appliedEntry(storefront(others), manager), undefined);
});

test('fields are told from those around them', () => {
  const fields = setOf({ 'f:a': { '.': {}, 'f:b': { 'f:c': {} } }, 'f:d': {} });
  assert.deepEqual(texts(fields), ['f:a', 'f:a f:b f:c', 'f:d']);
  assert.deepEqual(texts(aroundOf(fields)), ['f:a', 'f:a f:b']);
  assert.deepEqual(texts(leavesOf(fields)), ['f:a f:b f:c', 'f:d']);
  assert.deepEqual(texts(without(fields, aroundOf(fields))), texts(leavesOf(fields)));
});

test('every field of an entry is found in its object', () => {
  const live = storefront([]);
  for (const path of setOf(ours).values()) assert.ok(locate(live, path) !== undefined, path.join(' '));
});

test('fields are found by name, by the keys of an item, by the value of one, and by index', () => {
  const live = {
    metadata: { finalizers: ['a', 'b'], labels: { 'example.com/team': 'web' } },
    ports: [
      { port: 53, protocol: 'TCP' },
      { port: 53, protocol: 'UDP', name: 'dns' },
    ],
  };
  const found: readonly (readonly [FieldPath, readonly (string | number)[], Json])[] = [
    [['f:metadata', 'f:labels', 'f:example.com/team'], ['metadata', 'labels', 'example.com/team'], 'web'],
    [['f:metadata', 'f:finalizers', 'v:"b"'], ['metadata', 'finalizers', 1], 'b'],
    [['f:ports', keyed({ port: 53, protocol: 'UDP' }), 'f:name'], ['ports', 1, 'name'], 'dns'],
    [['f:ports', 'i:0', 'f:protocol'], ['ports', 0, 'protocol'], 'TCP'],
  ];
  for (const [path, keys, value] of found) assert.deepEqual(locate(live, path), { keys, value });
});

test('what is not there is not found', () => {
  const live = { metadata: { name: 'web' }, list: [{ name: 'a' }, 'b', null] };
  const missing: readonly FieldPath[] = [
    ['f:spec'],
    ['f:constructor'],
    ['f:metadata', 'f:name', 'f:x'],
    ['f:metadata', keyed({ name: 'web' })],
    ['f:list', keyed({ name: 'z' })],
    ['f:list', 'k:{"name"'],
    ['f:list', 'v:"z"'],
    ['f:list', 'i:3'],
    ['f:list', 'f:0'],
  ];
  for (const path of missing) assert.equal(locate(live, path), undefined, path.join(' '));
});

test('the fields around one are told from within', () => {
  assert.deepEqual(
    outerOf(['f:a', 'f:b', 'f:c']).map(([, path]) => path),
    [['f:a', 'f:b'], ['f:a']],
  );
  assert.deepEqual(outerOf(['f:a']), []);
  for (const [key, path] of outerOf(container))
    assert.equal(
      aroundOf(new Map([['', container]]))
        .get(key)
        ?.join(),
      path.join(),
    );
});

test('a manifest says something at a field also where an item leaves keys to their defaults', () => {
  const manifest = { spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }], finalizers: ['a'], empty: {}, nothing: null } };
  const at = (...path: FieldPath): boolean => holdsField(manifest, ['f:spec', ...path]);
  assert.equal(at('f:ports', keyed({ port: 80, protocol: 'TCP' })), true);
  assert.equal(at('f:ports', keyed({ port: 53, protocol: 'UDP' }), 'f:port'), true);
  assert.equal(at('f:finalizers', 'v:"a"'), true);
  assert.equal(at('f:empty'), true);
  for (const path of [
    ['f:ports', keyed({ port: 53, protocol: 'TCP' })],
    ['f:ports', keyed({ port: 81, protocol: 'TCP' })],
    ['f:ports', keyed({ port: 80, protocol: 'TCP' }), 'f:name'],
    ['f:finalizers', 'v:"b"'],
    ['f:empty', 'f:x'],
    ['f:missing'],
    ['f:constructor'],
    ['f:nothing', 'f:x'],
  ])
    assert.equal(at(...path), false, path.join(' '));
});

test('JSON is the same whatever the order of keys, and only then', () => {
  assert.ok(sameJson({ a: 1, b: [{ c: null }, 'd'] }, { b: [{ c: null }, 'd'], a: 1 }));
  for (const [a, b] of [
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1 }, { b: 1 }],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [[], {}],
    ['1', 1],
    [null, undefined],
  ] as const)
    assert.ok(!sameJson(a, b), JSON.stringify([a, b]));
});

test('two entries united have the fields of both', () => {
  fc.assert(
    fc.property(anyFields, anyFields, (a, b) => {
      assert.deepEqual(texts(setOf(unitedFields(a, b))), texts(union(setOf(a), setOf(b))));
    }),
  );
});

test('it does not matter in which order entries are united, or how often', () => {
  fc.assert(
    fc.property(anyFields, anyFields, (a, b) => {
      assert.deepEqual(texts(setOf(unitedFields(a, b))), texts(setOf(unitedFields(b, a))));
      assert.deepEqual(unitedFields(unitedFields(a, b), b), unitedFields(a, b));
      assert.deepEqual(unitedFields(a, a), a);
    }),
  );
});

test('an object that one entry applied empty stays a field when another has fields in it', () => {
  assert.deepEqual(unitedFields({ 'f:securityContext': {} }, { 'f:securityContext': { 'f:privileged': {} } }), {
    'f:securityContext': { '.': {}, 'f:privileged': {} },
  });
});

test('a field alone is an entry of that field', () => {
  fc.assert(
    fc.property(anyFields, (fields) => {
      for (const path of leavesOf(setOf(fields)).values()) assert.deepEqual(texts(setOf(fieldAlone(path))), [path.join(' ')]);
    }),
  );
});

test('an entry without a field lacks that one and what is in it, and nothing else', () => {
  const isIn = (path: FieldPath, outer: FieldPath): boolean => outer.every((step, i) => path[i] === step);
  fc.assert(
    fc.property(anyFields, anyFields, (fields, other) => {
      for (const gone of setOf(fields, other).values()) {
        const left = [...setOf(fields)].filter(([, path]) => !isIn(path, gone));
        assert.deepEqual(texts(setOf(withoutField(fields, gone))), texts(new Map(left)));
      }
    }),
  );
});

test('a part of an object is what it takes to apply some fields alone, with the values that stand there', () => {
  const live = storefront([]);
  const parts: readonly (readonly [readonly FieldPath[], JsonObject])[] = [
    [[['f:spec', 'f:replicas']], { spec: { replicas: 3 } }],
    [
      [
        [...container, 'f:resources', 'f:requests', 'f:cpu'],
        [...container, 'f:ports', keyed({ containerPort: 80, protocol: 'TCP' })],
      ],
      {
        spec: {
          template: {
            spec: {
              containers: [{ name: 'web', resources: { requests: { cpu: '1' } }, ports: [{ containerPort: 80, protocol: 'TCP' }] }],
            },
          },
        },
      },
    ],
    [
      [[...container, 'f:env', keyed({ name: 'MODE' })]],
      { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'MODE' }] }] } } } },
    ],
    [[['f:spec', 'f:paused']], {}],
    [[], {}],
  ];
  for (const [paths, part] of parts) assert.deepEqual(partOf(live, paths), part);
});

test('of a field around others, nothing is taken that others put there', () => {
  const live = storefront([], { metadata: { annotations: { note: 'ours', theirs: 'x' } } });
  const paths = [
    ['f:metadata', 'f:annotations'],
    ['f:metadata', 'f:annotations', 'f:note'],
  ];
  assert.deepEqual(partOf(live, paths), { metadata: { annotations: { note: 'ours' } } });
});

test('two items that share a value stay two', () => {
  const live = {
    env: [
      { name: 'A', value: 'x' },
      { name: 'B', value: 'x' },
    ],
  };
  const paths = ['A', 'B'].map((name) => ['f:env', keyed({ name }), 'f:value']);
  assert.deepEqual(partOf(live, paths), live);
});

test('a part that is applied owns the fields that it was made of, with the same values', () => {
  const some = owned.chain(({ value, fields }) => {
    const paths = [...leavesOf(setOf(fields)).values()];
    return fc.tuple(fc.constant({ value, fields }), fc.subarray(paths));
  });
  fc.assert(
    fc.property(some, ([whole, paths]) => {
      const part = partOf(whole.value, paths);
      const covered = setOf(fieldsIn(part, whole));
      for (const path of paths) {
        assert.ok(covered.has(path.join('\u0000')), path.join(' '));
        assert.deepEqual(locate(part, path)?.value, locate(whole.value, path)?.value);
      }
    }),
  );
});

/** The fields of `part`, which is a part of `whole`. */
function fieldsIn(part: Json, { value, fields }: Owned): JsonObject {
  const steps = Object.keys(fields).filter((step) => step !== '.');
  const within = steps.flatMap((step) => {
    const [mine, theirs] = [locate(part, [step]), locate(value, [step])];
    const deeper = fields[step];
    if (mine === undefined || theirs === undefined || !isObject(deeper)) return [];
    return [[step, fieldsIn(mine.value, { value: theirs.value, fields: deeper })] as const];
  });
  return { ...(fields['.'] === undefined ? {} : { '.': {} }), ...Object.fromEntries(within) };
}
