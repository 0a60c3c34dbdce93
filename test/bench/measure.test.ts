import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/repository.ts';
import { measureSteps, NoFigure, openCounter } from './measure.ts';

function line(username: string, rest: object = {}): string {
  return `${JSON.stringify({ kind: 'Event', user: { username, groups: [] }, verb: 'get', ...rest })}\n`;
}

test('requests are counted by user, from where the counter was opened and was asked last', (t) => {
  const log = join(temporaryFolder(t), 'audit.log');
  writeFileSync(log, line('flux'));
  const counter = openCounter(log);
  appendFileSync(log, line('flux') + line('flux-2') + line('ada', { impersonatedUser: { username: 'flux' } }) + line('flux'));
  assert.equal(counter.requestsOf('flux'), 2);
  assert.equal(counter.requestsOf('flux'), 0);
  appendFileSync(log, line('kubectl'));
  assert.equal(counter.requestsOf('flux'), 0);
  assert.equal(counter.requestsOf('kubectl'), 0);
});

test('a line that is still being written counts once, when it is whole', (t) => {
  const log = join(temporaryFolder(t), 'audit.log');
  writeFileSync(log, '');
  const counter = openCounter(log);
  const whole = line('flux');
  appendFileSync(log, whole + whole.slice(0, -5));
  assert.equal(counter.requestsOf('flux'), 1);
  appendFileSync(log, whole.slice(-5));
  assert.equal(counter.requestsOf('flux'), 1);
});

const nothing = async (): Promise<void> => {};
const fail = (thrown: Error) => async (): Promise<never> => {
  throw thrown;
};

test('each step is a row with its requests, and what comes before it does not count', async () => {
  let asked = 0;
  const requests = (): number => {
    const count = asked;
    asked = 0;
    return count;
  };
  const ask = (count: number) => async (): Promise<void> => {
    asked += count;
  };
  const figures = await measureSteps({ who: 'flux', requests, say: () => {} }, [
    { what: 'first apply', before: ask(10), run: ask(3), after: ask(7) },
    { what: 'nothing changed', run: ask(1) },
  ]);
  assert.deepEqual(
    figures.map(({ who, what, requests: counted }) => [who, what, counted]),
    [
      ['flux', 'first apply', 3],
      ['flux', 'nothing changed', 1],
    ],
  );
});

test('a step that fails, or did not do what it should have, is a row without a figure, and the last', async () => {
  const said: string[] = [];
  const subject = { who: 'flux', say: (text: string) => void said.push(text) };
  const late = new NoFigure('gave up after 270 s', 'still waiting');
  const [first, second, ...rest] = await measureSteps(subject, [
    { what: 'first apply', run: nothing },
    { what: 'nothing changed', run: fail(late) },
    { what: 'all changed', run: nothing },
  ]);
  assert.equal(first?.missing, undefined);
  assert.deepEqual(second, { who: 'flux', what: 'nothing changed', missing: 'gave up after 270 s' });
  assert.deepEqual(rest, []);
  const unchecked = await measureSteps(subject, [{ what: 'all changed', run: nothing, after: fail(new Error('no such host')) }]);
  assert.deepEqual(unchecked, [{ who: 'flux', what: 'all changed', missing: 'failed' }]);
  assert.deepEqual(said.slice(1), ['flux, nothing changed: gave up after 270 s: still waiting', 'flux, all changed: no such host']);
});
