import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderSource } from '../../../src/io/git/folder-source.ts';
import { openSource } from '../../../src/io/git/source.ts';
import type { RenderedSource } from '../../../src/ports.ts';
import { makeRepository, type TestRepository, temporaryFolder } from '../../support/repository.ts';

/** Folders of one branch, each as an agent sees it, on real git. */

const never = new AbortController().signal;
const branch = 'environments/fleet';

interface Fleet {
  readonly origin: TestRepository;
  readonly copy: string;
  /** A new process: its views share what it knows, and it knows nothing yet. */
  begin(): Promise<(folder: string) => RenderedSource>;
  /** Writes a value into folders, in one commit. */
  change(value: string, ...folders: readonly string[]): string;
  /** The git commands that were run for views since this was asked last, without their options. */
  commands(): readonly string[];
}

/** A repository with the shared branch checked out. */
function fleet(t: TestContext, format: 'sha1' | 'sha256' = 'sha1'): Fleet {
  const origin = makeRepository(t, { format });
  origin.git('checkout', '--quiet', '-b', branch);
  const root = temporaryFolder(t);
  const copy = join(root, 'cache');
  const log = join(root, 'commands');
  const bin = temporaryFolder(t);
  const real = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'git'))
    .find(existsSync);
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nprintf '%s\\n' "$*" >>'${log}'\nexec '${real}' "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  const env = { ...origin.env, PATH: `${bin}:${origin.env['PATH']}` };
  return {
    origin,
    copy,
    async begin() {
      const source = await openSource({ url: origin.folder, folder: copy, env });
      t.after(() => source.close());
      return (folder) => folderSource(source, folder);
    },
    change: (value, ...folders) =>
      origin.commit(Object.fromEntries(folders.map((folder) => [`${folder}/app.yaml`, `value: ${value}\n`])), `Change ${folders.join()}`),
    commands() {
      const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
      writeFileSync(log, '');
      const names = /(?:^| )(ls-remote|fetch|log|merge-base|cat-file|update-ref|for-each-ref) /;
      return text.split('\n').flatMap((line) => names.exec(line)?.[1] ?? []);
    },
  };
}

const tip = (view: RenderedSource): Promise<string | undefined> => view.tip(branch, never);

test('the tip of a folder is the commit that changed it last, whatever happens beside it', async (t) => {
  const { begin, change } = fleet(t);
  const both = change('1', 'prod', 'test');
  const view = await begin();
  const [prod, other] = [view('prod'), view('test')];
  assert.deepEqual([await tip(prod), await tip(other)], [both, both]);
  const second = change('2', 'test');
  assert.deepEqual([await tip(prod), await tip(other)], [both, second]);
  change('3', 'production');
  assert.deepEqual([await tip(prod), await tip(other)], [both, second]);
  assert.deepEqual([await tip((await begin())('prod')), await tip((await begin())('test'))], [both, second]);
});

test('files are those of the folder, with paths from there, and what is read, kept and fetched is as of a branch', async (t) => {
  const { origin, begin } = fleet(t);
  const commit = origin.commit(
    { 'README.md': 'All\n', 'prod/.lockstep/index': '{}\n', 'prod/web/app.yaml': 'a: 1\n', 'prod2/x.yaml': 'x: 1\n' },
    'All',
  );
  const prod = (await begin())('prod');
  assert.equal(await tip(prod), commit);
  assert.equal(await prod.has(commit), true);
  await prod.keep('prod', commit);
  await prod.fetch(branch, commit, never);
  assert.equal(await prod.treeOf(commit), origin.git('rev-parse', `${commit}:prod`));
  const files = await prod.files(commit);
  assert.deepEqual(
    files.map(({ path, mode }) => [path, mode]),
    [
      ['.lockstep/index', '100644'],
      ['web/app.yaml', '100644'],
    ],
  );
  assert.equal((await prod.read(files[1]?.blob ?? '')).toString(), 'a: 1\n');
});

test('a branch without the folder is told as that, and no branch as none', async (t) => {
  const { change, begin } = fleet(t);
  change('1', 'test');
  const view = await begin();
  await assert.rejects(tip(view('prod')), { code: 'folder-missing', message: 'the branch `environments/fleet` has no folder `prod`' });
  assert.equal(await view('prod').tip('environments/gone', never), undefined);
  const came = change('1', 'prod');
  assert.equal(await tip(view('prod')), came);
});

test('a file, a link and a submodule are no folder, and neither is a folder of another folder', async (t) => {
  const { origin, change, begin } = fleet(t);
  const first = origin.commit({ file: 'x\n', 'deep/prod/app.yaml': 'a: 1\n' }, 'First');
  origin.git('update-index', '--add', '--cacheinfo', `160000,${first},module`);
  origin.git('update-index', '--add', '--cacheinfo', `120000,${origin.git('rev-parse', 'HEAD:file')},link`);
  origin.git('commit', '--quiet', '--message', 'Odd');
  const view = await begin();
  for (const name of ['file', 'module', 'link', 'prod', 'deep/prod', '.', '..', '.git'])
    await assert.rejects(tip(view(name)), { code: 'folder-missing' }, name);
  origin.git('reset', '--quiet', '--hard');
  origin.git('rm', '--quiet', 'file');
  const became = change('1', 'file');
  assert.equal(await tip(view('file')), became);
});

