import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCommits } from '../../src/io/commits.ts';
import type { Commits } from '../../src/ports.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';

interface Kept extends TestRepository {
  readonly cache: string;
  readonly commits: Commits;
}

function keep(t: TestContext, env: Readonly<Record<string, string>> = {}): Kept {
  const repository = makeRepository(t);
  const cache = join(temporaryFolder(t), 'commits');
  return { ...repository, cache, commits: openIn(repository, cache, env) };
}

/** As a process of its own would open it. */
function openIn(repository: TestRepository, cache: string, env: Readonly<Record<string, string>> = {}): Commits {
  const { folder } = repository;
  const { signal } = new AbortController();
  return openCommits({
    cache,
    name: 'shop',
    folder,
    build: resolve('build'),
    node: process.execPath,
    env: { ...repository.env, ...env },
    signal,
  });
}

const files = { 'package.json': '{ "name": "shop" }\n', 'words.txt': 'old\n', 'lib/run.sh': '#!/bin/sh\n' };

test('the files of a commit are read-only, and what may be run stays so', async (t) => {
  const { commit, commits, folder, write } = keep(t);
  write('lib/run.sh', '#!/bin/sh\n');
  chmodSync(join(folder, 'lib/run.sh'), 0o755);
  const { folder: tree } = await commits.open(commit(files, 'Open'));
  const modeOf = (path: string): number => statSync(join(tree, path)).mode & 0o777;
  assert.deepEqual([modeOf('words.txt') & 0o222, modeOf('lib/run.sh') & 0o333], [0, 0o111]);
});

