import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapObjects } from '../../src/compile/bootstrap.ts';
import { at } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { RenderedIndex } from '../../src/model/rendered.ts';

const index: RenderedIndex = {
  environment: 'prod',
  cluster: 'eu-1',
  kubernetes: '1.35',
  objects: [],
  access: [{ namespace: 'shop', groups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }],
  approvals: [],
  adopt: [],
  handOver: [],
  health: [],
  syncWindows: [],
  preflight: 'all',
  removed: undefined,
};

/** The rules of the role `name` among `objects`. */
function rulesOf(objects: readonly Manifest[], name: string): unknown {
  return at(
    objects.find((object) => object.kind === 'Role' && object.metadata.name === name),
    'rules',
  );
}

test('the agent may keep its state in its namespace, and one Lease there', () => {
  const objects = bootstrapObjects(index, { namespace: 'lockstep', setId: 'applyset-test-v1' });
  assert.deepEqual(rulesOf(objects, 'lockstep-prod-state'), [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['lockstep-prod'], verbs: ['get', 'create', 'patch'] },
  ]);
});

test('the agent may do what the rendered tree asks for, where it asks for it', () => {
  const objects = bootstrapObjects(index, { namespace: 'lockstep', setId: 'applyset-test-v1' });
  assert.deepEqual(rulesOf(objects, 'lockstep-prod'), [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }]);
  assert.deepEqual(
    objects.map(({ kind, metadata }) => [kind, metadata.namespace ?? '', metadata.name]),
    [
      ['Namespace', '', 'lockstep'],
      ['ServiceAccount', 'lockstep', 'lockstep-prod'],
      ['Role', 'lockstep', 'lockstep-prod-state'],
      ['RoleBinding', 'lockstep', 'lockstep-prod-state'],
      ['Role', 'shop', 'lockstep-prod'],
      ['RoleBinding', 'shop', 'lockstep-prod'],
    ],
  );
});
