import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runAgent } from '../../src/agent/loop.ts';
import { statusIn } from '../../src/agent/state.ts';
import type { ApiError } from '../../src/model/apierror.ts';
import { parentOf } from '../../src/model/applyset.ts';
import type { Condition } from '../../src/model/event.ts';
import type { Cluster } from '../../src/ports.ts';
import { configMap } from '../e2e/manifests.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { handClock } from '../support/clock.ts';

const forbidden: ApiError = { reason: 'forbidden', status: 403, message: 'configmaps is forbidden' };

/** An agent in memory whose inventory cannot be written while `isBarred`. */
function run(t: TestContext) {
  const [cluster, source, clock, stop] = [fakeCluster(), fakeSource('dev'), handClock(), new AbortController()];
  const it = { isBarred: false, told: undefined as Condition | undefined, failing: '' };
  let deaf: AbortController | undefined;
  let hearing = new AbortController();
  const watched: Cluster = {
    ...cluster,
    async *watch(options, signal) {
      while (!signal.aborted) {
        if (deaf === undefined) yield* cluster.watch(options, AbortSignal.any([signal, hearing.signal]));
        else {
          yield { type: 'lost', message: forbidden.message };
          await clock.sleep(5_000, AbortSignal.any([signal, deaf.signal]));
        }
      }
    },
  };
  /** Ends all watches, and lets none begin. Returns what lets them. */
  const deafen = (): (() => void) => {
    deaf = new AbortController();
    hearing.abort();
    hearing = new AbortController();
    return () => {
      deaf?.abort();
      deaf = undefined;
    };
  };
  source.commit([{ manifest: configMap('default', 'config', 'one') }]);
  cluster.setFault(({ verb, ref }) => (it.isBarred && verb === 'apply' && ref.name.includes('-inventory-') ? forbidden : undefined));
  const running = runAgent(
    { cluster: watched, home: cluster, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    {
      interval: 1_000,
      report: () => {},
      onStatus: async ({ conditions }) => {
        it.told = conditions[0];
      },
      onFailing: async ({ message }) => {
        it.failing = message;
      },
      signal: stop.signal,
    },
  );
  t.after(async () => {
    stop.abort();
    for (let i = 0; i < 40; i++) await clock.advance(50);
    await running;
  });
  const seconds = async (count: number) => {
    for (let i = 0; i < count * 10; i++) await clock.advance(100);
  };
  return { it, cluster, source, seconds, deafen };
}

test('an agent that cannot act any more does not go on to say that all is well, and says so again once it can', async (t) => {
  const { it, cluster, source, seconds } = run(t);
  await seconds(30);
  assert.equal(it.told?.reason, 'Synced');
  it.isBarred = true;
  source.commit([{ manifest: configMap('default', 'config', 'two') }, { manifest: configMap('default', 'more', 'two') }]);
  await seconds(6);
  assert.equal(it.told?.reason, 'Synced');
  await seconds(54);
  assert.deepEqual([it.told?.reason, it.told?.status], ['Unreachable', 'False']);
  assert.match(it.told?.message ?? '', /`default\/lockstep-dev-inventory-1-0`, may not be read or written: configmaps is forbidden/);
  assert.deepEqual(statusIn(cluster.live(parentOf('dev', 'default')))?.conditions[0], it.told);
  it.isBarred = false;
  await seconds(60);
  assert.equal(it.told?.reason, 'Synced');
});

test('an agent that cannot begin says why', async (t) => {
  const { it, seconds } = run(t);
  it.isBarred = true;
  await seconds(5);
  assert.equal(it.failing, '');
  await seconds(55);
  assert.match(it.failing, /may not be read or written/);
  assert.equal(it.told, undefined);
});

test('an agent that hears nothing of a kind any more does not go on to say that all is well, and says so again once it does', async (t) => {
  const { it, cluster, seconds, deafen } = run(t);
  await seconds(30);
  assert.equal(it.told?.reason, 'Synced');
  const hear = deafen();
  await seconds(8);
  assert.equal(it.told?.reason, 'Synced');
  await seconds(20);
  assert.deepEqual([it.told?.reason, it.told?.status], ['Unwatched', 'False']);
  assert.match(
    it.told?.message ?? '',
    /^`ConfigMap` in `default` cannot be watched since 2026-01-01T00:00:30\.\d{3}Z: configmaps is forbidden$/,
  );
  const ref = { group: '', kind: 'ConfigMap', namespace: 'default', name: 'config' };
  cluster.others.edit(ref, (object) => ({ ...object, data: { value: 'theirs' } }));
  hear();
  await seconds(20);
  assert.equal(it.told?.reason, 'Synced');
  assert.equal(
    JSON.stringify(cluster.live(ref)?.['data']),
    JSON.stringify(configMap('default', 'config', 'one')['data']),
    'it is repaired',
  );
});

test('an agent whose turn lasts says so, and what came of it when it is over', async (t) => {
  const { it, cluster, source, seconds } = run(t);
  await seconds(30);
  assert.equal(it.told?.reason, 'Synced');
  let answer = (): void => {};
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  cluster.setFault(({ verb, ref }) => (verb === 'dry-run' && ref.name === 'config' ? gate.then(() => undefined) : undefined));
  const commit = source.commit([{ manifest: configMap('default', 'config', 'two') }]);
  await seconds(5);
  assert.equal(it.told?.reason, 'Synced', 'it may be over soon');
  await seconds(10);
  assert.deepEqual([it.told?.reason, it.told?.message], ['NewRevision', `${commit.slice(0, 12)} is being considered or applied`]);
  const recorded = statusIn(cluster.live(parentOf('dev', 'default')));
  assert.deepEqual([recorded?.latest, recorded?.conditions[0]], [commit, it.told]);
  answer();
  await seconds(20);
  assert.equal(it.told?.reason, 'Synced');
});
