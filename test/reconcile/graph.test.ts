import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Change, refOfChange } from '../../src/model/plan.ts';
import { keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { countdown, deletionGraph, type Graph, writeGraph } from '../../src/reconcile/graph.ts';
import { anyDeletions, anyWrites, before, deletion, nameOf, reachable, write } from './plans.ts';

/** By object, the objects that it waits for, near and far. */
function waits(graph: Graph): ReadonlyMap<ObjectKey, ReadonlySet<ObjectKey>> {
  const keys = graph.changes.map((change) => keyOf(refOfChange(change)));
  const found = keys.map((_, node) => [...reachable(node, (from) => graph.after[from] ?? [])]);
  return new Map(keys.map((key, node) => [key, new Set(found[node]?.flatMap((one) => keys[one] ?? []))]));
}

/** The same for people: each object with what it waits for, in the order of the graph. */
function told(graph: Graph): readonly string[] {
  const names = graph.changes.map(nameOf);
  return names.map((name, node) => {
    const reached = [...reachable(node, (from) => graph.after[from] ?? [])].flatMap((one) => names[one] ?? []);
    return reached.length === 0 ? name : `${name} after ${reached.sort().join(', ')}`;
  });
}

test('within a namespace a wave waits for the lower ones', () => {
  const writes = [
    write('Deployment/shop/web', 3),
    write('ConfigMap/shop/a', 1),
    write('ConfigMap/shop/b', 1),
    write('Service/shop/web', 2),
  ];
  assert.deepEqual(told(writeGraph(writes)), [
    'ConfigMap/shop/a',
    'ConfigMap/shop/b',
    'Service/shop/web after ConfigMap/shop/a, ConfigMap/shop/b',
    'Deployment/shop/web after ConfigMap/shop/a, ConfigMap/shop/b, Service/shop/web',
  ]);
});

test('namespaces have nothing to do with each other', () => {
  const writes = [write('Namespace/bank', 0), write('Namespace/shop', 0), write('ConfigMap/bank/a', 1), write('Deployment/shop/web', 3)];
  assert.deepEqual(told(writeGraph(writes)), [
    'Namespace/bank',
    'Namespace/shop',
    'ConfigMap/bank/a after Namespace/bank',
    'Deployment/shop/web after Namespace/shop',
  ]);
});

test('an object waits for its namespace, even for one that has a reason to come late', () => {
  const writes = [write('ConfigMap/shop/a', 1), write('Widget/bank/a', 4), write('Namespace/shop', 5, { dependsOn: ['Widget/bank/a'] })];
  assert.deepEqual(told(writeGraph(writes)), [
    'ConfigMap/shop/a after Namespace/shop, Widget/bank/a',
    'Widget/bank/a',
    'Namespace/shop after Widget/bank/a',
  ]);
});

test('a custom resource waits for the definitions of its group, and for no others', () => {
  const writes = [
    write('CustomResourceDefinition/oxen.farm.example.com', 0),
    write('CustomResourceDefinition/widgets.example.com', 0),
    write('ConfigMap/shop/a', 1),
    write('Widget/bank/a', 4),
  ];
  assert.deepEqual(told(writeGraph(writes)), [
    'CustomResourceDefinition/oxen.farm.example.com',
    'CustomResourceDefinition/widgets.example.com',
    'ConfigMap/shop/a',
    'Widget/bank/a after CustomResourceDefinition/widgets.example.com',
  ]);
});

test('a definition may depend on a custom resource of its own group', () => {
  const late = 'CustomResourceDefinition/clusterwidgets.example.com';
  const writes = [
    write('CustomResourceDefinition/widgets.example.com', 0),
    write('Widget/shop/a', 4),
    write(late, 5, { dependsOn: ['Widget/shop/a'] }),
  ];
  assert.deepEqual(told(writeGraph(writes)), [
    'CustomResourceDefinition/widgets.example.com',
    'Widget/shop/a after CustomResourceDefinition/widgets.example.com',
    `${late} after CustomResourceDefinition/widgets.example.com, Widget/shop/a`,
  ]);
});

test('what is cluster-scoped comes before what is of a higher wave, and after no namespace', () => {
  const writes = [write('ConfigMap/shop/a', 1), write('ClusterRole/a', 1), write('Deployment/shop/web', 3), write('ClusterWidget/a', 4)];
  assert.deepEqual(told(writeGraph(writes)), [
    'ConfigMap/shop/a',
    'ClusterRole/a',
    'Deployment/shop/web after ClusterRole/a, ConfigMap/shop/a',
    'ClusterWidget/a after ClusterRole/a',
  ]);
});

test('an explicit dependency reaches over namespaces', () => {
  const writes = [write('Deployment/bank/web', 3), write('Deployment/shop/web', 4, { dependsOn: ['Deployment/bank/web'] })];
  assert.deepEqual(told(writeGraph(writes)), ['Deployment/bank/web', 'Deployment/shop/web after Deployment/bank/web']);
});

test('what an object depends on and the plan does not hold keeps nobody waiting', () => {
  assert.deepEqual(told(writeGraph([write('ConfigMap/shop/a', 1, { dependsOn: ['ConfigMap/shop/b'] })])), ['ConfigMap/shop/a']);
});

test('new admission waits for all that it might refuse, and a change of it for nothing', () => {
  const others = [write('ConfigMap/shop/a', 1), write('Deployment/bank/web', 3)];
  const admission = 'ValidatingWebhookConfiguration/a';
  assert.equal(told(writeGraph([...others, write(admission, 4)]))[2], `${admission} after ConfigMap/shop/a, Deployment/bank/web`);
  assert.equal(told(writeGraph([...others, write(admission, 4, { op: 'update' })]))[2], admission);
});

test('deleting goes the other way: namespaces and definitions after what is inside', () => {
  const deletions = [
    deletion('CustomResourceDefinition/widgets.example.com', 0),
    deletion('Namespace/shop', 0),
    deletion('ConfigMap/shop/a', 1),
    deletion('Deployment/bank/web', 3),
    deletion('Widget/shop/a', 4, 'release'),
  ];
  assert.deepEqual(told(deletionGraph(deletions)), [
    'Widget/shop/a',
    'Deployment/bank/web',
    'ConfigMap/shop/a after Widget/shop/a',
    'CustomResourceDefinition/widgets.example.com after Widget/shop/a',
    'Namespace/shop after ConfigMap/shop/a, Widget/shop/a',
  ]);
});

test('what is cluster-scoped is deleted before what may serve its finalizers, and after what uses it', () => {
  const deletions = [deletion('ClusterRole/a', 1), deletion('Deployment/shop/web', 3), deletion('ClusterWidget/a', 4)];
  assert.deepEqual(told(deletionGraph(deletions)), [
    'ClusterWidget/a',
    'Deployment/shop/web after ClusterWidget/a',
    'ClusterRole/a after ClusterWidget/a, Deployment/shop/web',
  ]);
});

test('a graph of writes says what the rules say of every pair', () => {
  fc.assert(fc.property(anyWrites, (writes) => assert.deepEqual(waits(writeGraph(writes)), inOrder(writeGraph(writes), before(writes)))));
});

test('a graph of deletions says the opposite of what the rules say of writing', () => {
  fc.assert(
    fc.property(anyDeletions, (deletions) => {
      const graph = deletionGraph(deletions);
      const rules = before(deletions);
      const reversed = [...rules.keys()].map(
        (key) => [key, new Set([...rules.keys()].filter((other) => rules.get(other)?.has(key)))] as const,
      );
      assert.deepEqual(waits(graph), inOrder(graph, new Map(reversed)));
    }),
  );
});

function inOrder(graph: Graph, rules: ReadonlyMap<ObjectKey, ReadonlySet<ObjectKey>>): ReadonlyMap<ObjectKey, ReadonlySet<ObjectKey>> {
  return new Map(graph.changes.map(refOfChange).map((ref) => [keyOf(ref), rules.get(keyOf(ref)) ?? new Set()]));
}

test('changes stand by wave, and those of one wave as in the plan', () => {
  const changes = [write('ConfigMap/shop/b', 2), write('ConfigMap/shop/a', 2), write('ConfigMap/shop/c', 1)];
  assert.deepEqual(writeGraph(changes).changes.map(nameOf), ['ConfigMap/shop/c', 'ConfigMap/shop/b', 'ConfigMap/shop/a']);
  const deletions = [deletion('ConfigMap/shop/c', 1), deletion('ConfigMap/shop/b', 2), deletion('ConfigMap/shop/a', 2)];
  assert.deepEqual(deletionGraph(deletions).changes.map(nameOf), ['ConfigMap/shop/b', 'ConfigMap/shop/a', 'ConfigMap/shop/c']);
});

test('the edges grow with the objects, not with their pairs', () => {
  const writes = Array.from({ length: 10_000 }, (_, i) => write(`ConfigMap/shop/${i}`, i % 5));
  const definitions = Array.from({ length: 100 }, (_, i) => write(`CustomResourceDefinition/k${i}.example.com`, 0));
  const resources = Array.from({ length: 10_000 }, (_, i) => write(`Widget/shop/${i}`, 4));
  const edges = (changes: readonly Change[]) => writeGraph(changes).after.reduce((sum, nodes) => sum + nodes.length, 0);
  assert.ok(edges(writes) < 50_000, `${edges(writes)} edges`);
  assert.ok(edges([...definitions, ...resources]) < 50_000, `${edges([...definitions, ...resources])} edges`);
});

test('a countdown frees a change when the last one that it waits for has ended', () => {
  const graph = writeGraph([write('ConfigMap/shop/a', 1), write('ConfigMap/shop/b', 1), write('Deployment/shop/web', 3)]);
  const { free, ended } = countdown(graph);
  assert.deepEqual(free, [0, 1]);
  assert.deepEqual(ended(1), []);
  assert.deepEqual(ended(0), [2]);
  assert.deepEqual(ended(2), []);
});

test('a countdown of deletions starts with what nothing stands on', () => {
  const { free, ended } = countdown(
    deletionGraph([deletion('Namespace/shop', 0), deletion('ConfigMap/shop/a', 1), deletion('ConfigMap/shop/b', 1)]),
  );
  assert.deepEqual(free, [0, 1]);
  assert.deepEqual([ended(0), ended(1)], [[], [2]]);
});

test('a countdown does not free what waits for itself', () => {
  const writes = [
    write('ConfigMap/shop/a', 1, { dependsOn: ['ConfigMap/shop/b'] }),
    write('ConfigMap/shop/b', 1, { dependsOn: ['ConfigMap/shop/a'] }),
  ];
  assert.deepEqual(countdown(writeGraph(writes)).free, []);
});
