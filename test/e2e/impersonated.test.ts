import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type LoopEnd, runAgent } from '../../src/agent/loop.ts';
import { shareWatches } from '../../src/agent/shared-watches.ts';
import { systemClock } from '../../src/io/clock.ts';
import type { SyncEvent } from '../../src/model/event.ts';
import { exitCodes } from '../../src/model/failure.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { applied, eventually, got } from '../contract/cluster/asking.ts';
import { openReal } from '../contract/real.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type Committed, fakeSource } from '../fakes/source.ts';
import { configMap, namespace } from './manifests.ts';

/** An agent that acts as an environment's ServiceAccount, with few rights of its own, on a real API server. */
let plane: ControlPlane;
let admin: Cluster;
let agent: Cluster;

const home = 'lockstep';
const rbac = 'rbac.authorization.k8s.io';
const user = `system:serviceaccount:${home}:lockstep-dev`;

before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  admin = openReal(plane.kubeconfig);
  for (const name of [home, 'shop']) await applied(admin, namespace(name));
  for (const name of ['lockstep', 'lockstep-dev'])
    await applied(admin, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: home } });
  const write = ['get', 'list', 'create', 'patch', 'delete'];
  await grant('lockstep', home, [
    { apiGroups: ['', 'coordination.k8s.io'], resources: ['configmaps', 'leases'], verbs: write },
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['lockstep-dev'], verbs: ['impersonate'] },
  ]);
  for (const where of ['shop', 'default'])
    await grant('lockstep', where, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }]);
  await grant('lockstep-dev', 'shop', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] }]);
  agent = openReal(await kubeconfigFor(plane, { namespace: home, serviceAccount: 'lockstep' }));
  await eventually(async () => (await agent.as(user).get('v1', { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'a' })).ok);
});
after(async () => {
  await agent.close();
  await admin.close();
  await plane.stop();
});

async function grant(name: string, where: string, rules: readonly JsonObject[]): Promise<void> {
  const metadata = { name, namespace: where };
  await applied(admin, { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules });
  await applied(admin, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
  });
}

const source = fakeSource('dev');

/** Runs the agent once on what is committed. */
async function sync(...committed: readonly Committed[]): Promise<{ readonly end: LoopEnd; readonly events: readonly SyncEvent[] }> {
  source.commit(committed);
  const ended = new AbortController();
  const events: SyncEvent[] = [];
  const watch = shareWatches({ cluster: agent, clock: systemClock }, ended.signal);
  const identity = { name: `test/${process.pid}`, isGone: () => true };
  try {
    const end = await runAgent(
      { cluster: { ...agent.as(user), watch }, home: agent, source, clock: systemClock, identity },
      { environment: 'dev', namespace: home },
      { interval: 60_000, once: { timeout: 20_000 }, signal: ended.signal, report: (event) => void events.push(event) },
    );
    return { end, events };
  } finally {
    ended.abort();
  }
}

const one = configMap('shop', 'config', 'one');
const elsewhere: Manifest = configMap('default', 'config', 'elsewhere');

test('objects are applied, repaired and pruned as the environment’s ServiceAccount; the state is held as the agent', {
  timeout: 60_000,
}, async () => {
  assert.equal((await sync({ manifest: one }, { manifest: configMap('shop', 'other', 'two') })).end.exit, exitCodes.done);
  assert.notEqual(await got(admin, configMap('shop', 'other', 'two')), undefined);
  assert.equal((await sync({ manifest: one })).end.exit, exitCodes.done);
  assert.equal(await got(admin, configMap('shop', 'other', 'two')), undefined);
  const own = await agent.apply(one, { manager: 'lockstep-dev' });
  assert.equal(own.ok ? '' : own.error.reason, 'forbidden');
});

test('what the environment’s ServiceAccount may not write is refused in its name', { timeout: 60_000 }, async () => {
  const { end, events } = await sync({ manifest: one }, { manifest: elsewhere });
  assert.notEqual(end.exit, exitCodes.done);
  assert.match(JSON.stringify(events), new RegExp(`${user}[^}]*cannot patch resource`));
  assert.equal(await got(admin, elsewhere), undefined);
});

test('an agent that may not impersonate says which right is missing', { timeout: 60_000 }, async () => {
  const metadata = { name: 'lockstep', namespace: home };
  const verbs = ['get', 'list', 'create', 'patch', 'delete'];
  await applied(admin, {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: ['', 'coordination.k8s.io'], resources: ['configmaps', 'leases'], verbs }],
  });
  await eventually(async () => !(await agent.as(user).get('v1', { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'a' })).ok);
  const { end, events } = await sync({ manifest: configMap('shop', 'config', 'three') });
  assert.notEqual(end.exit, exitCodes.done);
  assert.match(JSON.stringify(events), /the agent may not impersonate `system:serviceaccount:lockstep:lockstep-dev`: it lacks the right/);
});
