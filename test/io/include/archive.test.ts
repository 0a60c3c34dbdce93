import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { archivedTemplates } from '../../../src/io/include/archive.ts';
import { readChartFolder } from '../../../src/io/include/folder.ts';
import { Unreadable } from '../../../src/io/include/input.ts';
import { temporaryFolder } from '../../support/repository.ts';

const long = `web/templates/${'deep/'.repeat(30)}secret.yaml`;

/** A chart as tar packs it, in one of its formats, with another one packed inside. */
function packed(t: TestContext, format: string): Buffer {
  const folder = temporaryFolder(t);
  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write('cache/templates/inner.yaml', 'inner');
  const inner = execFileSync('tar', ['-czf', '-', 'cache'], { cwd: folder });
  write('web/Chart.yaml', 'name: web');
  write('web/templates/plain.yaml', 'plain');
  write(long, 'long');
  write('web/charts/cache-1.0.0.tgz', inner);
  return execFileSync('tar', [`--format=${format}`, '-czf', '-', 'web'], { cwd: folder });
}

for (const format of ['gnu', 'pax']) {
  test(`templates are found in an archive (${format}), in those inside of it, and under long names`, (t) => {
    const found = archivedTemplates(packed(t, format), 'web.tgz').map(({ path, text }) => [path, text]);
    assert.deepEqual(found.sort(), [
      ['web/Chart.yaml', 'name: web'],
      ['web/charts/cache/templates/inner.yaml', 'inner'],
      [long, 'long'],
      ['web/templates/plain.yaml', 'plain'],
    ]);
  });
}

const isProblem = (code: string) => (thrown: unknown) => thrown instanceof Unreadable && thrown.problem.code === code;

test('what is no whole archive is told', (t) => {
  const whole = packed(t, 'gnu');
  const header = Buffer.alloc(512);
  header.write('web/templates/x.yaml');
  header.write('77777777', 124);
  for (const bytes of [Buffer.from('none'), whole.subarray(0, 100), gzipSync(header)]) {
    assert.throws(() => archivedTemplates(bytes, 'web.tgz'), isProblem('chart-unreadable'));
  }
});

test('an archive that unpacks to more than is read is told before it fills memory', () => {
  assert.throws(() => archivedTemplates(gzipSync(Buffer.alloc(130 * 1024 * 1024)), 'web.tgz'), isProblem('chart-large'));
});

/** An archive with these files. */
function archive(t: TestContext, files: Readonly<Record<string, string | Buffer>>): Buffer {
  const folder = temporaryFolder(t);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return execFileSync('tar', ['-czf', '-', '--no-unquote', ...readdirSync(folder)], { cwd: folder, maxBuffer: 1 << 28 });
}

test('archives in an archive share the bounds of it', (t) => {
  const half = archive(t, { 'web/large': Buffer.alloc(70 * 1024 * 1024) });
  assert.deepEqual(archivedTemplates(archive(t, { 'web/charts/a.tgz': half }), 'web.tgz'), []);
  const twice = archive(t, { 'web/charts/a.tgz': half, 'web/charts/b.tgz': half });
  assert.throws(() => archivedTemplates(twice, 'web.tgz'), isProblem('chart-large'));
  let nested = archive(t, { 'web/templates/a.yaml': 'a' });
  for (let i = 0; i < 16; i++) nested = archive(t, { 'web/charts/a.tgz': nested });
  assert.throws(() => archivedTemplates(nested, 'web.tgz'), isProblem('chart-large'));
});

test('what only looks like a packed chart is none', (t) => {
  const files = {
    'web/charts/._cache.tgz': 'no archive',
    'web/charts/_cache.tgz': 'no archive',
    'web/files/charts/cache.tgz': 'no archive',
  };
  assert.deepEqual(archivedTemplates(archive(t, files), 'web.tgz'), []);
});

test('what was packed on Windows has its templates, too', (t) => {
  const packed = archive(t, { 'web\\templates\\a.yaml': 'a', 'web\\charts\\b.tgz': archive(t, { 'b\\templates\\c.yaml': 'c' }) });
  const paths = archivedTemplates(packed, 'web.tgz').map(({ path }) => path);
  assert.deepEqual(paths.sort(), ['web/charts/b/templates/c.yaml', 'web/templates/a.yaml']);
});

test('notes for people are no templates, values and files may be some', (t) => {
  const files = { 'web/templates/NOTES.txt': 'a', 'web/README.md': 'a', 'web/values.yaml': 'a', 'web/files/app.conf': 'a' };
  const paths = archivedTemplates(archive(t, files), 'web.tgz').map(({ path }) => path);
  assert.deepEqual(paths.sort(), ['web/files/app.conf', 'web/values.yaml']);
});

test('a folder has the files of charts that are packed inside of it, however deep', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'charts', 'sub', 'charts'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'name: shop');
  writeFileSync(join(folder, 'charts', '._web.tgz'), 'no archive');
  writeFileSync(join(folder, 'charts', 'sub', 'charts', 'web.tgz'), archive(t, { 'web/templates/a.yaml': 'a' }));
  const paths = readChartFolder(folder, '.')
    .templates()
    .map(({ path }) => path);
  assert.deepEqual(paths, ['shop/Chart.yaml', 'shop/charts/sub/charts/web/templates/a.yaml']);
});

test('packages of others in a folder count, unless Helm does not read them', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'Chart.yaml'), 'name: web');
  const changes = (): boolean => {
    const digest = (): string => readChartFolder(folder, '.').digest;
    writeFileSync(join(folder, 'node_modules', 'a'), 'one');
    const before = digest();
    writeFileSync(join(folder, 'node_modules', 'a'), 'other');
    return digest() !== before;
  };
  assert.equal(changes(), true);
  writeFileSync(join(folder, '.helmignore'), '# none\nnode_modules/\n');
  assert.equal(changes(), false);
  writeFileSync(join(folder, '.helmignore'), 'node_modules/\n!a\n');
  assert.equal(changes(), true);
});

test('a folder that leads into itself has too many files', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'Chart.yaml'), 'name: web');
  symlinkSync('.', join(folder, 'again'));
  assert.throws(() => readChartFolder(folder, '.'), isProblem('chart-large'));
});

test('a folder has the same digest as long as its files have the same content', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'Chart.yaml'), 'name: web');
  const digest = (): string => readChartFolder(folder, '.').digest;
  const before = digest();
  assert.equal(digest(), before);
  writeFileSync(join(folder, 'values.yaml'), '');
  assert.notEqual(digest(), before);
});
