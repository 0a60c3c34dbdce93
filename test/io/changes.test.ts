import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { watchChanges } from '../../src/io/changes.ts';
import { temporaryFolder } from '../support/repository.ts';

function watching(t: TestContext, paths: readonly string[]) {
  const folder = temporaryFolder(t);
  const write = (path: string, text = 'x'): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of paths) write(path);
  const interrupt = new AbortController();
  t.after(() => interrupt.abort());
  return { folder, write, interrupt, changes: watchChanges(folder, ['environments', 'tsconfig.json'], interrupt.signal) };
}

/** What is told within a time in which it would be told. */
function soon(next: Promise<string | undefined>): Promise<string | undefined> {
  return Promise.race([next, new Promise<string>((resolve) => setTimeout(() => resolve('nothing'), 1_000))]);
}

const told: readonly (readonly [string, (write: (path: string) => void, folder: string) => void, string])[] = [
  ['a file that is written', (write) => write('environments/dev.ts'), 'environments/dev.ts'],
  [
    'a file that takes the place of another',
    (_, folder) => renameSync(join(folder, 'spare'), join(folder, 'environments/dev.ts')),
    'environments/dev.ts',
  ],
  ['a file that is removed', (_, folder) => rmSync(join(folder, 'environments/dev.ts')), 'environments/dev.ts'],
  ['a file in a folder below', (write) => write('environments/a/b/x.yaml'), 'environments/a/b/x.yaml'],
  ['a new folder', (write) => write('environments/new/x.ts'), 'environments/new'],
  ['a file that was named', (write) => write('tsconfig.json'), 'tsconfig.json'],
  ['a module that is new beside', (write) => write('base.ts'), 'base.ts'],
  ['something else beside', (write) => write('notes.txt'), 'nothing'],
  ['something in a folder that nobody looks at', (write) => write('lib/x.ts'), 'nothing'],
];
for (const [title, act, expected] of told) {
  test(`changes: ${title}`, async (t) => {
    const { changes, write, folder } = watching(t, ['environments/dev.ts', 'environments/a/b/x.yaml', 'spare', 'lib/x.ts']);
    const next = changes.next();
    act(write, folder);
    assert.equal(await soon(next), expected);
  });
}

test('what is followed is told, too', async (t) => {
  const { changes, write, folder } = watching(t, ['environments/dev.ts', 'lib/deep/names.csv']);
  changes.follow([join(folder, 'lib/deep/names.csv'), 'other/nowhere.txt'], Date.now() + 1_000);
  write('lib/deep/names.csv');
  assert.equal(await soon(changes.next()), 'lib/deep/names.csv');
});

test('what changed before it was followed is told, if that was after it was read', async (t) => {
  const { changes } = watching(t, ['lib/names.csv', 'other/names.csv']);
  changes.follow(['lib/names.csv'], Date.now() + 1_000);
  assert.equal(await soon(changes.next()), 'nothing');
  changes.follow(['lib/names.csv', 'other/names.csv'], Date.now() - 60_000);
  assert.equal(await soon(changes.next()), 'other/names.csv');
});

test('a folder that takes the place of another is looked at', async (t) => {
  const { changes, write, folder } = watching(t, ['environments/a/x.ts', 'lib/names.csv']);
  changes.follow(['lib/names.csv'], Date.now() + 1_000);
  for (const path of ['environments/a/x.ts', 'lib/names.csv']) {
    rmSync(dirname(join(folder, path)), { recursive: true });
    await soon(changes.next());
    write(path, 'once more');
    await soon(changes.next());
    write(path, 'changed');
    assert.equal(await soon(changes.next()), path);
  }
});

test('what changed before it was asked for is told, and several changes are one', async (t) => {
  const { changes, write } = watching(t, ['environments/dev.ts', 'environments/prod.ts']);
  write('environments/dev.ts');
  write('environments/prod.ts');
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(await soon(changes.next()), 'environments/dev.ts');
  assert.equal(await soon(changes.next()), 'nothing');
});

test('a folder that comes later is looked at', async (t) => {
  const { changes, write } = watching(t, []);
  write('environments/dev.ts');
  assert.match((await soon(changes.next())) ?? '', /^environments/);
  await soon(changes.next());
  write('environments/dev.ts');
  assert.equal(await soon(changes.next()), 'environments/dev.ts');
});

test('an interruption ends it', async (t) => {
  const { changes, interrupt } = watching(t, ['environments/dev.ts']);
  const next = changes.next();
  interrupt.abort();
  assert.equal(await soon(next), undefined);
  assert.equal(await soon(changes.next()), undefined);
});
