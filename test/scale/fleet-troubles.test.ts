import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentDefinition } from '../../src/compile/environment-definition.ts';
import { applySetId, parentOf, partOfLabel } from '../../src/model/applyset.ts';
import { environmentApi } from '../../src/model/declared.ts';
import { isObject, listAt, numberAt, stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { removed } from '../contract/cluster/asking.ts';
import { eventually } from '../e2e/eventually.ts';
import { namespace } from '../e2e/manifests.ts';
import { startWebhook } from '../support/webhook.ts';
import { type FleetAgent, type FleetStage, openFleetStage, stateNamespace, usageOf } from './fleet-stage.ts';

/** What happens to one agent that keeps many environments, one trouble after the other. Of none anything is left over. */
let stage: FleetStage;
let agent: FleetAgent;
let calm: ReturnType<typeof usageOf>;

/** How many environments are declared that cannot be. */
const unfit = Number(process.env['LOCKSTEP_UNFIT'] ?? 200);

before(async () => {
  stage = await openFleetStage({ environments: 10, objects: 5, homes: 2, isManaged: true });
  for (const i of stage.names.keys()) await stage.publish(i, () => 1);
  for (const name of stage.names) await stage.declare(name);
  agent = await stage.agent();
  await stage.allReady();
  await sleep(5_000);
  calm = usageOf(agent.pid);
});
after(() => stage.close());
afterEach(() => assert.doesNotMatch(agent.talk(), /Warning/));

const [one = '', two = ''] = ['e000', 'e001'];
const environment = (name: string) => ({ ...environmentApi, namespace: stateNamespace, name });

async function live(name: string) {
  const answer = await stage.admin.get(environmentApi.apiVersion, environment(name));
  assert.ok(answer.ok, answer.ok ? '' : answer.error.message);
  return answer.value;
}

/** The reason of the condition Ready, where it is about the spec as it is now. */
async function reasonOf(name: string): Promise<string | undefined> {
  const found = await live(name);
  const conditions = listAt(found?.status, 'conditions').filter(isObject);
  const isNew = numberAt(found?.status, 'observedGeneration') === found?.metadata['generation'];
  return isNew ? stringAt(conditions.find((condition) => condition['type'] === 'Ready') ?? {}, 'reason') : undefined;
}

async function until(name: string, reason: string, patience = 30_000): Promise<void> {
  await eventually(`${name} to be ${reason}`, async () => (await reasonOf(name)) === reason || undefined, patience).catch(
    async (cause: unknown) => {
      throw new Error(JSON.stringify((await live(name))?.status), { cause });
    },
  );
}

/** Tampers with an object of the environment `i`, and waits until it is repaired. */
async function repaired(t: TestContext, i: number, patience = 30_000): Promise<void> {
  const manifest = stage.manifest(i, 1, 1);
  const began = performance.now();
  const evil = [{ op: 'replace', path: '/data/version', value: 'evil' }] as const;
  assert.ok((await stage.admin.patch('v1', refOf(manifest), evil, { manager: 'somebody' })).ok);
  await eventually(
    'the repair',
    async () => {
      const found = await stage.admin.get('v1', refOf(manifest));
      return (found.ok && stringAt(found.value ?? {}, 'data', 'version') === '1') || undefined;
    },
    patience,
  );
  t.diagnostic(`repaired after ${(performance.now() - began).toFixed(0)} ms`);
}

test('an Environment that is deleted and made again quickly, again and again', async (t) => {
  for (let i = 0; i < 8; i++) {
    const before = await live(one);
    assert.ok(before);
    await removed(stage.admin, before);
    await sleep(i * 20);
    await stage.declare(one);
  }
  const { uid } = (await live(one))?.metadata ?? {};
  assert.ok(uid);
  await until(one, 'Synced');
  await repaired(t, 0);
});

test('a spec that changes twenty times in a second', async (t) => {
  for (let i = 0; i < 20; i++) {
    await stage.declare(one, { source: { url: `${stage.git.url}/config.git`, interval: `${20 + i}s` } });
    await sleep(30);
  }
  const generation = (await live(one))?.metadata['generation'];
  await eventually(
    'the last one to be observed',
    async () => numberAt((await live(one))?.status, 'observedGeneration') === generation || undefined,
  );
  await until(one, 'Synced');
  await repaired(t, 0);
});

test('a namespace that is deleted, with what stands in it, and made again', async (t) => {
  const answer = await stage.admin.get('v1', refOf(namespace('home-0')));
  assert.ok(answer.ok && answer.value);
  await removed(stage.admin, answer.value);
  await eventually('the namespace to go', async () => {
    const found = await stage.admin.get('v1', refOf(namespace('home-0')));
    return (found.ok && found.value === undefined) || undefined;
  });
  await repaired(t, 1);
  await stage.apply(namespace('home-0'));
  await eventually(
    'all objects to be back',
    async () => {
      const found = await stage.admin.get('v1', refOf(stage.manifest(0, 1, 1)));
      return (found.ok && found.value !== undefined) || undefined;
    },
    60_000,
  );
  await stage.allReady();
});

test('a Secret that is deleted, and made again', async (t) => {
  const secret: Manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'git', namespace: stateNamespace },
    data: { username: 'YQ==', password: 'YQ==' },
  };
  await stage.apply(secret);
  await stage.declare(two, { source: { url: `${stage.git.url}/config.git`, secretName: 'git', interval: '1s' } });
  await until(two, 'Synced');
  const answer = await stage.admin.get('v1', refOf(secret));
  assert.ok(answer.ok && answer.value);
  await removed(stage.admin, answer.value);
  await until(two, 'Unreachable');
  await repaired(t, 1);
  await stage.apply(secret);
  await until(two, 'Synced');
});

