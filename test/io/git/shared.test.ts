import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import type { Credentials } from '../../../src/io/git/credentials.ts';
import { folderSource } from '../../../src/io/git/folder-source.ts';
import { type SharedUse, sharedSources } from '../../../src/io/git/shared.ts';
import { type FolderedSource, type OpenSource, openSource } from '../../../src/io/git/source.ts';
import type { Clock, RenderedSource } from '../../../src/ports.ts';
import { listen } from '../../registry/listen.ts';
import { type GitHttpOptions, startGitHttp } from '../../support/git-http.ts';
import { makeRepository, temporaryFolder } from '../../support/repository.ts';

const never = new AbortController().signal;
const minute = 60_000;

/** A repository that is served over HTTP, and sources that share it. */
async function served(t: TestContext, options: Partial<GitHttpOptions> = {}, clock: Clock = systemClock) {
  const project = makeRepository(t);
  const server = await startGitHttp({ folder: join(project.folder, '..'), ...options });
  t.after(() => server.close());
  const folder = join(temporaryFolder(t), 'cache');
  const sources = sharedSources(clock);
  let opened = 0;
  const open = async (reader: string, rest: Partial<SharedUse> = {}): Promise<FolderedSource> => {
    const source = await sources.open({
      folder,
      reader,
      freshFor: minute,
      credentials: async () => undefined,
      open: (credentials) => {
        opened += 1;
        return openSource({ url: `${server.url}/project/.git`, folder, env: project.env, credentials });
      },
      ...rest,
    });
    t.after(() => source.close());
    return source;
  };
  const looks = (): number => server.requests.filter((request) => request.startsWith('GET ') && request.includes('info/refs')).length;
  const branch = (name: string): string => {
    project.git('checkout', '--quiet', '-B', name);
    return project.commit({ 'a.yaml': `name: ${name}\n` }, name);
  };
  return { project, folder, open, looks, branch, opened: () => opened };
}

test('fifty environments look at their branches once, in one copy, and again only after a poke', async (t) => {
  const { open, looks, branch, opened, project } = await served(t);
  const names = Array.from({ length: 50 }, (_, i) => `environments/e${i}`);
  const first = branch(names[0] ?? '');
  for (const name of names.slice(1)) project.git('branch', name);
  const sources = await Promise.all(names.map((name) => open(name)));
  const look = (): Promise<readonly (string | undefined)[]> => Promise.all(sources.map((source, i) => source.tip(names[i] ?? '', never)));
  assert.deepEqual(new Set(await look()), new Set([first]));
  assert.deepEqual([opened(), looks()], [1, 1]);
  await look();
  assert.equal(looks(), 1);
  project.git('checkout', '--quiet', names[7] ?? '');
  const moved = project.commit({ 'a.yaml': 'a: 2\n' }, 'Moved');
  for (const source of sources) source.refresh();
  assert.deepEqual(
    (await look()).map((tip) => tip === moved),
    names.map((_, i) => i === 7),
  );
  assert.equal(looks(), 2);
});

test('three hundred folders of one branch cost one look and one fetch when it moves, and one look when it does not', async (t) => {
  const { open, looks, project } = await served(t);
  const names = Array.from({ length: 300 }, (_, i) => `e${i}`);
  project.git('checkout', '--quiet', '-b', 'environments/fleet');
  const first = project.commit(Object.fromEntries(names.map((name) => [`${name}/a.yaml`, 'a: 1\n'])), 'First');
  const sources = await Promise.all(names.map(async (name) => folderSource(await open(name), name)));
  const look = (): Promise<readonly (string | undefined)[]> =>
    Promise.all(sources.map((source) => source.tip('environments/fleet', AbortSignal.any([never]))));
  assert.deepEqual(new Set(await look()), new Set([first]));
  assert.equal(looks(), 2);
  const second = project.commit({ 'e7/a.yaml': 'a: 2\n' }, 'Second');
  for (const source of sources) source.refresh();
  assert.deepEqual(
    (await look()).map((tip) => tip === second),
    names.map((_, i) => i === 7),
  );
  assert.equal(looks(), 4);
  for (const source of sources) source.refresh();
  await look();
  assert.equal(looks(), 5);
  await sources[7]?.close();
  await assert.rejects(sources[7]?.tip('environments/fleet', never) ?? Promise.resolve(), { code: 'git-closed' });
  await assert.rejects(sources[7]?.files(second) ?? Promise.resolve(), { code: 'git-closed' });
});

