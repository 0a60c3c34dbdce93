import assert from 'node:assert/strict';
import type { Answer } from '../../../src/model/apierror.ts';
import { at, type JsonObject } from '../../../src/model/json.ts';
import { type Manifest, refOf } from '../../../src/model/manifest.ts';
import type { Cluster } from '../../../src/ports.ts';
import { answered, applied, eventually, got } from './asking.ts';
import { configMap, deployment } from './manifests.ts';
import { reader, watchOf } from './reading.ts';
import { type Case, manager, namespace, strangeUid } from './subject.ts';

const writer = `system:serviceaccount:${namespace}:writer`;

/** Doing things in the name of somebody else, whose rights are few: the writer may write ConfigMaps in one namespace. */
export const acting: readonly Case[] = [
  [
    'somebody else writes, reads, lists and removes where its own rights allow it',
    async ({ cluster }) => {
      await settle(cluster);
      const as = cluster.as(writer);
      const manifest = configMap('acted', { labels: { contract: 'acted' }, data: { a: '1' } });
      assert.equal((await applied(as, manifest)).created, true);
      const ref = refOf(manifest);
      answered(await as.patch('v1', ref, [{ op: 'add', path: '/data/b', value: '2' }], { manager }));
      const live = answered(await as.get('v1', ref));
      assert.ok(live !== undefined);
      assert.deepEqual(at(live, 'data'), { a: '1', b: '2' });
      const found = answered(await as.list({ ...inNamespace, selector: 'contract=acted' }));
      assert.deepEqual(
        found.map(({ metadata }) => metadata.name),
        ['acted'],
      );
      assert.equal(answered(await as.remove('v1', ref, live.metadata)), 'gone');
    },
  ],
  [
    'what somebody else may not do is refused in its name, although its impersonator may; nothing is changed',
    async ({ cluster }) => {
      await settle(cluster);
      const as = cluster.as(writer);
      const elsewhere = { ...configMap('refused'), metadata: { name: 'refused', namespace: 'default' } };
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'refused', namespace } };
      await applied(cluster, secret);
      const attempts: readonly (readonly [string, Answer<unknown>])[] = [
        ['patch resource "configmaps"', await as.apply(elsewhere, { manager })],
        ['patch resource "configmaps"', await as.apply(elsewhere, { manager, dryRun: true })],
        ['patch resource "secrets"', await as.apply(secret, { manager })],
        ['patch resource "secrets"', await as.patch('v1', refOf(secret), [{ op: 'add', path: '/type', value: 'x' }], { manager })],
        ['get resource "secrets"', await as.get('v1', refOf(secret))],
        ['list resource "secrets"', await as.list({ ...inNamespace, kind: 'Secret' })],
        ['list resource "configmaps"', await as.list({ ...inNamespace, namespace: '' })],
        ['delete resource "secrets"', await as.remove('v1', refOf(secret), { uid: strangeUid, resourceVersion: '1' })],
      ];
      for (const [what, answer] of attempts) {
        assert.deepEqual(answer.ok ? [] : [answer.error.reason, answer.error.status], ['forbidden', 403], what);
        assert.ok(!answer.ok && answer.error.message.includes(`User "${writer}" cannot ${what}`), answer.ok ? what : answer.error.message);
      }
      assert.equal(await got(cluster, elsewhere), undefined);
    },
  ],
  [
    'the right to write a status is a right of its own',
    async ({ cluster }) => {
      const reporter = cluster.as(`system:serviceaccount:${namespace}:reporter`);
      const manifest = { ...deployment('reported', {}), status: { observedGeneration: 1 } };
      await applied(cluster, manifest);
      await grant(cluster, 'reporter', { apiGroups: ['apps'], resources: ['deployments/status'], verbs: ['patch'] });
      await eventually(async () => (await reporter.apply(manifest, { manager, subresource: 'status' })).ok);
      assert.match(messageOf(await reporter.apply(manifest, { manager })), /cannot patch resource "deployments" in API group "apps"/);
      await grant(cluster, 'reporter', { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] });
      await eventually(async () => (await reporter.apply(manifest, { manager })).ok);
      const refused = messageOf(await reporter.apply(manifest, { manager, subresource: 'status' }));
      assert.match(refused, /cannot patch resource "deployments\/status" in API group "apps"/);
    },
  ],
  [
    'kinds and changes are still asked for in one’s own name, and requests are counted together',
    async ({ cluster }) => {
      const as = cluster.as(`system:serviceaccount:${namespace}:nobody`);
      await applied(cluster, configMap('seen', { labels: { contract: 'seen' } }));
      const before = cluster.requests;
      const ending = new AbortController();
      const seen = reader(as.watch(await watchOf(as, { selector: 'contract=seen' }), ending.signal));
      assert.deepEqual(await seen.until('listed'), ['listing', 'present seen', 'listed']);
      ending.abort();
      assert.ok(cluster.requests > before);
      assert.equal(as.requests, cluster.requests);
    },
  ],
  [
    'closing it closes nothing, and it can become another one',
    async ({ cluster }) => {
      await settle(cluster);
      const as = cluster.as(`system:serviceaccount:${namespace}:nobody`);
      await as.close();
      await applied(as.as(writer), configMap('after-closing'));
      await applied(cluster, configMap('after-closing'));
    },
  ],
  [
    'who may not impersonate somebody is told which right is missing, and with that right acts by no other rights than that one’s',
    async ({ cluster, signedIn }) => {
      await settle(cluster);
      const agent = await signedIn({ namespace, name: 'agent' });
      try {
        const as = agent.as(writer);
        const manifest = configMap('by-agent');
        const refused = messageOf(await as.apply(manifest, { manager }));
        assert.match(refused, /^the agent may not impersonate `system:serviceaccount:\S+:writer`: it lacks the right to `impersonate` /);
        assert.ok(refused.includes(`\`serviceaccounts\` named \`writer\` in the namespace \`${namespace}\``), refused);
        assert.match(messageOf(await agent.as('ada').get('v1', refOf(manifest))), /`impersonate` `users` named `ada`:/);
        const rule = { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['writer'], verbs: ['impersonate'] };
        await grant(cluster, 'agent', rule);
        await eventually(async () => (await as.apply(manifest, { manager })).ok);
        const own = await agent.get('v1', refOf(manifest));
        assert.equal(own.ok ? '' : own.error.reason, 'forbidden');
      } finally {
        await agent.close();
      }
    },
  ],
];

const inNamespace = { apiVersion: 'v1', kind: 'ConfigMap', namespace, selector: '', metadataOnly: true };

/** Makes the writer and the agent, of whom only the writer may do anything, and waits until that counts. */
async function settle(cluster: Cluster): Promise<void> {
  for (const name of ['writer', 'agent'])
    await applied(cluster, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  await grant(cluster, 'writer', { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create', 'patch', 'delete'] });
  await eventually(async () => (await cluster.as(writer).list(inNamespace)).ok);
}

async function grant(cluster: Cluster, name: string, rule: JsonObject): Promise<void> {
  const metadata = { name, namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  const granted: readonly Manifest[] = [
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules: [rule] },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
  for (const manifest of granted) await applied(cluster, manifest);
}

function messageOf(answer: Answer<unknown>): string {
  assert.ok(!answer.ok, 'it was not refused');
  return answer.error.message;
}
