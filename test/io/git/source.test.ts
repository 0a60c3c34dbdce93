import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Gate } from '../../../src/io/gate.ts';
import type { Gates } from '../../../src/io/git/gates.ts';
import { openSource } from '../../../src/io/git/source.ts';
import type { RenderedSource } from '../../../src/ports.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

const never = new AbortController().signal;
const branch = 'environments/prod';

interface Followed {
  readonly origin: TestRepository;
  readonly folder: string;
  open(): Promise<RenderedSource>;
}

/** A repository with a rendered branch checked out, and a source that follows it by its path. */
function follow(t: TestContext, format: 'sha1' | 'sha256' = 'sha1'): Followed {
  const origin = makeRepository(t, { format });
  origin.git('checkout', '--quiet', '-b', branch);
  const folder = join(temporaryFolder(t), 'cache');
  const open = async (): Promise<RenderedSource> => {
    const source = await openSource({ url: origin.folder, folder, env: origin.env });
    t.after(() => source.close());
    return source;
  };
  return { origin, folder, open };
}

async function fetchTip(source: RenderedSource): Promise<string> {
  const tip = (await source.tip(branch, never)) ?? '';
  await source.fetch(branch, tip, never);
  return tip;
}

test('the tip of a branch is its commit, and undefined when there is no such branch', async (t) => {
  const { origin, open } = follow(t);
  const source = await open();
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  origin.git('update-ref', 'refs/heads/refs/heads/environments/gone', commit);
  assert.equal(await source.tip(branch, never), commit);
  assert.equal(await source.tip('environments/gone', never), undefined);
});

test('a fetch brings the whole history of the one branch', async (t) => {
  const { origin, folder, open } = follow(t);
  const first = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const second = origin.commit({ 'a.yaml': 'a: 2\n' }, 'Second');
  origin.git('tag', 'v1');
  origin.git('checkout', '--quiet', '--orphan', 'other');
  const other = origin.commit({ 'b.yaml': 'b: 1\n' }, 'Other');
  const source = await open();
  assert.equal(await source.has(second), false);
  await source.fetch(branch, second, never);
  assert.deepEqual([await source.has(first), await source.has(second), await source.has(other)], [true, true, false]);
  assert.equal(await source.isAncestor(first, second), true);
  assert.equal(await source.isAncestor(second, second), true);
  assert.equal(await source.isAncestor(second, first), false);
  assert.equal(await source.isAncestor(other, second), false);
  assert.equal(origin.git(`--git-dir=${folder}`, 'tag'), '');
});

test('files are listed with their modes, whatever their names; links and submodules too', async (t) => {
  const { origin, open } = follow(t);
  origin.write('web/deployment.yaml', 'kind: Deployment\n');
  origin.write('ä "b"\n\tc\\.yaml', 'x');
  origin.write('run.sh', '#!/bin/sh\n');
  chmodSync(join(origin.folder, 'run.sh'), 0o755);
  symlinkSync('/etc/passwd', join(origin.folder, 'link.yaml'));
  const commit = origin.commit({}, 'Odd');
  origin.git('update-index', '--add', '--cacheinfo', `160000,${commit},module`);
  origin.git('commit', '--quiet', '--message', 'Submodule');
  const source = await open();
  const files = await source.files(await fetchTip(source));
  assert.deepEqual(
    files.map(({ path, mode }) => [path, mode]),
    [
      ['link.yaml', '120000'],
      ['module', '160000'],
      ['run.sh', '100755'],
      ['web/deployment.yaml', '100644'],
      ['ä "b"\n\tc\\.yaml', '100644'],
    ],
  );
  assert.equal(files.find(({ path }) => path === 'module')?.blob, commit);
});

test('reads may overlap, and every one gets its own bytes', async (t) => {
  const { origin, open } = follow(t);
  const texts = Array.from({ length: 200 }, (_, i) => `${i}: ${'é'.repeat(i * 50)}\n`);
  origin.commit(Object.fromEntries(texts.map((text, i) => [`${String(i).padStart(3, '0')}.yaml`, text])), 'Many');
  const source = await open();
  const files = await source.files(await fetchTip(source));
  const read = await Promise.all(files.map(({ blob }) => source.read(blob)));
  assert.deepEqual(
    read.map((bytes) => bytes.toString('utf8')),
    texts,
  );
});

