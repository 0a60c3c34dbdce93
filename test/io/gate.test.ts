import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGate } from '../../src/io/gate.ts';
import { settled } from '../support/clock.ts';

const never = new AbortController().signal;

/** A gate, and works that end when they are told to. */
function gated(places: number) {
  const gate = openGate(places, () => {
    throw new Error('left');
  });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const pass = (name: string, signal = never): Promise<string> =>
    gate(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    }, signal);
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await settled();
  };
  return { gate, begun, pass, end };
}

test('no more pass at once than there are places, in the order in which they came', async () => {
  const { begun, pass, end } = gated(2);
  const all = Promise.all(['a', 'b', 'c', 'd'].map((name) => pass(name)));
  await settled();
  assert.deepEqual(begun, ['a', 'b']);
  await end('b');
  assert.deepEqual(begun, ['a', 'b', 'c']);
  await end('a');
  await end('c');
  await end('d');
  assert.deepEqual(await all, ['a', 'b', 'c', 'd']);
  const later = pass('e');
  await settled();
  await end('e');
  assert.equal(await later, 'e');
});

test('whoever wants no more leaves the row, and what fails gives its place up', async () => {
  const { gate, begun, pass, end } = gated(1);
  const stop = new AbortController();
  const first = pass('a');
  const second = assert.rejects(pass('b', stop.signal), /left/);
  const failing = assert.rejects(
    gate(() => Promise.reject(new Error('no route')), never),
    /no route/,
  );
  const last = pass('c');
  stop.abort();
  await second;
  await end('a');
  await failing;
  await settled();
  await end('c');
  assert.deepEqual([await first, await last, begun], ['a', 'c', ['a', 'c']]);
});

test('whoever is called while they leave calls the next one', async () => {
  const { begun, pass, end } = gated(1);
  const stop = new AbortController();
  const first = pass('a');
  const leaving = pass('b', stop.signal).catch(() => 'left');
  const last = pass('c');
  await settled();
  void end('a');
  stop.abort();
  await settled();
  await end('b');
  await end('c');
  assert.deepEqual([await first, await last], ['a', 'c']);
  assert.ok(['b', 'left'].includes(await leaving), begun.join());
});
