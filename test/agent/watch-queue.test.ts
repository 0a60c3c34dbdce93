import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWatchQueue } from '../../src/agent/watch-queue.ts';
import type { WatchEvent } from '../../src/ports.ts';
import { describeEvent } from '../contract/cluster/reading.ts';
import { settled } from '../support/clock.ts';

const listing: WatchEvent = { type: 'listing' };
const listed: WatchEvent = { type: 'listed' };

function lost(message: string): WatchEvent {
  return { type: 'lost', message };
}

function told(type: 'present' | 'absent', name: string, resourceVersion = '1'): WatchEvent {
  return { type, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', uid: name, resourceVersion } } };
}

/** What a reader is told, in short, who begins when all of `events` were pushed. */
async function readAfter(...events: readonly WatchEvent[]): Promise<readonly string[]> {
  const queue = openWatchQueue();
  for (const event of events) queue.push(event);
  const came: string[] = [];
  const reading = (async () => {
    for await (const event of queue.read()) {
      const version = 'object' in event ? ` ${event.object.metadata.resourceVersion}` : '';
      came.push(`${describeEvent(event)}${version}`);
    }
  })();
  await settled();
  queue.end();
  await reading;
  return came;
}

test('of an object the newest is told', async () => {
  const came = await readAfter(listing, listed, told('present', 'a', '2'), told('present', 'b', '3'), told('absent', 'a', '4'));
  assert.deepEqual(came, ['listing', 'listed', 'absent a 4', 'present b 3']);
});

test('an object that a listing named is still named in it, and what came after it comes after it', async () => {
  const came = await readAfter(listing, told('present', 'a', '2'), told('present', 'a', '3'), listed, told('present', 'a', '4'));
  assert.deepEqual(came, ['listing', 'present a 3', 'listed', 'present a 4']);
});

test('a listing that nobody began to read is replaced by the next one; what came before it is told', async () => {
  const [first, second] = [told('present', 'a', '2'), told('present', 'b', '5')];
  const came = await readAfter(told('absent', 'c'), lost('x'), listing, first, listed, told('present', 'a', '3'), listing, second, listed);
  assert.deepEqual(came, ['absent c 1', 'lost: x', 'listing', 'present b 5', 'listed']);
});

test('of losses that nobody read the last is told', async () => {
  const events = [told('absent', 'a'), lost('x'), listing, told('present', 'b'), lost('y'), lost('z')];
  assert.deepEqual(await readAfter(...events), ['absent a 1', 'lost: z']);
});

test('it ends at once, with what was not read, or with an error', async () => {
  const ended = openWatchQueue();
  ended.push(listing);
  ended.end();
  ended.push(listed);
  assert.deepEqual(await ended.read().next(), { done: true, value: undefined });
  const failed = openWatchQueue();
  const next = failed.read().next();
  failed.end({ error: new Error('no good') });
  await assert.rejects(next, /no good/);
});
