import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SyncWindow } from '../../src/model/window.ts';
import { eventually, nextOf, readyIn, statusOnce } from './eventually.ts';
import { configMap, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** Whether an agent waits for the sync windows that its branch carries: one agent lives through all of this. */
let stage: Stage;
let agent: Running;

const quay = namespace('quay');
const first = configMap('quay', 'tide', 'low');
const second = configMap('quay', 'tide', 'high');
const minute = 60_000;

/** `09:05`, in UTC. */
function timeOf(moment: number): string {
  return new Date(moment).toISOString().slice(11, 16);
}

/** A window that begins with a minute that is soon, and not at once. */
function soon(): SyncWindow {
  const from = Math.ceil((Date.now() + 10_000) / minute) * minute;
  return { type: 'allow', from: timeOf(from), to: timeOf(from + 30 * minute), timeZone: 'UTC', days: undefined, reason: undefined };
}

async function valueIs(wanted: string): Promise<void> {
  await eventually(`the value ${wanted}`, async () => {
    const live = await stage.live(first);
    const data = live?.['data'] as { readonly value?: string } | undefined;
    return data?.value === wanted ? true : undefined;
  });
}

before(async () => {
  stage = await openStage('windows');
  await stage.allow([quay, first]);
});
after(async () => {
  await stage?.close();
});

test('a commit waits for its window, what drifts meanwhile is repaired, and it is taken when the window opens', async () => {
  await stage.publish([quay, first]);
  agent = stage.agent();
  await agent.until(ofType('synced'), 'the first commit');
  const window = soon();
  const commit = await stage.publish([quay, second], { syncWindows: [window] });
  const status = await statusOnce(stage, (found) => readyIn(found).reason === 'OutsideWindow', 'a commit that waits');
  assert.match(readyIn(status).message, new RegExp(`^${commit.slice(0, 12)} waits: no sync window allows it now: ${window.from} to `));
  await stage.make(configMap('quay', 'tide', 'by hand'), { manager: 'somebody', operation: 'Apply' });
  await nextOf(agent, 'applied');
  await valueIs('low');
  await agent.until(
    ofType('accepted', ({ revision }) => revision === commit),
    'the commit that waited',
    2 * minute,
  );
  await valueIs('high');
});

test('while a window denies everything, an agent that is to end when all is done ends with what it waits for', async () => {
  await agent.stop();
  const day = (offset: number): string => new Date(Date.now() + offset * 24 * 60 * minute).toISOString().slice(0, 10);
  const frozen: SyncWindow = { type: 'deny', from: day(-2), to: day(2), timeZone: 'UTC', days: undefined, reason: 'the harbour is closed' };
  await stage.publish([quay, first], { syncWindows: [frozen] });
  const { exit, status } = await stage.agent({ once: true }).ended;
  assert.equal(exit, 1);
  assert.ok(status !== undefined && readyIn(status).message.endsWith('the harbour is closed'), JSON.stringify(status));
  await stage.publish([quay, first]);
  assert.equal((await stage.agent({ once: true }).ended).exit, 0);
  await valueIs('low');
});
