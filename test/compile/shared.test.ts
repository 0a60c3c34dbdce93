import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CompiledEnvironment, judgeShared } from '../../src/compile/shared.ts';

function environment(name: string, cluster: string, objects: readonly string[]): CompiledEnvironment {
  const indexed = objects.map((object) => ({
    ref: { group: '', kind: 'ConfigMap', namespace: 'shop', name: object },
    construct: `${name}-chart/${object}`,
  }));
  return { index: { environment: name, cluster, objects: indexed as never }, file: `environments/${name}.ts` };
}

test('environments of two clusters, and different objects of one, are no mistake', () => {
  assert.deepEqual(judgeShared([environment('a', 'eu', ['x']), environment('b', 'us', ['x']), environment('c', 'eu', ['y'])]), []);
});

test('an object of two environments of a cluster is told with both constructs', () => {
  const [found, ...others] = judgeShared([environment('b', 'eu', ['x']), environment('a', 'eu', ['x', 'y'])]);
  assert.deepEqual(others, []);
  assert.equal(found?.code, 'shared-object');
  assert.equal(found.message, '`ConfigMap/shop/x` is made twice in the cluster `eu`: by `a-chart/x` in `a` and by `b-chart/x` in `b`');
  assert.deepEqual([found.at.file, found.at.environment, found.at.construct], ['environments/b.ts', 'b', 'b-chart/x']);
});

test('each two environments are told once, with how many objects they share', () => {
  const found = judgeShared([
    environment('a', 'eu', ['x', 'y', 'z']),
    environment('b', 'eu', ['x', 'y']),
    environment('c', 'eu', ['x', 'y', 'z']),
  ]);
  assert.deepEqual(
    found.map(({ message }) => message.split(' in `')[2] ?? message),
    ['b`, and so is 1 other object', 'c`, and so are 2 other objects'],
  );
});
