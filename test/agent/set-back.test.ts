import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openContests } from '../../src/agent/contests.ts';
import { runAgent } from '../../src/agent/loop.ts';
import { openRetries } from '../../src/agent/retry.ts';
import { refOf } from '../../src/model/manifest.ts';
import { keyOf } from '../../src/model/ref.ts';
import { configMap } from '../e2e/manifests.ts';
import { fakeCluster, silentWebhook } from '../fakes/cluster.ts';
import { fakeSource } from '../fakes/source.ts';
import { handClock } from '../support/clock.ts';

const hour = 3_600_000;
const config = configMap('default', 'config', 'ours');

test('what failed, or is fought over, waits no longer because the clock is set back', async () => {
  const clock = handClock();
  const [retries, contests] = [openRetries(clock), openContests(clock)];
  retries.failed('a');
  for (let i = 0; i < 9; i++) contests.repaired(refOf(config), { fields: ['/data/value'], rival: 'rival', isMissing: false });
  await clock.advance(-hour);
  assert.deepEqual([retries.due('a'), retries.next(['a']), contests.due(keyOf(refOf(config)))], [true, 0, true]);
});

test('an agent whose clock is set back goes on, and tells how it does', async (t) => {
  const [cluster, source, hand, stop] = [fakeCluster(), fakeSource('dev'), handClock(), new AbortController()];
  let behind = 0;
  // Who sleeps sleeps as long as before.
  const clock = { ...hand, now: () => new Date(hand.now().getTime() - behind) };
  source.commit([{ manifest: config }]);
  let reason: string | undefined;
  const said: string[] = [];
  let isSilent = true;
  cluster.setFault(({ verb, ref }) => (isSilent && verb === 'apply' && ref.name === 'config' ? silentWebhook : undefined));
  const running = runAgent(
    { cluster, home: cluster, source, clock, identity: { name: 'ada', isGone: () => false } },
    { environment: 'dev', namespace: 'default' },
    {
      interval: hour,
      report: (event) => void said.push(JSON.stringify(event)),
      onStatus: async ({ conditions }) => {
        reason = conditions[0]?.reason;
      },
      signal: stop.signal,
    },
  );
  t.after(async () => {
    stop.abort();
    for (let i = 0; i < 40; i++) await hand.advance(50);
    await running;
  });
  const minute = async () => {
    for (let i = 0; i < 600; i++) await hand.advance(100);
  };
  await minute();
  assert.notEqual(reason, 'Synced');
  behind = hour;
  isSilent = false;
  await minute();
  assert.equal(reason, 'Synced', said.join('\n'));
});
