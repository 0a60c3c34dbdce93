import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFormat, nameOfPrefix, prefixFormat } from '../../../src/compile/validate/names.ts';
import type { GroupKind } from '../../../src/model/ref.ts';
import { formatProblem } from '../../../src/schema/formats.ts';

function kindOf(text: string): GroupKind {
  const dot = text.indexOf('.');
  return dot < 0 ? { group: '', kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
}

function mayBe(kind: string, name: string, minor?: number): boolean {
  return formatProblem(name, nameFormat(kindOf(kind), minor)) === undefined;
}

test('each kind has the names that its validation takes', () => {
  const subdomain = ['ConfigMap', 'Event.events.k8s.io', 'Widget.example.com'];
  const anything = [
    'Event',
    'PodDisruptionBudget.policy',
    'CertificateSigningRequest.certificates.k8s.io',
    'ClusterRole.rbac.authorization.k8s.io',
    'IPAddress.networking.k8s.io',
  ];
  for (const kind of subdomain) assert.ok(mayBe(kind, 'a.b') && !mayBe(kind, 'A b') && !mayBe(kind, 'a'.repeat(254)), kind);
  for (const kind of anything)
    assert.ok(mayBe(kind, 'A b:c') && mayBe(kind, 'a'.repeat(300)) && !mayBe(kind, 'a/b') && !mayBe(kind, '..'), kind);
  assert.ok(mayBe('LeaseCandidate.coordination.k8s.io', 'A_b') && !mayBe('LeaseCandidate.coordination.k8s.io', 'a b'));
  assert.ok(mayBe('StorageVersion.internal.apiserver.k8s.io', 'apps.deployments'));
  assert.ok(!mayBe('StorageVersion.internal.apiserver.k8s.io', 'deployments'));
  assert.ok(mayBe('Namespace', '1a') && !mayBe('Namespace', 'a.b'));
});

test('the name of a Service may begin with a digit from 1.36 on, and where the minor is not known', () => {
  assert.deepEqual(
    [35, 36, undefined].map((minor) => mayBe('Service', '1a', minor)),
    [false, true, true],
  );
  assert.ok(!mayBe('Service', 'a.b'));
});

test('what a name is made of is judged as the name that it becomes', () => {
  assert.deepEqual(
    ['', 'web-', 'Web-', '-', 'web'].map((prefix) => nameOfPrefix(prefix)),
    [undefined, 'wea', 'Wea', '-', 'web'],
  );
});

test('some kinds ask of what a name is made of only that it is part of a path', () => {
  const problemOf = (kind: string, prefix: string): string | undefined => formatProblem(prefix, prefixFormat(kindOf(kind), 35));
  assert.equal(problemOf('DeviceClass.resource.k8s.io', 'Wea'), undefined);
  assert.notEqual(problemOf('DeviceClass.resource.k8s.io', '/abs'), undefined);
  assert.notEqual(problemOf('Secret', 'Wea'), undefined);
});