test('reading goes on when the git process is killed', async (t) => {
  const { origin, open } = follow(t);
  origin.commit({ 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' }, 'First');
  const source = await open();
  const [a, b] = await source.files(await fetchTip(source));
  assert.equal((await source.read(a?.blob ?? '')).toString(), 'a: 1\n');
  killReaders();
  const both = await Promise.all([source.read(b?.blob ?? ''), source.read(a?.blob ?? '')]);
  assert.deepEqual(both.map(String), ['b: 1\n', 'a: 1\n']);
});

test('a blob over 10 MB is refused, and the next one is read', async (t) => {
  const { origin, open } = follow(t);
  origin.commit({ 'large.yaml': 'x'.repeat(10_000_001), 'small.yaml': 'y\n' }, 'Large');
  const source = await open();
  const [large, small] = await source.files(await fetchTip(source));
  const reads = await Promise.allSettled([source.read(large?.blob ?? ''), source.read(small?.blob ?? '')]);
  assert.deepEqual(
    reads.map((read) => (read.status === 'fulfilled' ? read.value.toString() : read.reason.code)),
    ['git-blob-large', 'y\n'],
  );
});

test('a closed source reads nothing', async (t) => {
  const { origin, open } = follow(t);
  origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const source = await open();
  const [a] = await source.files(await fetchTip(source));
  await source.close();
  await assert.rejects(source.read(a?.blob ?? ''), { code: 'git-closed' });
});

test('a rewritten branch is followed, and a commit that was kept stays readable', async (t) => {
  const { origin, folder, open } = follow(t);
  origin.commit({ 'a.yaml': 'a: 1\n' }, 'Base');
  const kept = origin.commit({ 'a.yaml': 'a: 2\n' }, 'Kept');
  const source = await open();
  await fetchTip(source);
  await source.keep('prod', kept);
  origin.git('reset', '--quiet', '--hard', 'HEAD~1');
  const rewritten = origin.commit({ 'a.yaml': 'a: 3\n' }, 'Rewritten');
  assert.equal(await fetchTip(source), rewritten);
  origin.git(`--git-dir=${folder}`, 'gc', '--quiet', '--prune=now');
  assert.deepEqual([await source.has(kept), await source.isAncestor(kept, rewritten)], [true, false]);
  const [file] = await source.files(kept);
  assert.equal((await source.read(file?.blob ?? '')).toString(), 'a: 2\n');
});

test('a commit that the branch no longer leads to cannot be fetched', async (t) => {
  const { origin, open } = follow(t);
  origin.commit({ 'a.yaml': 'a: 1\n' }, 'Base');
  const lost = origin.commit({ 'a.yaml': 'a: 2\n' }, 'Lost');
  origin.git('reset', '--quiet', '--hard', 'HEAD~1');
  const source = await open();
  await assert.rejects(source.fetch(branch, lost, never), { code: 'git-commit-gone' });
});

test('a repository of SHA-256 objects is followed', async (t) => {
  const { origin, open } = follow(t, 'sha256');
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const source = await open();
  assert.equal(await fetchTip(source), commit);
  assert.equal(commit.length, 64);
  const [file] = await source.files(commit);
  assert.equal((await source.read(file?.blob ?? '')).toString(), 'a: 1\n');
});

test('many fetches leave few packs', async (t) => {
  const { origin, folder, open } = follow(t);
  const source = await open();
  for (let i = 0; i < 53; i++) {
    origin.commit({ 'a.yaml': `a: ${i}\n` }, `Commit ${i}`);
    await fetchTip(source);
  }
  const packs = readdirSync(join(folder, 'objects/pack')).filter((name) => name.endsWith('.pack'));
  assert.ok(packs.length < 10, `${packs.length} packs`);
  assert.equal(origin.git(`--git-dir=${folder}`, 'rev-list', '--count', '--all'), '53');
});

test('an unreachable remote is an outage, and what was fetched is read all the same', async (t) => {
  const { origin, folder, open } = follow(t);
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const before = await open();
  await fetchTip(before);
  const source = await openSource({ url: 'http://127.0.0.1:1/x.git', folder, env: origin.env });
  t.after(() => source.close());
  await assert.rejects(source.tip(branch, never), { code: 'git-unreachable', exit: 3 });
  assert.equal((await source.files(commit)).length, 1);
});

test('whoever talks to the remote passes a gate: one for looks, and a narrower one for fetches', async (t) => {
  const { origin, folder } = follow(t);
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const passed: string[] = [];
  const gateOf =
    (name: string): Gate =>
    (work) => {
      passed.push(name);
      return work();
    };
  const gates = { looks: gateOf('look'), fetches: gateOf('fetch') };
  const source = await openSource({ url: origin.folder, folder, env: origin.env, gates });
  t.after(() => source.close());
  await fetchTip(source);
  assert.equal(await source.has(commit), true);
  assert.deepEqual(passed, ['look', 'fetch']);
});

test('branches that are asked for at the same time come with few fetches, and one that is gone spoils nothing', async (t) => {
  const { origin, folder } = follow(t);
  const names = Array.from({ length: 30 }, (_, i) => `environments/e${i}`);
  const commits = names.map((name, i) => {
    const commit = origin.commit({ 'a.yaml': `a: ${i}\n` }, name);
    origin.git('branch', name);
    return commit;
  });
  origin.git('branch', '--delete', '--force', 'environments/e7');
  let fetches = 0;
  const gates: Gates = {
    looks: (work) => work(),
    fetches: (work) => {
      fetches += 1;
      return work();
    },
  };
  const source = await openSource({ url: origin.folder, folder, env: origin.env, gates });
  t.after(() => source.close());
  const brought = await Promise.allSettled(names.map((name, i) => source.fetch(name, commits[i] ?? '', never)));
  assert.deepEqual(
    brought.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])),
    [7],
  );
  assert.ok(fetches < 15, `${fetches} fetches`);
  await Promise.all(commits.map((commit, i) => source.keep(`e${i}`, commit)));
  const kept = origin.git(`--git-dir=${folder}`, 'for-each-ref', '--format=%(objectname)', 'refs/lockstep/kept/').split('\n');
  assert.deepEqual(kept.sort(), [...commits].sort());
});

