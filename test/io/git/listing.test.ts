import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedListing, type Tips } from '../../../src/io/git/listing.ts';
import { Failure } from '../../../src/model/failure.ts';
import { handClock, settled } from '../../support/clock.ts';

const never = new AbortController().signal;

/** A listing of branches that lead to `<branch>@<number of the look>`, by a remote that answers when it is told to. */
function listed() {
  const clock = handClock();
  const followed = new Set<string>();
  const looks: { readonly branches: readonly string[]; readonly signal: AbortSignal; answer(failure?: Failure): Promise<void> }[] = [];
  const listing = sharedListing({
    clock,
    branches: () => followed,
    look: (branches, signal) =>
      new Promise<Tips>((resolve, reject) => {
        const number = looks.length + 1;
        const answer = async (failure?: Failure): Promise<void> => {
          if (failure) reject(failure);
          else resolve(new Map(branches.map((branch) => [branch, `${branch}@${number}`])));
          await settled();
        };
        looks.push({ branches, signal, answer });
      }),
  });
  const tip = (branch: string, { freshFor = 10_000, signal = never } = {}): Promise<string | undefined> => {
    followed.add(branch);
    return listing.tip({ branch, freshFor, signal });
  };
  return { clock, listing, looks, tip };
}

test('who asks at the same time is answered by one look', async () => {
  const { clock, looks, tip } = listed();
  const asked = Promise.all(['a', 'b', 'a', 'c'].map((branch) => tip(branch)));
  await clock.advance(50);
  await looks[0]?.answer();
  assert.deepEqual(await asked, ['a@1', 'b@1', 'a@1', 'c@1']);
  assert.deepEqual(
    looks.map(({ branches }) => branches),
    [['a', 'b', 'c']],
  );
});

test('who asks while a look goes on joins it, or waits for the next one if it does not look at their branch', async () => {
  const { clock, looks, tip } = listed();
  const first = tip('a');
  await clock.advance(50);
  const [same, other, another] = [tip('a'), tip('b'), tip('c')];
  await clock.advance(50);
  assert.equal(looks.length, 1);
  await looks[0]?.answer();
  assert.deepEqual(await Promise.all([first, same]), ['a@1', 'a@1']);
  await looks[1]?.answer();
  assert.deepEqual(await Promise.all([other, another]), ['b@2', 'c@2']);
  assert.equal(looks.length, 2);
});

test('a look answers at once as long as it is fresh to whoever asks, and not after a refresh', async () => {
  const { clock, listing, looks, tip } = listed();
  const first = tip('a');
  await clock.advance(50);
  await looks[0]?.answer();
  assert.equal(await first, 'a@1');
  await clock.advance(5_000);
  assert.equal(await tip('a'), 'a@1');
  const stale = tip('a', { freshFor: 4_000 });
  await clock.advance(50);
  await looks[1]?.answer();
  assert.equal(await stale, 'a@2');
  listing.refresh();
  const poked = tip('a');
  await clock.advance(50);
  await looks[2]?.answer();
  assert.equal(await poked, 'a@3');
});

test('a refresh while a look goes on is answered by the next one', async () => {
  const { clock, listing, looks, tip } = listed();
  const before = tip('a');
  await clock.advance(50);
  listing.refresh();
  const after = tip('a');
  await clock.advance(50);
  await looks[0]?.answer();
  assert.equal(await before, 'a@1');
  const later = tip('a');
  await looks[1]?.answer();
  assert.deepEqual(await Promise.all([after, later]), ['a@2', 'a@2']);
  assert.equal(looks.length, 2);
});

test('a failure is an answer to all, as long as it is fresh', async () => {
  const { clock, looks, tip } = listed();
  const asked = Promise.allSettled([tip('a'), tip('b')]);
  await clock.advance(50);
  await looks[0]?.answer(new Failure('git-unreachable', 'no route'));
  assert.deepEqual(
    (await asked).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  await assert.rejects(tip('a'), { code: 'git-unreachable' });
  await clock.advance(10_000);
  const again = tip('a');
  await clock.advance(50);
  await looks[1]?.answer();
  assert.equal(await again, 'a@2');
});

test('a remote that failed is not asked again within five seconds of that, however often somebody wants it', async () => {
  const { clock, listing, looks, tip } = listed();
  const fail = async (i: number): Promise<void> => {
    const asked = tip('a', { freshFor: 60_000 });
    await clock.advance(50);
    listing.refresh();
    await clock.advance(20_000);
    await Promise.all([assert.rejects(asked, { code: 'git-unreachable' }), looks[i]?.answer(new Failure('git-unreachable', 'no route'))]);
  };
  await fail(0);
  for (let i = 0; i < 4; i++) {
    await clock.advance(1_000);
    listing.refresh();
    await assert.rejects(tip('a', { freshFor: 60_000 }), { code: 'git-unreachable' });
  }
  assert.equal(looks.length, 1);
  await clock.advance(1_000);
  const asked = tip('a', { freshFor: 60_000 });
  await clock.advance(50);
  await looks[1]?.answer();
  assert.equal(await asked, 'a@2');
});

test('who wants no more is let go at once, and a look that nobody waits for ends and answers nobody', async () => {
  const { clock, looks, tip } = listed();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = tip('a', { signal: one.signal });
  const second = tip('a', { signal: two.signal });
  await clock.advance(50);
  one.abort();
  await assert.rejects(first, { code: 'interrupted' });
  assert.equal(looks[0]?.signal.aborted, false);
  two.abort();
  await assert.rejects(second, { code: 'interrupted' });
  assert.equal(looks[0]?.signal.aborted, true);
  const third = tip('a');
  await clock.advance(50);
  await looks[0]?.answer();
  await looks[1]?.answer();
  assert.equal(await third, 'a@2');
});

test('who is gone before a look begins is not looked for', async () => {
  const { clock, looks, tip } = listed();
  await assert.rejects(tip('a', { signal: AbortSignal.abort() }), { code: 'interrupted' });
  await clock.advance(100);
  assert.equal(looks.length, 0);
  const next = tip('a');
  await clock.advance(50);
  await looks[0]?.answer();
  assert.equal(await next, 'a@1');
});

test('a look of before the clock was set back is not fresh', async () => {
  const { clock, looks, tip } = listed();
  const first = tip('a');
  await clock.advance(50);
  await looks[0]?.answer();
  await first;
  await clock.advance(-3_600_000);
  const again = tip('a');
  await clock.advance(50);
  await looks[1]?.answer();
  assert.equal(await again, 'a@2');
});
