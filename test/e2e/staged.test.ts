import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SyncEvent } from '../../src/model/event.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { eventually } from './eventually.ts';
import { configMap, namespace, service } from './manifests.ts';
import { ofType, openStage, type Stage } from './stage.ts';

/** Commits whose objects need one another, from nothing, with the rights of the generated ServiceAccount. */
let stage: Stage;

const tenant = namespace('tenant');
const relics: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'relics.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Relic', plural: 'relics', singular: 'relic', listKind: 'RelicList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { age: { type: 'integer', maximum: 5000 } } } },
          },
        },
      },
    ],
  },
};
const relic = (age: number): Manifest => ({
  apiVersion: 'example.com/v1',
  kind: 'Relic',
  metadata: { name: 'urn', namespace: 'tenant' },
  spec: { age },
});
const role: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'reader', namespace: 'tenant' },
  rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
};
const binding: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'readers', namespace: 'tenant' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  subjects: [{ kind: 'ServiceAccount', name: 'app', namespace: 'tenant' }],
};
const everything = [tenant, relics, relic(3000), role, binding, configMap('tenant', 'config', 'one')];
const isRefusal = (event: SyncEvent): event is Extract<SyncEvent, { type: 'refused' }> => event.type === 'refused';

before(async () => {
  stage = await openStage('staged');
  await stage.allow(everything);
});
after(() => stage.close());

test('when one object is bad, only what the check of others needs was made', async () => {
  await stage.publish([tenant, relics, relic(9000), role, binding, configMap('tenant', 'config', 'one')]);
  const agent = stage.agent({ once: true });
  assert.equal((await agent.ended).exit, 2);
  const refusal = agent.events.find(isRefusal);
  assert.deepEqual(
    refusal?.problems.map((problem) => formatRef(problem.ref)),
    ['Relic/tenant/urn'],
  );
  assert.match(refusal?.problems[0]?.message ?? '', /spec\.age.*less than or equal to 5000/);
  assert.ok(await stage.live(tenant));
  assert.ok(await stage.live(relics));
  assert.equal(await stage.live(binding), undefined);
  assert.equal(await stage.live(configMap('tenant', 'config', '')), undefined);
});

test('namespace, definition, resource, role and binding of one commit are applied in one sync', async () => {
  await stage.publish(everything);
  const agent = stage.agent({ once: true });
  const { exit, status } = await agent.ended;
  assert.equal(exit, 0, JSON.stringify(status));
  for (const manifest of everything) assert.ok(await stage.live(manifest), formatRef(refOf(manifest)));
});

test('without a preflight the same is applied in one sync, and what is bad fails alone', async () => {
  const other = await openStage('unasked', { plane: stage.plane });
  try {
    const names = { kind: 'Vase', plural: 'vases', singular: 'vase', listKind: 'VaseList' };
    const vases = { ...relics, metadata: { name: 'vases.example.com' }, spec: { ...(relics['spec'] as object), names } };
    const vase = (name: string, age: number): Manifest => ({ ...relic(age), kind: 'Vase', metadata: { name, namespace: 'unasked' } });
    const moved = [role, binding].map((one) => ({ ...one, metadata: { ...one.metadata, namespace: 'unasked' } }));
    const good = [namespace('unasked'), vases, vase('urn', 3000), ...moved, configMap('unasked', 'config', 'one')];
    const bad = vase('fake', 9000);
    await other.allow([...good, bad]);
    // The waves that the compiler would give them.
    const objects = { 'rolebinding/readers': { wave: 2 }, 'vase/urn': { wave: 2 }, 'vase/fake': { wave: 2 } };
    await other.publish([...good, bad], { preflight: 'none', objects });
    const agent = other.agent();
    const { problem } = await agent.until(ofType('failed'), 'the bad object');
    assert.equal(formatRef(problem.ref), 'Vase/unasked/fake');
    assert.match(problem.message, /spec\.age.*less than or equal to 5000/);
    for (const manifest of good) await eventually(formatRef(refOf(manifest)), () => other.live(manifest));
    assert.ok(!agent.events.some(isRefusal));
    await agent.stop();
  } finally {
    await other.close();
  }
});

