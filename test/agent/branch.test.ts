import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followBranch, type Tip } from '../../src/agent/branch.ts';
import { Failure } from '../../src/model/failure.ts';
import type { RenderedSource } from '../../src/ports.ts';
import { handClock, settled } from '../support/clock.ts';

/** Follows a branch whose remote answers with what `answer` says at the time. */
function follow(answer: () => string | undefined) {
  const clock = handClock();
  const ended = new AbortController();
  const tips: Tip[] = [];
  let looks = 0;
  const source: Pick<RenderedSource, 'tip'> = {
    async tip() {
      looks += 1;
      return answer();
    },
  };
  const branch = followBranch({
    source: source as RenderedSource,
    clock,
    branch: 'environments/dev',
    interval: 10_000,
    onChange: (tip) => tips.push(tip),
    signal: ended.signal,
  });
  return { clock, branch, tips, end: () => ended.abort(), looks: () => looks };
}

test('the branch is looked at every interval, and a move is told', async () => {
  let commit = 'one';
  const { clock, branch, tips, end, looks } = follow(() => commit);
  assert.equal((await branch.tip()).commit, 'one');
  const moved = branch.moved();
  await clock.advance(10_000);
  assert.equal(looks(), 2);
  assert.equal(moved.aborted, false);
  commit = 'two';
  await clock.advance(10_000);
  assert.equal(moved.aborted, true);
  assert.deepEqual(
    tips.map((tip) => tip.commit),
    ['one', 'two'],
  );
  assert.equal((await branch.tip()).commit, 'two');
  assert.equal(branch.moved().aborted, false);
  end();
  await branch.ended;
});

test('a branch can be looked at now, also in a pause that grew; what is asked for during a look makes one more', async () => {
  let answer = (): string => 'one';
  const { clock, branch, tips, end, looks } = follow(() => answer());
  const soon = async (): Promise<void> => {
    await settled();
    await clock.advance(0);
  };
  await branch.tip();
  branch.look();
  await soon();
  assert.equal(looks(), 2);
  answer = () => {
    throw new Failure('git-unreachable', 'no route');
  };
  await clock.advance(60_000);
  const failing = looks();
  answer = () => {
    branch.look();
    answer = () => 'two';
    return 'one';
  };
  branch.look();
  branch.look();
  await soon();
  assert.equal(looks(), failing + 2);
  assert.equal(tips.at(-1)?.commit, 'two');
  await clock.advance(9_999);
  assert.equal(looks(), failing + 2);
  end();
  await branch.ended;
});

test('an unreachable remote keeps the last known commit, is told once, and is tried with growing pauses', async () => {
  let down = false;
  const { clock, branch, tips, end, looks } = follow(() => {
    if (down) throw new Failure('git-unreachable', 'no route');
    return 'one';
  });
  await branch.tip();
  down = true;
  await clock.advance(10_000);
  await clock.advance(60_000);
  const seen = await branch.tip();
  assert.equal(seen.commit, 'one');
  assert.equal(seen.outage?.code, 'git-unreachable');
  assert.equal(tips.length, 2);
  assert.ok(looks() < 8, `looked ${looks()} times`);
  down = false;
  await clock.advance(300_000);
  assert.equal((await branch.tip()).outage, undefined);
  end();
  await branch.ended;
});

test('a remote that failed is looked at again by nobody’s wish within five seconds, and then at once', async () => {
  let down = true;
  const { clock, branch, end, looks } = follow(() => {
    if (down) throw new Failure('git-unreachable', 'no route');
    return 'one';
  });
  await branch.tip();
  const ask = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      branch.look();
      await settled();
      await clock.advance(1_000);
    }
  };
  await ask(4);
  assert.equal(looks(), 1);
  await ask(6);
  assert.equal(looks(), 3);
  down = false;
  await ask(5);
  assert.equal((await branch.tip()).commit, 'one');
  const found = looks();
  await ask(1);
  assert.equal(looks(), found + 1);
  end();
  await branch.ended;
});

test('that a branch has no such folder is an answer: the next look is no later for it', async () => {
  let answer = (): string => {
    throw new Failure('folder-missing', 'no such folder');
  };
  const { clock, branch, end, looks } = follow(() => answer());
  assert.equal((await branch.tip()).outage?.code, 'folder-missing');
  for (let i = 0; i < 9; i++) await clock.advance(10_000);
  assert.equal(looks(), 10);
  answer = () => 'one';
  await clock.advance(10_000);
  assert.deepEqual(await branch.tip(), { commit: 'one', outage: undefined });
  end();
  await branch.ended;
});

test('a branch that is not there is an outage with the way out', async () => {
  const { branch, end } = follow(() => undefined);
  const { commit, outage } = await branch.tip();
  assert.equal(commit, undefined);
  assert.equal(outage?.code, 'branch-missing');
  assert.match(outage?.help ?? '', /lockstep publish/);
  end();
  await settled();
  await branch.ended;
});