test('each reads its own branch, and keeps its own commits under the same name', async (t) => {
  const { open, branch, folder, project } = await served(t);
  const [prod, test] = [branch('environments/prod'), branch('environments/test')];
  const [one, other] = [await open('a/prod'), await open('b/prod')];
  await Promise.all([one.fetch('environments/prod', prod, never), other.fetch('environments/test', test, never)]);
  const texts = await Promise.all(
    [one.files(prod), other.files(test)].map(async (files) => (await one.read((await files)[0]?.blob ?? '')).toString()),
  );
  assert.deepEqual(texts, ['name: environments/prod\n', 'name: environments/test\n']);
  await one.keep('prod', prod);
  await other.keep('prod', test);
  const kept = project.git(`--git-dir=${folder}`, 'for-each-ref', '--format=%(objectname)', 'refs/lockstep/kept/');
  assert.deepEqual(new Set(kept.split('\n')), new Set([prod, test]));
});

test('a source goes on for the others when one closes, ends with the last, and can be opened again at once', async (t) => {
  const { open, branch, opened } = await served(t);
  const prod = branch('environments/prod');
  const [one, other] = [await open('one'), await open('other')];
  await one.fetch('environments/prod', prod, never);
  await one.close();
  await one.close();
  await assert.rejects(one.tip('environments/prod', never), { code: 'git-closed' });
  await assert.rejects(one.files(prod), { code: 'git-closed' });
  assert.equal(await other.tip('environments/prod', never), prod);
  assert.equal((await other.files(prod)).length, 1);
  const closing = other.close();
  const next = await open('next');
  await closing;
  assert.equal(await next.has(prod), true);
  assert.equal(opened(), 2);
});

test('what is looked for is what those follow who have it open', async (t) => {
  const { open, branch, project, folder } = await served(t);
  const prod = branch('environments/prod');
  const asked: (readonly string[])[] = [];
  const following = async (): Promise<OpenSource> => {
    const source = await openSource({ url: project.folder, folder, env: project.env });
    const tips: OpenSource['tips'] = (branches, signal) => {
      asked.push(branches);
      return source.tips(branches, signal);
    };
    return { ...source, tips };
  };
  const [one, other] = [await open('one', { open: following }), await open('other', { open: following })];
  assert.equal(await one.tip('environments/gone', never), undefined);
  assert.equal(await other.tip('environments/prod', never), prod);
  await one.close();
  other.refresh();
  assert.equal(await other.tip('environments/prod', never), prod);
  assert.deepEqual(asked, [['environments/gone'], ['environments/gone', 'environments/prod'], ['environments/prod']]);
});

test('more branches than fit into one question are asked for in two', async (t) => {
  const { open, branch, project, looks } = await served(t);
  const prod = branch('environments/prod');
  const names = Array.from({ length: 501 }, (_, i) => `environments/e${i}`);
  execFileSync('git', ['-C', project.folder, 'update-ref', '--stdin'], {
    input: names.map((name) => `create refs/heads/${name} ${prod}\n`).join(''),
    env: project.env,
  });
  const sources = await Promise.all(names.map((name) => open(name)));
  const tips = await Promise.all(sources.map((source, i) => source.tip(names[i] ?? '', never)));
  assert.deepEqual([tips.length, new Set(tips)], [501, new Set([prod])]);
  assert.equal(looks(), 2);
});

test('who reads is asked of whoever has it open, so that what the first said is not needed for ever', async (t) => {
  let word = 'first';
  const admits = (said: string | undefined): boolean => said === `Bearer ${word}`;
  const { clock, pass } = movedClock();
  const { open, branch } = await served(t, { admits }, clock);
  const prod = branch('environments/prod');
  const bearer =
    (token: string): Credentials =>
    async () => ({ type: 'bearer', token });
  const one = await open('one', { credentials: bearer('first') });
  const other = await open('other', { credentials: bearer('second') });
  assert.equal(await other.tip('environments/prod', never), prod);
  word = 'second';
  other.refresh();
  await assert.rejects(other.tip('environments/prod', never), { code: 'git-auth' });
  await one.close();
  other.refresh();
  // Whoever failed is not asked again at once.
  pass(0.1);
  assert.equal(await other.tip('environments/prod', never), prod);
});

test('what cannot be opened is tried again by the next one', async (t) => {
  const { open, branch } = await served(t);
  const prod = branch('environments/prod');
  await assert.rejects(open('one', { open: () => Promise.reject(new Error('no disk')) }), /no disk/);
  assert.equal(await (await open('one')).tip('environments/prod', never), prod);
});

