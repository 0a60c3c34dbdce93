import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAgent } from '../../src/agent/loop.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import { verdictOf } from '../../src/reconcile/verdict.ts';
import { configMap } from '../e2e/manifests.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { handClock } from '../support/clock.ts';

test('an agent that is poked looks at the branch long before it would have, and tells its status and its turns', async () => {
  const [cluster, source, clock, stop] = [fakeCluster(), fakeSource('dev'), handClock(), new AbortController()];
  const first = source.commit([{ manifest: configMap('default', 'config', 'one') }]);
  let poke = (): void => {};
  let status: EnvironmentStatus | undefined;
  let [turns, isTurning] = [0, false];
  const running = runAgent(
    { cluster, home: cluster, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    {
      interval: 3_600_000,
      report: () => {},
      onStatus: async (now) => {
        status = now;
      },
      onTurn: (moment) => {
        assert.equal(isTurning, moment === 'end');
        isTurning = moment === 'begin';
        turns += 1;
      },
      pokes: (listener) => {
        poke = listener;
      },
      signal: stop.signal,
    },
  );
  const until = async (revision: string): Promise<boolean> => {
    for (let i = 0; i < 200 && status?.revision !== revision; i++) await clock.advance(50);
    return status?.revision === revision;
  };
  assert.ok(await until(first));
  const second = source.commit([{ manifest: configMap('default', 'config', 'two') }]);
  assert.equal(await until(second), false);
  poke();
  assert.ok(await until(second));
  stop.abort();
  for (let i = 0; i < 20; i++) await clock.advance(50);
  await running;
  assert.ok(turns > 2 && !isTurning, `${turns} moments`);
});

test('a forge is told of each turn beside the status, and what it knows is forgotten while another agent acts', async () => {
  const [cluster, source, clock, stop] = [fakeCluster(), fakeSource('dev'), handClock(), new AbortController()];
  const commit = source.commit([{ manifest: configMap('default', 'config', 'one') }]);
  const told: string[] = [];
  const run = (name: string): Promise<unknown> =>
    runAgent(
      { cluster, home: cluster, source, clock, identity: { name, isGone: () => false } },
      { environment: 'dev', namespace: 'default' },
      {
        interval: 3_600_000,
        report: () => {},
        telling: {
          note: (status) => void told.push(`${name} ${verdictOf(status)?.state} ${status.latest === commit}`),
          forget: () => void told.push(`${name} forgets`),
        },
        signal: stop.signal,
      },
    );
  const running = [run('ada')];
  for (let i = 0; i < 100 && told.at(-1) !== 'ada success true'; i++) await clock.advance(50);
  assert.equal(told.at(-1), 'ada success true');
  running.push(run('bob'));
  for (let i = 0; i < 100 && !told.includes('bob forgets'); i++) await clock.advance(50);
  assert.deepEqual(
    told.filter((one) => one.startsWith('bob')).filter((one) => one !== 'bob forgets'),
    [],
  );
  assert.ok(told.includes('bob forgets'));
  stop.abort();
  for (let i = 0; i < 40; i++) await clock.advance(50);
  await Promise.all(running);
});
