import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unlessAborted } from '../../src/io/abort.ts';

const left = () => 'left';

test('whoever waits for work gets what comes of it, also what it throws', async () => {
  const { signal } = new AbortController();
  assert.equal(await unlessAborted(Promise.resolve('done'), signal, left), 'done');
  assert.equal(await unlessAborted(Promise.resolve('done'), undefined, left), 'done');
  await assert.rejects(unlessAborted(Promise.reject(new Error('no disk')), signal, left), /no disk/);
});

test('whoever wants no more leaves at once, and the work goes on for others', async () => {
  let finish = (_: string): void => {};
  const work = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const [patient, hasty] = [new AbortController(), new AbortController()];
  const waiting = unlessAborted(work, patient.signal, left);
  const leaving = unlessAborted(work, hasty.signal, left);
  const throwing = unlessAborted(work, AbortSignal.abort(), () => {
    throw new Error('stopped');
  });
  hasty.abort();
  assert.equal(await leaving, 'left');
  await assert.rejects(throwing, /stopped/);
  finish('done');
  assert.equal(await waiting, 'done');
});
