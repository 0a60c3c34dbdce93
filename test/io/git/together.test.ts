import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Together, together } from '../../../src/io/git/together.ts';

interface Run {
  readonly items: readonly string[];
  readonly signal: AbortSignal;
  readonly end: () => void;
  readonly fail: (thrown: Error) => void;
}

/** Something that is done together, as far as a test lets it. */
function played({ most = 100 } = {}): { readonly ask: Together<string>; readonly runs: readonly Run[] } {
  const runs: Run[] = [];
  const ask = together<string>({
    act: (items, signal) => new Promise((end, fail) => void runs.push({ items, signal, end, fail })),
    most,
    isForAll: (thrown) => thrown instanceof TypeError,
  });
  return { ask, runs };
}

/** Lets what can go on go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('those who come while something is done are next, all at once', async () => {
  const { ask, runs } = played();
  const first = ask('a');
  const others = Promise.all(['b', 'c', 'd'].map((item) => ask(item)));
  await settle();
  assert.deepEqual(
    runs.map(({ items }) => items),
    [['a']],
  );
  runs[0]?.end();
  await first;
  await settle();
  assert.deepEqual(runs[1]?.items, ['b', 'c', 'd']);
  runs[1]?.end();
  await others;
  const last = ask('e');
  await settle();
  assert.deepEqual(runs[2]?.items, ['e']);
  runs[2]?.end();
  await last;
});

test('there are never more than there may be', async () => {
  const { ask, runs } = played({ most: 2 });
  const all = Promise.all(['a', 'b', 'c', 'd'].map((item) => ask(item)));
  for (const expected of [['a'], ['b', 'c'], ['d']]) {
    await settle();
    assert.deepEqual(runs.at(-1)?.items, expected);
    runs.at(-1)?.end();
  }
  await all;
});

test('who spoils it is found out, and the others get what they asked for', async () => {
  const seen: (readonly string[])[] = [];
  const ask = together<string>({
    act: async (items) => {
      seen.push(items);
      if (items.includes('bad')) throw new Error('no bad');
    },
    most: 100,
    isForAll: () => false,
  });
  const first = ask('first');
  const results = await Promise.allSettled([...'abc', 'bad', ...'def'].map((item) => ask(item)));
  await first;
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
  assert.equal(seen.length, 8);
});

test('what is about all is tried once, and told to all', async () => {
  const { ask, runs } = played();
  const first = ask('a');
  const others = Promise.allSettled([ask('b'), ask('c')]);
  await settle();
  runs[0]?.end();
  await first;
  await settle();
  runs[1]?.fail(new TypeError('no network'));
  assert.deepEqual(
    (await others).map((one) => one.status === 'rejected' && one.reason.message),
    ['no network', 'no network'],
  );
  assert.equal(runs.length, 2);
});

test('who leaves is told at once; what is done goes on for the others, and is stopped with the last', async () => {
  const { ask, runs } = played();
  const first = ask('a');
  const [b, c] = [new AbortController(), new AbortController()];
  const others = [ask('b', b.signal), ask('c', c.signal)];
  const gone = new AbortController();
  const never = ask('never', gone.signal);
  gone.abort();
  await assert.rejects(never, { code: 'interrupted' });
  await settle();
  runs[0]?.end();
  await first;
  await settle();
  assert.deepEqual(runs[1]?.items, ['b', 'c']);
  b.abort();
  await assert.rejects(others[0] as Promise<void>, { code: 'interrupted' });
  assert.equal(runs[1]?.signal.aborted, false);
  c.abort();
  await assert.rejects(others[1] as Promise<void>, { code: 'interrupted' });
  assert.equal(runs[1]?.signal.aborted, true);
});

test('whoever wants nothing any more asks for nothing', async () => {
  const { ask, runs } = played();
  await assert.rejects(ask('a', AbortSignal.abort()), { code: 'interrupted' });
  assert.equal(runs.length, 0);
});
