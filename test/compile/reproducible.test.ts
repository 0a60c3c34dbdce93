import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeReproducible } from '../../src/compile/reproducible.ts';
import type { RenderedTree } from '../../src/model/rendered.ts';

/** A tree with these files, each of them an object but the index. */
function tree(environment: string, texts: Readonly<Record<string, string>>): RenderedTree {
  const objects = Object.keys(texts)
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => ({ path, construct: `app/${path}`, ref: { group: '', kind: 'ConfigMap', namespace: 'shop', name: path } }));
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }));
  return { environment, files, index: { environment, objects } } as unknown as RenderedTree;
}

const told = (here: RenderedTree, there: readonly RenderedTree[]) =>
  judgeReproducible([here], there).map(({ at, message }) => [
    at.construct,
    /(?:line \d+|only sometimes|the index|is not where)/.exec(message)?.[0],
  ]);

test('equal trees are no matter, in whatever order', () => {
  const here = tree('dev', { 'a.yaml': 'a', 'b.yaml': 'b', '.lockstep/index': '{}' });
  assert.deepEqual(told(here, [tree('prod', {}), tree('dev', { 'b.yaml': 'b', '.lockstep/index': '{}', 'a.yaml': 'a' })]), []);
});

test('each object that differs is told with the line, and no value', () => {
  const here = tree('dev', { 'a.yaml': 'x: 1\ny: secret\n', 'b.yaml': 'b', 'c.yaml': 'c', '.lockstep/index': '1' });
  const there = tree('dev', { 'a.yaml': 'x: 1\ny: other\n', 'c.yaml': 'c', '.lockstep/index': '2' });
  assert.deepEqual(told(here, [there]), [
    ['app/a.yaml', 'line 2'],
    ['app/b.yaml', 'only sometimes'],
  ]);
  assert.doesNotMatch(JSON.stringify(judgeReproducible([here], [there])), /secret|other\\n/);
});

test('what differs beside objects is told once, and an environment that is not there', () => {
  const here = tree('dev', { 'a.yaml': 'a', '.lockstep/index': '1' });
  assert.deepEqual(told(here, [tree('dev', { 'a.yaml': 'a', '.lockstep/index': '2' })]), [[undefined, 'the index']]);
  assert.deepEqual(told(here, [tree('dev', { 'a.yaml': 'a', 'z.yaml': 'z', '.lockstep/index': '1' })]), [[undefined, 'the index']]);
  assert.deepEqual(told(here, []), [[undefined, 'is not where']]);
});
