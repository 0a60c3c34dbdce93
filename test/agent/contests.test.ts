import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openContests } from '../../src/agent/contests.ts';
import { runAgent } from '../../src/agent/loop.ts';
import type { EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import { stringAt } from '../../src/model/json.ts';
import { refOf } from '../../src/model/manifest.ts';
import { keyOf } from '../../src/model/ref.ts';
import { usualRules } from '../../src/model/rendered.ts';
import { configMap } from '../e2e/manifests.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type FakeSource, fakeSource } from '../fakes/source.ts';
import { type HandClock, handClock } from '../support/clock.ts';

const config = configMap('default', 'config', 'ours');
const other = configMap('default', 'other', 'ours');
const rival = { fields: ['/data/value'], rival: 'rival', isMissing: false };

test('a fight holds up repairs of its object alone, and its end is waited for', async () => {
  const clock = handClock();
  const contests = openContests(clock);
  for (let i = 0; i < 4; i++) contests.repaired(refOf(config), rival);
  assert.deepEqual([contests.due(keyOf(refOf(config))), contests.all(), contests.next()], [true, [], undefined]);
  contests.repaired(refOf(config), rival);
  contests.repaired(refOf(other), rival);
  assert.deepEqual([contests.due(keyOf(refOf(config))), contests.due(keyOf(refOf(other)))], [false, true]);
  assert.deepEqual([contests.over(refOf(config))?.retryIn, contests.over(refOf(other)), contests.next()], [5_000, undefined, 5_000]);
  await clock.advance(5_000);
  assert.deepEqual([contests.due(keyOf(refOf(config))), contests.all().length, contests.next()], [true, 1, 60_001]);
  await clock.advance(60_001);
  assert.deepEqual([contests.all(), contests.next()], [[], undefined]);
});

test('what the branch changes settles a fight', () => {
  const contests = openContests(handClock());
  for (let i = 0; i < 9; i++) contests.repaired(refOf(config), rival);
  contests.settled(refOf(config));
  assert.deepEqual([contests.due(keyOf(refOf(config))), contests.suspects(keyOf(refOf(config))), contests.all()], [true, false, []]);
});

/** An agent on a fake cluster by a hand clock, and somebody who changes what it keeps. */
interface Bench {
  readonly cluster: FakeCluster;
  readonly source: FakeSource;
  readonly clock: HandClock;
  readonly events: readonly SyncEvent[];
  readonly status: EnvironmentStatus | undefined;
  /** Lets seconds pass, and does `deed` after each. */
  seconds(count: number, deed?: () => void): Promise<void>;
}

function bench(t: TestContext): Bench {
  const [cluster, source, clock] = [fakeCluster(), fakeSource('dev'), handClock()];
  const end = new AbortController();
  const events: SyncEvent[] = [];
  let status: EnvironmentStatus | undefined;
  source.commit([{ manifest: config }, { manifest: other }]);
  const running = runAgent(
    { cluster, home: cluster, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    {
      interval: 1_000,
      report: (event) => void events.push(event),
      onStatus: async (next) => {
        status = next;
      },
      signal: end.signal,
    },
  );
  t.after(async () => {
    end.abort();
    await clock.advance(10_000);
    await running;
  });
  return {
    cluster,
    source,
    clock,
    events,
    get status() {
      return status;
    },
    async seconds(count, deed) {
      for (let i = 0; i < count; i++) {
        for (let part = 0; part < 10; part++) await clock.advance(100);
        deed?.();
      }
    },
  };
}

function tamperWith({ cluster }: Bench, manifest: typeof config, manager = 'rival'): void {
  cluster.others.edit(refOf(manifest), (object) => ({ ...object, data: { value: 'theirs' } }), manager);
}

function valueIn({ cluster }: Bench, manifest: typeof config): string | undefined {
  return stringAt(cluster.live(refOf(manifest)), 'data', 'value');
}

function repairsOf({ events }: Bench, { metadata: { name } }: typeof config): number {
  return events.filter((event) => event.type === 'applied' && event.op === 'repair' && event.ref.name === name).length;
}

function readiness({ status }: Bench): readonly [string, string] {
  const ready = status?.conditions.find(({ type }) => type === 'Ready');
  return [ready?.reason ?? '', ready?.message ?? ''];
}

test('a rival that changes a field every second is named, and met with growing pauses; others are repaired at once', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  await stage.seconds(600, () => tamperWith(stage, config));
  // Five at once, then after 5, 10, 20, 40, 80, 160 and 300 seconds.
  const repairs = repairsOf(stage, config);
  assert.ok(repairs >= 10 && repairs <= 12, `${repairs}`);
  const fights = stage.events.flatMap((event) => (event.type === 'contended' ? [event] : []));
  assert.deepEqual(
    fights.slice(0, 4).map(({ retryIn }) => retryIn),
    [5_000, 10_000, 20_000, 40_000],
  );
  assert.deepEqual([fights[0]?.by, fights[0]?.fields], ['rival', ['/data/value']]);
  const words = '`/data/value` is set again and again by `rival`: declare it in `ignore`, or stop the other one';
  assert.deepEqual(readiness(stage), ['Contended', `\`ConfigMap/default/config\`: ${words}`]);
  assert.deepEqual(
    stage.status?.problems.map(({ message }) => message),
    [words],
  );
  assert.equal(stage.status?.conditions.find(({ type }) => type === 'Stalled')?.status, 'True');
  tamperWith(stage, other);
  await stage.seconds(1);
  assert.equal(valueIn(stage, other), 'ours');
});

test('once the rival is stopped the object is repaired after the pause, and the fight is forgotten', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  await stage.seconds(20, () => tamperWith(stage, config));
  assert.equal(readiness(stage)[0], 'Contended');
  await stage.seconds(20);
  assert.equal(valueIn(stage, config), 'ours');
  assert.equal(readiness(stage)[0], 'Contended');
  await stage.seconds(120);
  assert.equal(readiness(stage)[0], 'Synced');
  const before = repairsOf(stage, config);
  tamperWith(stage, config);
  await stage.seconds(1);
  assert.deepEqual([valueIn(stage, config), repairsOf(stage, config)], ['ours', before + 1]);
});

