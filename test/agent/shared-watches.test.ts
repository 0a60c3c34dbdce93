import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { shareWatches } from '../../src/agent/shared-watches.ts';
import { partOfLabel } from '../../src/model/applyset.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Cluster, Resource, WatchEvent, WatchOptions } from '../../src/ports.ts';
import { describeEvent } from '../contract/cluster/reading.ts';
import { feed } from '../fakes/cluster/feed.ts';
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts';
import { type HandClock, handClock, settled } from '../support/clock.ts';

const resource: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, status: false };

/** Somebody who follows the objects of one set. */
interface Follower {
  /** What was told since it was asked last. */
  news(): Promise<readonly string[]>;
  end(): void;
}

interface Bench {
  readonly cluster: FakeCluster;
  readonly clock: HandClock;
  /** The requests to the cluster so far, but for applies. */
  readonly requests: readonly string[];
  follow(id: string, options?: Partial<WatchOptions>): Promise<Follower>;
  put(name: string, id: string | undefined, data?: string): Promise<void>;
  remove(name: string): void;
}

function bench(t: TestContext, changed: (cluster: FakeCluster) => Partial<Cluster> = () => ({})): Bench {
  const cluster = fakeCluster();
  const clock = handClock();
  const requests: string[] = [];
  cluster.setFault(({ verb }) => {
    if (verb !== 'apply') requests.push(verb);
    return undefined;
  });
  const ended = new AbortController();
  t.after(() => ended.abort());
  const watch = shareWatches({ cluster: { ...cluster, ...changed(cluster) }, clock }, ended.signal);
  return {
    cluster,
    clock,
    requests,
    async follow(id, options) {
      const end = new AbortController();
      const told: string[] = [];
      const reading = read(watch({ ...watchOf(id), ...options }, end.signal), told);
      t.after(async () => {
        end.abort();
        await reading;
      });
      await settled();
      return {
        async news() {
          await settled();
          return told.splice(0);
        },
        end: () => end.abort(),
      };
    },
    async put(name, id, data = '') {
      await settled();
      assert.ok((await cluster.apply(configMap(name, id, data), { manager: 'lockstep-test' })).ok);
      await settled();
    },
    remove: (name) => cluster.others.remove(refOf(configMap(name, undefined))),
  };
}

function watchOf(id: string): WatchOptions {
  return { resource, namespace: 'default', selector: `${partOfLabel}=${id}`, metadataOnly: false };
}

function configMap(name: string, id: string | undefined, data = ''): Manifest {
  const labels = id === undefined ? {} : { labels: { [partOfLabel]: id } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...labels }, data: { data } };
}

async function read(events: AsyncIterable<WatchEvent>, into: string[]): Promise<void> {
  try {
    for await (const event of events) into.push(describeEvent(event));
    into.push('ended');
  } catch (thrown) {
    into.push(String(thrown));
  }
}

test('whoever follows different sets shares one watch, and is told of its own set alone', async (t) => {
  const { put, remove, follow, requests } = bench(t);
  await put('one', 'a');
  await put('two', 'b');
  await put('none', undefined);
  const [a, b, also] = await Promise.all([follow('a'), follow('b'), follow('a')]);
  assert.deepEqual(await a.news(), ['listing', 'present one', 'listed']);
  assert.deepEqual(await also.news(), ['listing', 'present one', 'listed']);
  assert.deepEqual(await b.news(), ['listing', 'present two', 'listed']);
  await put('one', 'a', 'changed');
  await put('three', 'b');
  remove('two');
  assert.deepEqual(await a.news(), ['present one']);
  assert.deepEqual(await also.news(), ['present one']);
  assert.deepEqual(await b.news(), ['present three', 'absent two']);
  assert.deepEqual(requests, ['watch']);
});

test('whoever comes late lists its own set, and no second watch is begun', async (t) => {
  const { put, follow, requests } = bench(t);
  await put('one', 'a');
  await put('two', 'b');
  const a = await follow('a');
  const b = await follow('b');
  assert.deepEqual(await b.news(), ['listing', 'present two', 'listed']);
  await put('two', 'b', 'changed');
  assert.deepEqual(await b.news(), ['present two']);
  assert.deepEqual(await a.news(), ['listing', 'present one', 'listed']);
  assert.deepEqual(requests, ['watch', 'list']);
});

test('those who come late while somebody lists share the next list, and each is told of its own set', async (t) => {
  const gates: (() => void)[] = [];
  const asked: string[] = [];
  const { put, follow } = bench(t, (cluster) => ({
    async list(options, signal) {
      asked.push(options.selector);
      await new Promise<void>((resolve) => gates.push(resolve));
      return cluster.list(options, signal);
    },
  }));
  for (const id of ['a', 'b', 'c', 'd']) await put(`of-${id}`, id);
  await follow('watching');
  const late = await Promise.all(['a', 'b', 'c', 'b', 'none'].map((id) => follow(id)));
  late[2]?.end();
  gates.shift()?.();
  await settled();
  assert.deepEqual(asked, [`${partOfLabel}=a`, `${partOfLabel} in (b,none)`]);
  await put('of-b', 'b', 'changed');
  gates.shift()?.();
  assert.deepEqual(await Promise.all(late.map((one) => one.news())), [
    ['listing', 'present of-a', 'listed'],
    ['listing', 'present of-b', 'listed', 'present of-b'],
    ['ended'],
    ['listing', 'present of-b', 'listed', 'present of-b'],
    ['listing', 'listed'],
  ]);
});

