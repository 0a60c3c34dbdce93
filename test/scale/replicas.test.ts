import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringAt } from '../../src/model/json.ts';
import { refOf } from '../../src/model/manifest.ts';
import { eventually } from '../e2e/eventually.ts';
import { readAudit } from '../support/rights.ts';
import { type FleetAgent, type FleetStage, openFleetStage, stateNamespace, userOf } from './fleet-stage.ts';

/** Several of the built agent share the environments, and no two of them keep the same one. `LOCKSTEP_REPLICATED` sets how many there are. */
const environments = Number(process.env['LOCKSTEP_REPLICATED'] ?? 12);

let stage: FleetStage;
let ada: FleetAgent;
let bob: FleetAgent;
let eve: FleetAgent;

before(async () => {
  stage = await openFleetStage({ environments, objects: 5, homes: 2 });
  for (const i of stage.names.keys()) await stage.publish(i, () => 1);
  for (const name of stage.names) await stage.declare(name);
});
after(() => stage.close());

/** How many environments each agent holds, by its process. */
async function held(): Promise<ReadonlyMap<string, number>> {
  const answer = await stage.admin.list({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: stateNamespace,
    selector: '',
    metadataOnly: false,
  });
  assert.ok(answer.ok);
  const counts = new Map<string, number>();
  for (const lease of answer.value) {
    const holder = stringAt(lease, 'spec', 'holderIdentity') ?? '';
    const pid = holder === '' ? 'nobody' : (holder.split('/').at(-2) ?? '');
    counts.set(pid, (counts.get(pid) ?? 0) + 1);
  }
  return counts;
}

/** Resolves, with the seconds that it took, once these agents hold everything, and each of them something. */
async function shared(t: TestContext, what: string, agents: readonly FleetAgent[]): Promise<number> {
  const began = performance.now();
  let counts: ReadonlyMap<string, number> = new Map();
  await eventually(
    what,
    async () => {
      counts = await held();
      const shares = agents.map(({ pid }) => counts.get(`${pid}`) ?? 0);
      return (shares.every((share) => share > 0) && shares.reduce((sum, share) => sum + share) === environments) || undefined;
    },
    60_000,
  ).catch((cause: unknown) => {
    throw new Error(JSON.stringify([...counts]), { cause });
  });
  const seconds = (performance.now() - began) / 1000;
  t.diagnostic(
    `${environments} environments, ${what}: ${seconds.toFixed(1)} s, ${agents.map(({ pid }) => counts.get(`${pid}`)).join(' and ')}`,
  );
  return seconds;
}

/** Changes an object of every environment, and waits until all of it is repaired. */
async function repaired(t: TestContext): Promise<void> {
  const began = performance.now();
  const manifests = stage.names.map((_, i) => stage.manifest(i, 1, 1));
  const evil = [{ op: 'replace', path: '/data/version', value: 'evil' }] as const;
  for (const manifest of manifests) assert.ok((await stage.admin.patch('v1', refOf(manifest), evil, { manager: 'somebody' })).ok);
  for (const manifest of manifests)
    await eventually(`the repair of ${manifest.metadata.name}`, async () => {
      const live = await stage.admin.get('v1', refOf(manifest));
      return (live.ok && stringAt(live.value ?? {}, 'data', 'version') === '1') || undefined;
    });
  t.diagnostic(`tampered with and repaired everywhere: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

test('a second agent takes its share from the first one', async (t) => {
  ada = await stage.agent('ada');
  await stage.allReady();
  bob = await stage.agent('bob');
  t.diagnostic(`the second is ready after ${(await bob.ready()).toFixed(2)} s`);
  await shared(t, 'shared by two', [ada, bob]);
  await stage.allReady();
  await repaired(t);
});

test('what an agent kept that was killed is kept by the other one', async (t) => {
  ada.kill('SIGKILL');
  await shared(t, 'taken over from one that was killed', [bob]);
  await repaired(t);
});

test('what an agent kept that ended is let go by it, and kept by the other one', async (t) => {
  eve = await stage.agent('eve');
  await eve.ready();
  await shared(t, 'shared by two', [bob, eve]);
  bob.kill('SIGTERM');
  assert.equal(await bob.ended, 0);
  // It lets go of all of it before it ends: nobody has to wait until a Lease expires.
  assert.equal((await held()).get(`${bob.pid}`), undefined);
  await shared(t, 'taken over from one that ended', [eve]);
  await repaired(t);
});

test('an agent that sleeps for long, and wakes, finds that it keeps nothing, and has written nothing to what others keep', async (t) => {
  const sleeper = await stage.agent('sleeper');
  await shared(t, 'shared by two', [eve, sleeper]);
  sleeper.kill('SIGSTOP');
  const seconds = await shared(t, 'taken over from one that sleeps', [eve]);
  // Nobody takes what the other one may still believe to keep.
  assert.ok(seconds > 8, `${seconds} s`);
  await repaired(t);
  sleeper.kill('SIGCONT');
  await shared(t, 'shared again with one that woke', [eve, sleeper]);
  await stage.allReady();
  await repaired(t);
});

test('no object was ever written by two agents in turn but where it changed hands', async () => {
  await sleep(500);
  const writers = new Map<string, string[]>();
  for (const { verb, user, objectRef, responseStatus } of readAudit(stage.plane.auditLog ?? '')) {
    const name = objectRef?.name ?? '';
    const isObject = /^e\d+-\d+$/.test(name) && (responseStatus?.code ?? 0) < 300;
    if (verb !== 'patch' || !isObject || !user.username.startsWith('system:serviceaccount:')) continue;
    const seen = writers.get(`${objectRef?.resource}/${name}`) ?? [];
    if (seen.at(-1) !== user.username) seen.push(user.username);
    writers.set(`${objectRef?.resource}/${name}`, seen);
  }
  assert.ok(writers.size > 0);
  const turns = [
    ['ada', 1],
    ['bob', 1],
    ['sleeper', 2],
  ] as const;
  for (const [name, seen] of writers)
    for (const [agent, most] of turns) assert.ok(seen.filter((one) => one === userOf(agent)).length <= most, `${name}: ${seen.join(' ')}`);
});