test('where git does not look, a commit is not said to be missing', async (t) => {
  const kept = keep(t);
  const source = kept.commit(files, 'Open');
  const foreign = openIn(kept, kept.cache, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' });
  await assert.rejects(foreign.open(source), { code: 'git-ownership', exit: 3 });
  renameSync(join(kept.folder, '.git'), join(kept.folder, 'git'));
  await assert.rejects(kept.commits.open(source), { code: 'git-no-repository' });
});

/** What somebody may do to the tree of a commit. */
const edits: Readonly<Record<string, (tree: string) => void>> = {
  'a file is written': (tree) => overwrite(join(tree, 'words.txt'), 'new, and longer\n'),
  'a file is written with as many bytes and the time of before': (tree) => {
    const path = join(tree, 'words.txt');
    const { atime, mtime } = statSync(path);
    overwrite(path, 'new\n');
    utimesSync(path, atime, mtime);
  },
  'a file takes the place of one': (tree) => {
    writeFileSync(join(tree, 'words.txt~'), 'new\n');
    renameSync(join(tree, 'words.txt~'), join(tree, 'words.txt'));
  },
  'a file is cut short': (tree) => overwrite(join(tree, 'lib/run.sh'), ''),
  'a file may no longer be run': (tree) => chmodSync(join(tree, 'lib/run.sh'), 0o444),
  'a file is gone': (tree) => rmSync(join(tree, 'lib/run.sh')),
  'a file is a link to another one': (tree) => {
    rmSync(join(tree, 'lib/run.sh'));
    symlinkSync('../words.txt', join(tree, 'lib/run.sh'));
  },
  'a folder is gone': (tree) => rmSync(join(tree, 'lib'), { recursive: true }),
  'a file is there that was not': (tree) => writeFileSync(join(tree, 'base.js'), 'export const base = 1;\n'),
  'all of it is gone': (tree) => rmSync(tree, { recursive: true }),
  'what tells of it is cut short': (tree) => writeFileSync(join(dirname(tree), 'about.json'), ''),
  'what tells how it was is cut short': (tree) => writeFileSync(join(dirname(tree), 'state.json'), '[["words.t'),
};

for (const [what, edit] of Object.entries(edits)) {
  test(`the tree of a commit is taken anew when ${what}`, async (t) => {
    const kept = keep(t);
    kept.write('lib/run.sh', files['lib/run.sh']);
    chmodSync(join(kept.folder, 'lib/run.sh'), 0o755);
    const old = kept.commit(files, 'Open');
    const { folder: tree } = await kept.commits.open(old);
    edit(tree);
    // By the one that has opened it, and by another process.
    for (const commits of [kept.commits, openIn(kept, kept.cache)]) {
      const { folder } = await commits.open(old);
      assert.equal(folder, tree);
      assert.deepEqual(listOf(tree), ['lib', 'lib/run.sh', 'package.json', 'words.txt']);
      assert.equal(readFileSync(join(tree, 'words.txt'), 'utf8'), 'old\n');
      assert.equal(execFileSync(join(tree, 'lib/run.sh'), { encoding: 'utf8' }), '');
    }
    assert.deepEqual(readdirSync(kept.cache).length, 1);
  });
}

test('a tree that was copied is the same one, and is not taken anew', async (t) => {
  const kept = keep(t);
  const old = kept.commit(files, 'Open');
  const { folder: tree } = await kept.commits.open(old);
  const copy = `${kept.cache}-copy`;
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(kept.cache, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  // Nothing of it is in the repository any more.
  rmSync(join(kept.folder, '.git'), { recursive: true });
  kept.git('init', '--quiet');
  const moved = await openIn(kept, copy).open(old);
  assert.deepEqual(listOf(moved.folder), listOf(tree));
  overwrite(join(moved.folder, 'words.txt'), 'new\n');
  await assert.rejects(openIn(kept, copy).open(old), { code: 'source-missing' });
});

test('what is put into a tree for others to look for is no change of it', async (t) => {
  const kept = keep(t);
  kept.write('node_modules/zod/index.js', '1');
  kept.write('.gitignore', 'node_modules\n');
  const old = kept.commit(files, 'Open');
  const { folder: tree } = await kept.commits.open(old);
  const before = statSync(tree).ino;
  await openIn(kept, kept.cache).open(old);
  assert.equal(statSync(tree).ino, before);
  assert.equal(readFileSync(join(tree, 'node_modules/zod/index.js'), 'utf8'), '1');
  // What is installed later is found, too, and what is no longer installed is not.
  kept.write('node_modules/@shop/words/index.js', '2');
  rmSync(join(kept.folder, 'node_modules/zod'), { recursive: true });
  await openIn(kept, kept.cache).open(old);
  assert.deepEqual(readdirSync(join(tree, 'node_modules')), ['@shop']);
  assert.equal(readFileSync(join(tree, 'node_modules/@shop/words/index.js'), 'utf8'), '2');
});

test('packages that a commit holds itself are those of the commit', async (t) => {
  const kept = keep(t);
  const held = { ...files, 'node_modules/zod/index.js': 'old' };
  const old = kept.commit(held, 'Open');
  kept.write('node_modules/zod/index.js', 'new');
  const { folder: tree } = await kept.commits.open(old);
  assert.equal(readFileSync(join(tree, 'node_modules/zod/index.js'), 'utf8'), 'old');
  overwrite(join(tree, 'node_modules/zod/index.js'), 'new');
  await kept.commits.open(old);
  assert.equal(readFileSync(join(tree, 'node_modules/zod/index.js'), 'utf8'), 'old');
});

/** A workspace, of which the members need other versions than its root. */
const workspace = {
  'package.json': '{ "name": "root", "workspaces": ["packages/*", "deploy"] }\n',
  'package-lock.json': '{}\n',
  '.gitignore': 'node_modules\n',
  'deploy/package.json': '{ "name": "deploy" }\n',
  'packages/charts/package.json': '{ "name": "@shop/charts", "main": "index.js", "dependencies": { "words": "1" } }\n',
  'packages/charts/index.js': `module.exports = 'old charts with ' + require('words') + ' and ' + require('deep');\n`,
  'packages/deep/package.json': '{ "name": "deep", "main": "index.js" }\n',
  'packages/deep/index.js': `module.exports = 'old deep with ' + require('words');\n`,
};

function installWorkspace({ folder, write }: Kept): void {
  write('node_modules/words/index.js', `module.exports = 'words of all';\n`);
  write('packages/charts/node_modules/words/index.js', `module.exports = 'words of charts';\n`);
  write('packages/deep/node_modules/words/index.js', `module.exports = 'words of deep';\n`);
  mkdirSync(join(folder, 'node_modules/@shop'), { recursive: true });
  symlinkSync('../../packages/charts', join(folder, 'node_modules/@shop/charts'));
  // Only a member uses this one, as pnpm has it.
  symlinkSync('../../deep', join(folder, 'packages/charts/node_modules/deep'));
}

test('members of a workspace have the packages that are installed for them alone', async (t) => {
  const kept = keep(t);
  const old = kept.commit(workspace, 'Open');
  kept.commit({ 'packages/charts/index.js': `module.exports = 'new';\n`, 'packages/deep/index.js': `module.exports = 'new';\n` }, 'Change');
  installWorkspace(kept);
  const project = { ...kept, folder: join(kept.folder, 'deploy') };
  const { folder } = await openIn(project, kept.cache).open(old);
  const load = createRequire(join(folder, 'index.js'));
  assert.equal(load('@shop/charts'), 'old charts with words of charts and old deep with words of deep');
});

test('a member that wants other packages by then cannot have those of now', async (t) => {
  const kept = keep(t);
  const manifest = workspace['packages/charts/package.json'];
  const old = kept.commit({ ...workspace, 'packages/charts/package.json': manifest.replace('"1"', '"2"') }, 'Open');
  kept.commit(workspace, 'Change');
  installWorkspace(kept);
  await assert.rejects(kept.commits.open(old), { code: 'source-packages' });
});

test('a package that is a copy of a folder is not taken from the project, and one that is linked is that of the commit', async (t) => {
  const kept = keep(t);
  const manifest = (spec: string): string => `{ "name": "shop", "dependencies": { "words": "${spec}" } }\n`;
  const lock = (spec: string): string => `# yarn lockfile v1\n\n\n"words@${spec}":\n  version "1.0.0"\n`;
  const at = (spec: string): Readonly<Record<string, string>> => ({ ...files, 'package.json': manifest(spec), 'yarn.lock': lock(spec) });
  const folder = {
    '.gitignore': 'node_modules\n',
    'words/package.json': '{ "name": "words" }\n',
    'words/index.js': `module.exports = 'old';\n`,
  };
  const copied = kept.commit({ ...at('file:./words'), ...folder }, 'Copy');
  kept.commit({ 'words/index.js': `module.exports = 'new';\n` }, 'Change');
  kept.write('node_modules/words/index.js', `module.exports = 'new';\n`);
  await assert.rejects(kept.commits.open(copied), { code: 'source-packages' });
  assert.equal((await kept.commits.fetch(copied, 'origin')).packages, 'lacking');
  const linked = kept.commit({ ...at('link:./words'), 'words/index.js': `module.exports = 'linked';\n` }, 'Link');
  kept.commit({ 'words/index.js': `module.exports = 'newest';\n` }, 'Change');
  rmSync(join(kept.folder, 'node_modules/words'), { recursive: true });
  symlinkSync('../words', join(kept.folder, 'node_modules/words'));
  const { folder: tree } = await kept.commits.open(linked);
  assert.equal(createRequire(join(tree, 'index.js'))('words'), 'linked');
});

const opener = `
import { openCommits } from ${JSON.stringify(resolve('src/io/commits.ts'))};
const { cache, folder, commit, act, remote } = JSON.parse(process.env.GIVEN);
const { signal } = new AbortController();
const commits = openCommits({ cache, name: 'shop', folder, build: folder, env: process.env, signal });
process.stdout.write('ready\\n');
await new Promise((go) => process.stdin.once('data', go));
try {
  if (act === 'open') await commits.open(commit);
  else if ((await commits.fetch(commit, remote)).packages === 'lacking') await commits.install(commit);
  process.stdout.write('done\\n');
} catch (thrown) {
  process.stdout.write((thrown.code ?? '') + ' ' + thrown.message + '\\n');
}
process.exit();
`;

/** Processes that do the same at the same time; what each of them said. */
async function atOnce(
  t: TestContext,
  { folder, cache, env }: Pick<Kept, 'folder' | 'cache' | 'env'>,
  given: { readonly commit: string; readonly acts: readonly ('open' | 'fetch')[] },
): Promise<readonly string[]> {
  const script = join(temporaryFolder(t), 'opener.mts');
  writeFileSync(script, opener);
  const children = given.acts.map((act) =>
    spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
      env: { ...env, GIVEN: JSON.stringify({ folder, cache, commit: given.commit, act, remote: 'origin' }) },
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const said = children.map((child) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    return { text: () => text, ended: new Promise((resolved) => child.once('close', resolved)) };
  });
  while (!said.every(({ text }) => text().startsWith('ready')) && children.every(({ exitCode }) => exitCode === null)) await sleep(10);
  for (const child of children) child.stdin.end('go\n');
  await Promise.all(said.map(({ ended }) => ended));
  return said.map(({ text }) => text().slice('ready\n'.length).trim());
}

test('processes that need the same tree at the same time all have it, whatever lies in the cache', { timeout: 60_000 }, async (t) => {
  const kept = keep(t);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`many/${i}.txt`, `${i}\n`]));
  const old = kept.commit({ ...files, ...many }, 'Open');
  for (const before of ['nothing', 'an edited tree', 'half a tree']) {
    const home = join(kept.cache, `shop-${old}`);
    if (before === 'an edited tree') overwrite(join(home, 'tree/words.txt'), 'new\n');
    if (before === 'half a tree') rmSync(join(home, 'about.json'));
    // What each of them wants to remove.
    const long = new Date(Date.now() - 15 * 86_400_000);
    for (const name of ['shop-aaaa', 'shop-bbbb.cccc']) {
      mkdirSync(join(kept.cache, name, 'tree'), { recursive: true });
      utimesSync(join(kept.cache, name), long, long);
    }
    const said = await atOnce(t, kept, { commit: old, acts: ['open', 'open', 'open', 'fetch'] });
    assert.deepEqual(said, ['done', 'done', 'done', 'done'], before);
    assert.deepEqual(readdirSync(kept.cache), [`shop-${old}`], before);
    assert.equal(readFileSync(join(home, 'tree/words.txt'), 'utf8'), 'old\n', before);
  }
});

