import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectReader } from '../../../src/io/git/reader.ts';
import { isParent, parseCommit, parseTree, readFiles } from '../../../src/io/git/stored.ts';

const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string];

function entry(mode: string, name: string, id: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
}

function readerOf(objects: Readonly<Record<string, { readonly type: string; readonly bytes: Buffer }>>): ObjectReader {
  return {
    read: async () => assert.fail('no blob is read'),
    find: async (id) => objects[id],
    close: async () => {},
  };
}

test('a commit names its tree and its parents, and its message names nothing', () => {
  const text = `tree ${one}\nparent ${two}\nparent ${three}\nauthor A <a@example.com> 0 +0000\n\nparent ${one}\n`;
  assert.deepEqual(parseCommit(Buffer.from(text)), { tree: one, parents: [two, three] });
});

test('a tree is read entry by entry, whatever the names and the hash', () => {
  const long = 'ab'.repeat(32);
  assert.deepEqual(parseTree(Buffer.concat([entry('100644', 'ä b\n', one), entry('40000', 'web', two)]), 20), [
    { mode: '100644', name: 'ä b\n', id: one },
    { mode: '040000', name: 'web', id: two },
  ]);
  assert.deepEqual(parseTree(entry('160000', 'module', long), 32), [{ mode: '160000', name: 'module', id: long }]);
  assert.deepEqual(parseTree(Buffer.alloc(0), 20), []);
  assert.throws(() => parseTree(entry('100644', 'a', one).subarray(0, -1), 20), { code: 'git-corrupt' });
});

test('files are listed in the order of git, and what is missing is said to be', async () => {
  const [commit, root, folder] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
  const reader = readerOf({
    [commit]: { type: 'commit', bytes: Buffer.from(`tree ${root}\nparent ${three}\n\n`) },
    [root]: { type: 'tree', bytes: Buffer.concat([entry('40000', 'a', folder), entry('120000', 'b', two)]) },
    [folder]: { type: 'tree', bytes: entry('100755', 'run', one) },
  });
  assert.deepEqual(await readFiles(reader, commit), [
    { path: 'a/run', mode: '100755', blob: one },
    { path: 'b', mode: '120000', blob: two },
  ]);
  await assert.rejects(readFiles(reader, one), { code: 'git-corrupt', message: /is missing/ });
  await assert.rejects(readFiles(reader, root), { code: 'git-corrupt', message: /is no commit/ });
  assert.equal(await isParent(reader, three, commit), true);
  assert.equal(await isParent(reader, one, commit), false);
});
