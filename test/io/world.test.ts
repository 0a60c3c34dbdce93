import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openWorld } from '../../src/io/world.ts';
import type { RenderedSource, World } from '../../src/ports.ts';
import { startGitHttp } from '../support/git-http.ts';
import { makeRepository, temporaryFolder } from '../support/repository.ts';

const never = new AbortController().signal;
const branch = 'environments/prod';
const shared = { freshFor: 60_000 };

/** A world whose process has a token, a repository that is served, and what its server was told. */
async function worldWith(t: TestContext) {
  const project = makeRepository(t);
  project.git('checkout', '--quiet', '-b', branch);
  const commit = project.commit({ 'a.yaml': 'a: 1\n' }, 'First');
  const told = new Set<string | undefined>();
  let word = 'first';
  const admits = (said: string | undefined): boolean => {
    told.add(said);
    return said === basic(`robot:${word}`);
  };
  const server = await startGitHttp({ folder: join(project.folder, '..'), admits });
  t.after(() => server.close());
  const folder = temporaryFolder(t);
  const world = openWorld({
    folder,
    host: {
      env: { ...project.env, LOCKSTEP_GIT_TOKEN: 'of-the-process' },
      pid: process.pid,
      execPath: process.execPath,
      stdin: process.stdin,
      stderr: process.stderr,
    },
    program: { folder, runtime: '' },
    signal: never,
  });
  const cache = join(folder, 'cache');
  const source = async (rest: Omit<Parameters<World['source']>[0], 'source' | 'cache'>): Promise<RenderedSource> => {
    const opened = await world.source({ source: `${server.url}/project/.git`, cache, ...rest });
    t.after(() => opened.close());
    return opened;
  };
  const become = (next: string): void => {
    word = next;
  };
  return { world, source, cache, commit, told, become };
}

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

/** A Secret whose password can be changed. */
function secretOf(namespace: string) {
  let password = 'first';
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  return {
    set(next: string): void {
      password = next;
    },
    secret: {
      namespace,
      name: 'git',
      read: async () => ({ data: { username: encoded('robot'), password: encoded(password) }, hosts: undefined }),
    },
  };
}

test('a source is read by what a Secret says at the time', async (t) => {
  const { source, commit, become } = await worldWith(t);
  const { secret, set } = secretOf('shop');
  const opened = await source({ reader: 'agent-prod', secret });
  assert.equal(await opened.tip(branch, never), commit);
  become('second');
  await assert.rejects(opened.tip(branch, never), { code: 'git-auth' });
  set('second');
  assert.equal(await opened.tip(branch, never), commit);
});

test('those share a copy who name the same Secret, and no others', async (t) => {
  const { source, cache, commit } = await worldWith(t);
  const [shop, other] = [secretOf('shop').secret, secretOf('other').secret];
  const opened = await Promise.all([
    source({ reader: 'one', secret: shop, shared }),
    source({ reader: 'two', secret: shop, shared }),
    source({ reader: 'three', secret: other, shared }),
  ]);
  assert.deepEqual(await Promise.all(opened.map((each) => each.tip(branch, never))), [commit, commit, commit]);
  assert.equal(readdirSync(cache).length, 2);
});

test('a token of the process is told to the source that it was started for, and to none that is shared', async (t) => {
  const { source, told } = await worldWith(t);
  await assert.rejects((await source({ reader: 'one', shared })).tip(branch, never), { code: 'git-auth' });
  assert.deepEqual([...told], [undefined]);
  await assert.rejects((await source({ reader: 'one' })).tip(branch, never), { code: 'git-auth' });
  assert.ok(told.has(basic('git:of-the-process')));
});

test('a shared source is none of the disk of this machine', async (t) => {
  const { world, cache } = await worldWith(t);
  for (const source of ['/srv/git/shop.git', 'file:///srv/git/shop.git', './shop.git'])
    await assert.rejects(world.source({ source, cache, reader: 'one', shared }), { code: 'git-url-unsupported', exit: 2 });
});

test('a forge is asked by a token for forges alone, and the remote tells which one it is', async (t) => {
  const { world } = await worldWith(t);
  await assert.rejects(world.forge({ remote: 'git@github.com:acme/web.git' }), { code: 'forge-token', exit: 2 });
  await assert.rejects(world.forge({ remote: 'git@git.example.com:acme/web.git' }), { code: 'forge-unknown', exit: 2 });
});
