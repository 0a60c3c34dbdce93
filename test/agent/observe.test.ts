import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Observer, observe, type Scope } from '../../src/agent/observe.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type LiveMetadata, type LiveObject, refOf } from '../../src/model/manifest.ts';
import { keyOf } from '../../src/model/ref.ts';
import type { Resource, WatchEvent } from '../../src/ports.ts';
import type { LiveState } from '../../src/reconcile/live.ts';
import { feed } from '../fakes/cluster/feed.ts';
import { type HandClock, handClock, settled } from '../support/clock.ts';

/** An observer of the Jobs in one namespace, and the watch that it follows. */
interface Bench {
  readonly observer: Observer;
  readonly clock: HandClock;
  /** How often the observer told that something looks otherwise. */
  readonly changes: number;
  /** Lets the watch tell `events`. */
  tell(...events: readonly WatchEvent[]): Promise<void>;
}

const jobs: Resource = { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true, status: true };
const scope: Scope = { apiVersion: 'batch/v1', ref: { group: 'batch', kind: 'Job', namespace: 'shop' } };

async function bench(t: TestContext): Promise<Bench> {
  const clock = handClock();
  const ended = new AbortController();
  t.after(() => ended.abort());
  const watch = feed();
  let changes = 0;
  const observer = observe(
    {
      cluster: { resource: async () => ({ ok: true, value: jobs }), watch: (_, signal) => watch.read(signal) },
      clock,
      manager: 'lockstep-dev',
      selector: 'a=b',
      onChange: () => {
        changes++;
      },
    },
    ended.signal,
  );
  watch.push({ type: 'listing' });
  watch.push({ type: 'listed' });
  await observer.cover([scope]);
  return {
    observer,
    clock,
    get changes() {
      return changes;
    },
    async tell(...events) {
      for (const event of events) watch.push(event);
      await settled();
    },
  };
}

/** The Job `migrate` with conditions that are True. */
function migrate(conditions: readonly string[], metadata: Partial<LiveMetadata> = {}): LiveObject {
  const status: JsonObject = {
    startTime: '2026-01-01T00:00:00Z',
    active: 1,
    conditions: conditions.map((type) => ({ type, status: 'True' })),
  };
  const identity = { name: 'migrate', namespace: 'shop', uid: 'u1', resourceVersion: '7', generation: 1 };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { ...identity, ...metadata }, status };
}

const present = (object: LiveObject): WatchEvent => ({ type: 'present', object });
const absent = (object: LiveObject): WatchEvent => ({ type: 'absent', object });
const key = keyOf(refOf(migrate([])));

function endOf({ observer }: Bench): unknown {
  return observer.ended.get(key);
}

function stateIn({ observer }: Bench): LiveState | undefined {
  return observer.live.get(key);
}

test('a Job that is there tells how it ended', async (t) => {
  const it = await bench(t);
  await it.tell(present(migrate([])));
  assert.equal(endOf(it), undefined);
  await it.tell(present(migrate(['Complete'], { resourceVersion: '8' })));
  assert.deepEqual(endOf(it), { uid: 'u1', end: 'succeeded' });
});

test('the end of a Job that its TTL removed is remembered, even when it was seen only as it went', async (t) => {
  const it = await bench(t);
  await it.tell(present(migrate([])));
  await it.tell(absent(migrate(['FailureTarget', 'Failed'], { resourceVersion: '8' })));
  assert.equal(stateIn(it), undefined);
  assert.deepEqual(endOf(it), { uid: 'u1', end: 'failed' });
});

test('a Job that was deleted before its end is known to be', async (t) => {
  const it = await bench(t);
  await it.tell(present(migrate([])), absent(migrate(['Suspended'], { resourceVersion: '8' })));
  assert.deepEqual(endOf(it), { uid: 'u1', end: 'deleted' });
});

test('a Job that only lost its label for a while has no end', async (t) => {
  const it = await bench(t);
  await it.tell(present(migrate([])), absent(migrate([], { resourceVersion: '8' })), present(migrate([], { resourceVersion: '9' })));
  assert.equal(endOf(it), undefined);
});

test('the end is remembered over a new listing that knows the Job no longer', async (t) => {
  const it = await bench(t);
  await it.tell(present(migrate(['Complete'])), { type: 'lost', message: 'gone' }, { type: 'listing' }, { type: 'listed' });
  assert.equal(stateIn(it), undefined);
  assert.deepEqual(endOf(it), { uid: 'u1', end: 'succeeded' });
});