test('a fetch that hangs keeps nobody from reading, and whoever waits for it can be let go', async (t) => {
  const { project, folder, open, branch } = await served(t);
  const prod = branch('environments/prod');
  const before = await open('before');
  await before.fetch('environments/prod', prod, never);
  await before.close();
  const mute = await listen(() => {});
  t.after(() => mute.close());
  const source = await open('one', {
    open: (credentials) => openSource({ url: `${mute.url}/project/.git`, folder, env: project.env, credentials }),
  });
  const [hanging, waiting] = [new AbortController(), new AbortController()];
  const stuck = assert.rejects(source.fetch('environments/prod', prod, hanging.signal), { code: 'interrupted' });
  const behind = source.fetch('environments/prod', prod, waiting.signal);
  const [file] = await source.files(prod);
  assert.equal((await source.read(file?.blob ?? '')).toString(), 'name: environments/prod\n');
  waiting.abort();
  await assert.rejects(behind, { code: 'interrupted' });
  hanging.abort();
  await stuck;
});

/** The clock of the system, which can be moved on. */
function movedClock() {
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + ahead) };
  return {
    clock,
    pass(minutes: number): void {
      ahead += minutes * minute;
    },
  };
}

async function eventually(isSo: () => boolean): Promise<boolean> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  return isSo();
}

test('copies that nobody has used for an hour are removed, those of before too, and nothing else', async (t) => {
  const { clock, pass } = movedClock();
  const { open, branch, folder, project } = await served(t, {}, clock);
  const prod = branch('environments/prod');
  const base = dirname(folder);
  const made = (name: string, minutes: number, marker = 'lockstep-cache'): void => {
    mkdirSync(join(base, name, 'objects'), { recursive: true });
    writeFileSync(join(base, name, marker), '');
    const then = new Date(Date.now() - minutes * minute);
    utimesSync(join(base, name, marker), then, then);
  };
  made('shared-old', 61);
  made('shared-recent', 50);
  made('shared-foreign', 61, 'README');
  made('agent-prod', 61);
  const one = await open('one');
  assert.ok(await eventually(() => !existsSync(join(base, 'shared-old'))));
  const other = join(base, 'shared-other');
  const leaving = await open('other', {
    folder: other,
    open: (credentials) => openSource({ url: project.folder, folder: other, env: project.env, credentials }),
  });
  await leaving.close();
  pass(59);
  assert.equal(await one.tip('environments/prod', never), prod);
  assert.ok(await eventually(() => !existsSync(join(base, 'shared-recent'))));
  assert.ok(existsSync(other));
  pass(2);
  assert.equal(await one.tip('environments/prod', never), prod);
  assert.ok(await eventually(() => !existsSync(other)));
  assert.deepEqual(readdirSync(base).sort(), ['agent-prod', 'cache', 'shared-foreign']);
  const again = await open('other', {
    folder: other,
    open: (credentials) => openSource({ url: project.folder, folder: other, env: project.env, credentials }),
  });
  assert.equal(await again.tip('environments/prod', never), prod);
});

test('what a reader kept and fetched goes when they have been gone for an hour, and what others have stays', async (t) => {
  const { clock, pass } = movedClock();
  const { open, branch, project, folder } = await served(t, {}, clock);
  const [prod, test] = [branch('environments/prod'), branch('environments/test')];
  const follow = async (reader: string, name: string, commit: string): Promise<RenderedSource> => {
    const source = await open(reader);
    await source.fetch(name, commit, never);
    await source.keep('kept', commit);
    return source;
  };
  const stays = await follow('stays', 'environments/prod', prod);
  const changed = await follow('changed', 'environments/prod', prod);
  const leaves = await follow('leaves', 'environments/test', test);
  const refs = (): readonly string[] =>
    project.git(`--git-dir=${folder}`, 'for-each-ref', '--format=%(objectname)', 'refs/lockstep/').split('\n').sort();
  const all = [prod, prod, prod, test, test].sort();
  assert.deepEqual(refs(), all);
  await leaves.close();
  await changed.close();
  pass(59);
  await stays.tip('environments/prod', never);
  const back = await open('changed');
  assert.deepEqual(refs(), all);
  pass(2);
  await stays.tip('environments/prod', never);
  assert.ok(await eventually(() => refs().length < all.length));
  assert.deepEqual(refs(), [prod, prod, prod]);
  assert.equal(await back.has(prod), true);
});
