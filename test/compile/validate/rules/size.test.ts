import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/model/json.ts';
import { brokenRules } from './broken.ts';

const mebibyte = 1024 * 1024;
const own = { apiVersion: 'example.com/v1', kind: 'Widget' };

/** What is said of the size of an object. */
function said(object: JsonObject & { readonly apiVersion: string; readonly kind: string }): readonly string[] {
  const found = brokenRules({ ...object, metadata: { name: 'x' } }).filter(({ code }) => code === 'object-too-large');
  return found.map(({ code, severity }) => `${severity ?? 'error'} ${code}`);
}

test('an object is as large as etcd takes, or at most as the API server does', () => {
  assert.deepEqual(said({ ...own, spec: 'x'.repeat(mebibyte) }), []);
  assert.deepEqual(said({ ...own, spec: 'x'.repeat(2 * mebibyte) }), ['warning object-too-large']);
  assert.deepEqual(said({ ...own, spec: 'x'.repeat(3 * mebibyte) }), ['error object-too-large']);
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', spec: 'x'.repeat(2 * mebibyte) };
  assert.deepEqual(said(definition), ['warning object-too-large']);
});

test('kinds whose content has a limit of its own are not measured', () => {
  assert.deepEqual(said({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'x'.repeat(4 * mebibyte) } }), []);
});
