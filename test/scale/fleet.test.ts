import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { refOf } from '../../src/model/manifest.ts';
import { peakMemory, percentile } from '../bench/measure.ts';
import { eventually } from '../e2e/eventually.ts';
import { type AuditEvent, readAudit } from '../support/rights.ts';
import { type FleetAgent, type FleetStage, openFleetStage, usageOf, userOf } from './fleet-stage.ts';

/**
 * One agent keeps many environments. `LOCKSTEP_FLEET=100x100` sets how many there are and how many objects each has, `100x100/100`
 * over how many namespaces these are spread; the figures are printed.
 */
const [environments = 0, objects = 0, homes = 5] = (process.env['LOCKSTEP_FLEET'] ?? '20x20').split(/[x/]/).map(Number);
const calm = Number(process.env['LOCKSTEP_CALM'] ?? 20);
const size = `${environments} × ${objects} objects in ${homes} namespaces`;

let stage: FleetStage;
let agent: FleetAgent;

before(async () => {
  stage = await openFleetStage({ environments, objects, homes });
  for (const i of stage.names.keys()) await stage.publish(i, () => 1);
  for (const name of stage.names) await stage.declare(name);
});
after(() => stage.close());

/** What the agent asked of the API server while `act` ran, by verb and resource, the most frequent first. */
async function asked(act: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  const path = stage.plane.auditLog ?? '';
  const before = readAudit(path).length;
  await act();
  const counts = new Map<string, number>();
  const isOurs = ({ user, stage: moment }: AuditEvent & { readonly stage?: string }): boolean =>
    user.username === userOf('lockstep') && moment !== 'ResponseStarted';
  for (const { verb, objectRef } of readAudit(path).slice(before).filter(isOurs)) {
    const isRoster = objectRef?.resource === 'configmaps' && objectRef.name === 'lockstep';
    const what = isRoster ? 'roster' : (objectRef?.resource ?? 'discovery');
    const name = `${verb} ${what}${objectRef?.subresource === undefined ? '' : `/${objectRef.subresource}`}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

function shown(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

function writes(counts: ReadonlyMap<string, number>): number {
  return [...counts].filter(([name]) => /^(patch|create|update|delete) /.test(name)).reduce((sum, [, count]) => sum + count, 0);
}

function tell(t: TestContext, what: string): void {
  t.diagnostic(`${size}: ${what}`);
}

test('all environments become Ready, and the agent stays small', async (t) => {
  let seconds = 0;
  const counts = await asked(async () => {
    agent = await stage.agent();
    tell(t, `ready after ${(await agent.ready()).toFixed(2)} s`);
    await stage.allReady();
    seconds = (performance.now() - agent.started) / 1000;
  });
  tell(t, `all Ready after ${seconds.toFixed(1)} s; ${shown(counts)}`);
  tell(t, `git was asked ${stage.git.requests.length} times; ${peakMemory(agent.pid)} MB at the peak`);
});

test('nothing is written while nothing changes', async (t) => {
  await sleep(5_000);
  const [git, before] = [stage.git.requests.length, usageOf(agent.pid)];
  const counts = await asked(() => sleep(calm * 1000));
  const { seconds, megabytes } = usageOf(agent.pid);
  const share = (100 * (seconds - before.seconds)) / calm;
  tell(
    t,
    `calm for ${calm} s: ${shown(counts)}; git ${stage.git.requests.length - git}; ${share.toFixed(1)} % of a processor; ${megabytes} MB`,
  );
  const [beats = 0, renewals = 0] = ['patch roster', 'patch leases'].map((name) => counts.get(name));
  assert.ok(beats <= 1 + calm / 3, `${beats} beats`);
  // All of them may be due at about the same time.
  assert.ok(renewals <= environments * Math.ceil(calm / 80), `${renewals} renewals`);
  assert.equal(writes(counts) - beats - renewals, 0);
});

test('one object that changes on one branch is applied at once', async (t) => {
  const taken: number[] = [];
  for (let round = 0; round < 10; round++) {
    const i = (round * 7) % environments;
    await stage.publish(i, (object) => (object === 0 ? 2 + round : 1));
    const began = performance.now();
    const answer = await fetch(`${agent.probes}/hook`, { method: 'POST' });
    assert.equal(answer.status, 202);
    await eventually('the change', async () => {
      const live = await stage.admin.get('v1', refOf(stage.manifest(i, 0, 1)));
      return (
        (live.ok && live.value?.['data'] !== undefined && (live.value['data'] as { version?: string }).version === `${2 + round}`) ||
        undefined
      );
    });
    taken.push(performance.now() - began);
    // Hooks that follow each other within a second are heard as one.
    await sleep(1_100);
  }
  tell(t, `a change is applied after ${percentile(taken, 0.5).toFixed(0)} ms, p95 ${percentile(taken, 0.95).toFixed(0)} ms`);
});

test('drift is repaired at once', async (t) => {
  const taken: number[] = [];
  for (let round = 0; round < 30; round++) {
    const manifest = stage.manifest((round * 7) % environments, 1, 1);
    const since = agent.events.length;
    const began = Date.now();
    const evil = [{ op: 'replace', path: '/data/version', value: 'evil' }] as const;
    assert.ok((await stage.admin.patch('v1', refOf(manifest), evil, { manager: 'somebody' })).ok);
    const repaired = await agent.until(
      (event) => event.type === 'applied' && event.op === 'repair' && event.ref.name === manifest.metadata.name,
      { since, what: `the repair of ${manifest.metadata.name}` },
    );
    taken.push(Date.parse(repaired.time) - began);
  }
  tell(t, `drift is repaired after ${percentile(taken, 0.5).toFixed(0)} ms, p95 ${percentile(taken, 0.95).toFixed(0)} ms`);
  tell(t, `${peakMemory(agent.pid)} MB at the peak`);
});

test('an agent that starts again is ready soon, and writes nothing', async (t) => {
  agent.kill('SIGTERM');
  const stopping = performance.now();
  assert.equal(await agent.ended, 0);
  tell(t, `ended after ${((performance.now() - stopping) / 1000).toFixed(1)} s`);
  const counts = await asked(async () => {
    agent = await stage.agent();
    tell(t, `started again, ready after ${(await agent.ready()).toFixed(2)} s`);
    await sleep(15_000);
  });
  tell(t, `started again: ${shown(counts)}; ${peakMemory(agent.pid)} MB at the peak`);
  assert.ok(agent.events.every(({ type }) => type !== 'applied'));
});