test('a repository that is gone for some time', async (t) => {
  renameSync(stage.repository, `${stage.repository}.gone`);
  await fetch(`${agent.probes}/hook`, { method: 'POST' });
  await until('e002', 'Unreachable');
  await repaired(t, 2);
  renameSync(`${stage.repository}.gone`, stage.repository);
  await sleep(1_100);
  await fetch(`${agent.probes}/hook`, { method: 'POST' });
  await stage.allReady();
});

test('an API server that does not answer for twenty seconds', async (t) => {
  const server = stage.plane.processes.find(({ name }) => name === 'kube-apiserver');
  assert.ok(server);
  const before = usageOf(agent.pid).seconds;
  process.kill(server.pid, 'SIGSTOP');
  await sleep(20_000);
  process.kill(server.pid, 'SIGCONT');
  t.diagnostic(`${(5 * (usageOf(agent.pid).seconds - before)).toFixed(1)} % of a processor meanwhile`);
  const began = performance.now();
  await eventually('the agent to be back', async () => {
    const manifest = stage.manifest(3, 1, 1);
    const found = await stage.admin.get('v1', refOf(manifest)).catch(() => undefined);
    return found?.ok || undefined;
  });
  await repaired(t, 3);
  await stage.allReady();
  t.diagnostic(`all is well after ${((performance.now() - began) / 1000).toFixed(1)} s`);
});

test('a webhook that does not answer for ten seconds, on the way to all objects of three environments', async (t) => {
  const webhook = await startWebhook(stage.plane, () => ({ patch: [] }));
  t.after(() => webhook.close());
  await webhook.become('silent');
  const slow = [7, 8, 9];
  const guarded = slow.map((i) => applySetId(parentOf(stage.names[i] ?? '', stateNamespace)));
  const resources = ['configmaps', 'serviceaccounts', 'roles'];
  const configuration = webhook.configuration('Validating', { namespace: stateNamespace, resources });
  const [guard] = listAt(configuration, 'webhooks');
  assert.ok(isObject(guard));
  const objectSelector = { matchExpressions: [{ key: partOfLabel, operator: 'In', values: guarded }] };
  await stage.apply({ ...configuration, webhooks: [{ ...guard, timeoutSeconds: 10, namespaceSelector: {}, objectSelector }] });
  await sleep(2_000);
  for (const i of slow) await stage.publish(i, () => 2);
  await fetch(`${agent.probes}/hook`, { method: 'POST' });
  await sleep(3_000);
  for (let i = 0; i < 7; i++) {
    await repaired(t, i, 5_000);
    await sleep(1_000);
  }
  for (const i of slow) {
    const waiting = await stage.admin.get('v1', refOf(stage.manifest(i, 1, 2)));
    assert.ok(waiting.ok);
    assert.equal(stringAt(waiting.value ?? {}, 'data', 'version'), '1');
  }
  const found = await stage.admin.get(configuration.apiVersion, refOf(configuration));
  assert.ok(found.ok && found.value);
  await removed(stage.admin, found.value);
  for (const i of slow) await stage.publish(i, () => 1);
  await fetch(`${agent.probes}/hook`, { method: 'POST' });
  await sleep(1_000);
  await stage.allReady();
});

test('a definition that is deleted, with all that it defined, and applied again', async (t) => {
  const definition = environmentDefinition();
  const answer = await stage.admin.get(definition.apiVersion, refOf(definition));
  assert.ok(answer.ok && answer.value);
  await removed(stage.admin, answer.value);
  await eventually('the definition to go', async () => {
    const found = await stage.admin.get(definition.apiVersion, refOf(definition));
    return (found.ok && found.value === undefined) || undefined;
  });
  await sleep(5_000);
  const before = usageOf(agent.pid).seconds;
  await sleep(5_000);
  t.diagnostic(`${(20 * (usageOf(agent.pid).seconds - before)).toFixed(1)} % of a processor meanwhile`);
  await stage.apply(definition);
  for (const name of stage.names) await stage.declare(name);
  const began = performance.now();
  await stage.allReady();
  t.diagnostic(`all Ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  await repaired(t, 4);
});

test('many Environments that cannot be', async (t) => {
  const before = usageOf(agent.pid);
  const began = performance.now();
  for (let i = 0; i < unfit; i++) await stage.declare(`unfit-${i}`, { dependsOn: [{ name: `unfit-${i ^ 1}` }] });
  await until(`unfit-${unfit - 1}`, 'SpecInvalid');
  const after = usageOf(agent.pid);
  t.diagnostic(
    `${unfit} told in ${((performance.now() - began) / 1000).toFixed(1)} s, with ${(after.seconds - before.seconds).toFixed(1)} s of a processor`,
  );
  await repaired(t, 5);
  for (let i = 0; i < unfit; i++) {
    const found = await live(`unfit-${i}`);
    if (found !== undefined) await removed(stage.admin, found);
  }
  await eventually('them to go', async () => (await stage.environments()).length === stage.names.length || undefined);
});

test('nothing is left of it', async (t) => {
  await sleep(35_000);
  const before = usageOf(agent.pid);
  await sleep(15_000);
  const after = usageOf(agent.pid);
  const share = (100 * (after.seconds - before.seconds)) / 15;
  t.diagnostic(
    `${share.toFixed(1)} % of a processor; ${calm.megabytes} MB before, ${after.megabytes} MB after; ${calm.files} files before, ${after.files} after`,
  );
  assert.ok(share < 2, `${share} %`);
  assert.ok(after.files <= calm.files + 4, `${after.files} files`);
  assert.ok(after.megabytes < calm.megabytes + 40, `${after.megabytes} MB`);
});
