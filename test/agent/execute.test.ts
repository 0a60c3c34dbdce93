import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CarryOutOptions, carryOut } from '../../src/agent/execute.ts';
import type { Outcome } from '../../src/agent/outcome.ts';
import { type Change, isWrite, refOfChange } from '../../src/model/plan.ts';
import { keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { anyDeletions, anyWrites, before, deletion, nameOf, refOf, write } from '../reconcile/plans.ts';
import { entry } from '../reconcile/samples.ts';

const key = (text: string): ObjectKey => keyOf(refOf(text));
const keyOfChange = (change: Change): ObjectKey => keyOf(refOfChange(change));

/** What an apply that worked, and one that did not, hand back. */
const wrote = (change: Change): Outcome => ({
  event: { type: 'applied', ref: refOfChange(change), op: 'create', outcome: 'created' },
  record: { op: 'set', entry: entry('ConfigMap/shop/any', 'a', { ref: refOfChange(change) }) },
});
const failed = (change: Change): Outcome => ({
  event: { type: 'failed', problem: { ref: refOfChange(change), path: 'a.yaml', message: 'no' }, passing: false, retryIn: 1 },
  record: { op: 'keep' },
});

/** What happened to a plan: everything that began and ended, in order, with what ran then. */
interface Step {
  readonly type: 'begin' | 'end';
  readonly change: Change;
  readonly running: readonly Change[];
}

interface Course extends Partial<Omit<CarryOutOptions, 'task'>> {
  /** Which of those that run ends next; undefined when none ever does. */
  readonly ends?: (running: readonly Change[]) => Change | undefined;
  readonly outcome?: (change: Change) => Outcome;
}

/** Carries out `changes` where requests end one by one, as `ends` says, until nothing happens any more. */
async function carriedOut(changes: readonly Change[], { ends = ([first]) => first, outcome = wrote, ...hands }: Course = {}) {
  const steps: Step[] = [];
  const running = new Map<Change, (outcome: Outcome) => void>();
  const step = (type: Step['type'], change: Change) => steps.push({ type, change, running: [...running.keys()] });
  const task = (change: Change) =>
    new Promise<Outcome>((resolve) => {
      running.set(change, resolve);
      step('begin', change);
    });
  const outcomes: Outcome[] = [];
  let done = false;
  const all = (async () => {
    const plan = { revision: 'c0ffee', changes, held: [], unchanged: 0 };
    for await (const one of carryOut(plan, { due: () => true, stopped: () => false, ...hands, task })) outcomes.push(one);
    done = true;
  })();
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const change = ends([...running.keys()]);
    const end = change && running.get(change);
    if (change === undefined || end === undefined) break;
    running.delete(change);
    step('end', change);
    end(outcome(change));
  }
  if (running.size === 0) await all;
  return { steps, outcomes, done, running: [...running.keys()] };
}

const begun = (steps: readonly Step[]) => steps.filter(({ type }) => type === 'begin').map(({ change }) => nameOf(change));
const ended = (steps: readonly Step[]) => steps.filter(({ type }) => type === 'end').map(({ change }) => nameOf(change));

/** Lets what runs end in any order. */
const anyOrder = fc.infiniteStream(fc.nat(7)).map((stream) => (running: readonly Change[]) => {
  const [first] = running;
  return first && running[(stream.next().value ?? 0) % running.length];
});

const isCircular = (changes: readonly Change[]) => [...before(changes)].some(([one, earlier]) => earlier.has(one));

test('everything is done exactly once, and never more than eight at once', async () => {
  await fc.assert(
    fc.asyncProperty(anyWrites, anyDeletions, anyOrder, async (writes, deletions, ends) => {
      const { steps, outcomes } = await carriedOut([...writes, ...deletions], { ends });
      assert.deepEqual(begun(steps).sort(), [...writes, ...deletions].map(nameOf).sort());
      assert.equal(outcomes.length, writes.length + deletions.length);
      for (const { running } of steps) assert.ok(running.length <= 8);
    }),
  );
});

