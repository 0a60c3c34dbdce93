import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { openFiles } from '../../src/io/files.ts';
import { Failure } from '../../src/model/failure.ts';
import { temporaryFolder } from '../support/repository.ts';

function makeFolder(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const content = (below: string) =>
    existsSync(join(folder, below)) ? readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' }).sort() : undefined;
  return { folder, files: openFiles(folder), content };
}

const codeOf = (code: string) => (thrown: unknown) => thrown instanceof Failure && thrown.code === code;

test('reading a file that is not there gives undefined, and one that cannot be read fails', async (t) => {
  const { files } = makeFolder(t, { 'a/b.txt': 'ä\n' });
  assert.equal(await files.read('a/b.txt'), 'ä\n');
  assert.equal(await files.read('a/c.txt'), undefined);
  assert.equal(await files.read('a/b.txt/c'), undefined);
  await assert.rejects(files.read('a'), codeOf('file-unreadable'));
});

test('a list names the files below a folder, sorted by code unit; none when there is no such folder', async (t) => {
  const { files } = makeFolder(t, { 'x/b/c': '', 'x/a': '', 'x/B': '', 'x/b.txt': '' });
  assert.deepEqual(await files.list('x'), ['B', 'a', 'b.txt', 'b/c']);
  assert.deepEqual(await files.list('y'), []);
});

test('a file is written with its folders, and removed with those that are then empty', async (t) => {
  const { files, content } = makeFolder(t, { 'out/a': '' });
  await files.write('out/b/c/d', 'text');
  assert.equal(await files.read('out/b/c/d'), 'text');
  await files.remove('out/b/c/d');
  assert.deepEqual(content('out'), ['a']);
  await files.remove('out/none');
  await files.remove('none/none');
  await files.write('out/b/c', 'text');
  await assert.rejects(files.remove('out/b'), codeOf('file-unwritable'));
  await assert.rejects(files.write('out/b', 'text'), codeOf('file-unwritable'));
  await files.remove('out/b/c');
  await files.remove('out/a');
  assert.deepEqual(content(''), [], 'the folder of the project stays');
});

test('of what is removed no folder goes that a link leads to, nor one outside of the project', async (t) => {
  const outside = makeFolder(t, { 'types/a': '' });
  const { folder, files, content } = makeFolder(t, { 'archives/helm/a': '' });
  symlinkSync('archives', join(folder, 'vendor'));
  await files.remove('vendor/helm/a');
  assert.deepEqual(content(''), ['archives', 'vendor']);
  await files.write('vendor/helm/a', 'again');
  assert.deepEqual(content('archives'), ['helm', 'helm/a']);
  await files.remove(join(outside.folder, 'types/a'));
  assert.deepEqual(outside.content(''), ['types']);
});

test('a mirrored folder holds exactly the files, and what is equal is not touched', async (t) => {
  const { folder, files, content } = makeFolder(t, { 'out/same': 'same', 'out/differs': 'old', 'out/stale/deep/x': 'x', beside: 'mine' });
  const past = new Date(1_000_000_000_000);
  utimesSync(join(folder, 'out/same'), past, past);
  const result = await files.mirror('out', [
    { path: 'same', text: 'same' },
    { path: 'differs', text: 'new' },
    { path: 'made/deep/y', text: 'y' },
  ]);
  assert.deepEqual(result, { written: 2, removed: 1 });
  assert.deepEqual(content('out'), ['differs', 'made', 'made/deep', 'made/deep/y', 'same']);
  assert.equal(readFileSync(join(folder, 'out/differs'), 'utf8'), 'new');
  assert.equal(statSync(join(folder, 'out/same')).mtimeMs, past.getTime());
  assert.equal(readFileSync(join(folder, 'beside'), 'utf8'), 'mine');
});

test('a file may take the place of a folder, and a folder that of a file', async (t) => {
  const { files, content } = makeFolder(t, { 'out/a/b': 'b', 'out/c': 'c' });
  await files.mirror('out', [
    { path: 'a', text: 'a' },
    { path: 'c/d', text: 'd' },
  ]);
  assert.deepEqual(content('out'), ['a', 'c', 'c/d']);
});