test('the end is forgotten when another Job stands under the name, and when the Job is forgotten', async (t) => {
  const it = await bench(t);
  await it.tell(absent(migrate(['Complete'])), present(migrate([], { uid: 'u2', resourceVersion: '9' })));
  assert.equal(endOf(it), undefined);
  await it.tell(present(migrate(['Complete'], { uid: 'u2', resourceVersion: '10' })));
  it.observer.forget(refOf(migrate([])));
  assert.deepEqual([endOf(it), stateIn(it)], [undefined, undefined]);
});

test('that an older Job went does not touch the one that was made in its place', async (t) => {
  const it = await bench(t);
  it.observer.note(migrate([], { uid: 'u2', resourceVersion: '20' }));
  await it.tell(absent(migrate(['Failed'], { resourceVersion: '15' })));
  assert.equal(stateIn(it)?.fingerprint.uid, 'u2');
  assert.equal(endOf(it), undefined);
});

test('other kinds have no end', async (t) => {
  const it = await bench(t);
  const foreign: LiveObject = { ...migrate(['Complete']), apiVersion: 'example.com/v1' };
  it.observer.note(foreign);
  await it.tell(absent(foreign));
  assert.equal(it.observer.ended.size, 0);
});

test('since when an object does as it does is told by our clock', async (t) => {
  const it = await bench(t);
  const start = it.clock.now().getTime();
  await it.tell(present(migrate([])));
  await it.clock.advance(60_000);
  await it.tell(present(migrate([], { resourceVersion: '8' })));
  assert.equal(stateIn(it)?.since, start);
  await it.tell(present(migrate(['Complete'], { resourceVersion: '9' })));
  assert.equal(stateIn(it)?.since, start + 60_000);
});

test('a hold that is put on an object is told, although its generation stays', async (t) => {
  const it = await bench(t);
  const hold = { owner: 'ada', reason: 'a test', until: '2026-01-01T06:00:00Z' };
  const held = (value: JsonObject, resourceVersion: string) =>
    present(migrate([], { resourceVersion, annotations: { 'lockstep.dev/hold': JSON.stringify(value) } }));
  await it.tell(present(migrate([])));
  const before = it.changes;
  await it.tell(held(hold, '8'));
  assert.deepEqual([it.changes - before, stateIn(it)?.hold], [1, hold]);
  await it.tell(held(hold, '9'));
  assert.equal(it.changes - before, 1);
  await it.tell(held({ ...hold, until: '2027-01-01T00:00:00Z' }, '10'));
  assert.deepEqual([it.changes - before, stateIn(it)?.hold], [2, undefined]);
  assert.equal(
    stateIn(it)?.holdProblem,
    'the annotation `lockstep.dev/hold` lasts until 2027-01-01T00:00:00Z, which is more than 7 days ahead',
  );
});

test('the echo of an own write is no news, and an older one does not undo it', async (t) => {
  const it = await bench(t);
  it.observer.note(migrate([], { resourceVersion: '8' }));
  const before = it.changes;
  await it.tell(present(migrate([], { resourceVersion: '8' })), present(migrate(['Suspended'], { resourceVersion: '7' })));
  assert.equal(it.changes, before);
  assert.equal(stateIn(it)?.resourceVersion, '8');
});

test('what was seen stays believed while the watch is broken', async (t) => {
  const it = await bench(t);
  await it.tell(present(migrate([])), { type: 'lost', message: 'connection reset' });
  assert.ok(stateIn(it));
  assert.equal(it.observer.blind(scope.ref), undefined);
});

test('a watch of which nothing is heard for a while is told, until it goes on', async (t) => {
  const it = await bench(t);
  const lost = { type: 'lost', message: 'jobs.batch is forbidden' } as const;
  await it.tell(present(migrate([])), lost);
  const before = it.changes;
  await it.clock.advance(9_000);
  await it.tell(lost);
  assert.deepEqual([it.observer.unheard(() => [scope]), it.changes], [undefined, before], 'it may come back');
  await it.clock.advance(1_000);
  await it.tell(lost);
  const why = '`Job` in `shop` cannot be watched since 2026-01-01T00:00:00.000Z: jobs.batch is forbidden';
  assert.deepEqual([it.observer.unheard(() => [scope]), it.changes], [why, before + 1]);
  assert.equal(
    it.observer.unheard(() => [{ ...scope, ref: { ...scope.ref, namespace: 'other' } }]),
    undefined,
    'of what is asked for alone',
  );
  await it.clock.advance(60_000);
  await it.tell(lost);
  assert.deepEqual([it.observer.unheard(() => [scope]), it.changes], [why, before + 1], 'once');
  await it.tell({ type: 'listing' }, present(migrate([])), { type: 'listed' });
  assert.deepEqual([it.observer.unheard(() => [scope]), it.changes], [undefined, before + 2]);
  assert.ok(stateIn(it));
});

