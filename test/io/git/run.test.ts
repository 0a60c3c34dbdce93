import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentEnvironment, publisherEnvironment } from '../../../src/io/git/environment.ts';
import { type Git, gitText, runGit } from '../../../src/io/git/run.ts';
import { makeRepository, type TestRepository } from '../../support/repository.ts';

function gitIn({ folder, env }: TestRepository): Git {
  return { before: ['-C', folder], env: publisherEnvironment(env), secrets: [] };
}

test('a command gets its input and gives its output', async (t) => {
  const git = gitIn(makeRepository(t));
  assert.equal(await gitText(git, ['hash-object', '--stdin'], { stdin: 'hello\n' }), 'ce013625030ba8dba906f756967f9e9ca394464a');
});

test('an exit code that the caller takes for an answer is no failure', async (t) => {
  const git = gitIn(makeRepository(t));
  assert.equal((await runGit(git, ['rev-parse', '--verify', '--quiet', 'HEAD'], { answers: [0, 1] })).exit, 1);
  await assert.rejects(runGit(git, ['rev-parse', '--verify', '--quiet', 'HEAD']), { code: 'git-failed' });
});

test('a machine without git is told so', async () => {
  await assert.rejects(runGit({ before: [], env: { PATH: '/nonexistent' }, secrets: [] }, ['status']), { code: 'git-missing' });
});

test('a command that says too much is stopped', async (t) => {
  const repository = makeRepository(t);
  repository.commit({ 'a.txt': 'x'.repeat(100_000) }, 'Add');
  await assert.rejects(runGit(gitIn(repository), ['show', 'HEAD:a.txt'], { outputLimit: 1000 }), { code: 'git-output' });
});

test('a command over its time limit is stopped with everything that it started', async (t) => {
  const git = gitIn(makeRepository(t));
  const marker = `sleep 61.${process.pid}`;
  await assert.rejects(runGit(git, ['-c', `alias.wait=!${marker}`, 'wait'], { timeLimit: 300 }), { code: 'git-timeout' });
  assert.ok(!execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes(marker));
});

test('an abort stops a command, and keeps the next from starting', async (t) => {
  const git = gitIn(makeRepository(t));
  const stop = new AbortController();
  const running = runGit(git, ['-c', 'alias.wait=!sleep 60', 'wait'], { signal: stop.signal });
  stop.abort();
  await assert.rejects(running, { code: 'interrupted', exit: 130 });
  await assert.rejects(runGit({ ...git, signal: stop.signal }, ['status']), { code: 'interrupted' });
});

test('hooks are not run', async (t) => {
  const repository = makeRepository(t);
  const commit = repository.commit({ 'a.txt': 'a\n' }, 'Add');
  const proof = join(repository.folder, 'hook-ran');
  writeFileSync(join(repository.folder, '.git/hooks/reference-transaction'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  await runGit(gitIn(repository), ['update-ref', 'refs/heads/x', commit]);
  assert.equal(existsSync(proof), false);
  repository.git('update-ref', 'refs/heads/y', commit);
  assert.equal(existsSync(proof), true);
});

test('a publisher keeps settings and loses what places the repository and what traces secrets', () => {
  const env = publisherEnvironment({
    PATH: '/bin',
    GIT_DIR: '/elsewhere',
    GIT_INDEX_FILE: '/elsewhere/index',
    GIT_TRACE_CURL: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_SSH_COMMAND: 'ssh -i key',
    LC_ALL: 'tr_TR.UTF-8',
  });
  assert.deepEqual(env, {
    PATH: '/bin',
    GIT_CONFIG_COUNT: '1',
    GIT_SSH_COMMAND: 'ssh -i key',
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  });
});

test('an agent keeps none of git variables that loosen a rule, and never asks', () => {
  const env = agentEnvironment(
    { PATH: '/bin', GIT_SSL_NO_VERIFY: '1', GIT_ALLOW_PROTOCOL: 'ext', GIT_ASKPASS: '/askpass', SSH_ASKPASS: '/dialogue', GIT_DIR: '/x' },
    undefined,
  );
  assert.deepEqual(Object.keys(env).sort(), [
    'GIT_ASKPASS',
    'GIT_CONFIG_NOSYSTEM',
    'GIT_NO_REPLACE_OBJECTS',
    'GIT_OPTIONAL_LOCKS',
    'GIT_SSH_COMMAND',
    'GIT_TERMINAL_PROMPT',
    'LC_ALL',
    'PATH',
  ]);
  assert.match(env['GIT_SSH_COMMAND'] ?? '', /BatchMode=yes .*StrictHostKeyChecking=yes/);
});
