import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { sharedSources } from '../../../src/io/git/shared.ts';
import { type OpenSource, openSource } from '../../../src/io/git/source.ts';
import type { RenderedSource } from '../../../src/ports.ts';
import { startGitHttp } from '../../support/git-http.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';
import { commitId } from '../../support/sshsig.ts';

const never = new AbortController().signal;
const branch = 'environments/prod';
const ref = '--ref=refs/notes/lockstep.attestation';

interface Followed {
  readonly origin: TestRepository;
  readonly folder: string;
  readonly commit: string;
  readonly tree: string;
  open(): Promise<OpenSource>;
}

function follow(t: TestContext, format: 'sha1' | 'sha256' = 'sha1'): Followed {
  const origin = makeRepository(t, { format });
  origin.git('checkout', '--quiet', '-b', branch);
  const commit = origin.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const folder = join(temporaryFolder(t), 'cache');
  return {
    origin,
    folder,
    commit,
    tree: origin.git('rev-parse', 'HEAD^{tree}'),
    async open() {
      const source = await openSource({ url: origin.folder, folder, env: origin.env });
      t.after(() => source.close());
      return source;
    },
  };
}

async function notesOf(source: RenderedSource, tree: string, most = 9): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const note of source.attestations(tree, never)) {
    found.push(note.toString('utf8').trim());
    if (found.length === most) break;
  }
  return found;
}

for (const format of ['sha1', 'sha256'] as const)
  test(`the bytes of a commit are what its id is the hash of, and its tree is told: ${format}`, async (t) => {
    const { commit, tree, open } = follow(t, format);
    const source = await open();
    await source.fetch(branch, commit, never);
    assert.equal(commitId(await source.bytesOf(commit), format), commit);
    assert.equal(await source.treeOf(commit), tree);
    await assert.rejects(source.bytesOf(tree), { code: 'git-corrupt' });
    assert.deepEqual(await notesOf(source, tree), []);
  });

test('what is attested of a tree is brought here when somebody asks, and the remote is asked only by who asks on', async (t) => {
  const { origin, commit, tree, open } = follow(t);
  const source = await open();
  await source.fetch(branch, commit, never);
  origin.git('notes', ref, 'add', '-m', 'one', tree);
  assert.deepEqual(await notesOf(source, tree), ['one']);
  origin.git('notes', ref, 'add', '-f', '-m', 'two', tree);
  // Who is content with what is known does not get to know of the other one.
  assert.deepEqual(await notesOf(source, tree, 1), ['one']);
  assert.deepEqual(await notesOf(source, tree), ['one', 'two']);
  assert.deepEqual(await notesOf(source, tree), ['two']);
  assert.deepEqual(await notesOf(source, commit), []);
});

test('a copy that was opened anew still knows it, and one that was broken learns it again', async (t) => {
  const { origin, folder, commit, tree, open } = follow(t);
  origin.git('notes', ref, 'add', '-m', 'one', tree);
  const first = await open();
  await first.fetch(branch, commit, never);
  assert.deepEqual(await notesOf(first, tree), ['one']);
  await first.close();
  origin.git('update-ref', '-d', 'refs/notes/lockstep.attestation');
  const second = await open();
  assert.deepEqual(await notesOf(second, tree), ['one']);
  await second.close();
  origin.git('notes', ref, 'add', '-m', 'two', tree);
  const packs = join(folder, 'objects', 'pack');
  for (const name of readdirSync(packs)) rmSync(join(packs, name));
  const third = await open();
  await third.fetch(branch, commit, never);
  assert.deepEqual(await notesOf(third, tree), ['two']);
});

test('a note is found among a thousand, which git spreads over folders, and one too large is none', async (t) => {
  const { origin, commit, tree, open } = follow(t);
  origin.git('notes', ref, 'add', '-m', 'one', tree);
  const others = Array.from({ length: 1000 }, (_, i) => commitId(Buffer.from(`${i}`), 'sha1'));
  execFileSync('git', ['notes', ref, 'copy', '--stdin'], {
    cwd: origin.folder,
    env: origin.env,
    input: others.map((other) => `${tree} ${other}\n`).join(''),
  });
  assert.match(origin.git('ls-tree', '-r', '--name-only', 'refs/notes/lockstep.attestation').split('\n')[0] ?? '', /^..\//);
  const source = await open();
  await source.fetch(branch, commit, never);
  assert.deepEqual(await notesOf(source, tree), ['one']);
  assert.deepEqual(await notesOf(source, others[500] ?? ''), ['one']);
  assert.deepEqual(await notesOf(source, 'f'.repeat(40)), []);
  const large = execFileSync('git', ['hash-object', '-w', '--stdin'], {
    cwd: origin.folder,
    env: origin.env,
    input: Buffer.alloc(11_000_000),
    encoding: 'utf8',
  }).trim();
  origin.git('notes', ref, 'add', '-f', '-C', large, tree);
  assert.deepEqual(await notesOf(source, tree), ['one']);
  assert.deepEqual(await notesOf(source, tree), []);
});

test('many environments that ask at once look at the remote together', async (t) => {
  const { origin, commit, tree } = follow(t);
  origin.git('notes', ref, 'add', '-m', 'one', tree);
  const server = await startGitHttp({ folder: join(origin.folder, '..') });
  t.after(() => server.close());
  const folder = join(temporaryFolder(t), 'cache');
  const sources = sharedSources(systemClock);
  const url = `${server.url}/project/.git`;
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      sources.open({
        folder,
        reader: `reader-${i}`,
        freshFor: 60_000,
        credentials: async () => undefined,
        open: (credentials) => openSource({ url, folder, env: origin.env, credentials }),
      }),
    ),
  );
  t.after(() => Promise.all(all.map((source) => source.close())));
  await all[0]?.fetch(branch, commit, never);
  const looks = (): number => server.requests.filter((request) => request.startsWith('GET ') && request.includes('info/refs')).length;
  const before = looks();
  const found = await Promise.all(all.map((source) => notesOf(source, tree)));
  assert.ok(found.every(([note]) => note === 'one'));
  // One that the first began, one for those who came meanwhile, and a fetch.
  assert.ok(looks() - before <= 3, `${looks() - before} looks`);
});
