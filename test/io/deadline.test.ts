import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../src/io/clock.ts';
import { startDeadline } from '../../src/io/deadline.ts';
import { exchange, NoAnswer } from '../../src/io/registry/exchange.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Waits for `promise`, for ten seconds at most, in which all that nobody holds on to is thrown away again and again. */
async function amidGarbage<T>(promise: Promise<T>): Promise<T | 'nothing'> {
  const until = new AbortController();
  const collecting = (async () => {
    for (let turn = 0; turn < 100 && !until.signal.aborted; turn++) {
      collectGarbage();
      await sleep(100);
    }
    return 'nothing' as const;
  })();
  try {
    return await Promise.race([promise, collecting]);
  } finally {
    until.abort();
  }
}

test('a deadline passes, and a caller ends the work', async () => {
  const late = startDeadline(10, systemClock, [undefined]);
  await sleep(50);
  assert.deepEqual([late.signal.aborted, late.passed()], [true, true]);

  const caller = new AbortController();
  const stopped = startDeadline(10_000, systemClock, [caller.signal]);
  caller.abort();
  assert.deepEqual([stopped.signal.aborted, stopped.passed()], [true, false]);
  stopped.done();
});

test('a deadline that was met does not pass, but its caller still ends the work', async () => {
  const caller = new AbortController();
  const deadline = startDeadline(10, systemClock, [caller.signal]);
  deadline.met();
  await sleep(50);
  assert.deepEqual([deadline.signal.aborted, deadline.passed()], [false, false]);
  caller.abort();
  assert.equal(deadline.signal.aborted, true);
  deadline.done();
});

test('a server that never answers is given up, whatever the collector of garbage does', async (t) => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const manner = { trusted: undefined, proxyFor: () => undefined, patience: 500, signal: new AbortController().signal };
  const answered = exchange({ url, limit: 100, manner }).catch((thrown: unknown) => thrown);
  const end = await amidGarbage(answered);
  assert.ok(end instanceof NoAnswer, String(end));
  assert.equal(end.type, 'late');
});