test('what changes while somebody lists is told after the list', async (t) => {
  const gates: (() => void)[] = [];
  const { put, remove, follow } = bench(t, (cluster) => ({
    // The list as it was when it was asked for.
    async list(...asked) {
      const answer = await cluster.list(...asked);
      await new Promise<void>((resolve) => gates.push(resolve));
      return answer;
    },
  }));
  await follow('b');
  await put('kept', 'a');
  await put('removed', 'a');
  const a = await follow('a');
  await put('made', 'a');
  await put('kept', 'a', 'changed');
  remove('removed');
  assert.deepEqual(await a.news(), []);
  gates[0]?.();
  assert.deepEqual(await a.news(), [
    ...['listing', 'present kept', 'present removed', 'listed'],
    ...['present made', 'present kept', 'absent removed'],
  ]);
  await put('more', 'a');
  assert.deepEqual(await a.news(), ['present more']);
});

test('an object that goes over to another set is absent for its set before, and one without the label is gone', async (t) => {
  const { cluster, put, follow } = bench(t);
  await put('one', 'a');
  const a = await follow('a');
  const b = await follow('b');
  await a.news();
  await b.news();
  await put('one', 'b');
  assert.deepEqual(await a.news(), ['absent one']);
  assert.deepEqual(await b.news(), ['present one']);
  cluster.others.edit(refOf(configMap('one', 'b')), (object) => ({ ...object, metadata: { ...object.metadata, labels: {} } }));
  assert.deepEqual(await a.news(), []);
  assert.deepEqual(await b.news(), ['absent one']);
  await put('one', 'a');
  assert.deepEqual(await a.news(), ['present one']);
});

test('all are told that the watch broke, and then all that there is', async (t) => {
  const { cluster, put, follow } = bench(t);
  await put('one', 'a');
  await put('two', 'b');
  const a = await follow('a');
  const b = await follow('b');
  await a.news();
  await b.news();
  cluster.breakWatches('broken');
  assert.deepEqual(await a.news(), ['lost: broken', 'listing', 'present one', 'listed']);
  assert.deepEqual(await b.news(), ['lost: broken', 'listing', 'present two', 'listed']);
});

