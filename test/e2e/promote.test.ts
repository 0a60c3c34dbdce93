import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Ended, runLockstep } from '../demo/program.ts';
import { makeBareRepository, makeRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';

/** The built program in a project with the environments staging and prod, which are pinned by hand. */
interface Shop extends TestRepository {
  run(...args: readonly string[]): Promise<Ended>;
  read(path: string): string;
  /** Writes what the author writes, and the locks of both environments where they are told, and commits it all. */
  author(written: Written, message: string): string;
}

interface Written {
  readonly web: string;
  readonly text: string;
  readonly staging?: string;
  readonly prod?: string;
  /** What prod has beside staging. */
  readonly own?: string;
}

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const lines = (images: Readonly<Record<string, string>>): string =>
  `images:\n${Object.entries(images)
    .map(([image, digit]) => `  ${image}:\n    digest: ${digest(digit)}\n`)
    .join('')}`;

const chart = `import { ApiObject } from 'cdk8s';
import { defineBase, defineChart } from 'lockstep';
import { z } from 'zod';
const pod = (image: string) => ({ containers: [{ name: 'main', image }] });
const shop = defineChart({
  namespace: 'shop',
  values: z.object({ web: z.string(), text: z.string(), own: z.string().optional() }),
  build(chart, { values }) {
    new ApiObject(chart, 'web', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: pod(values.web) });
    new ApiObject(chart, 'cache', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cache' }, spec: pod('redis:7.4') });
    new ApiObject(chart, 'notes', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' }, data: { text: values.text } });
    if (values.own) new ApiObject(chart, 'own', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'own' }, spec: pod(values.own) });
  },
});
export const base = defineBase({ kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }], charts: { shop } });
`;
const environment = (name: string, values: object): string => `import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
export default defineEnvironment({ name: '${name}', cluster: '${name}', extends: base, values: { shop: ${JSON.stringify(values)} } });
`;

function makeShop(t: TestContext): Shop {
  const repository = makeRepository(t);
  const { folder } = repository;
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.')))
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'lockstep'));
  const env = { ...repository.env, XDG_CACHE_HOME: temporaryFolder(t) };
  return {
    ...repository,
    run: (...args) => runLockstep(folder, args, { env }),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    author: ({ web, text, staging, prod, own }, message) =>
      repository.commit(
        {
          'package.json': '{ "name": "shop", "type": "module" }\n',
          '.gitignore': 'dist/\nnode_modules/\n',
          'base.ts': chart,
          'environments/staging.ts': environment('staging', { web, text }),
          'environments/prod.ts': environment('prod', { web, text, own }),
          ...(staging === undefined ? {} : { 'environments/staging.lock.yaml': staging }),
          ...(prod === undefined ? {} : { 'environments/prod.lock.yaml': prod }),
        },
        message,
      ),
  };
}

const code: Written = { web: 'r.io/web:2.4.1', text: 'first' };
const first: Written = {
  ...code,
  staging: lines({ 'r.io/web:2.4.1': 'a', 'redis:7.4': 'b' }),
  prod: `# Mind the cache.\n${lines({ 'r.io/web:2.4.1': 'a', 'redis:7.4': 'c' })}`,
};

/** A shop whose staging is published, and whose prod was promoted from it. */
async function promoted(t: TestContext): Promise<Shop & { readonly source: string }> {
  const shop = makeShop(t);
  const source = shop.author(first, 'Open the shop');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  const { exit, talk } = await shop.run('promote', 'staging', 'prod');
  assert.equal(exit, 0, talk);
  shop.git('commit', '--quiet', '--all', '--message', 'Promote prod');
  assert.equal((await shop.run('publish', 'prod', '--direct')).exit, 0);
  return { ...shop, source };
}