test('a folder without a file is one, at some commit', async (t) => {
  const { origin, change, begin } = fleet(t);
  const first = change('1', 'test');
  const [empty, tree] = [origin.git('hash-object', '-t', 'tree', '-w', '/dev/null'), origin.git('rev-parse', 'HEAD:test')];
  writeFileSync(join(origin.folder, '..', 'entries'), `040000 tree ${empty}\tprod\n040000 tree ${tree}\ttest\n`);
  const root = origin.git('-c', 'alias.make=!git mktree <../entries', 'make');
  origin.git('reset', '--quiet', '--hard', origin.git('commit-tree', '-p', first, '-m', 'Empty', root));
  const prod = (await begin())('prod');
  const found = await tip(prod);
  assert.deepEqual([found, await prod.files(found ?? '')], [first, []]);
});

test('a merge is the commit that deploys, however the forge makes it', async (t) => {
  const { origin, change, begin } = fleet(t);
  const base = change('1', 'prod', 'test');
  const view = await begin();
  const [prod, other] = [view('prod'), view('test')];
  assert.equal(await tip(prod), base);
  const propose = (value: string): void => {
    origin.git('checkout', '--quiet', '-B', 'environments/prod-next');
    change(value, 'prod');
    change(`${value}, reviewed`, 'prod');
    origin.git('checkout', '--quiet', branch);
  };
  propose('merged');
  const beside = change('2', 'test');
  assert.deepEqual([await tip(prod), await tip(other)], [base, beside]);
  origin.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'environments/prod-next');
  const merged = origin.git('rev-parse', 'HEAD');
  assert.deepEqual([await tip(prod), await tip(other)], [merged, beside]);
  propose('squashed');
  origin.git('merge', '--quiet', '--squash', 'environments/prod-next');
  const squashed = origin.commit({}, 'Squashed');
  assert.deepEqual([await tip(prod), await tip(other)], [squashed, beside]);
  propose('rebased');
  const late = change('3', 'test');
  origin.git('checkout', '--quiet', 'environments/prod-next');
  origin.git('rebase', '--quiet', branch);
  origin.git('checkout', '--quiet', branch);
  origin.git('merge', '--quiet', '--ff-only', 'environments/prod-next');
  const rebased = origin.git('rev-parse', 'HEAD');
  assert.deepEqual([await tip(prod), await tip(other)], [rebased, late]);
  for (const [ancestor, commit] of [base, merged, squashed, rebased].flatMap((one, i, all) => (i === 0 ? [] : [[all[i - 1], one]])))
    assert.equal(await prod.isAncestor(ancestor ?? '', commit ?? ''), true);
  assert.equal(await prod.isAncestor(rebased, base), false);
  const fresh = await begin();
  assert.deepEqual([await tip(fresh('prod')), await tip(fresh('test'))], [rebased, late]);
});

test('who rewrites the branch rewrites the folders that differ, and no other', async (t) => {
  const { origin, change, begin } = fleet(t);
  const base = change('1', 'prod', 'test');
  const view = await begin();
  const [prod, other] = [view('prod'), view('test')];
  const second = change('2', 'test');
  assert.deepEqual([await tip(prod), await tip(other)], [base, second]);
  origin.git('reset', '--quiet', '--hard', base);
  const anew = change('3', 'test');
  assert.deepEqual([await tip(prod), await tip(other)], [base, anew]);
  assert.equal(await other.isAncestor(second, anew), false);
  origin.git('checkout', '--quiet', '--orphan', 'anew');
  const orphan = change('3', 'test');
  origin.git('checkout', '--quiet', '-B', branch);
  // The same content in a history of its own: no agent may take it for what was applied.
  assert.deepEqual([await tip(prod), await tip(other)], [orphan, orphan]);
  assert.deepEqual([await prod.isAncestor(base, orphan), await other.isAncestor(anew, orphan)], [false, false]);
});

test('a folder that goes is missing, and one that comes back is as of the commit that brought it', async (t) => {
  const { origin, change, begin } = fleet(t);
  const base = change('1', 'prod', 'test');
  const view = await begin();
  const prod = view('prod');
  assert.equal(await tip(prod), base);
  origin.git('rm', '--quiet', '-r', 'prod');
  const gone = origin.commit({}, 'Remove prod');
  await assert.rejects(tip(prod), { code: 'folder-missing' });
  assert.equal(await tip(view('test')), base);
  change('2', 'test');
  await assert.rejects(tip(prod), { code: 'folder-missing' });
  const back = change('1', 'prod');
  assert.equal(await tip(prod), back);
  assert.deepEqual([await prod.isAncestor(base, back), await prod.isAncestor(gone, back)], [true, true]);
  assert.equal((await prod.files(gone)).length, 0);
});

