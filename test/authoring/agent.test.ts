import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentChart } from '../../src/authoring/agent/chart.ts';
import { agentObjects } from '../../src/authoring/agent/objects.ts';

const image = 'ghcr.io/acme/lockstep:0.1.0';

/** The paths of the values that the chart of the agent refuses. */
function refused(values: object): readonly string[] {
  return (agentChart.values.safeParse({ image, ...values }).error?.issues ?? []).map(({ path }) => path.join('.'));
}

test('an agent owes its image alone, and runs twice', () => {
  assert.deepEqual(agentChart.values.parse({ image }), { namespace: 'lockstep', image, replicas: 2, allNamespaces: false, sources: [] });
});

test('an image without a version, no namespace, no replicas and a path in the place of a repository are refused', () => {
  assert.deepEqual(refused({ image: 'ghcr.io/acme/lockstep' }), ['image']);
  assert.deepEqual(refused({ namespace: 'Lockstep' }), ['namespace']);
  assert.deepEqual(refused({ replicas: 0 }), ['replicas']);
  assert.deepEqual(refused({ sources: ['git@git.example.com:shop.git', '../shop'] }), ['sources.1']);
});

test('an agent brings no permissions along', () => {
  const kinds = agentObjects({ namespace: 'lockstep', image, replicas: 2, allNamespaces: false, sources: [] }).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['Deployment', 'Service', 'NetworkPolicy', 'PodDisruptionBudget']);
});