test('a commit that leaves the field to the other one ends the fight at once', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  await stage.seconds(60, () => tamperWith(stage, config));
  assert.equal(readiness(stage)[0], 'Contended');
  const rules = { ...usualRules, ignore: ['/data/value'] };
  stage.source.commit([{ manifest: config, rules }, { manifest: other }]);
  await stage.seconds(5, () => tamperWith(stage, config));
  assert.equal(readiness(stage)[0], 'Synced');
  const repairs = repairsOf(stage, config);
  await stage.seconds(30, () => tamperWith(stage, config));
  assert.deepEqual([valueIn(stage, config), repairsOf(stage, config)], ['theirs', repairs]);
});

test('what somebody holds is not fought over', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  await stage.seconds(20, () => tamperWith(stage, config));
  assert.equal(readiness(stage)[0], 'Contended');
  const until = new Date(stage.clock.now().getTime() + 600_000).toISOString();
  const annotations = { 'lockstep.dev/hold': JSON.stringify({ owner: 'ada', reason: 'it burns', until }) };
  stage.cluster.others.edit(refOf(config), (object) => ({ ...object, metadata: { ...object.metadata, annotations } }), 'ada');
  await stage.seconds(10);
  assert.equal(readiness(stage)[0], 'Held');
});

test('a commit that changes the object is applied in the middle of a fight', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  await stage.seconds(100, () => tamperWith(stage, config));
  stage.source.commit([{ manifest: configMap('default', 'config', 'newer') }, { manifest: other }]);
  await stage.seconds(3);
  assert.equal(valueIn(stage, config), 'newer');
});

test('what is deleted again and again is made again with growing pauses, too', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  await stage.seconds(120, () => {
    if (stage.cluster.objects.some((object) => object.metadata.name === 'config')) stage.cluster.others.remove(refOf(config));
  });
  const repairs = repairsOf(stage, config);
  assert.ok(repairs >= 7 && repairs <= 10, `${repairs}`);
  assert.match(readiness(stage)[1], /^`ConfigMap\/default\/config` is deleted again and again /);
});

test('somebody who touches a foreign annotation fights with nobody', async (t) => {
  const stage = bench(t);
  await stage.seconds(5);
  let count = 0;
  await stage.seconds(30, () => {
    const annotations = { note: `${count++}` };
    stage.cluster.others.edit(refOf(config), (object) => ({ ...object, metadata: { ...object.metadata, annotations } }), 'rival');
  });
  assert.equal(stage.events.filter(({ type }) => type === 'contended').length, 0);
  assert.equal(readiness(stage)[0], 'Synced');
});
