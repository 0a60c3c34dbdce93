import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromRoot, placeOf, whereCalled } from '../../src/authoring/place.ts';

function stack(...frames: readonly string[]): { readonly stack: string } {
  return { stack: ['Error: x', ...frames.map((frame) => `    at ${frame}`)].join('\n') };
}

test('the place is the innermost line of the project, not of a package or of Node', () => {
  const point = stack(
    'Node.addChild (/shop/node_modules/constructs/lib/construct.js:1:2)',
    'node:internal/modules/run_main:117:5',
    'build (/shop/charts/web.ts:12:34)',
    '<anonymous> (/shop/environments/prod.ts:5:6)',
  );
  assert.deepEqual(placeOf(point, '/shop'), { file: 'charts/web.ts', line: 12, column: 34 });
});

test('URLs, loader queries and spaces are understood, and other folders are not', () => {
  assert.deepEqual(placeOf(stack('file:///my%20shop/charts/a.js?namespace=1:2:3'), '/my%20shop'), {
    file: 'charts/a.js',
    line: 2,
    column: 3,
  });
  assert.deepEqual(placeOf(stack('f (/shop/my charts/a.ts:2:3)'), '/shop'), { file: 'my charts/a.ts', line: 2, column: 3 });
  assert.deepEqual(placeOf(stack('f (/shop-other/a.ts:2:3)'), '/shop'), {});
  assert.deepEqual(placeOf(stack('f (/a+b(c)/x.ts:2:3)'), '/a+b(c)'), { file: 'x.ts', line: 2, column: 3 });
});

test('what has no stack has no place', () => {
  for (const thrown of [undefined, null, 'text', 42, {}, { stack: 42 }]) assert.deepEqual(placeOf(thrown, '/shop'), {});
});

test('a caller is found through the function that it called', () => {
  const define = (): unknown => whereCalled(define);
  const point = define();
  assert.equal(placeOf(point, process.cwd()).file, 'test/authoring/place.test.ts');
});

test('messages tell paths from the root of the project', () => {
  assert.equal(fromRoot(`Cannot find '/shop/a.ts' from file:///shop/b.ts`, '/shop'), `Cannot find 'a.ts' from b.ts`);
});
