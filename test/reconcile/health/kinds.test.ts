import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { LiveObject } from '../../../src/model/manifest.ts';
import { formatGroupKind, type GroupKind } from '../../../src/model/ref.ts';
import { healthOf, rules, withoutStatus } from '../../../src/reconcile/health/health.ts';
import { isWithin, minorOf } from '../../../src/schema/builtin.ts';
import { builtinKinds } from '../../../src/schema/kinds.ts';
import { kubernetesVersion } from '../../controlplane/programs.ts';

/** The kinds of the version that the agent is tried on, and whether one of their versions there has a status. */
const kinds = builtinKinds().flatMap(({ group, kind, versions }) => {
  const served = versions.filter(({ minors }) => isWithin(minors, minorOf(kubernetesVersion)));
  return served.length === 0 ? [] : [{ group, kind, hasStatus: served.some(({ status }) => status) }];
});

function named(kinds: readonly GroupKind[]): readonly string[] {
  return kinds.map(formatGroupKind).sort();
}

test('exactly the kinds of Kubernetes that have a status have a rule', () => {
  assert.deepEqual(Object.keys(rules).sort(), named(kinds.filter(({ hasStatus }) => hasStatus)));
});

test('exactly the kinds of Kubernetes that have no status are known to have none', () => {
  assert.deepEqual([...withoutStatus].sort(), named(kinds.filter(({ hasStatus }) => !hasStatus)));
});

test('every rule has cases', () => {
  for (const name of Object.keys(rules)) {
    const [kind = ''] = name.split('.');
    assert.ok(existsSync(`test/health/${kind}`), `${name} has no case`);
  }
});

test('a kind that has no status is Current when it exists, even in metadata alone', () => {
  for (const { group, kind } of kinds.filter(({ hasStatus }) => !hasStatus)) {
    const apiVersion = group === '' ? 'v1' : `${group}/v1`;
    const object: LiveObject = { apiVersion, kind, metadata: { name: 'storefront', uid: 'u1', resourceVersion: '7' } };
    assert.deepEqual(healthOf(object), { status: 'Current', message: 'exists' }, kind);
  }
});
