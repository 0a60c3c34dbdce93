import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { requireReviewed } from '../../src/publish/reviewed.ts';
import { makeBareRepository, temporaryFolder } from '../support/repository.ts';
import { opened, project } from './samples.ts';

const by = { environment: 'prod', remote: 'origin', branches: [] };

test('a commit in the history of what is checked out was reviewed as that was; another one only where a branch says so', async (t) => {
  const { source, repository } = await project(t);
  const first = source.git('rev-parse', 'HEAD');
  source.git('checkout', '--quiet', '-b', 'release');
  const fix = source.commit({ 'a.txt': 'a' }, 'Fix it');
  source.git('checkout', '--quiet', '--detach', first);
  await requireReviewed(repository, first, by);
  await assert.rejects(requireReviewed(repository, fix, by), { code: 'source-unreviewed', exit: 4 });
  await requireReviewed(repository, fix, { ...by, branches: ['release'] });
  await assert.rejects(requireReviewed(repository, 'a'.repeat(40), by), { code: 'source-unreviewed' });
});

test('branches of the remote count as they are there: its default one, and the one that is tracked', async (t) => {
  const { source } = await project(t);
  const remote = join(temporaryFolder(t), 'shop.git');
  makeBareRepository(remote, source.env);
  source.git('remote', 'add', 'origin', remote);
  const first = source.git('rev-parse', 'HEAD');
  const later = source.commit({ 'a.txt': 'a' }, 'Go on');
  source.git('checkout', '--quiet', '-b', 'release', first);
  const fix = source.commit({ 'b.txt': 'b' }, 'Fix it');
  source.git('checkout', '--quiet', '-b', 'draft', first);
  const draft = source.commit({ 'c.txt': 'c' }, 'Try something');
  source.git('push', '--quiet', '--all', 'origin');
  source.git('checkout', '--quiet', '--detach', first);
  const repository = await opened(t, source);
  await requireReviewed(repository, later, by);
  await assert.rejects(requireReviewed(repository, fix, by), /in no history that was reviewed: of what is checked out, of `main`$/);
  await assert.rejects(requireReviewed(repository, draft, { ...by, branches: ['release'] }), /of `main`, of `release`$/);
  // What a branch here says counts only where there is no remote.
  source.git('branch', '--quiet', '--force', 'main', draft);
  await assert.rejects(requireReviewed(repository, draft, by), { code: 'source-unreviewed' });
  source.git('checkout', '--quiet', '-B', 'mine', first);
  source.git('branch', '--quiet', '--set-upstream-to=origin/release');
  await requireReviewed(repository, fix, by);
});