test('what changed and was changed back between two looks is told, as whoever begins then tells it', async (t) => {
  const { origin, change, begin } = fleet(t);
  const base = change('1', 'prod', 'test');
  const prod = (await begin())('prod');
  assert.equal(await tip(prod), base);
  change('2', 'prod');
  origin.git('revert', '--no-edit', 'HEAD');
  const reverted = origin.git('rev-parse', 'HEAD');
  assert.deepEqual([await tip(prod), await tip((await begin())('prod'))], [reverted, reverted]);
});

test('the hash of a repository matters to nobody', async (t) => {
  const { begin, change } = fleet(t, 'sha256');
  const first = change('1', 'prod', 'test');
  const view = await begin();
  assert.equal(await tip(view('prod')), first);
  const second = change('2', 'test');
  assert.deepEqual([first.length, await tip(view('prod')), await tip(view('test'))], [64, first, second]);
  assert.equal((await view('test').files(second)).length, 1);
});

test('a copy that broke is made anew', async (t) => {
  const { begin, change, copy } = fleet(t);
  const first = change('1', 'prod', 'test');
  const view = await begin();
  assert.equal(await tip(view('prod')), first);
  const second = change('2', 'test');
  const packs = join(copy, 'objects', 'pack');
  for (const name of readdirSync(packs)) {
    chmodSync(join(packs, name), 0o644);
    truncateSync(join(packs, name), 40);
  }
  const anew = await begin();
  const look = async (): Promise<readonly (string | undefined)[]> => [await tip(anew('prod')), await tip(anew('test'))];
  // What is found broken is told once, and fetched by the next look.
  assert.deepEqual(await look().catch(look), [first, second]);
});

test('any history is told alike by who watched it, by who begins at its end, and by git', async (t) => {
  const { origin, begin, change } = fleet(t);
  const names = ['a', 'b', 'c', 'd'];
  const base = change('0', ...names);
  const watching = await begin();
  const views = names.map((name) => watching(name));
  // A sequence of numbers that look random and are the same each time (Lehmer).
  let state = 20261129;
  const below = (count: number): number => {
    state = (state * 48271) % 2147483647;
    return state % count;
  };
  const some = (): readonly string[] => names.filter(() => below(3) === 0);
  for (let round = 1; round <= 30; round++) {
    const action = below(6);
    if (action === 0 && origin.git('rev-parse', 'HEAD') !== base) origin.git('reset', '--quiet', '--hard', 'HEAD~1');
    else if (action === 1) {
      origin.git('checkout', '--quiet', '-B', 'side');
      for (let i = 0; i <= below(3); i++) change(`${round}.${i}`, ...some());
      origin.git('checkout', '--quiet', branch);
      change(`${round}`, 'e');
      origin.git('merge', '--quiet', '--no-ff', '--strategy-option', 'theirs', '--message', 'Merge', 'side');
    } else for (let i = 0; i <= below(3); i++) change(`${round}.${i}`, ...some());
    if (below(4) === 0) change(`${round}, at last`, ...some());
    const expected = names.map((name) =>
      origin.git('log', '-1', '--first-parent', '--full-history', '--format=%H', '--', `${name}/app.yaml`),
    );
    assert.deepEqual(await Promise.all(views.map(tip)), expected, `round ${round}`);
    if (round % 10 === 0) {
      const fresh = await begin();
      assert.deepEqual(await Promise.all(names.map((name) => tip(fresh(name)))), expected, `begun in round ${round}`);
    }
  }
});

test('whoever wants no more is let go, and the others are answered', async (t) => {
  const { begin, change } = fleet(t);
  const first = change('1', 'prod', 'test');
  const view = await begin();
  const end = new AbortController();
  const [left, stays] = [view('prod').tip(branch, end.signal), tip(view('test'))];
  end.abort();
  await assert.rejects(left, { code: 'interrupted' });
  assert.equal(await stays, first);
});

test('however many folders there are, a branch that moved costs one fetch and one walk, and one that did not costs neither', async (t) => {
  const { begin, change, commands } = fleet(t);
  const names = Array.from({ length: 60 }, (_, i) => `e${i}`);
  const first = change('1', ...names);
  const view = await begin();
  const views = names.map((name) => view(name));
  await Promise.all(views.map(tip));
  const begun = commands().filter((name) => name === 'fetch' || name === 'log');
  assert.ok(begun.length <= 3, begun.join());
  const moved = change('2', 'e7');
  assert.deepEqual(
    (await Promise.all(views.map(tip))).map((one) => one === moved),
    names.map((_, i) => i === 7),
  );
  const notLooks = commands().filter((name) => name !== 'ls-remote');
  assert.deepEqual(
    notLooks.filter((name) => name === 'fetch' || name === 'log'),
    ['fetch', 'log'],
  );
  assert.ok(notLooks.length < 10, notLooks.join());
  await Promise.all(views.map(tip));
  assert.deepEqual(
    commands().filter((name) => name !== 'ls-remote'),
    [],
  );
  // Nor is git asked for each of them whether a commit that changes all comes after what each had.
  const all = change('3', ...names);
  await Promise.all(views.map(tip));
  commands();
  assert.ok((await Promise.all(views.map((one, i) => one.isAncestor(i === 7 ? moved : first, all)))).every((is) => is));
  assert.deepEqual(commands(), []);
});