test('what a refused commit had made goes with the next good one that does not want it, without an approval', async () => {
  const other = {
    ...relics,
    metadata: { name: 'tokens.example.com' },
    spec: { ...(relics['spec'] as object), names: { kind: 'Token', plural: 'tokens', singular: 'token', listKind: 'TokenList' } },
  };
  await stage.allow([...everything, other]);
  await stage.publish([...everything.slice(0, 2), relic(9000), ...everything.slice(3), other]);
  assert.equal((await stage.agent({ once: true }).ended).exit, 2);
  assert.ok(await stage.live(other));
  await stage.publish(everything);
  const agent = stage.agent({ once: true });
  await agent.ended;
  assert.ok(
    agent.events.some((event) => event.type === 'pruned' && formatRef(event.ref) === 'CustomResourceDefinition/tokens.example.com'),
    JSON.stringify(agent.events),
  );
});

test('what a refused commit had made and a good one wants is protected like everything else', async () => {
  const tokens = {
    ...relics,
    metadata: { name: 'tokens.example.com' },
    spec: { ...(relics['spec'] as object), names: { kind: 'Token', plural: 'tokens', singular: 'token', listKind: 'TokenList' } },
  };
  await stage.publish([...everything.slice(0, 2), relic(9000), ...everything.slice(3), tokens]);
  assert.equal((await stage.agent({ once: true }).ended).exit, 2);
  await stage.publish([...everything, tokens]);
  assert.equal((await stage.agent({ once: true }).ended).exit, 0);
  await stage.publish(everything);
  const agent = stage.agent({ once: true });
  assert.equal((await agent.ended).exit, 4);
  assert.equal(agent.events.find(isRefusal)?.refusal.code, 'deletion-protected');
  assert.ok(await stage.live(tokens));
  await stage.publish(everything, { approvals: [{ ref: refOf(tokens), reason: 'nobody uses them' }] });
  assert.equal((await stage.agent({ once: true }).ended).exit, 0);
  assert.equal(await stage.live(tokens), undefined);
});

test('an object that lost its label while nobody watched is found again', async () => {
  const config = configMap('tenant', 'config', 'one');
  const before = await stage.live(config);
  const labels = { 'applyset.kubernetes.io/part-of': 'nobody' };
  assert.ok((await stage.admin.apply({ ...config, metadata: { ...config.metadata, labels } }, { manager: 'somebody' })).ok);
  await stage.publish([...everything.slice(0, 5), configMap('tenant', 'config', 'two')]);
  assert.equal((await stage.agent({ once: true }).ended).exit, 0);
  const after = await stage.live(config);
  assert.equal(after?.metadata.uid, before?.metadata.uid);
  assert.match(after?.metadata.labels?.['applyset.kubernetes.io/part-of'] ?? '', /^applyset-/);
});

test('a right that is missing is named, and nothing is changed', async () => {
  await stage.publish([...everything, service('tenant', 'web')]);
  const agent = stage.agent({ once: true });
  assert.equal((await agent.ended).exit, 4);
  const refused = agent.events.find(isRefusal);
  assert.equal(refused?.refusal.code, 'watch-refused');
  assert.match(refused?.refusal.help ?? '', /`lockstep bootstrap \S+` prints, for an agent in the cluster with `--rbac`$/);
  assert.match(refused?.problems[0]?.message ?? '', /cannot list resource "services" in API group "" in the namespace "tenant"/);
});

test('a branch whose history was rewritten is refused, and repaired drift is not affected', async () => {
  await stage.publish(everything);
  assert.equal((await stage.agent({ once: true }).ended).exit, 0);
  await stage.rewrite([...everything.slice(0, 5), configMap('tenant', 'config', 'rewritten')]);
  const agent = stage.agent({ once: true });
  assert.equal((await agent.ended).exit, 4);
  assert.equal(agent.events.find(isRefusal)?.refusal.code, 'branch-rewritten');
});
