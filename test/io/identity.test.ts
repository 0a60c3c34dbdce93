import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { processIdentity } from '../../src/io/identity.ts';

const host = hostname();
const identity = processIdentity(process.pid);

/** The pid of a process that ran to its end just now. */
const ended = spawnSync(process.execPath, ['--version']).pid;

test('a name says host and process, and differs from that of any other run', () => {
  assert.match(identity.name.slice(host.length), new RegExp(`^/${process.pid}/[0-9a-f]{8}$`));
  assert.ok(identity.name.startsWith(host));
  assert.notEqual(processIdentity(process.pid).name, identity.name);
});

const cases: readonly (readonly [title: string, name: string, gone: boolean])[] = [
  ['a process does not count itself as gone', identity.name, false],
  ['who had our pid before us is gone', `${host}/${process.pid}/00000000`, true],
  ['a process that runs is not gone', `${host}/${process.ppid}/0123abcd`, false],
  ['a process that ended is gone', `${host}/${ended}/0123abcd`, true],
  ['a process that ended is gone, whatever it added to its name', `${host}/${ended}/0123abcd@lockstep:1`, true],
  ['nothing is known of a process of another host', `${host}-2/${ended}/0123abcd`, false],
  ['nothing is known of a name that is none of ours', `${host}/${ended}`, false],
  ['a pid that no process can have is not asked for', `${host}/0/0123abcd`, false],
];

for (const [title, name, gone] of cases) test(title, () => assert.equal(identity.isGone(name), gone));
