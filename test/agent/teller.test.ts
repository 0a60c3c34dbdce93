import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTeller, type Telling } from '../../src/agent/teller.ts';
import type { EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import { Failure } from '../../src/model/failure.ts';
import type { CommitStatus } from '../../src/ports.ts';
import { busyWith, readyFor, stalledBy } from '../../src/reconcile/status.ts';
import { handClock, settled } from '../support/clock.ts';

const [first, second] = ['1'.repeat(40), '2'.repeat(40)];

function statusAt(latest: string, conditions: EnvironmentStatus['conditions'], more: Partial<EnvironmentStatus> = {}): EnvironmentStatus {
  return {
    environment: 'dev',
    latest,
    revision: latest,
    behind: [],
    objects: 3,
    conditions,
    problems: [],
    unhealthy: [],
    held: [],
    suspended: [],
    rewritten: [],
    updated: '',
    ...more,
  };
}

const ready = readyFor('3 objects are Current');
const busy = busyWith({ reason: 'Applying', message: 'the words of a server' });
const failed = stalledBy({ reason: 'HealthFailed', message: 'the words of a container' });

interface Scene {
  readonly telling: Telling;
  /** Another environment at the same forge. */
  another(name: string): Telling;
  /** What the forge was asked and told, by commit and context. */
  readonly asked: string[];
  readonly events: SyncEvent[];
  /** What the forge holds. */
  readonly there: Map<string, readonly CommitStatus[]>;
  readonly clock: ReturnType<typeof handClock>;
  /** Lets time pass, from what goes on now. */
  pass(milliseconds: number): Promise<void>;
  /** From now on the forge throws this; undefined: it answers. */
  breaks(with_: Failure | undefined): void;
  readonly teller: ReturnType<typeof openTeller>;
}

function scene(): Scene {
  const clock = handClock();
  const teller = openTeller(clock, new AbortController().signal);
  const asked: string[] = [];
  const events: SyncEvent[] = [];
  const there = new Map<string, readonly CommitStatus[]>();
  let broken: Failure | undefined;
  const forge = {
    async statuses(commit: string) {
      asked.push(`ask ${commit[0]}`);
      if (broken !== undefined) throw broken;
      return there.get(commit) ?? [];
    },
    async report(commit: string, status: CommitStatus) {
      asked.push(`${status.context} ${commit[0]} ${status.state}`);
      if (broken !== undefined) throw broken;
      there.set(commit, [...(there.get(commit) ?? []).filter(({ context }) => context !== status.context), status]);
    },
  };
  const begin = (environment: string): Telling =>
    teller.begin({ environment, forge: 'https://git.example.com', open: async () => forge, report: (event) => void events.push(event) });
  return {
    telling: begin('dev'),
    another: begin,
    asked,
    events,
    there,
    clock,
    async pass(milliseconds) {
      await settled();
      await clock.advance(milliseconds);
    },
    breaks(with_) {
      broken = with_;
    },
    teller,
  };
}

test('each state of a commit is told once, and a new commit without asking', async () => {
  const { telling, asked, events, pass, there } = scene();
  for (const conditions of [busy, busy, ready, ready]) {
    telling.note(statusAt(first, conditions));
    await pass(1_000);
  }
  assert.deepEqual(asked, ['ask 1', 'lockstep/dev 1 pending', 'lockstep/dev 1 success']);
  assert.deepEqual(there.get(first), [{ context: 'lockstep/dev', state: 'success', description: '3 objects are Current' }]);
  telling.note(statusAt(second, busy));
  await pass(1_000);
  assert.deepEqual(asked.slice(3), ['lockstep/dev 2 pending']);
  assert.deepEqual(
    events.map((event) => (event.type === 'told' ? `${event.revision[0]} ${event.state}` : event.type)),
    ['1 pending', '1 success', '2 pending'],
  );
});

test('what another process told is not told again, also while an agent that has just begun looks around', async () => {
  const { telling, asked, there, pass } = scene();
  there.set(first, [{ context: 'lockstep/dev', state: 'success', description: 'as before' }]);
  telling.note(statusAt(first, busy));
  await pass(2_000);
  telling.note(statusAt(first, ready));
  await pass(600_000);
  assert.deepEqual(asked, ['ask 1']);
});

test('a failure counts when it lasts, and a success is taken back when it is lost for a minute', async () => {
  const { telling, asked, pass } = scene();
  telling.note(statusAt(first, failed));
  await pass(9_000);
  telling.note(statusAt(first, ready));
  await pass(1_000);
  assert.deepEqual(asked, ['ask 1', 'lockstep/dev 1 success']);
  telling.note(statusAt(first, failed));
  await pass(50_000);
  telling.note(statusAt(first, ready));
  await pass(60_000);
  assert.equal(asked.length, 2);
  telling.note(statusAt(first, failed));
  await pass(59_000);
  assert.equal(asked.length, 2);
  await pass(1_000);
  assert.deepEqual(asked.slice(2), ['lockstep/dev 1 failure']);
});

test('what goes to and fro is told more and more seldom, and what is mended at once', async () => {
  const { telling, asked, pass } = scene();
  for (let minute = 0; minute < 24 * 60; minute += 2) {
    telling.note(statusAt(first, failed));
    await pass(90_000);
    telling.note(statusAt(first, ready));
    await pass(30_000);
  }
  assert.ok(asked.length < 6, asked.join());
  assert.equal(asked.at(-1), 'lockstep/dev 1 success');
});

test('an outage is told as such, left alone for a time, and what is told then is the latest', async () => {
  const { telling, asked, events, pass, breaks } = scene();
  breaks(new Failure('forge-unreachable', 'no answer'));
  telling.note(statusAt(first, busy));
  await settled();
  telling.note(statusAt(second, busy));
  telling.note(statusAt(second, ready));
  await settled();
  assert.deepEqual([asked, events.length], [['ask 1'], 1]);
  assert.deepEqual(events[0], {
    type: 'untold',
    revision: first,
    state: 'pending',
    code: 'forge-unreachable',
    message: 'no answer',
    retryIn: 1_000,
  });
  await pass(3_600_000);
  // One, two, four … seconds, then five minutes at most.
  assert.ok(asked.length > 15 && asked.length < 25, String(asked.length));
  breaks(undefined);
  await pass(400_000);
  assert.deepEqual(asked.slice(-2), ['ask 2', 'lockstep/dev 2 success']);
  assert.equal(events.at(-1)?.type, 'told');
});

test('what is refused to one keeps nobody else waiting', async () => {
  const { telling, another, asked, pass, teller } = scene();
  const refused = teller.begin({
    environment: 'prod',
    forge: 'https://git.example.com',
    open: async () => {
      throw new Failure('forge-token', 'no token');
    },
    report: () => {},
  });
  refused.note(statusAt(first, ready));
  telling.note(statusAt(first, ready));
  another('test').note(statusAt(first, busy));
  await pass(5_000);
  assert.deepEqual(asked, ['ask 1', 'lockstep/dev 1 success', 'ask 1', 'lockstep/test 1 pending']);
});

test('many environments are told one after the other: what is over first, and nothing that is over already', async () => {
  const { another, asked, pass } = scene();
  const all = Array.from({ length: 300 }, (_, i) => another(`e${i}`));
  // They are known: nobody has to be asked any more.
  for (const one of all) one.note(statusAt(first, ready));
  await pass(3_600_000);
  asked.length = 0;
  for (const one of all) one.note(statusAt(second, busy));
  await pass(60_000);
  assert.ok(asked.length >= 59 && asked.length <= 61, `${asked.length} in a minute`);
  for (const one of all) one.note(statusAt(second, ready));
  await pass(300_000);
  assert.equal(asked.filter((one) => one.endsWith('success')).length, 300);
  assert.ok(asked.length <= 362, String(asked.length));
  await pass(600_000);
  assert.ok(asked.length <= 362, String(asked.length));
});

test('what is forgotten is asked for, and what ends is told no more', async () => {
  const { telling, asked, there, pass, events } = scene();
  telling.note(statusAt(first, ready));
  await pass(2_000);
  telling.forget();
  there.set(first, [{ context: 'lockstep/dev', state: 'pending', description: 'by another' }]);
  telling.note(statusAt(first, ready));
  await pass(2_000);
  assert.deepEqual(asked, ['ask 1', 'lockstep/dev 1 success', 'ask 1', 'lockstep/dev 1 success']);
  telling.end();
  telling.note(statusAt(second, ready));
  await pass(60_000);
  assert.deepEqual([asked.length, events.length], [4, 2]);
});

test('who ends tells the last at once, and waits no longer than told', async () => {
  const { telling, asked, clock, pass, teller, breaks } = scene();
  telling.note(statusAt(first, busy));
  await pass(2_000);
  telling.note(statusAt(first, failed));
  const finished = teller.finish(10_000);
  await pass(0);
  await finished;
  assert.deepEqual(asked, ['ask 1', 'lockstep/dev 1 pending', 'lockstep/dev 1 failure']);
  breaks(new Failure('forge-unreachable', 'no answer'));
  telling.note(statusAt(second, ready));
  let isOver = false;
  const again = teller.finish(10_000).then(() => {
    isOver = true;
  });
  await pass(9_000);
  assert.equal(isOver, false);
  await pass(1_000);
  await again;
  telling.end();
  await pass(600_000);
  assert.equal(clock.sleepers, 0);
});
