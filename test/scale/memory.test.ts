import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/model/manifest.ts';
import { peakMemory } from '../bench/measure.ts';
import { sizeOf, workload } from '../bench/workload.ts';
import { startAgent, type TimedEvent } from '../demo/program.ts';
import { openStage } from '../e2e/stage.ts';

const apps = Number(process.env['LOCKSTEP_APPS'] ?? 250);
/** What the built agent may hold at its peak, in megabytes: Node itself takes 40 to 50 of them. */
const most = 105 + sizeOf(apps) / 200;

test('the agent stays small, whatever it applies', { skip: process.platform !== 'linux' && 'only Linux tells the peak' }, async (t) => {
  const stage = await openStage('small', { controlPlane: { without: ['kube-scheduler', 'kwok'] } });
  try {
    await stage.allow(workload(apps));
    const agent = startAgent('.', [...stage.arguments(), '--interval', '1']);
    const synced = async (manifests: readonly Manifest[]): Promise<void> => {
      const revision = await stage.publish(manifests);
      const isDone = (event: TimedEvent): boolean => event.type === 'synced' && event.revision === revision;
      await agent.until(isDone, { since: 0, what: 'the sync', patience: 60_000 + sizeOf(apps) * 60 });
    };
    for (const version of [1, 2, 3]) await synced(workload(apps, { versionOf: () => version }));
    const megabytes = peakMemory(agent.pid) ?? Number.NaN;
    t.diagnostic(`${sizeOf(apps)} objects: ${megabytes} MB at the peak`);
    assert.ok(megabytes <= most, `${megabytes} MB, more than ${most}`);
    agent.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
  } finally {
    await stage.close();
  }
});
