import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostValues } from '../../src/compile/dropped.ts';
import { pointer } from '../../src/model/json.ts';

function lost(before: unknown, after: unknown): readonly string[] {
  return lostValues(before, after).map(({ path }) => pointer(path));
}

test('renamed fields and unwrapped values are no loss', () => {
  assert.deepEqual(
    lost(
      { clusterIp: 'None', ref: '#/a', xKubernetesMapType: 'atomic' },
      { clusterIP: 'None', $ref: '#/a', 'x-kubernetes-map-type': 'atomic' },
    ),
    [],
  );
  assert.deepEqual(lost({ port: { value: 80 }, limits: { cpu: { value: '1' } } }, { port: 80, limits: { cpu: '1' } }), []);
});

test('a field that only looks wrapped must arrive as it is', () => {
  assert.deepEqual(lost({ env: [{ value: 'a' }] }, { env: [{ value: 'a' }] }), []);
  assert.deepEqual(lost({ env: [{ value: 'a', more: 1 }] }, { env: [{ value: 'a' }] }), ['/env/0/more']);
});

test('what is missing or changed is lost, once, at the highest place', () => {
  assert.deepEqual(lost({ a: { b: { c: 1, d: 2 } } }, { a: {} }), ['/a/b']);
  assert.deepEqual(lost({ a: 9090 }, {}), ['/a']);
  assert.deepEqual(lost({ a: 1 }, { a: 2 }), ['/a']);
  assert.deepEqual(lost({ a: [1, 2] }, { a: [1] }), ['/a/1']);
  assert.deepEqual(lost({ a: { b: 1 } }, { a: 'b' }), ['/a']);
});

test('an exact name goes before a similar one', () => {
  const labels = { 'a.b': 'x', ab: 'y' };
  assert.deepEqual(lost({ labels }, { labels }), []);
  assert.deepEqual(lost({ clusterIp: '10.0.0.1', clusterIP: 'None' }, { clusterIP: '10.0.0.1' }), ['/clusterIP']);
});