test('what a fetch leaves behind that broke off is removed', async (t) => {
  const { origin, folder, open } = follow(t);
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const source = await open();
  await source.fetch(branch, commit, never);
  const packs = readdirSync(join(folder, 'objects/pack')).sort();
  writeFileSync(join(folder, 'objects/pack/tmp_pack_Xy12Ab'), 'PACK');
  renameSync(origin.folder, `${origin.folder}-away`);
  await assert.rejects(source.fetch(branch, commit, never));
  assert.deepEqual(readdirSync(join(folder, 'objects/pack')).sort(), packs);
  assert.equal(await source.has(commit), true);
});

test('a missing repository is told apart from an outage', async (t) => {
  const { origin, folder } = follow(t);
  const source = await openSource({ url: `${origin.folder}-gone`, folder, env: origin.env });
  t.after(() => source.close());
  await assert.rejects(source.tip(branch, never), { code: 'git-repository-missing' });
});

test('an abort ends a fetch', async (t) => {
  const { origin, open } = follow(t);
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const source = await open();
  await assert.rejects(source.fetch(branch, commit, AbortSignal.abort()), { code: 'interrupted' });
  await source.fetch(branch, commit, never);
  assert.equal(await source.has(commit), true);
});

test('names that are no branches, ids that are no commits and schemes that run programs are refused', async (t) => {
  const { origin, folder, open } = follow(t);
  const source = await open();
  await assert.rejects(source.tip('--upload-pack=touch x', never), { code: 'git-branch-name' });
  await assert.rejects(source.files('--help'), { code: 'git-object-id' });
  await assert.rejects(source.read('HEAD'), { code: 'git-object-id' });
  await assert.rejects(source.keep('../../heads/x', 'f'.repeat(40)), { code: 'git-branch-name' });
  await assert.rejects(openSource({ url: 'ext::sh -c id', folder, env: origin.env }), { code: 'git-url-unsupported' });
});

