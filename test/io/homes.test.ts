import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { besides, finish, place, readHome, treeIn } from '../../src/io/homes.ts';
import { temporaryFolder } from '../support/repository.ts';

/** An unfinished folder, with a tree of one file. */
function make(folder: string, text: string): string {
  const unfinished = besides(folder);
  mkdirSync(treeIn(unfinished), { recursive: true });
  writeFileSync(join(treeIn(unfinished), 'words.txt'), text);
  finish(unfinished, { prefix: '', isInstalled: false, absent: [] });
  return unfinished;
}

function folderOf(t: TestContext): { readonly cache: string; readonly folder: string; readonly words: () => string } {
  const cache = temporaryFolder(t);
  const folder = join(cache, 'shop-1');
  return { cache, folder, words: () => readFileSync(join(treeIn(folder), 'words.txt'), 'utf8') };
}

test('what is placed is there whole, and takes the place of what is not good', (t) => {
  const { cache, folder, words } = folderOf(t);
  assert.equal(readHome(folder), undefined);
  place(make(folder, 'one'), folder, () => true);
  assert.equal(words(), 'one');
  const home = place(make(folder, 'two'), folder, () => false);
  assert.equal(words(), 'two');
  assert.deepEqual([home, home.folder], [readHome(folder), folder]);
  assert.deepEqual(readdirSync(cache), ['shop-1']);
});

test('a good one that somebody else has placed stays, also one that came between a look and the move', (t) => {
  const { cache, folder, words } = folderOf(t);
  place(make(folder, 'theirs'), folder, () => true);
  place(make(folder, 'mine'), folder, () => true);
  assert.equal(words(), 'theirs');
  let looks = 0;
  place(make(folder, 'mine'), folder, () => ++looks > 1);
  assert.equal(words(), 'theirs');
  assert.deepEqual(readdirSync(cache), ['shop-1']);
});

test('what was removed before it was placed is told', (t) => {
  const { folder } = folderOf(t);
  assert.throws(() => place(besides(folder), folder, () => true), { code: 'file-unwritable', message: /was removed meanwhile/ });
  assert.equal(existsSync(folder), false);
});