test('no write begins before all that it comes after has ended', async () => {
  await fc.assert(
    fc.asyncProperty(anyWrites, anyOrder, async (writes, ends) => {
      fc.pre(!isCircular(writes));
      const rules = before(writes);
      const { steps } = await carriedOut(writes, { ends });
      const over = new Set<ObjectKey>();
      for (const { type, change } of steps) {
        if (type === 'end') over.add(keyOfChange(change));
        else
          for (const earlier of rules.get(keyOfChange(change)) ?? []) assert.ok(over.has(earlier), `${nameOf(change)} before ${earlier}`);
      }
    }),
  );
});

test('nothing is deleted before all writes have ended, nor before what would be written after it', async () => {
  await fc.assert(
    fc.asyncProperty(anyWrites, anyDeletions, anyOrder, async (writes, deletions, ends) => {
      const rules = before(deletions);
      const { steps } = await carriedOut([...deletions, ...writes], { ends });
      assert.ok(steps.slice(0, 2 * writes.length).every(({ change }) => isWrite(change)));
      const begunAlready = new Set<ObjectKey>();
      for (const { type, change } of steps.slice(2 * writes.length)) {
        const one = keyOfChange(change);
        if (type === 'begin') begunAlready.add(one);
        else
          for (const ground of rules.get(one) ?? []) assert.ok(!begunAlready.has(ground), `${ground} before the end of ${nameOf(change)}`);
      }
      assert.equal(begunAlready.size, deletions.length);
    }),
  );
});

test('a request that hangs delays only what comes after it', async () => {
  await fc.assert(
    fc.asyncProperty(anyWrites, fc.nat(), async (writes, chosen) => {
      fc.pre(!isCircular(writes) && writes.length > 0);
      const hung = writes[chosen % writes.length];
      const { steps, done, running } = await carriedOut(writes, { ends: (now) => now.find((change) => change !== hung) });
      const rules = before(writes);
      const others = writes.filter((change) => change !== hung && !(hung && rules.get(keyOfChange(change))?.has(keyOfChange(hung))));
      assert.deepEqual(ended(steps).sort(), others.map(nameOf).sort());
      assert.deepEqual(running, [hung]);
      assert.equal(done, false);
    }),
  );
});

test('what fails stops nothing that comes after it', async () => {
  const writes = [
    write('Namespace/shop', 0),
    write('ConfigMap/shop/a', 1),
    write('Deployment/shop/web', 3, { dependsOn: ['ConfigMap/shop/a'] }),
  ];
  const { steps } = await carriedOut(writes, { outcome: failed });
  assert.deepEqual(ended(steps), ['Namespace/shop', 'ConfigMap/shop/a', 'Deployment/shop/web']);
});

test('of what is ready the lower wave goes first, and within a wave what stands first in the plan', async () => {
  const several = (kind: string, namespace: string, wave: number) =>
    Array.from({ length: 4 }, (_, i) => write(`${kind}/${namespace}/${i}`, wave));
  const writes = [
    ...several('Deployment', 'a', 3),
    ...several('ConfigMap', 'c', 1),
    ...several('ConfigMap', 'b', 1),
    ...several('Widget', 'd', 2),
  ];
  const { steps } = await carriedOut(writes);
  assert.deepEqual(
    begun(steps),
    ['ConfigMap/c', 'ConfigMap/b', 'Widget/d', 'Deployment/a'].flatMap((place) => [0, 1, 2, 3].map((i) => `${place}/${i}`)),
  );
});

test('what gets ready later overtakes what is of a higher wave', async () => {
  const later = Array.from({ length: 12 }, (_, i) => write(`Deployment/shop/${i}`, 3));
  const { steps } = await carriedOut([write('Namespace/bank', 0), ...later, write('ConfigMap/bank/a', 1)]);
  assert.equal(begun(steps).indexOf('ConfigMap/bank/a'), 8);
});

test('a kind whose requests hang in a namespace leaves half of the room to others', async () => {
  const hanging = Array.from({ length: 20 }, (_, i) => write(`ConfigMap/shop/${i}`, 1));
  const others = Array.from({ length: 20 }, (_, i) => write(`Secret/shop/${i}`, 1));
  const ends = (running: readonly Change[]) => running.find((change) => refOfChange(change).kind === 'Secret');
  const { steps, running } = await carriedOut([...hanging, ...others], { ends });
  assert.deepEqual(ended(steps), others.map(nameOf));
  const untilLastOther = begun(steps).slice(0, begun(steps).indexOf('Secret/shop/19'));
  assert.equal(untilLastOther.filter((name) => name.startsWith('ConfigMap')).length, 4);
  assert.deepEqual(running, hanging.slice(0, 8));
});