test('processes that link and fetch the same packages at the same time all have them', { timeout: 60_000 }, async (t) => {
  const kept = keep(t);
  const old = kept.commit({ ...workspace, 'package-lock.json': '{ "then": 1 }\n' }, 'Open');
  const now = kept.commit(workspace, 'Change');
  installWorkspace(kept);
  for (let i = 0; i < 200; i++) kept.write(`node_modules/package-${i}/index.js`, '');
  assert.deepEqual(await atOnce(t, kept, { commit: now, acts: ['open', 'open', 'open'] }), ['done', 'done', 'done']);
  const tree = join(kept.cache, `shop-${now}`, 'tree');
  assert.equal(readdirSync(join(tree, 'node_modules')).length, 202);
  assert.deepEqual(readdirSync(dirname(tree)).sort(), ['about.json', 'state.json', 'tree']);
  // The other commit gets packages of its own, by a package manager that takes its time.
  const bin = temporaryFolder(t);
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\nmkdir -p node_modules/words\necho then > node_modules/words/index.js\nsleep 0.$(($$ % 5))\n`,
    {
      mode: 0o755,
    },
  );
  const env = { ...kept.env, PATH: `${bin}:${kept.env['PATH']}` };
  assert.deepEqual(await atOnce(t, { ...kept, env }, { commit: old, acts: ['fetch', 'fetch', 'fetch'] }), ['done', 'done', 'done']);
  assert.deepEqual(readdirSync(kept.cache).sort(), [`shop-${now}`, `shop-${old}`].sort());
  const { folder } = await kept.commits.open(old);
  assert.equal(readFileSync(join(folder, 'node_modules/words/index.js'), 'utf8'), 'then\n');
});

test('a process that is killed at any time leaves nothing that is taken for whole', { timeout: 60_000 }, async (t) => {
  const kept = keep(t);
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`many/${i}.txt`, `${i}\n`]));
  const old = kept.commit({ ...files, ...many }, 'Open');
  const script = join(temporaryFolder(t), 'opener.mts');
  writeFileSync(script, opener);
  for (const patience of [5, 15, 30, 45, 60, 80, 120]) {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
      env: { ...kept.env, GIVEN: JSON.stringify({ folder: kept.folder, cache: kept.cache, commit: old, act: 'open' }) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolved) => child.once('close', resolved));
    await new Promise((ready) => child.stdout.once('data', ready));
    child.stdin.write('go\n');
    await sleep(patience);
    child.kill('SIGKILL');
    await ended;
    const { folder } = await openIn(kept, kept.cache).open(old);
    assert.equal(listOf(folder).length, 405);
    rmSync(join(kept.cache, `shop-${old}`), { recursive: true });
  }
});

/** All paths below a folder but for packages that are linked, sorted. */
function listOf(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => !path.startsWith('node_modules')).sort();
}

/** Writes a file that nobody may write, as an editor does when it is told to. */
function overwrite(path: string, text: string): void {
  chmodSync(path, statSync(path).mode | 0o200);
  writeFileSync(path, text);
}
