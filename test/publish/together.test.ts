import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../../src/model/failure.ts';
import { homeOf } from '../../src/model/rendered.ts';
import type { RenderedRepository } from '../../src/ports.ts';
import { type Member, publishTogether } from '../../src/publish/together.ts';
import { makeSshKey, signBySsh } from '../support/keys.ts';
import { makeBareRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
import { editByHand, pathOf, project, treeOf } from './samples.ts';

const branch = 'environments/fleet';

interface Given {
  readonly source: TestRepository;
  readonly repository: RenderedRepository;
  readonly there: TestRepository;
  /** Publishes environments with what they are to hold, at the remote: tells what came of each, and how often the branch moved. */
  publish(...members: readonly Member[]): Promise<readonly string[]>;
  moves(): number;
}

function member(environment: string, value: string): Member {
  const tree = treeOf({ a: value }, { environment });
  return { home: homeOf(environment, branch), tree, options: { version: '1.2.3', direct: true, remote: 'origin' } };
}

async function given(t: TestContext): Promise<Given> {
  const { source, repository } = await project(t);
  const folder = join(temporaryFolder(t), 'there.git');
  makeBareRepository(folder, source.env);
  source.git('remote', 'add', 'origin', folder);
  const there = openTestRepository(folder, source.env);
  there.git('config', 'core.logAllRefUpdates', 'always');
  return {
    ...{ source, repository, there },
    async publish(...members) {
      const outcomes = await publishTogether(repository, members, { branch, remote: 'origin' });
      return outcomes.map((one) => (one instanceof Failure ? one.code : one.op));
    },
    moves: () => there.git('reflog', 'show', '--format=%H', branch).split('\n').length,
  };
}

/** Lets the server refuse what is pushed, where a line of shell says so. */
function refuse({ there }: Given, update: string): void {
  writeFileSync(join(there.folder, 'hooks', 'update'), `#!/bin/sh\n${update}\n`, { mode: 0o755 });
}

test('each has a commit of its own, on top of the one before, and the branch moves once', async (t) => {
  const here = await given(t);
  assert.deepEqual(await here.publish(member('dev', '1'), member('eu', '1'), member('us', '1')), ['committed', 'committed', 'committed']);
  assert.equal(here.moves(), 2, 'it begins, and has all of them');
  assert.deepEqual(here.there.git('log', '--format=', '--name-only', '--diff-filter=A', branch, '--', `*/${pathOf('a')}`).split('\n'), [
    `us/${pathOf('a')}`,
    `eu/${pathOf('a')}`,
    `dev/${pathOf('a')}`,
  ]);
  const notes = here.there.git('notes', '--ref=hydrator.metadata', 'list').split('\n');
  assert.equal(notes.length, 3);
  assert.deepEqual(await here.publish(member('dev', '1'), member('eu', '2'), member('us', '1')), ['unchanged', 'committed', 'unchanged']);
  assert.equal(here.moves(), 3);
  assert.deepEqual(await here.publish(member('dev', '1'), member('eu', '2')), ['unchanged', 'unchanged']);
  assert.equal(here.moves(), 3);
});

test('what is refused for one is at its place, and stands in no other one`s way', async (t) => {
  const here = await given(t);
  await here.publish(member('dev', '1'), member('eu', '1'), member('us', '1'));
  here.source.git('fetch', '--quiet', 'origin', `${branch}:edited`);
  editByHand(here.source, 'edited', { path: `eu/${pathOf('a')}`, text: 'kind: Secret\n' });
  here.source.git('push', '--quiet', 'origin', `edited:${branch}`);
  assert.deepEqual(await here.publish(member('dev', '2'), member('eu', '2'), member('us', '2')), [
    'committed',
    'edited-branch',
    'committed',
  ]);
  assert.match(here.there.git('show', `${branch}:us/${pathOf('a')}`), /value: 2/);
  assert.equal(here.there.git('show', `${branch}:eu/${pathOf('a')}`), 'kind: Secret');
});

test('what the server does not take is told of all that would have come by it, and of no other', async (t) => {
  const here = await given(t);
  await here.publish(member('dev', '1'), member('eu', '1'));
  refuse(here, `test "$1" != refs/heads/${branch}`);
  const before = here.there.git('rev-parse', branch);
  assert.deepEqual(await here.publish(member('dev', '2'), member('eu', '1')), ['git-push-refused', 'unchanged']);
  assert.equal(here.there.git('rev-parse', branch), before);
});

test('where somebody else was quicker, nothing is in force, and all is made anew on what they did', async (t) => {
  const here = await given(t);
  await here.publish(member('dev', '1'), member('eu', '1'));
  here.source.git('fetch', '--quiet', 'origin', `${branch}:theirs`);
  editByHand(here.source, 'theirs', { path: `us/${pathOf('a')}`, text: 'theirs\n' });
  here.source.git('push', '--quiet', 'origin', 'theirs:refs/heads/theirs');
  refuse(here, `test "$1" != refs/heads/${branch} || test -e quicker || { touch quicker; git update-ref "$1" theirs; }`);
  const both = [member('dev', '2'), member('eu', '2')];
  await assert.rejects(here.publish(...both), { code: 'branch-moved' });
  assert.equal(here.there.git('rev-parse', branch), here.there.git('rev-parse', 'theirs'));
  assert.deepEqual(await here.publish(...both), ['committed', 'committed']);
  assert.equal(here.there.git('show', `${branch}:us/${pathOf('a')}`), 'theirs');
  assert.match(here.there.git('show', `${branch}:eu/${pathOf('a')}`), /value: 2/);
});

test('a commit whose tree cannot be attested comes into force in no other one`s history', async (t) => {
  const here = await given(t);
  await here.publish(member('dev', '1'), member('eu', '1'));
  signBySsh(here.source, makeSshKey(t).path);
  refuse(here, 'test "$1" != refs/notes/lockstep.attestation');
  const before = here.there.git('rev-parse', branch);
  assert.deepEqual(await here.publish(member('dev', '2'), member('eu', '2')), ['git-push-refused', 'git-push-refused']);
  assert.equal(here.there.git('rev-parse', branch), before);
});

test('in the repository itself they go the same way', async (t) => {
  const here = await given(t);
  const local = ['dev', 'eu'].map((name) => {
    const { options, ...one } = member(name, '1');
    return { ...one, options: { ...options, remote: undefined } };
  });
  const outcomes = await publishTogether(here.repository, local, { branch, remote: undefined });
  assert.deepEqual(
    outcomes.map((one) => (one instanceof Failure ? one.message : [one.op, one.pushed])),
    [
      ['committed', false],
      ['committed', false],
    ],
  );
  assert.equal(here.source.git('log', '--format=%s', branch).split('\n').length, 3);
});