test('a kind has all the room where no other is ready', async () => {
  const writes = Array.from({ length: 20 }, (_, i) => write(`ConfigMap/shop/${i}`, 1));
  const { running } = await carriedOut(writes, { ends: () => undefined });
  assert.deepEqual(running, writes.slice(0, 8));
});

test('what waits in a circle for itself is tried all the same, after all the rest', async () => {
  const writes = [
    write('ConfigMap/shop/a', 1, { dependsOn: ['ConfigMap/shop/b'] }),
    write('ConfigMap/shop/b', 1, { dependsOn: ['ConfigMap/shop/a'] }),
    write('Deployment/bank/web', 3),
  ];
  assert.deepEqual(begun((await carriedOut(writes)).steps), ['Deployment/bank/web', 'ConfigMap/shop/a', 'ConfigMap/shop/b']);
});

test('a change whose next try is not due is left out, and what depends on it still knows it as unfinished', async () => {
  const seen: boolean[] = [];
  const plan = {
    revision: 'c0ffee',
    changes: [write('ConfigMap/shop/a', 1), write('Deployment/shop/web', 3, { dependsOn: ['ConfigMap/shop/a'] })],
    held: [],
    unchanged: 0,
  };
  const task = async (change: Change, unfinished: ReadonlySet<ObjectKey>) => {
    seen.push(unfinished.has(key('ConfigMap/shop/a')));
    return wrote(change);
  };
  const outcomes: Outcome[] = [];
  const due = (change: Change) => keyOf(refOfChange(change)) !== key('ConfigMap/shop/a');
  for await (const outcome of carryOut(plan, { due, task, stopped: () => false })) outcomes.push(outcome);
  assert.deepEqual(
    outcomes.map(({ event }) => event),
    [wrote(write('Deployment/shop/web', 3)).event],
  );
  assert.deepEqual(seen, [true]);
});

test('an object is finished before anything begins that comes after it, and only when it was written', async () => {
  const writes = [
    write('ConfigMap/shop/a', 1),
    write('ConfigMap/shop/b', 1),
    write('ConfigMap/shop/c', 1, { op: 'repair' }),
    write('Deployment/shop/web', 3),
  ];
  const seen = new Map<string, readonly ObjectKey[]>();
  const task = async (change: Change, unfinished: ReadonlySet<ObjectKey>) => {
    seen.set(nameOf(change), [...unfinished]);
    return nameOf(change) === 'ConfigMap/shop/b' ? failed(change) : wrote(change);
  };
  const plan = { revision: 'c0ffee', changes: writes, held: [], unchanged: 0 };
  for await (const _ of carryOut(plan, { due: () => true, task, stopped: () => false }));
  assert.deepEqual(seen.get('ConfigMap/shop/a'), ['ConfigMap/shop/a', 'ConfigMap/shop/b', 'Deployment/shop/web'].map(key));
  assert.deepEqual(seen.get('Deployment/shop/web'), ['ConfigMap/shop/b', 'Deployment/shop/web'].map(key));
});

test('after a stop nothing more is begun, neither writes nor deletions, and what runs is waited for', async () => {
  const writes = Array.from({ length: 30 }, (_, i) => write(`ConfigMap/shop/${i}`, 1));
  let endings = 0;
  const ends = ([first]: readonly Change[]) => {
    endings += 1;
    return first;
  };
  const { steps, outcomes, done } = await carriedOut([...writes, deletion('ConfigMap/shop/old', 1)], { ends, stopped: () => endings > 5 });
  assert.equal(begun(steps).length, 8 + 5);
  assert.deepEqual(ended(steps).sort(), begun(steps).sort());
  assert.equal(outcomes.length, 8 + 5);
  assert.equal(done, true);
});

test('an empty plan does nothing', async () => {
  assert.deepEqual(await carriedOut([]), { steps: [], outcomes: [], done: true, running: [] });
});
