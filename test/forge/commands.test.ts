import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { gitEnvironment, openTestRepository, temporaryFolder } from '../support/repository.ts';
import { giteaFor } from './gitea.ts';

const ends: (() => unknown)[] = [];
const hooks = { after: (end: () => unknown) => void ends.push(end) };
after(async () => {
  for (const end of ends.toReversed()) await end();
});

test('the built program comments, proposes and gates at a real forge', { timeout: 900_000 }, async () => {
  const gitea = await giteaFor(hooks);
  const repository = await gitea.repository('shop');
  const folder = temporaryFolder(hooks);
  const env = gitEnvironment(join(folder, 'home'));
  execFileSync('git', ['clone', '--quiet', repository.remoteOfUser, join(folder, 'clone')], { env });
  const clone = openTestRepository(join(folder, 'clone'), env);
  const variables = { ...env, LOCKSTEP_FORGE_TOKEN: gitea.token };
  const ask = (...args: readonly string[]): Promise<Ended> => runLockstep(clone.folder, [...args, '--forge', 'gitea'], { env: variables });
  const pulls = async (): Promise<unknown> => {
    const all = (await gitea.api('GET', `/repos/${repository.name}/pulls`)) as readonly { number: number; title: string; body: string }[];
    return all.map(({ number, title, body }) => ({ number, title, body }));
  };

  clone.git('switch', '--quiet', '--create', 'lockstep/upgrade');
  clone.commit({ 'environments/dev.lock.yaml': 'images: {}\n' }, 'Upgrade web\n\nFrom 1.2 to 1.3.');
  clone.git('push', '--quiet', 'origin', 'lockstep/upgrade');
  const opened = await ask('propose', 'lockstep/upgrade');
  assert.equal(opened.exit, 0, opened.talk);
  assert.match(opened.talk, /^opened http:\S+\/pulls\/1: Upgrade web$/m);
  assert.deepEqual(await pulls(), [{ number: 1, title: 'Upgrade web', body: 'From 1.2 to 1.3.' }]);

  clone.commit({ 'environments/dev.lock.yaml': 'images:\n' }, 'Upgrade web and database');
  clone.git('push', '--quiet', 'origin', 'lockstep/upgrade');
  assert.match((await ask('propose', 'lockstep/upgrade')).talk, /^updated /);
  assert.deepEqual(await pulls(), [{ number: 1, title: 'Upgrade web and database', body: '' }]);

  const comment = (text: string): void => {
    const program = join(import.meta.dirname, '..', '..', 'build', 'main.js');
    execFileSync(process.execPath, [program, 'comment', '1', '--forge', 'gitea'], {
      cwd: clone.folder,
      env: variables,
      input: text,
      stdio: 'pipe',
    });
  };
  comment('first');
  comment('second');
  const comments = (await gitea.api('GET', `/repos/${repository.name}/issues/1/comments`)) as readonly { readonly body: string }[];
  assert.deepEqual(
    comments.map(({ body }) => body),
    ['<!-- lockstep:diff -->\nsecond'],
  );

  assert.equal((await ask('gate', 'staging')).exit, 2, 'nothing is published');
  const commit = await repository.commit('environments/staging', 'README.md', 'rendered');
  assert.equal((await ask('gate', 'staging')).exit, 1, 'nobody has told');
  const tell = (state: string) =>
    gitea.api('POST', `/repos/${repository.name}/statuses/${commit}`, {
      context: 'lockstep/staging',
      state,
      description: `it is ${state}`,
    });
  await tell('pending');
  const pending = await ask('gate', 'staging');
  const since = ', since 20\\d\\d-[\\d:T.-]+Z';
  assert.equal(pending.exit, 1);
  assert.match(pending.talk, new RegExp(`^\`staging\` is not healthy yet at ${commit.slice(0, 7)}${since}: it is pending$`, 'm'));
  await tell('success');
  const healthy = await ask('gate', 'staging');
  assert.equal(healthy.exit, 0);
  assert.match(healthy.talk, new RegExp(`^\`staging\` is healthy at ${commit.slice(0, 7)}${since}: it is success$`, 'm'));
});