/** The health of Jobs by whether they are active, and how often that is. */
const byActivity = {
  group: 'batch',
  kind: 'Job',
  current: 'status.active == 1',
  failed: undefined,
  inProgress: undefined,
  message: undefined,
};

/** An observer of Jobs or ConfigMaps in one namespace, whose every watch lists `object` and waits. */
async function listing(
  t: TestContext,
  resource: Resource,
  object: LiveObject,
): Promise<{ readonly observer: Observer; readonly asked: boolean[] }> {
  const ended = new AbortController();
  t.after(() => ended.abort());
  const asked: boolean[] = [];
  const observer = observe(
    {
      cluster: {
        resource: async () => ({ ok: true, value: resource }),
        async *watch({ metadataOnly }, signal) {
          asked.push(metadataOnly);
          yield { type: 'listing' };
          yield present(object);
          yield { type: 'listed' };
          await new Promise((stopped) => signal.addEventListener('abort', stopped, { once: true }));
        },
      },
      clock: handClock(),
      manager: 'lockstep-dev',
      selector: 'a=b',
      onChange: () => undefined,
    },
    ended.signal,
  );
  await observer.cover([{ apiVersion: object.apiVersion, ref: { ...refOf(object) } }]);
  return { observer, asked };
}

test('objects are looked at again when their kind is judged by other expressions, and only then', async (t) => {
  const { observer, asked } = await listing(t, jobs, migrate([]));
  const health = (): unknown => observer.live.get(key)?.health;
  assert.deepEqual(health(), { status: 'InProgress', message: 'active: 1, succeeded: 0, failed: 0' });
  await observer.judgeBy([byActivity]);
  assert.deepEqual([health(), asked.length], [{ status: 'Current', message: '`current` is true' }, 2]);
  await observer.judgeBy([{ ...byActivity }, { ...byActivity, kind: 'CronJob' }]);
  assert.equal(asked.length, 2);
  await observer.judgeBy([]);
  assert.deepEqual([health(), asked.length], [{ status: 'InProgress', message: 'active: 1, succeeded: 0, failed: 0' }, 3]);
});

test('what is judged by expressions is watched whole, even where it has no status', async (t) => {
  const resource: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, status: false };
  const settings = { ...migrate([]), apiVersion: 'v1', kind: 'ConfigMap' };
  const { observer, asked } = await listing(t, resource, settings);
  await observer.judgeBy([{ ...byActivity, group: '', kind: 'ConfigMap' }]);
  assert.deepEqual(asked, [true, false]);
});

test('a kind is watched in the version that the branch has come to write, where the one before is served no longer', async (t) => {
  const ended = new AbortController();
  t.after(() => ended.abort());
  const watches = new Map([feed(), feed()].map((one, i) => [['v1beta1', 'v1'][i], one]));
  const asked: string[] = [];
  const observer = observe(
    {
      cluster: {
        resource: async (apiVersion) => ({ ok: true, value: { ...jobs, version: apiVersion.replace('batch/', '') } }),
        watch({ resource: { version } }, signal) {
          asked.push(version);
          const watch = watches.get(version);
          assert.ok(watch);
          return watch.read(signal);
        },
      },
      clock: handClock(),
      manager: 'lockstep-dev',
      selector: 'a=b',
      onChange: () => undefined,
    },
    ended.signal,
  );
  const cover = (version: string) => observer.cover([{ ...scope, apiVersion: `batch/${version}` }]);
  for (const watch of watches.values()) for (const event of [{ type: 'listing' } as const, present(migrate([]))]) watch.push(event);
  for (const watch of watches.values()) watch.push({ type: 'listed' });
  await cover('v1beta1');
  await cover('v1');
  assert.deepEqual(asked, ['v1beta1']);
  watches.get('v1beta1')?.push({ type: 'lost', message: '404 page not found' });
  await settled();
  await cover('v1beta1');
  assert.deepEqual(asked, ['v1beta1']);
  await cover('v1');
  await cover('v1beta1');
  await settled();
  assert.deepEqual(asked, ['v1beta1', 'v1']);
  watches.get('v1')?.push(present(migrate(['Complete'], { resourceVersion: '8' })));
  await settled();
  assert.equal(observer.live.get(key)?.resourceVersion, '8');
});

test("an operator's object is watched whole where its status is told by it, though it is no subresource", async (t) => {
  const resource: Resource = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    plural: 'applications',
    namespaced: true,
    status: false,
  };
  const { asked } = await listing(t, resource, { ...migrate([]), apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' });
  const others: Resource = { ...resource, group: 'example.com', kind: 'Silent', plural: 'silents' };
  const silent = await listing(t, others, { ...migrate([]), apiVersion: 'example.com/v1alpha1', kind: 'Silent' });
  assert.deepEqual([asked, silent.asked], [[false], [true]]);
});
