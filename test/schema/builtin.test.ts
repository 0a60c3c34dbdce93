import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubernetesVersions } from '../../src/model/kubernetes.ts';
import { definitionIn, lifecycleOf, minorOf, minorsWithField } from '../../src/schema/builtin.ts';
import { readEmbedded } from '../../src/schema/embedded.ts';
import { builtinKind, isBuiltinGroup } from '../../src/schema/kinds.ts';

test('the versions that environments can be for are those whose schemas are embedded', () => {
  const minors = readEmbedded().releases.map((release) => release.split('.').slice(0, 2).join('.'));
  assert.deepEqual(minors, kubernetesVersions);
});

test('every version of a kind has its definition in every minor that serves it', () => {
  for (const { kind, versions } of readEmbedded().kinds) {
    for (const { minors, definition } of versions) {
      for (let minor = minors[0]; minor <= minors[1]; minor++)
        assert.ok(definitionIn(minor, definition)?.properties, `${kind} in 1.${minor}`);
    }
  }
});

test('every reference between definitions leads to one of the same minor', () => {
  const { definitions } = readEmbedded();
  for (const [name, variants] of Object.entries(definitions)) {
    for (const { minors, schema } of variants) {
      for (const [, used] of JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)) {
        for (const minor of minors) assert.ok(definitionIn(minor, used ?? ''), `${name} in 1.${minor} uses ${used}`);
      }
    }
  }
});

test('a field knows the minors that have it', () => {
  assert.deepEqual(minorsWithField('io.k8s.api.core.v1.ServiceSpec', 'trafficDistribution'), [
    [30, minorOf(kubernetesVersions.at(-1) ?? '')],
  ]);
  assert.deepEqual(minorsWithField('io.k8s.api.core.v1.ServiceSpec', 'nonsense'), []);
  assert.deepEqual(minorsWithField('toString', 'nonsense'), []);
});

test('what was removed long ago is known with what took its place', () => {
  assert.deepEqual(lifecycleOf({ group: 'extensions', version: 'v1beta1', kind: 'Ingress' }), {
    deprecated: 14,
    removed: 22,
    replacement: 'networking.k8s.io/v1/Ingress',
  });
  assert.equal(lifecycleOf({ group: 'apps', version: 'v1', kind: 'Deployment' }), undefined);
  assert.ok(isBuiltinGroup('extensions'));
  assert.ok(!isBuiltinGroup('example.com'));
});

test('scopes, plurals and status come from the same source', () => {
  const { plural, namespaced, versions } = builtinKind({ group: 'networking.k8s.io', kind: 'Ingress' }) ?? {};
  assert.deepEqual(
    { plural, namespaced, status: versions?.map((one) => one.status) },
    { plural: 'ingresses', namespaced: true, status: [true] },
  );
  assert.equal(builtinKind({ group: '', kind: 'Namespace' })?.namespaced, false);
  assert.equal(
    builtinKind({ group: '', kind: 'ConfigMap' })?.versions.some((one) => one.status),
    false,
  );
  assert.equal(builtinKind({ group: 'authentication.k8s.io', kind: 'TokenReview' }), undefined);
});

test('enums that the OpenAPI files lack are there', () => {
  assert.deepEqual(definitionIn(35, 'io.k8s.api.core.v1.PodSpec')?.properties?.['restartPolicy']?.enum, ['Always', 'Never', 'OnFailure']);
});
