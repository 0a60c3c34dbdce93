import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Blame, blameAll, blameAt, succeed, versionsIn } from '../../src/diff/blame.ts';
import { nodesOf } from '../../src/diff/schemas.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { usualIndex } from '../../src/model/rendered.ts';

const nodeOf = nodesOf([{ index: { ...usualIndex, environment: 'prod', cluster: 'c', kubernetes: '1.35' }, manifests: new Map() }]);
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** The blame of the last of some versions, which are called `1`, `2` and so on. */
function blamed(versions: readonly JsonObject[], of = deployment): Blame {
  const [first = {}, ...rest] = versions;
  let before = first;
  let blame = blameAll(first, '1');
  for (const [i, after] of rest.entries()) {
    blame = succeed({ before, after, blame, by: String(i + 2), node: nodeOf(of) });
    before = after;
  }
  return blame;
}

const pod = (containers: readonly Json[], more: JsonObject = {}): JsonObject => ({
  ...deployment,
  spec: { ...more, template: { spec: { containers } } },
});
const web = { name: 'web', image: 'web:1' };
const log = { name: 'log', image: 'log:1' };
const at = (blame: Blame, path: string): string => blameAt(blame, path.split('/').slice(1)).by;
const containers = '/spec/template/spec/containers';

test('a value is of the version that gave it, and one that went and came again of that in which it came', () => {
  const blame = blamed([
    pod([web], { replicas: 2, paused: true }),
    pod([web], { replicas: 3 }),
    pod([web], { paused: true, replicas: 3 }),
    pod([web], { paused: true, replicas: 2 }),
    pod([web], { replicas: 3, paused: true }),
  ]);
  assert.deepEqual(
    ['/kind', '/spec', '/spec/replicas', '/spec/paused'].map((path) => at(blame, path)),
    ['1', '1', '5', '3'],
  );
});

test('an item of a list is followed by what tells it apart, wherever it stands', () => {
  const blame = blamed([pod([web, log]), pod([{ name: 'init', image: 'i' }, log, { ...web, image: 'web:2' }])]);
  assert.deepEqual(
    ['/0', '/0/image', '/1', '/1/image', '/2/name', '/2/image'].map((path) => at(blame, `${containers}${path}`)),
    ['2', '2', '1', '1', '1', '2'],
  );
});

test('what no key tells apart is the same when it is equal: an argument that only moved is not new', () => {
  const args = (...list: readonly string[]): JsonObject => pod([{ ...web, args: list }]);
  const blame = blamed([args('a', 'b', 'c'), args('c', 'a', 'x', 'b')]);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => at(blame, `${containers}/0/args/${i}`)),
    ['1', '1', '2', '1'],
  );
  const twice = blamed([args('a'), args('a', 'a')]);
  assert.deepEqual(
    [0, 1].map((i) => at(twice, `${containers}/0/args/${i}`)),
    ['1', '2'],
  );
});

test('another type of value is another value; a part of it that is in the same place stays', () => {
  const blame = blamed([
    { ...deployment, a: { b: 1, c: [] } },
    { ...deployment, a: { b: [1], c: [] } },
  ]);
  assert.deepEqual(
    ['/a', '/a/b', '/a/b/0', '/a/c'].map((path) => at(blame, path)),
    ['1', '2', '2', '1'],
  );
  assert.deepEqual([...versionsIn(blameAt(blame, ['a']))].sort(), ['1', '2']);
});

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(1, 2, 'a', 'b', true, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('name', 'spec', 'x', 'y'), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const object = fc.dictionary(fc.constantFrom('name', 'spec', 'x', 'y'), json, { maxKeys: 4 });

test('every value has a blame, and what two versions have alike is of the first', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const same = succeed({ before, after: structuredClone(before), blame: blameAll(before, '1'), by: '2', node: undefined });
      assert.deepEqual([...versionsIn(same)], ['1']);
      const blame = succeed({ before, after, blame: blameAll(before, '1'), by: '2', node: undefined });
      assert.deepEqual(shapeOf(blame), shapeOf(blameAll(after, '')));
    }),
  );
});

function shapeOf({ inner }: Blame): unknown {
  return [...inner].map(([key, one]) => [key, shapeOf(one)]);
}