/** A cluster whose watch says what a test says, whose lists are those of the cluster, and which counts its watches. */
function scripted() {
  const events = feed();
  const open = { now: 0, ever: 0 };
  return {
    open,
    async say(...said: readonly WatchEvent[]): Promise<void> {
      for (const event of said) events.push(event);
      await settled();
    },
    async *watch(_: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent, void> {
      open.now++;
      open.ever++;
      try {
        yield* events.read(signal);
      } finally {
        open.now--;
      }
    },
  };
}

function present(name: string, id: string): WatchEvent {
  const { metadata, ...rest } = configMap(name, id);
  return { type: 'present', object: { ...rest, metadata: { ...metadata, uid: name, resourceVersion: '7' } } };
}

test('an object that went unseen is forgotten: where it comes again in another set, nobody is told that it left theirs', async (t) => {
  const { say, watch } = scripted();
  const { follow } = bench(t, () => ({ watch }));
  const [a, b] = await Promise.all([follow('a'), follow('b')]);
  await say({ type: 'listing' }, present('one', 'a'), { type: 'listed' });
  await say({ type: 'listing' }, { type: 'listed' });
  await say(present('one', 'b'));
  assert.deepEqual(await a.news(), ['listing', 'present one', 'listed', 'listing', 'listed']);
  assert.deepEqual(await b.news(), ['listing', 'listed', 'listing', 'listed', 'present one']);
});

test('whoever comes in the middle of a list lists after its end: a list before that might miss what went in between', async (t) => {
  const { say, watch } = scripted();
  const { put, follow, requests } = bench(t, () => ({ watch }));
  await put('one', 'b');
  const a = await follow('a');
  await say({ type: 'listing' }, present('one', 'b'));
  const b = await follow('b');
  await say(present('two', 'b'));
  assert.deepEqual([await b.news(), requests], [[], []]);
  await say({ type: 'listed' });
  assert.deepEqual(await a.news(), ['listing', 'listed']);
  assert.deepEqual(await b.news(), ['listing', 'present one', 'listed', 'present two']);
  assert.deepEqual(requests, ['list']);
});

test('whoever comes while the watch is broken is told so at once, and needs no list of its own', async (t) => {
  const { say, watch } = scripted();
  const { follow, requests } = bench(t, () => ({ watch }));
  await follow('b');
  await say({ type: 'listing' }, { type: 'lost', message: 'forbidden' });
  const a = await follow('a');
  assert.deepEqual(await a.news(), ['lost: forbidden']);
  await say({ type: 'listing' }, present('one', 'a'), { type: 'listed' });
  assert.deepEqual(await a.news(), ['listing', 'present one', 'listed']);
  assert.deepEqual(requests, []);
});

test('a new listing of the watch takes the place of the list of whoever came late', async (t) => {
  const { say, watch } = scripted();
  let answer = (): void => {};
  const { follow } = bench(t, (cluster) => ({
    watch,
    async list(...asked) {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return cluster.list(...asked);
    },
  }));
  await follow('b');
  await say({ type: 'listing' }, { type: 'listed' });
  const a = await follow('a');
  await say(present('early', 'a'));
  await say({ type: 'listing' }, present('one', 'a'), { type: 'listed' });
  assert.deepEqual(await a.news(), ['listing', 'present one', 'listed']);
  answer();
  assert.deepEqual(await a.news(), []);
});

test('a list that fails is told, and tried again after a pause', async (t) => {
  const { cluster, clock, put, follow } = bench(t);
  await put('one', 'a');
  await follow('b');
  cluster.setFault(({ verb }) => (verb === 'list' ? { reason: 'unavailable', status: 503, message: 'try again' } : undefined));
  const a = await follow('a');
  assert.deepEqual(await a.news(), ['lost: try again']);
  cluster.setFault(undefined);
  await clock.advance(900);
  assert.deepEqual(await a.news(), []);
  await clock.advance(200);
  assert.deepEqual(await a.news(), ['listing', 'present one', 'listed']);
  assert.equal(clock.sleepers, 0);
});

test('the watch ends with the last who follows it, though nobody reads on, and the next one begins another', async (t) => {
  const { open, watch } = scripted();
  const { follow } = bench(t, () => ({ watch }));
  const [a, b] = await Promise.all([follow('a'), follow('b')]);
  a.end();
  assert.deepEqual(await a.news(), ['ended']);
  assert.deepEqual(open, { now: 1, ever: 1 });
  b.end();
  await settled();
  assert.deepEqual(open, { now: 0, ever: 1 });
  await follow('a');
  assert.deepEqual(open, { now: 1, ever: 2 });
});

test('whoever ends while it lists is told no more, and leaves nothing behind', async (t) => {
  const { cluster, clock, follow } = bench(t);
  await follow('b');
  cluster.setFault(({ verb }) => (verb === 'list' ? { reason: 'unavailable', status: 503, message: 'try again' } : undefined));
  const a = await follow('a');
  assert.equal(clock.sleepers, 1);
  a.end();
  assert.deepEqual(await a.news(), ['lost: try again', 'ended']);
  assert.equal(clock.sleepers, 0);
});

test('whoever reads slowly keeps nobody waiting, and is told of each object once', async () => {
  const cluster = fakeCluster();
  const end = new AbortController();
  const watch = shareWatches({ cluster, clock: handClock() }, end.signal);
  const slow = watch(watchOf('a'), end.signal)[Symbol.asyncIterator]();
  const quick: string[] = [];
  const reading = read(watch(watchOf('a'), end.signal), quick);
  const next = async (): Promise<string> => describeEvent((await slow.next()).value);
  assert.equal(await next(), 'listing');
  for (let i = 0; i < 50; i++) {
    for (const name of ['one', 'two']) await cluster.apply(configMap(name, 'a', `${i}`), { manager: 'lockstep-test' });
    await settled();
  }
  assert.equal(quick.length, 102);
  assert.deepEqual([await next(), await next()], ['listed', 'present one']);
  const last = await slow.next();
  assert.deepEqual(last.value.object.data, { data: '49' });
  await cluster.apply(configMap('three', 'a'), { manager: 'lockstep-test' });
  assert.equal(await next(), 'present three');
  end.abort();
  await reading;
});

test('an error of the watch reaches all who follow it', async (t) => {
  const { follow } = bench(t, () => ({
    // biome-ignore lint/correctness/useYield: it fails before it says anything
    async *watch() {
      throw new Error('no good');
    },
  }));
  const [a, b] = await Promise.all([follow('a'), follow('b')]);
  assert.deepEqual([await a.news(), await b.news()], [['Error: no good'], ['Error: no good']]);
});

test('what is selected otherwise, and what another namespace or form is watched in, is watched by itself', async (t) => {
  const { put, follow, requests } = bench(t);
  await put('one', 'a');
  for (const selector of ['', partOfLabel, `${partOfLabel}=a,tier=web`, `${partOfLabel}!=b`, `${partOfLabel}==a`]) {
    const follower = await follow('a', { selector });
    assert.deepEqual(await follower.news(), selector.includes('tier') ? ['listing', 'listed'] : ['listing', 'present one', 'listed']);
  }
  await follow('a');
  await follow('a', { namespace: '' });
  await follow('a', { metadataOnly: true });
  await follow('a', { resource: { ...resource, version: 'v2' } });
  assert.deepEqual(
    requests,
    Array.from({ length: 9 }, () => 'watch'),
  );
});
