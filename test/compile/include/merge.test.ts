import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merged } from '../../../src/compile/include/merge.ts';
import { schemaTable } from '../../../src/compile/include/schemas.ts';
import type { Json } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';

const nodeOf = schemaTable([], 35);

function manifest(kind: string, apiVersion: string, rest: { readonly [key: string]: Json }): Manifest {
  return { apiVersion, kind, metadata: { name: 'x' }, ...rest };
}

const pod = (spec: { readonly [key: string]: Json }): Manifest => manifest('Pod', 'v1', { spec });
const service = (ports: Json): Manifest => manifest('Service', 'v1', { spec: { ports } });

const cases: readonly (readonly [string, Manifest, Json, Json])[] = [
  [
    'fields are merged, and null removes one',
    pod({ hostNetwork: true, nodeName: 'a' }),
    { spec: { hostNetwork: null, priority: 1 } },
    { nodeName: 'a', priority: 1 },
  ],
  [
    'items are told apart by their key, stay where they are, and new ones come last',
    pod({ containers: [{ name: 'a', image: 'a:1' }, { name: 'b' }] }),
    { spec: { containers: [{ name: 'c' }, { name: 'a', tty: true }] } },
    { containers: [{ name: 'a', image: 'a:1', tty: true }, { name: 'b' }, { name: 'c' }] },
  ],
  [
    'a key that is left out is the default of the schema',
    service([
      { port: 80, targetPort: 1 },
      { port: 80, protocol: 'UDP', targetPort: 2 },
    ]),
    { spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 3 }] } },
    {
      ports: [
        { port: 80, protocol: 'TCP', targetPort: 3 },
        { port: 80, protocol: 'UDP', targetPort: 2 },
      ],
    },
  ],
  [
    'a list without keys is replaced',
    pod({ tolerations: [{ key: 'a' }], containers: [] }),
    { spec: { tolerations: [{ key: 'b' }] } },
    { tolerations: [{ key: 'b' }], containers: [] },
  ],
  [
    'a map is merged by its keys',
    pod({ nodeSelector: { a: '1', b: '2' } }),
    { spec: { nodeSelector: { b: '3', c: '4' } } },
    { nodeSelector: { a: '1', b: '3', c: '4' } },
  ],
  ['another type is replaced', pod({ containers: 'none' }), { spec: { containers: [{ name: 'a' }] } }, { containers: [{ name: 'a' }] }],
  ['what is not there yet is made', pod({}), { spec: { securityContext: { runAsUser: 1 } } }, { securityContext: { runAsUser: 1 } }],
];

for (const [name, object, part, spec] of cases) {
  test(name, () => {
    const before = structuredClone(object);
    assert.deepEqual(merged(object, part, nodeOf(object)), { value: { ...object, spec }, problems: [] });
    assert.deepEqual(object, before);
  });
}

test('a set gets what it lacks', () => {
  const claim = manifest('Namespace', 'v1', { metadata: { name: 'x', finalizers: ['a', 'b'] } });
  const { value } = merged(claim, { metadata: { finalizers: ['b', 'c'] } }, nodeOf(claim));
  assert.deepEqual(value, { ...claim, metadata: { name: 'x', finalizers: ['a', 'b', 'c'] } });
});

test('of a kind that nobody defines, lists are replaced', () => {
  const object = manifest('Widget', 'example.com/v1', { spec: { parts: [{ name: 'a' }] } });
  assert.equal(nodeOf(object), undefined);
  const { value } = merged(object, { spec: { parts: [{ name: 'b' }] } }, undefined);
  assert.deepEqual(value, { ...object, spec: { parts: [{ name: 'b' }] } });
});