test('a promotion moves the commit that staging was rendered from and its pins, shows what changes, and renders', async (t) => {
  const shop = makeShop(t);
  const source = shop.author(first, 'Open the shop');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  shop.author({ web: 'r.io/web:2.5.0', text: 'not yet' }, 'Begin the next');
  // What is pinned anew and not published yet has run nowhere.
  const anew = shop.author({ ...code, staging: lines({ 'r.io/web:2.4.1': 'f', 'redis:7.4': 'f' }) }, 'Pin anew');
  assert.notEqual(anew, source);
  const check = await shop.run('promote', 'staging', 'prod', '--check');
  assert.equal(check.exit, 1, check.talk);
  assert.equal(shop.git('status', '--porcelain'), '');
  const { exit, talk } = await shop.run('promote', 'staging', 'prod');
  assert.equal(exit, 0, talk);
  assert.deepEqual(talk.trimEnd().split('\n'), [
    `staging is what environments/staging holds at ${shop.git('rev-parse', 'environments/staging').slice(0, 7)}`,
    `source ${source.slice(0, 7)}`,
    `~ redis 7.4@sha256:${'c'.repeat(12)} → 7.4@sha256:${'b'.repeat(12)}`,
    '3 objects: `prod` was never published',
    'environments/prod.lock.yaml is written, and rendered; next: commit it, then lockstep publish prod',
  ]);
  assert.equal(
    // Some ids would be read as numbers.
    shop.read('environments/prod.lock.yaml').replace(/"/g, ''),
    `# Mind the cache.\nsource: ${source}\n${lines({ 'r.io/web:2.4.1': 'a', 'redis:7.4': 'b' })}`,
  );
  assert.match(shop.read('dist/prod/shop/configmap.core.shop.notes.yaml'), /text: first/);
  assert.equal((await shop.run('promote', 'staging', 'prod', '--check')).exit, 0);
  // The lock is an input: it has to be committed. The rest of the work tree is none.
  shop.write('base.ts', 'throw new Error();\n');
  assert.match((await shop.run('publish', 'prod', '--direct')).talk, /error\[dirty-source\].*: `environments\/prod\.lock\.yaml`\n/);
  shop.git('commit', '--quiet', 'environments/prod.lock.yaml', '--message', 'Promote prod');
  const published = await shop.run('publish', 'prod', '--direct');
  assert.equal(published.exit, 0, published.talk);
  assert.match(shop.git('log', '-1', '--format=%B', 'environments/prod'), new RegExp(`Promote prod\n[^]*Rendered-source: ${source}`));
});

test('a hotfix moves one image while main has moved on: one line of the lock, one file of the tree', async (t) => {
  const shop = await promoted(t);
  const staging = lines({ 'r.io/web:2.4.2': 'e', 'redis:7.4': 'f' });
  shop.author({ web: 'r.io/web:2.4.2', text: 'second', staging }, 'Mend the web, and change the words');
  const before = shop.read('environments/prod.lock.yaml');
  const { exit, out, talk } = await shop.run('promote', 'staging', 'prod', '--only', 'web', '--output', 'json');
  assert.equal(exit, 0, talk);
  const result = JSON.parse(out);
  assert.deepEqual(result.images, [
    { repository: 'r.io/web', was: { tag: '2.4.1', digest: digest('a') }, now: { tag: '2.4.2', digest: digest('e') } },
  ]);
  assert.deepEqual(result.objects, { added: [], modified: ['shop/pod.core.shop.web.yaml'], removed: [] });
  assert.deepEqual([result.source.was, result.source.now, result.op], [shop.source, shop.source, 'promoted']);
  assert.equal(
    shop.read('environments/prod.lock.yaml'),
    before.replace(`    digest: ${digest('a')}\n`, `    digest: ${digest('e')}\n    tag: "2.4.2"\n`),
  );
  assert.match(shop.read('dist/prod/shop/pod.core.shop.web.yaml'), new RegExp(`image: r\\.io/web:2\\.4\\.2@${digest('e')}`));
  shop.git('commit', '--quiet', '--all', '--message', 'Hotfix the web');
  const published = await shop.run('publish', 'prod', '--direct');
  assert.match(published.talk, /^~ shop\/pod\.core\.shop\.web\.yaml\nenvironments\/prod is at \w+ \(0 added, 1 modified, 0 removed\)/);
  // The next promotion takes the rest; the tag that stood in is the author's by then.
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  const next = await shop.run('promote', 'staging', 'prod');
  assert.equal(next.exit, 0, next.talk);
  assert.match(next.talk, /^source \w{7} → \w{7} \(forward by 3 commits\)\n {2}\w{7} Hotfix the web\n/m);
  assert.match(next.talk, /^~ redis 7\.4@sha256:b{12} → 7\.4@sha256:f{12}\n~ shop\/configmap\.core\.shop\.notes\.yaml\n/m);
  assert.doesNotMatch(next.talk, /r\.io\/web/);
});

test('a hotfix of an environment without a source says what goes with it', async (t) => {
  const shop = makeShop(t);
  shop.author({ ...first, staging: lines({ 'r.io/web:2.4.1': 'd', 'redis:7.4': 'b' }) }, 'Open the shop');
  const { exit, talk } = await shop.run('promote', 'staging', 'prod', '--only', 'web');
  assert.equal(exit, 0, talk);
  assert.match(talk, /^warning\[promote-without-source\]: `prod` is rendered from the work tree/);
});

test('what goes back is refused unless it is told to', async (t) => {
  const shop = await promoted(t);
  const old = shop.source;
  const later = shop.author(
    { ...code, web: 'r.io/web:2.5.0', staging: lines({ 'r.io/web:2.5.0': 'd', 'redis:7.4': 'b' }), text: 'later' },
    'Go on',
  );
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  assert.equal((await shop.run('promote', 'staging', 'prod')).exit, 0);
  const lock = shop.read('environments/prod.lock.yaml');
  assert.match(lock, new RegExp(`^source: "?${later}"?$`, 'm'));
  shop.git('commit', '--quiet', '--all', '--message', 'Promote prod');
  shop.write('environments/staging.lock.yaml', lines({ 'r.io/web:2.4.1': 'a', 'redis:7.4': 'b' }));
  const refused = await shop.run('promote', 'staging', 'prod', '--source', old);
  assert.equal(refused.exit, 4);
  assert.match(
    refused.talk,
    /error\[promote-downgrade\]: `prod` would go back: the source goes back by 2 commits; `r\.io\/web` goes from 2\.5\.0 to 2\.4\.1\n/,
  );
  assert.equal(shop.read('environments/prod.lock.yaml'), lock);
  const allowed = await shop.run('promote', 'staging', 'prod', '--source', old, '--allow-downgrade');
  assert.equal(allowed.exit, 0, allowed.talk);
  assert.match(allowed.talk, /^! `r\.io\/web` goes from 2\.5\.0 to 2\.4\.1, as was allowed$/m);
  // A line that left the one of prod goes neither back nor on.
  shop.git('checkout', '--quiet', '--', '.');
  shop.git('checkout', '--quiet', '-B', 'aside', old);
  const aside = shop.author({ ...code, web: 'r.io/web:2.5.0', text: 'aside' }, 'Go aside');
  shop.git('checkout', '--quiet', 'main');
  const args = ['promote', 'staging', 'prod', '--source', 'aside', '--allow-downgrade', '--check'];
  const unreviewed = await shop.run(...args);
  assert.equal(unreviewed.exit, 4);
  assert.match(
    unreviewed.talk,
    /error\[source-unreviewed\]: the source `\w{7}` of `prod` is in no history that was reviewed: of what is checked out\n/,
  );
  const elsewhere = await shop.run(...args, '--reviewed', 'aside');
  assert.equal(elsewhere.exit, 1, elsewhere.talk);
  assert.match(elsewhere.talk, /^warning\[promote-diverged\]/m);
  assert.match(elsewhere.talk, new RegExp(`→ ${aside.slice(0, 7)} \\(on another line, with 1 commit\\)\n  ${aside.slice(0, 7)} Go aside`));
});

test('nothing is written when the environment cannot be rendered, or an image of it is pinned nowhere', async (t) => {
  const shop = await promoted(t);
  const lock = shop.read('environments/prod.lock.yaml');
  const tree = shop.read('dist/prod/.lockstep/index');
  shop.author({ ...code, own: 'r.io/own:1' }, 'Add what only prod has');
  const unpinned = await shop.run('promote', 'staging', 'prod', '--source', 'main');
  assert.equal(unpinned.exit, 2);
  assert.match(
    unpinned.talk,
    /error\[promote-unpinned\]: `prod` uses `r\.io\/own:1` at `\w{7}`, and neither `staging` nor `prod` has it pinned/,
  );
  shop.author(code, 'Take it out again');
  shop.write('base.ts', chart.replace('data: { text', 'date: { text'));
  shop.git('commit', '--quiet', 'base.ts', '--message', 'Mistype');
  const broken = await shop.run('promote', 'staging', 'prod', '--source', 'main');
  assert.equal(broken.exit, 2);
  assert.match(broken.talk, /in the source commit/);
  assert.deepEqual([shop.read('environments/prod.lock.yaml'), shop.read('dist/prod/.lockstep/index')], [lock, tree]);
});

test('what is not known is told, with what to do', async (t) => {
  const shop = makeShop(t);
  shop.author(first, 'Open the shop');
  const told = async (...args: readonly string[]): Promise<string> => {
    const { exit, talk } = await shop.run('promote', ...args);
    assert.equal(exit, 2, talk);
    return talk;
  };
  assert.match(
    await told('staging', 'prod'),
    /error\[promote-nothing\].*its lock names no source, and it was never published\n {2}help: publish it first/,
  );
  assert.match(await told('stagign', 'prod'), /error\[promote-nothing\].*neither a lock nor a rendered branch/);
  assert.match(await told('prod', 'prod'), /error\[promote-same\]/);
  assert.match(await told('staging', 'prod', '--source', 'none'), /error\[source-missing\]: there is no commit `none`/);
  assert.match(await told('staging', 'prod', '--source', 'HEAD:base.ts'), /error\[source-missing\]/);
  assert.match(await told('staging', 'prod', '--source', 'HEAD@{999}'), /error\[source-missing\]/);
  assert.match(await told('staging', 'prod', '--only', 'wbe'), /error\[image-unmatched\].*`wbe`/);
  assert.match(await told('staging', 'prod', '--only', 'web', '--source', 'main'), /cannot be used with/);
  assert.match(await told('staging', 'pr/od'), /cannot be the name of an environment/);
  assert.match(
    await told('staging', 'prdo', '--source', 'main'),
    /error\[environment-unknown\]: there is no environment `prdo` at the source commit `\w{7}`\n {2}help: did you mean `prod`\?/,
  );
  assert.match(
    await told('staging', 'nope', '--source', 'main'),
    /error\[environment-unknown\].*`nope`.*\n {2}help: there are `prod`, `staging`\n/,
  );
  assert.match(await told('staging', 'nope', '--only', 'web'), /error\[image-unmatched\].*\n {2}help: `nope` has no lock yet/);
  assert.equal(existsSync(join(shop.folder, 'dist')), false);
});

test('what is wrong in the lock that staging had at the commit is told to be there', async (t) => {
  const shop = makeShop(t);
  const bad = shop.author({ ...first, staging: 'images:\n  redis:7.4: latest\n  r.io/web:2.4.1: 7\n' }, 'Open the shop');
  shop.author(first, 'Mend the lock');
  const before = shop.read('environments/prod.lock.yaml');
  const { exit, talk } = await shop.run('promote', 'staging', 'prod', '--source', bad);
  assert.equal(exit, 2);
  const places = talk.match(new RegExp(`at environments/staging\\.lock\\.yaml:\\d+:\\d+ in the source commit ${bad.slice(0, 7)}`, 'g'));
  assert.equal(places?.length, 2, talk);
  assert.equal(shop.read('environments/prod.lock.yaml'), before);
});

test('what staging was rendered from is asked of the remote, where the note has moved on', async (t) => {
  const shop = makeShop(t);
  const remote = join(temporaryFolder(t), 'shop.git');
  makeBareRepository(remote, shop.env);
  shop.git('remote', 'add', 'origin', remote);
  shop.author(first, 'Open the shop');
  shop.git('push', '--quiet', 'origin', 'main');
  assert.equal((await shop.run('publish', 'staging', '--direct', '--push')).exit, 0);
  const later = shop.author({ ...code, own: 'redis:7.4' }, 'Change only prod');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  assert.equal((await shop.run('publish', 'staging', '--direct', '--push')).exit, 0);
  const promotion = await shop.run('promote', 'staging', 'prod');
  assert.equal(promotion.exit, 0);
  assert.doesNotMatch(promotion.talk, /promote-unpushed/);
  assert.match(shop.read('environments/prod.lock.yaml'), new RegExp(`^source: "?${later}"?$`, 'm'));
  // What was published here alone is not what the remote has.
  shop.git('add', 'environments/prod.lock.yaml');
  shop.git('commit', '--quiet', '--message', 'Promote prod');
  const there = shop.git('rev-parse', 'origin/environments/staging').slice(0, 7);
  shop.author({ ...code, text: 'second' }, 'Change the words');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  const { exit, talk } = await shop.run('promote', 'staging', 'prod', '--check');
  assert.equal(exit, 0, talk);
  assert.match(
    talk,
    /warning\[promote-unpushed\]: `origin\/environments\/staging` was read, .*\n.*\n {2}help: .*`lockstep publish staging --direct --push`\n/,
  );
  assert.match(talk, new RegExp(`\\nstaging is what origin/environments/staging holds at ${there}\\n.*nothing to promote\\n`));
  // From one environment with a source to the next.
  writeFileSync(join(shop.folder, 'environments/staging.lock.yaml'), `source: ${later}\n${first.staging}`);
  execFileSync('git', ['-C', remote, 'update-ref', '-d', 'refs/heads/environments/staging']);
  assert.match((await shop.run('promote', 'staging', 'prod', '--check')).talk, /nothing to promote/);
});

test('the lock stays as it is where the tree cannot be written, and the tree is mended where the lock is right', async (t) => {
  const shop = makeShop(t);
  shop.author(first, 'Open the shop');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  const lock = shop.read('environments/prod.lock.yaml');
  shop.write('dist/prod/notes.txt', 'Mine.\n');
  const foreign = await shop.run('promote', 'staging', 'prod');
  assert.equal(foreign.exit, 2);
  assert.match(foreign.talk, /error\[folder-foreign\]/);
  assert.equal(shop.read('environments/prod.lock.yaml'), lock);
  rmSync(join(shop.folder, 'dist/prod'), { recursive: true });
  // A link is refused only when it is written through.
  shop.write('dist/prod/.lockstep/index', '');
  symlinkSync('/dev/null', join(shop.folder, 'dist/prod/link'));
  const refused = await shop.run('promote', 'staging', 'prod');
  assert.equal(refused.exit, 4);
  assert.match(refused.talk, /error\[link-refused\]/);
  assert.equal(shop.read('environments/prod.lock.yaml'), lock);
  rmSync(join(shop.folder, 'dist/prod'), { recursive: true });
  assert.equal((await shop.run('promote', 'staging', 'prod')).exit, 0);
  rmSync(join(shop.folder, 'dist'), { recursive: true });
  assert.match((await shop.run('promote', 'staging', 'prod')).talk, /nothing to promote/);
  assert.match(shop.read('dist/prod/shop/configmap.core.shop.notes.yaml'), /text: first/);
});

test('a remote that is out of reach is no remote without the branch, and the old branch here is not taken for it', async (t) => {
  const shop = await promoted(t);
  shop.git('remote', 'add', 'origin', join(temporaryFolder(t), 'gone.git'));
  const { exit, talk } = await shop.run('promote', 'staging', 'prod', '--check');
  assert.equal(exit, 3, talk);
  assert.match(talk, /error\[git-repository-missing\]/);
});

test('what was published with changes that were not committed is not promoted without them', async (t) => {
  const shop = makeShop(t);
  const source = shop.author(first, 'Open the shop');
  shop.write('base.ts', chart.replace('text: values.text', "text: values.text + ', and more'"));
  assert.equal((await shop.run('publish', 'staging', '--direct', '--allow-dirty')).exit, 0);
  const refused = await shop.run('promote', 'staging', 'prod');
  assert.equal(refused.exit, 4);
  assert.match(refused.talk, new RegExp(`error\\[promote-dirty\\].*\\n.*--source ${source}`));
  assert.equal((await shop.run('promote', 'staging', 'prod', '--source', source, '--check')).exit, 1);
  const later = shop.author(code, 'Commit something else');
  shop.write('base.ts', chart.replace('text: values.text', "text: values.text + ', and more'"));
  // The same tree again says nothing of the commit that it was not rendered from.
  assert.equal((await shop.run('publish', 'staging', '--direct', '--allow-dirty')).exit, 0);
  assert.equal((await shop.run('promote', 'staging', 'prod')).exit, 4);
  shop.git('commit', '--quiet', '--all', '--message', 'Commit it');
  assert.equal((await shop.run('publish', 'staging', '--direct')).exit, 0);
  assert.notEqual(later, shop.git('rev-parse', 'HEAD'));
  const { exit, talk } = await shop.run('promote', 'staging', 'prod', '--check');
  assert.equal(exit, 1, talk);
});

test('without the history nothing is promoted of which it cannot be told whether it goes back', async (t) => {
  const shop = await promoted(t);
  const remote = join(temporaryFolder(t), 'shop.git');
  makeBareRepository(remote, shop.env);
  const later = shop.author({ ...code, text: 'later' }, 'Go on');
  shop.git('push', '--quiet', remote, '--all');
  const root = temporaryFolder(t);
  execFileSync('git', ['clone', '--quiet', '--depth=1', '--branch=main', pathToFileURL(remote).href, join(root, 'shallow')], {
    env: shop.env,
  });
  symlinkSync(join(shop.folder, 'node_modules'), join(root, 'shallow', 'node_modules'));
  const run = (...args: readonly string[]): Promise<Ended> =>
    runLockstep(join(root, 'shallow'), args, { env: { ...shop.env, XDG_CACHE_HOME: root } });
  const order = await run('promote', 'staging', 'prod', '--source', later, '--check');
  assert.equal(order.exit, 4, order.talk);
  assert.match(
    order.talk,
    /error\[history-missing\]: it cannot be told whether the source of `prod` would go back.*\n.*git fetch --unshallow/,
  );
  // The source that its lock names may be one of a fork.
  const published = await run('publish', 'prod', '--direct');
  assert.equal(published.exit, 4, published.talk);
  assert.match(published.talk, /error\[history-missing\]: it cannot be told whether the source `\w{7}` of `prod` was reviewed/);
  execFileSync('git', ['-C', join(root, 'shallow'), 'fetch', '--quiet', '--unshallow'], { env: shop.env });
  const whole = await run('promote', 'staging', 'prod', '--source', later, '--check');
  assert.equal(whole.exit, 1, whole.talk);
});
