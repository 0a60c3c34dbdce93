import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../support/repository.ts';
import { withLock } from './lock.ts';

const silent = () => {};

test('the result of the work is returned, and nothing stays behind', async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(await withLock(join(folder, 'lock'), silent, async () => 42), 42);
  assert.deepEqual(readdirSync(folder), []);
});

test('work that throws lets go of the lock', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  const broken = withLock(path, silent, async () => {
    throw new Error('no');
  });
  await assert.rejects(broken, /no/);
  assert.equal(existsSync(path), false);
});

test('of several who want the lock at once only one works at a time, and the others are told whom they wait for', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  const told: number[] = [];
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(5);
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withLock(path, (pid) => told.push(pid), work)));
  assert.equal(most, 1);
  assert.deepEqual(told, [process.pid, process.pid]);
});

test('a lock whose holder is gone is taken over', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  writeFileSync(path, JSON.stringify({ process: { name: 'node', pid: process.pid, startTime: 'long ago' }, word: 'x' }));
  assert.equal(
    await withLock(
      path,
      () => assert.fail('nobody holds it'),
      async () => 'mine',
    ),
    'mine',
  );
});

test('a lock that cannot be read is nobody’s', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  writeFileSync(path, '');
  assert.equal(
    await withLock(
      path,
      () => assert.fail('nobody holds it'),
      async () => 'mine',
    ),
    'mine',
  );
});