test('a history with a forbidden path does not come in', async (t) => {
  const { origin, open } = follow(t);
  origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const blob = origin.git('rev-parse', 'HEAD:a.yaml');
  const entry = Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob, 'hex')]);
  const written = execFileSync('git', ['-C', origin.folder, 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
    input: entry,
    env: origin.env,
  });
  const commit = origin.git('commit-tree', '-m', 'Evil', written.toString().trim());
  origin.git('reset', '--quiet', '--soft', commit);
  const source = await open();
  await assert.rejects(source.fetch(branch, commit, never), { code: 'git-failed', message: /hasDotgit/ });
  assert.equal(await source.has(commit), false);
});

test('a folder with other things in it is refused and left as it is', async (t) => {
  const { origin, folder, open } = follow(t);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'thesis.txt'), 'years of work\n');
  await assert.rejects(open(), { code: 'git-cache-folder', exit: 2 });
  assert.deepEqual(readdirSync(folder), ['thesis.txt']);
  await assert.rejects(openSource({ url: origin.folder, folder: origin.folder, env: origin.env }), { code: 'git-cache-folder' });
});

const damages: Readonly<Record<string, (folder: string) => void>> = {
  'HEAD is garbage': (folder) => writeFileSync(join(folder, 'HEAD'), 'garbage'),
  'its configuration is garbage': (folder) => writeFileSync(join(folder, 'config'), '[[['),
  'a ref leads nowhere': (folder) => {
    mkdirSync(join(folder, 'refs/heads'), { recursive: true });
    writeFileSync(join(folder, 'refs/heads/x'), `${'f'.repeat(40)}\n`);
  },
  'packs are cut short': (folder) => {
    for (const pack of packsOf(folder)) {
      chmodSync(pack, 0o644);
      truncateSync(pack, 40);
    }
  },
  'a killed process left locks': (folder) => {
    writeFileSync(join(folder, 'packed-refs.lock'), '');
    for (const name of readdirSync(join(folder, 'refs/lockstep/fetched')))
      writeFileSync(join(folder, 'refs/lockstep/fetched', `${name}.lock`), '');
  },
};

for (const [damage, inflict] of Object.entries(damages)) {
  test(`a copy is good again after it is opened and fetched when ${damage}`, async (t) => {
    const { origin, folder, open } = follow(t);
    origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
    const first = await open();
    await fetchTip(first);
    await first.close();
    inflict(folder);
    const second = origin.commit({ 'a.yaml': 'a: 2\n' }, 'Second');
    const source = await open();
    assert.equal(await fetchTip(source), second);
    const [file] = await source.files(second);
    assert.equal((await source.read(file?.blob ?? '')).toString(), 'a: 2\n');
  });
}

test('a copy that breaks while it is open says that it has nothing, and the next fetch mends it and what was kept', async (t) => {
  const { origin, folder, open } = follow(t);
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const source = await open();
  await fetchTip(source);
  await source.keep('prod', commit);
  const [file] = await source.files(commit);
  for (const pack of packsOf(folder)) {
    chmodSync(pack, 0o644);
    writeFileSync(pack, Buffer.alloc(readFileSync(pack).length));
  }
  await assert.rejects(source.read(file?.blob ?? ''), { code: 'git-corrupt' });
  assert.equal(await source.has(commit), false);
  await source.fetch(branch, commit, never);
  assert.equal(await source.has(commit), true);
  assert.equal((await source.read(file?.blob ?? '')).toString(), 'a: 1\n');
  assert.equal(origin.git(`--git-dir=${folder}`, 'rev-parse', 'refs/lockstep/kept/prod'), commit);
});

function packsOf(folder: string): string[] {
  const packs = join(folder, 'objects/pack');
  return readdirSync(packs)
    .filter((name) => name.endsWith('.pack'))
    .map((name) => join(packs, name));
}

/** Kills the `git cat-file --batch` processes that this process started. */
function killReaders(): void {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const mine = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((found) => Number(found?.[2]) === process.pid);
  const readers = mine.filter((found) => found?.[3]?.endsWith('cat-file --batch'));
  assert.notEqual(readers.length, 0);
  for (const found of readers) process.kill(Number(found?.[1]), 'SIGKILL');
}