test('mirroring nothing removes the folder, and is content when there is none', async (t) => {
  const { files, content } = makeFolder(t, { 'out/a/b': 'b' });
  assert.deepEqual(await files.mirror('out', []), { written: 0, removed: 1 });
  assert.equal(content('out'), undefined);
  assert.deepEqual(await files.mirror('out', []), { written: 0, removed: 0 });
});

test('who mirrors the same folder at the same time finds what the other one has removed gone, and is content', async (t) => {
  const { files, content } = makeFolder(t, { 'out/a/b/c': '', 'out/d': 'd' });
  const wanted = [{ path: 'd', text: 'new' }];
  await Promise.all([files.mirror('out', wanted), files.mirror('out', wanted)]);
  assert.deepEqual(content('out'), ['d']);
  await Promise.all([files.mirror('out', []), files.mirror('out', [])]);
  assert.equal(content('out'), undefined);
});

test('a file whose name is that of an unfinished one stays', async (t) => {
  const { files, content } = makeFolder(t, {});
  const unfinished = { path: 'a.unfinished', text: 'b' };
  await files.mirror('out', [{ path: 'a', text: 'a' }, unfinished]);
  await files.mirror('out', [{ path: 'a', text: 'new' }, unfinished]);
  assert.deepEqual(content('out'), ['a', 'a.unfinished']);
});

test('nothing is written or removed through a symbolic link', async (t) => {
  const { folder, files, content } = makeFolder(t, { 'elsewhere/precious': 'gold', 'out/web/a': 'a' });
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'out/linked'));
  await assert.rejects(files.mirror('out', [{ path: 'linked/precious', text: 'lead' }]), codeOf('link-refused'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'other'));
  await assert.rejects(files.mirror('other', []), codeOf('link-refused'));
  assert.deepEqual(content('elsewhere'), ['precious']);
  assert.equal(readFileSync(join(folder, 'elsewhere/precious'), 'utf8'), 'gold');
  assert.deepEqual(content('out/web'), ['a']);
});

test('a file that is a symbolic link is written where it leads to, inside of the project', async (t) => {
  const { folder, files, content } = makeFolder(t, { 'locks/prod': 'old', 'environments/a': '' });
  symlinkSync('../locks/prod', join(folder, 'environments/prod'));
  await files.write('environments/prod', 'new');
  assert.equal(readFileSync(join(folder, 'locks/prod'), 'utf8'), 'new');
  assert.ok(lstatSync(join(folder, 'environments/prod')).isSymbolicLink());
  assert.deepEqual(content('locks'), ['prod']);
});

test('a file that is a symbolic link to outside of the project, or to nothing, is not written', async (t) => {
  const outside = makeFolder(t, { lock: 'gold' });
  const { folder, files, content } = makeFolder(t, { 'environments/a': '' });
  symlinkSync(join(outside.folder, 'lock'), join(folder, 'environments/out'));
  symlinkSync('../none', join(folder, 'environments/nowhere'));
  symlinkSync('circle', join(folder, 'environments/circle'));
  for (const name of ['out', 'nowhere', 'circle'])
    await assert.rejects(
      files.write(`environments/${name}`, 'new'),
      (thrown) => codeOf('link-refused')(thrown) && (thrown as Failure).exit === 4,
    );
  assert.equal(readFileSync(join(outside.folder, 'lock'), 'utf8'), 'gold');
  assert.deepEqual([outside.content(''), content('environments')], [['lock'], ['a', 'circle', 'nowhere', 'out']]);
});

