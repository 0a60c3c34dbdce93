import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { refOfBranch, requireId } from '../../../src/io/git/names.ts';

const names = [
  'environments/prod',
  'environments/prod-next',
  'a',
  'a.b/c_d',
  'ümlaut',
  'a@b',
  '',
  '-a',
  'a b',
  'a..b',
  'a@{b',
  'a.lock',
  'a.lock/b',
  '.a',
  'a/.b',
  'a.',
  'a./b',
  '/a',
  'a/',
  'a//b',
  'a~b',
  'a^b',
  'a:b',
  'a?b',
  'a*b',
  'a[b',
  'a\\b',
  'a\tb',
  'a\u007fb',
];

test('a branch name is accepted exactly when git accepts it', () => {
  assert.deepEqual(names.filter(isAccepted), names.filter(gitAccepts));
});

test('a branch name has at most 100 characters', () => {
  assert.equal(refOfBranch('a'.repeat(100)), `refs/heads/${'a'.repeat(100)}`);
  assert.throws(() => refOfBranch('a'.repeat(101)), { code: 'git-branch-name', exit: 2 });
});

test('a refused branch name is shown without its control characters', () => {
  assert.throws(() => refOfBranch('a\u001b[2Jb'), { message: /^`a\?\[2Jb` is not a branch name: / });
});

test('only full object ids are taken', () => {
  assert.equal(requireId('0123456789abcdef0123456789abcdef01234567').length, 40);
  assert.equal(requireId('f'.repeat(64)).length, 64);
  for (const id of ['HEAD', '0123456', '--all', `${'f'.repeat(40)}\n`, 'F'.repeat(40)])
    assert.throws(() => requireId(id), { code: 'git-object-id' });
});

function isAccepted(name: string): boolean {
  try {
    return refOfBranch(name) === `refs/heads/${name}`;
  } catch {
    return false;
  }
}

function gitAccepts(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', '--branch', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
