import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAgent } from '../../src/agent/loop.ts';
import { openVitals } from '../../src/agent/vitals.ts';
import { Failure } from '../../src/model/failure.ts';
import type { RenderedSource } from '../../src/ports.ts';
import { configMap } from '../e2e/manifests.ts';
import { fakeCluster } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { handClock } from '../support/clock.ts';

const hour = 3_600_000;

test('a repository that is slow makes no agent hang: neither a first look of an hour nor fetches of one', async () => {
  const [cluster, given, clock, stop] = [fakeCluster(), fakeSource('dev'), handClock(), new AbortController()];
  const commit = given.commit([{ manifest: configMap('default', 'config', 'one') }]);
  const [vitals, asked] = [openVitals(clock), [] as string[]];
  let isHere = false;
  const source: RenderedSource = {
    ...given,
    async tip(branch, signal) {
      if (asked.length === 0) await clock.sleep(hour, signal);
      asked.push('tip');
      return given.tip(branch, signal);
    },
    has: async () => isHere,
    async fetch(_branch, _commit, signal) {
      await clock.sleep(hour, signal);
      asked.push('fetch');
      isHere = asked.filter((one) => one === 'fetch').length > 1;
      if (!isHere) throw new Failure('git-timeout', 'too slow');
    },
  };
  let revision: string | undefined;
  const running = runAgent(
    { cluster, home: cluster, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    {
      interval: 60_000,
      report: (event) => vitals.event('default/dev', event),
      onStatus: async (status) => {
        revision = status.revision;
      },
      onTurn: (moment) => vitals.turn('default/dev', moment),
      signal: stop.signal,
    },
  );
  for (let minutes = 0; minutes < 240 && revision !== commit; minutes++) {
    await clock.advance(60_000);
    assert.equal(vitals.hung(), undefined, `after ${minutes} minutes`);
  }
  assert.equal(revision, commit);
  stop.abort();
  for (let i = 0; i < 20; i++) await clock.advance(50);
  await running;
});