test('what is below a folder that is a symbolic link is written and removed in the project, and nowhere else', async (t) => {
  const outside = makeFolder(t, { 'locks/prod': 'gold' });
  const { folder, files, content } = makeFolder(t, { 'locks/prod': 'old', beside: '' });
  symlinkSync(join(outside.folder, 'locks'), join(folder, 'environments'));
  symlinkSync('environments', join(folder, 'again'));
  for (const path of ['environments/prod', 'environments/new', 'environments/deep/new', 'again/prod']) {
    const isRefused = (thrown: unknown): boolean =>
      codeOf('link-refused')(thrown) && (thrown as Failure).exit === 4 && /below a symbolic link/.test((thrown as Failure).message);
    await assert.rejects(files.write(path, 'lead'), isRefused, path);
    await assert.rejects(files.remove(path), isRefused, path);
  }
  assert.deepEqual([outside.content(''), readFileSync(join(outside.folder, 'locks/prod'), 'utf8')], [['locks', 'locks/prod'], 'gold']);
  symlinkSync('locks', join(folder, 'inside'));
  await files.write('inside/prod', 'new');
  await files.write('inside/deep/new', 'new');
  assert.equal(readFileSync(join(folder, 'locks/prod'), 'utf8'), 'new');
  await files.remove('inside/deep/new');
  assert.deepEqual(content('locks'), ['prod']);
});

test('a path that leads out of the folder is refused before anything changes', async (t) => {
  const { files, content } = makeFolder(t, { 'out/a': 'a' });
  for (const path of ['../evil', '/etc/evil', 'a/../../evil', '.']) {
    await assert.rejects(files.mirror('out', [{ path, text: '' }]), codeOf('file-outside'), path);
  }
  assert.deepEqual(content(''), ['out', 'out/a']);
});

test('a mirror that cannot be written says so, and leaves no half of a file', async (t) => {
  const { files, content } = makeFolder(t, { 'out/a': 'old' });
  const long = 'x'.repeat(300);
  const mirrored = files.mirror('out', [
    { path: 'a', text: 'new' },
    { path: long, text: 'name too long' },
    { path: 'z', text: 'never' },
  ]);
  await assert.rejects(mirrored, codeOf('file-unwritable'));
  assert.deepEqual(content('out'), ['a']);
});

test('a new folder appears with all that is in it, or not at all', async (t) => {
  const { files, content } = makeFolder(t, { 'out/.lockstep/index': '{}', 'out/web.unfinished-1234/left-by-a-kill': '' });
  const index = { path: '.lockstep/index', text: '{}' };
  const tree = (...names: readonly string[]) => [index, ...names.map((path) => ({ path, text: path }))];
  await assert.rejects(files.mirror('out', tree('web/a', `web/${'x'.repeat(300)}`)), codeOf('file-unwritable'));
  assert.deepEqual(content('out'), ['.lockstep', '.lockstep/index']);
  assert.deepEqual(await files.mirror('out', tree('web/a', 'web/deep/er/b', 'web.yaml')), { written: 3, removed: 0 });
  assert.deepEqual(content('out/web'), ['a', 'deep', 'deep/er', 'deep/er/b']);
  assert.deepEqual(content('out')?.length, 8);
  assert.equal(await files.read('out/web/deep/er/b'), 'web/deep/er/b');
});

test('who makes the same new folder at the same time makes it whole', async (t) => {
  const { folder, content } = makeFolder(t, {});
  const tree = Array.from({ length: 400 }, (_, i) => ({ path: `web/${i}`, text: 'x' }));
  const program = `import { openFiles } from ${JSON.stringify(join(import.meta.dirname, '../../src/io/files.ts'))};
await openFiles(${JSON.stringify(folder)}).mirror('out', ${JSON.stringify(tree)});`;
  const run = () => promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
  await Promise.all([run(), run(), run()]);
  assert.equal(content('out')?.length, 1 + tree.length);
});

test("a folder is not made below a file: that is somebody's own", async (t) => {
  const { files, content } = makeFolder(t, { out: 'a file' });
  await assert.rejects(files.mirror('out/prod', [{ path: 'a', text: 'a' }]), codeOf('folder-expected'));
  assert.deepEqual(content(''), ['out']);
});
