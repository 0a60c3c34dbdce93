import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf } from '../../src/model/ref.ts';
import type { IndexedObject, RenderedIndex } from '../../src/model/rendered.ts';
import { desiredTree, isRefusal } from '../../src/reconcile/desired.ts';
import { ref } from './samples.ts';

const object = (text: string, rest: Partial<IndexedObject> = {}): IndexedObject => ({
  path: `${text}.yaml`,
  ref: ref(text),
  apiVersion: 'v1',
  sha256: 'ab',
  construct: text,
  wave: 1,
  dependsOn: [],
  ...rest,
});
const index = (...objects: readonly IndexedObject[]): RenderedIndex => ({
  environment: 'dev',
  cluster: 'c',
  kubernetes: '1.35',
  objects,
  access: [],
  approvals: [],
});
const file = (path: string, mode = '100644') => ({ path, mode, blob: `blob of ${path}` });
const refusalOf = (...args: Parameters<typeof desiredTree>): string | undefined => {
  const tree = desiredTree(...args);
  return isRefusal(tree) ? `${tree.code}: ${tree.message}` : undefined;
};

test('index and files are joined by path', () => {
  const tree = desiredTree('c1', index(object('Service/shop/web')), [
    file('Service/shop/web.yaml'),
    file('.lockstep/index'),
    file('README.md'),
  ]);
  assert.ok(!isRefusal(tree));
  assert.deepEqual(tree.objects.get(keyOf(ref('Service/shop/web')))?.blob, 'blob of Service/shop/web.yaml');
});

test('dependencies become refs', () => {
  const two = index(object('Service/shop/a'), object('Service/shop/b', { dependsOn: ['Service/shop/a.yaml'] }));
  const tree = desiredTree('c1', two, [file('Service/shop/a.yaml'), file('Service/shop/b.yaml')]);
  assert.ok(!isRefusal(tree));
  assert.deepEqual(tree.objects.get(keyOf(ref('Service/shop/b')))?.dependsOn, [ref('Service/shop/a')]);
});

test('a manifest that the index does not know was put there by hand', () => {
  assert.match(refusalOf('c1', index(), [file('extra.yml')]) ?? '', /branch-edited: .*`extra.yml` does not stand in the index/);
});

test('a manifest that is missing was taken away by hand', () => {
  assert.match(refusalOf('c1', index(object('Service/shop/web')), []) ?? '', /branch-edited: .*stands in the index and is missing/);
});

test('links, submodules and executables are refused', () => {
  for (const mode of ['120000', '160000', '100755'])
    assert.match(refusalOf('c1', index(), [file('a', mode)]) ?? '', new RegExp(`mode ${mode}`));
});

test('an index that names one object twice is refused', () => {
  const twice = index(object('Service/shop/web'), object('Service/shop/web', { path: 'again.yaml' }));
  assert.match(refusalOf('c1', twice, [file('Service/shop/web.yaml'), file('again.yaml')]) ?? '', /names one object twice/);
});
