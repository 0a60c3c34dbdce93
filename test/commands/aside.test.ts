import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedAside } from '../../src/commands/aside.ts';
import { exitCodes, Failure } from '../../src/model/failure.ts';
import { samples } from '../compile/validate/secrets/tokens.ts';

test('what fails aside is told with its place and without secrets', () => {
  for (const secret of Object.values(samples).flat()) {
    const { code, exit, message } = failedAside(new Error(`refused: ${secret}`));
    assert.deepEqual([code, exit], ['failed-aside', exitCodes.input]);
    assert.match(message, /^something failed that nobody waited for, at \S+aside\.test\.ts:\d+:\d+: refused: /);
    assert.ok(!message.includes(secret), message);
  }
});

test('what fails aside and knows what it is stays so; what is no error has no place', () => {
  const failure = new Failure('file-unreadable', 'gone');
  assert.equal(failedAside(failure), failure);
  assert.match(failedAside(undefined).message, /^something failed that nobody waited for: \S/);
});
