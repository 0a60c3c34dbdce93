import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOn, type Step, type Ticker } from './progress.ts';

const step: Step = { doing: 'building', done: 'built', what: 'etcd', position: 2, total: 6 };

/** A clock that is moved by hand: each `tick` lets one interval pass. */
function handTicker(): Ticker & { tick(): void; readonly interval: () => number | undefined } {
  let now = 0;
  let running: { readonly ms: number; readonly act: () => void } | undefined;
  return {
    now: () => now,
    every: (ms, act) => {
      running = { ms, act };
      return () => {
        running = undefined;
      };
    },
    tick() {
      now += running?.ms ?? 0;
      running?.act();
    },
    interval: () => running?.ms,
  };
}

function listen(isTTY: boolean, columns?: number) {
  const heard: string[] = [];
  const ticker = handTicker();
  const stream = { isTTY, ...(columns === undefined ? {} : { columns }), write: (text: string) => heard.push(text) };
  return { heard, ticker, progress: progressOn(stream, ticker) };
}

test('without a terminal there is a line at the start, one each 30 seconds with the latest detail, and one at the end', async () => {
  const { heard, ticker, progress } = listen(false);
  const result = await progress.step(step, async (detail) => {
    assert.equal(ticker.interval(), 30_000);
    ticker.tick();
    detail('downloading k8s.io/api');
    ticker.tick();
    return 'done';
  });
  assert.equal(result, 'done');
  assert.deepEqual(heard, [
    '[2/6] building etcd\n',
    '[2/6] building etcd, 30 s\n',
    '[2/6] building etcd, 60 s: downloading k8s.io/api\n',
    '[2/6] built etcd in 60 s\n',
  ]);
  assert.equal(ticker.interval(), undefined);
});

test('a terminal gets one line that is written over each second', async () => {
  const { heard, ticker, progress } = listen(true);
  await progress.step(step, async () => ticker.tick());
  assert.deepEqual(heard, ['\r\x1b[K[2/6] building etcd, 0 s', '\r\x1b[K[2/6] building etcd, 1 s', '\r\x1b[K[2/6] built etcd in 1 s\n']);
});

test('a line is cut where the terminal would wrap it', async () => {
  const { heard, progress } = listen(true, 12);
  await progress.step(step, async () => {});
  assert.equal(heard[0], '\r\x1b[K[2/6] build');
});

test('a step that fails says so, stops its heartbeat and throws on', async () => {
  const { heard, ticker, progress } = listen(false);
  const failing = progress.step(step, async () => {
    throw new Error('no space left');
  });
  await assert.rejects(failing, /no space left/);
  assert.equal(heard.at(-1), '[2/6] etcd failed after 0 s\n');
  assert.equal(ticker.interval(), undefined);
});
