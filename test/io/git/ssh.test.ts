import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { sshCommand } from '../../../src/io/git/ssh.ts';

test('files with odd names are given to ssh as they are called', () => {
  const files = { identity: "/tmp/it's 100%/identity", knownHosts: "/tmp/it's 100%/known_hosts" };
  // `ssh -G` prints what it makes of its options. The command goes through a shell, as git hands it to one.
  const said = execFileSync('sh', ['-c', `${sshCommand(files)} -G git.example.com`], { encoding: 'utf8' });
  const settings = new Map(said.split('\n').map((line): [string, string] => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
  assert.equal(settings.get('identityfile')?.replaceAll('%%', '%'), files.identity);
  assert.equal(settings.get('userknownhostsfile')?.replaceAll('%%', '%').replaceAll('"', ''), files.knownHosts);
  assert.deepEqual(
    ['identitiesonly', 'identityagent', 'stricthostkeychecking', 'batchmode', 'globalknownhostsfile'].map((name) => settings.get(name)),
    ['yes', 'none', 'true', 'yes', '/dev/null'],
  );
});
