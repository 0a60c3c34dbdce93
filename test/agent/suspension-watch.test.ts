import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runAgent } from '../../src/agent/loop.ts';
import { suspendSlice } from '../../src/agent/suspensions.ts';
import { parentOf, suspensionsOf } from '../../src/model/applyset.ts';
import type { EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import type { Hold } from '../../src/model/plan.ts';
import type { Cluster } from '../../src/ports.ts';
import { configMap } from '../e2e/manifests.ts';
import { type FakeCluster, type FakeRequest, fakeCluster } from '../fakes/cluster.ts';
import { type Committed, fakeSource } from '../fakes/source.ts';
import { type HandClock, handClock } from '../support/clock.ts';

/** An agent that runs, of an environment whose slices somebody suspends, in memory. */
interface Running {
  readonly cluster: FakeCluster;
  readonly clock: HandClock;
  readonly status: () => EnvironmentStatus | undefined;
  /** How often somebody asked which slices are suspended. */
  readonly asked: () => number;
  suspend(hold: Hold | undefined): Promise<void>;
  until(what: string, isSo: () => boolean): Promise<void>;
}

const hold: Hold = { owner: 'ada', reason: 'a look', until: '2026-01-02T00:00:00Z' };
const { name } = suspensionsOf(parentOf('dev', 'default'));

function run(t: TestContext, content: readonly Committed[], home: (cluster: FakeCluster) => Partial<Cluster> = () => ({})): Running {
  const [cluster, source, clock, stop] = [fakeCluster(), fakeSource('dev'), handClock(), new AbortController()];
  source.commit(content);
  const events: SyncEvent[] = [];
  let status: EnvironmentStatus | undefined;
  let asked = 0;
  cluster.setFault(({ verb, ref }: FakeRequest) => {
    if (verb === 'get' && ref.name === name) asked += 1;
    return undefined;
  });
  const running = runAgent(
    { cluster, home: { ...cluster, ...home(cluster) }, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    {
      interval: 3_600_000,
      report: (event) => void events.push(event),
      onStatus: async (now) => {
        status = now;
      },
      signal: stop.signal,
    },
  );
  t.after(async () => {
    stop.abort();
    for (let i = 0; i < 40; i++) await clock.advance(50);
    await running;
  });
  return {
    cluster,
    clock,
    status: () => status,
    asked: () => asked,
    suspend: (wanted) =>
      suspendSlice(
        { home: cluster, clock, environment: 'dev', namespace: 'default' },
        { slice: 'pear', hold: wanted, manager: 'lockstep hold' },
        new AbortController().signal,
      ),
    async until(what, isSo) {
      for (let i = 0; i < 400 && !isSo(); i++) await clock.advance(50);
      assert.ok(isSo(), `${what}: ${JSON.stringify([events.slice(-3), status?.conditions[0]])}`);
    },
  };
}

const pear = (value: string) => ({ manifest: configMap('default', 'pear', value), slice: 'pear' });
const reasonOf = (status: EnvironmentStatus | undefined) => status?.conditions[0]?.reason;

test('who is at rest asks no more which slices are suspended, and knows at once when one is, and when that is over', async (t) => {
  const { clock, asked, status, suspend, until } = run(t, [pear('one')]);
  await until('Synced', () => reasonOf(status()) === 'Synced');
  await clock.advance(60_000);
  const before = asked();
  for (let minute = 0; minute < 20; minute++) for (let i = 0; i < 60; i++) await clock.advance(1_000);
  assert.equal(asked(), before);
  await suspend(hold);
  await until('the suspension', () => status()?.suspended.length === 1);
  await suspend(undefined);
  await until('its end', () => status()?.suspended.length === 0);
});

test('an agent that may not watch which slices are suspended asks twice a minute', async (t) => {
  const { clock, asked, status, suspend, until } = run(t, [pear('one')], (cluster) => ({
    async *watch(options, signal) {
      if (options.fields === undefined) yield* cluster.watch(options, signal);
      else yield { type: 'lost', message: 'forbidden', isForbidden: true };
    },
  }));
  await until('Synced', () => reasonOf(status()) === 'Synced');
  const before = asked();
  for (let i = 0; i < 600; i++) await clock.advance(1_000);
  assert.ok(asked() - before >= 15 && asked() - before <= 25, `${asked() - before} times in ten minutes`);
  await suspend(hold);
  for (let i = 0; i < 40; i++) await clock.advance(1_000);
  assert.equal(status()?.suspended.length, 1);
});

test('who cannot watch for a while watches again as soon as the API server answers', async (t) => {
  const { cluster, clock, asked, status, until } = run(t, [pear('one')], (fake) => ({
    async *watch(options, signal) {
      if (options.fields !== undefined) for (let i = 0; i < 3; i++) yield { type: 'lost', message: 'connection refused' };
      yield* fake.watch(options, signal);
    },
  }));
  await until('Synced', () => reasonOf(status()) === 'Synced');
  for (let i = 0; i < 60; i++) await clock.advance(1_000);
  const before = asked();
  for (let i = 0; i < 240; i++) await clock.advance(1_000);
  assert.equal(asked(), before);
  cluster.breakWatches('connection reset');
  cluster.breakWatches('connection refused');
  for (let i = 0; i < 60; i++) await clock.advance(1_000);
  const after = asked();
  for (let i = 0; i < 240; i++) await clock.advance(1_000);
  assert.equal(asked(), after);
});

test('of a slice that is suspended while a turn goes on nothing more is written in it', async (t) => {
  const many = Array.from({ length: 40 }, (_, i) => ({ manifest: configMap('default', `c${i}`, 'one'), slice: 'pear' }));
  const { cluster, clock, status, suspend, until } = run(t, many);
  let writes = 0;
  cluster.setFault(({ verb, ref }) => {
    if (verb === 'apply' && /^c\d+$/.test(ref.name) && ++writes === 4) void suspend(hold);
    return undefined;
  });
  await until('the suspension', () => status()?.suspended.length === 1);
  for (let i = 0; i < 60; i++) await clock.advance(1_000);
  assert.ok(writes >= 4 && writes <= 20, `${writes} of 40`);
});
