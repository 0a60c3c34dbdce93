import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accessOf } from '../../src/compile/access.ts';
import { kindsServed } from '../../src/compile/served.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { AccessRule } from '../../src/model/rendered.ts';

const serviceAccount: Manifest = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a', namespace: 'shop' } };
const rights = ['create', 'delete', 'get', 'list', 'patch', 'watch'];

function access(...manifests: readonly Manifest[]): readonly AccessRule[] {
  return accessOf(manifests, kindsServed(manifests)).whole;
}

/** Every single right in `rules`: over one resource of one group in one namespace, by name if by name. */
function each(rules: readonly AccessRule[]): readonly string[] {
  return rules
    .flatMap(({ namespace, groups, resources, verbs, names }) =>
      groups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => JSON.stringify([namespace, group, resource, verb, names ?? '*']))),
      ),
    )
    .sort();
}

test('the agent may do with the kinds of an environment what it does, in their namespaces and nowhere else', () => {
  assert.deepEqual(access(serviceAccount, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }), [
    { namespace: '', groups: [''], resources: ['namespaces'], verbs: rights },
    { namespace: 'shop', groups: [''], resources: ['serviceaccounts'], verbs: rights },
  ]);
});

test('the agent may list pods, and events about them, where something stands that makes pods, and do nothing else to them', () => {
  const manifest = (apiVersion: string, kind: string, namespace: string): Manifest => ({
    apiVersion,
    kind,
    metadata: { name: 'a', namespace },
  });
  const rules = access(
    manifest('apps/v1', 'Deployment', 'shop'),
    manifest('apps/v1', 'StatefulSet', 'shop'),
    manifest('batch/v1', 'Job', 'jobs'),
    manifest('v1', 'ReplicationController', 'old'),
    manifest('example.com/v1', 'Deployment', 'elsewhere'),
    manifest('batch/v1', 'CronJob', 'nightly'),
    serviceAccount,
  );
  assert.deepEqual(
    rules.filter(({ resources }) => resources.includes('pods')),
    ['jobs', 'old', 'shop'].map((namespace) => ({ namespace, groups: [''], resources: ['events', 'pods'], verbs: ['list'] })),
  );
});

test('where pods stand in the environment themselves, the right to list them is part of the others', () => {
  const pod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop' } };
  const deployment: Manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'shop' } };
  assert.deepEqual(access(pod, deployment), [
    { namespace: 'shop', groups: [''], resources: ['pods'], verbs: rights },
    { namespace: 'shop', groups: [''], resources: ['events'], verbs: ['list'] },
    { namespace: 'shop', groups: ['apps'], resources: ['deployments'], verbs: rights },
  ]);
});

test('the plural of a custom kind is that of its definition, or a guess', () => {
  const definition: Manifest = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'oxen.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Ox', plural: 'oxen' } },
  };
  const objects = ['Ox', 'Policy', 'Class', 'Widget'].map(
    (kind): Manifest => ({ apiVersion: 'example.com/v1', kind, metadata: { name: 'a', namespace: 'shop' } }),
  );
  const found = access(definition, ...objects).find(({ groups }) => groups[0] === 'example.com');
  assert.deepEqual(found?.resources, ['classes', 'oxen', 'policies', 'widgets']);
});

test('rules are merged, and grant exactly what the roles grant, in whatever order they come', () => {
  const rule = fc.record({
    apiGroups: fc.uniqueArray(fc.constantFrom('', 'apps', 'batch'), { minLength: 1 }),
    resources: fc.uniqueArray(fc.constantFrom('pods', 'jobs', '*'), { minLength: 1 }),
    verbs: fc.uniqueArray(fc.constantFrom('get', 'list', '*'), { minLength: 1 }),
    resourceNames: fc.uniqueArray(fc.constantFrom('a', 'b')),
  });
  const role = fc.record({ namespace: fc.constantFrom('one', 'two'), rules: fc.array(rule, { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(role, { maxLength: 4 }), fc.infiniteStream(fc.nat()), (roles, chance) => {
      const manifests = roles.map(
        ({ namespace, rules }, i): Manifest => ({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: `r${i}`, namespace },
          rules,
        }),
      );
      const granted = roles.flatMap(({ namespace, rules }) =>
        rules.map(({ apiGroups, resources, verbs, resourceNames }): AccessRule => {
          const names = resourceNames.length === 0 ? {} : { names: [...resourceNames].sort() };
          return { namespace, groups: apiGroups, resources, verbs, ...names };
        }),
      );
      const own = roles.map(({ namespace }) => ({ namespace, groups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: rights }));
      const found = access(...manifests);
      assert.deepEqual(each(found), [...new Set(each([...granted, ...own]))].sort());
      const shuffled = manifests.map((manifest) => ({ manifest, at: chance.next().value })).sort((a, b) => a.at - b.at);
      assert.deepEqual(access(...shuffled.map(({ manifest }) => manifest)), found);
    }),
  );
});
