import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanText, failureOf } from '../../../src/io/git/failures.ts';

const said: readonly (readonly [stderr: string, code: string])[] = [
  ["fatal: unable to access 'https://a.example/x/': Could not resolve host: a.example", 'git-unreachable'],
  ["fatal: unable to access 'http://127.0.0.1:1/x/': Failed to connect to 127.0.0.1 port 1 after 0 ms", 'git-unreachable'],
  ['ssh: connect to host a.example port 22: Connection refused\nfatal: Could not read from remote repository.', 'git-unreachable'],
  ['error: RPC failed; HTTP 503 curl 22 The requested URL returned error: 503', 'git-unreachable'],
  ["fatal: could not read Username for 'https://a.example': terminal prompts disabled", 'git-auth'],
  ["fatal: Authentication failed for 'https://a.example/x/'", 'git-auth'],
  ["fatal: unable to access 'https://a.example/x/': The requested URL returned error: 403", 'git-auth'],
  ['git@a.example: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'git-auth'],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', 'git-auth'],
  ["remote: Repository not found.\nfatal: repository 'https://a.example/x/' not found", 'git-repository-missing'],
  ["fatal: '/srv/x' does not appear to be a git repository\nfatal: Could not read from remote repository.", 'git-repository-missing'],
  ["fatal: unable to access 'https://a.example/x/': The requested URL returned error: 301", 'git-redirected'],
  ["fatal: transport 'ext' not allowed", 'git-protocol'],
  ["fatal: detected dubious ownership in repository at '/x'", 'git-ownership'],
  ['fatal: not a git repository (or any of the parent directories): .git', 'git-no-repository'],
  ['error: object file objects/aa/bb is empty\nfatal: loose object aabb (stored in objects/aa/bb) is corrupt', 'git-corrupt'],
  ["fatal: Unable to create '/x/packed-refs.lock': File exists.", 'git-locked'],
  ['fatal: something new', 'git-failed'],
];

for (const [stderr, code] of said) {
  test(`"${stderr.split('\n')[0]}" is ${code}`, () => {
    assert.equal(failureOf({ command: 'fetch', exit: 128, stderr, secrets: [] }).code, code);
  });
}

test('a failure names the command and the reasons, without prefixes, progress and hints', () => {
  const stderr = 'Receiving objects: 50%\nhint: try again\nerror: first\nfatal: second\n';
  assert.equal(failureOf({ command: 'fetch', exit: 128, stderr, secrets: [] }).message, '`git fetch` failed: first; second');
});

test('a failure without words names the exit code', () => {
  assert.equal(failureOf({ command: 'gc', exit: 7, stderr: '', secrets: [] }).message, '`git gc` failed: exit code 7');
});

test('a long reason is cut', () => {
  assert.ok(failureOf({ command: 'push', exit: 1, stderr: `fatal: ${'x'.repeat(1000)}`, secrets: [] }).message.length < 430);
});

test('secrets, user names and terminal sequences are taken out', () => {
  assert.equal(cleanText('a hunter2 https://me:pw@h/x \u001b[31mred\r\nnext', ['hunter2', '']), 'a *** https://h/x  [31mred \nnext');
});
