import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRunning } from '../controlplane/processes.ts';
import { temporaryFolder } from '../support/repository.ts';
import { startGitea } from './gitea.ts';

test('a Gitea that is closed has ended, and answers no more', async (t) => {
  const folder = temporaryFolder(t);
  const first = await startGitea({ folder });
  t.after(first.close);
  const { name } = await first.repository('web');
  await first.close();
  await first.close();
  assert.equal(isRunning(first.process), false);
  await assert.rejects(first.api('GET', `/repos/${name}`));
});
