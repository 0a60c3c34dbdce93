import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { openFaultyRegistry } from '../registry/faulty-registry.ts';
import { pushImage, tagAgain } from '../registry/images.ts';
import { startRegistry } from '../registry/registry.ts';
import { makeProject } from '../support/project.ts';
import { temporaryFolder } from '../support/repository.ts';
import { eventually } from './eventually.ts';
import { environmentOf as environment, podsChart } from './pods-project.ts';

/** The built program, a real registry, and a project with two environments. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as TestContext;
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const registry = await startRegistry({ folder: temporaryFolder(context) });
closing.push(() => registry.close());
const platforms = ['linux/amd64', 'linux/arm64'] as const;
const push = (repository: string, tag: string) => pushImage(registry, { repository, tag, platforms });
const [web, db, next] = [await push('shop/web', '1'), await push('shop/db', '1'), await push('shop/web', '2')];
const [webImage, dbImage] = [`${registry.host}/shop/web:1`, `${registry.host}/shop/db:1`];

const project = makeProject(context, {
  'base.ts': podsChart,
  'environments/dev.ts': environment('dev', [webImage, dbImage, `${webImage}@${web.digest}`]),
  'environments/prod.ts': environment('prod', [webImage]),
});
const run = (...args: readonly string[]): Promise<Ended> => runLockstep(project.folder, args);
const lockOf = (name: string): string => join(project.folder, 'environments', `${name}.lock.yaml`);
const digestsIn = (name: string): readonly string[] =>
  [...readFileSync(lockOf(name), 'utf8').matchAll(/digest: (sha256:\w+)/g)].map(([, digest = '']) => digest);

test('what is not pinned is pinned, for all environments, and what is made of it can be rendered', async () => {
  const { exit, talk, out } = await run('pin');
  assert.equal(exit, 0, talk);
  assert.equal(out, '');
  assert.deepEqual(talk.split('\n').slice(0, 5), [
    'environments/dev.lock.yaml: 2 images (2 pinned)',
    `  + ${dbImage} ${db.digest.slice(0, 19)} (linux/amd64, linux/arm64)`,
    `  + ${webImage} ${web.digest.slice(0, 19)} (linux/amd64, linux/arm64)`,
    'environments/prod.lock.yaml: 1 image (1 pinned)',
    `  + ${webImage} ${web.digest.slice(0, 19)} (linux/amd64, linux/arm64)`,
  ]);
  assert.match(talk, /\nnext: lockstep synth\n$/);
  const lock = readFileSync(lockOf('prod'), 'utf8').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, 'NOW');
  assert.equal(
    lock,
    `# What the environment is rendered with, beside its code. Written by \`lockstep\`; commit it.
images:
  ${webImage}:
    digest: ${web.digest}
    pinned: "NOW"
    platforms:
    - linux/amd64
    - linux/arm64
`,
  );
  const rendered = await run('synth');
  assert.equal(rendered.exit, 0, rendered.talk);
  const pod = readFileSync(join(project.folder, 'dist/prod/shop/pod.core.shop.pod-0.yaml'), 'utf8');
  assert.match(pod, new RegExp(`image: ${webImage}@${web.digest}`));
});

test('a tag that moved is told by a check, stays as it is, and is pinned anew where it is named', async () => {
  assert.deepEqual([(await run('pin', '--check')).exit, (await run('pin')).exit], [0, 0]);
  await tagAgain(registry, { repository: 'shop/web', tag: '1', digest: next.digest });
  const before = readFileSync(lockOf('dev'), 'utf8');
  const moved = await run('pin', '--check');
  assert.equal(moved.exit, 1);
  assert.match(
    moved.talk,
    new RegExp(
      `^environments/prod\\.lock\\.yaml: 1 image \\(1 moved\\)\n {2}~ \\S+/shop/web:1 ${web.digest.slice(0, 19)} → ${next.digest.slice(0, 19)}$`,
      'm',
    ),
  );
  assert.match(moved.talk, /\nnext: lockstep pin dev prod --image \S+\/shop\/web:1\n$/);
  // Forms that hold only what was found say why the check ends with 1, too.
  const junit = await run('pin', 'prod', '--check', '--output', 'junit');
  assert.equal(junit.exit, 1);
  assert.match(junit.out, /<testsuites name="lockstep" tests="1" failures="1"[\s\S]*<failure type="check-difference"/);
  assert.match(
    (await run('pin', 'prod', '--check', '--output', 'github')).out,
    /^::error .*title=check-difference::the tag of `\S+` has moved/,
  );
  assert.match((await run('pin', 'prod', '--check', '--output', 'sarif')).out, /"ruleId": "check-difference"/);
  const kept = await run('pin');
  assert.match(kept.talk, /^environments\/dev\.lock\.yaml: 2 images \(nothing to pin\)$/m);
  assert.equal(readFileSync(lockOf('dev'), 'utf8'), before);
  const anew = await run('pin', 'prod', '--image', 'web', '--output', 'json');
  const result = JSON.parse(anew.out) as {
    readonly environments: readonly { readonly name: string; readonly changes: readonly object[] }[];
  };
  assert.deepEqual(result.environments, [
    {
      name: 'prod',
      lock: 'environments/prod.lock.yaml',
      images: 1,
      asked: 1,
      unpinned: 0,
      changes: [{ image: webImage, status: 'moved', was: web.digest, digest: next.digest, platforms }],
      included: [],
    },
  ]);
  assert.deepEqual([digestsIn('prod'), digestsIn('dev')], [[next.digest], [db.digest, web.digest]]);
});

test('what nothing uses any more is told by a check, and removed', async () => {
  project.write({ 'environments/dev.ts': environment('dev', [dbImage]) });
  assert.match((await run('pin', 'dev', '--check')).talk, /\(1 unused\)\n {2}- \S+\/shop\/web:1 sha256:/);
  assert.equal((await run('pin', 'dev')).exit, 0);
  assert.deepEqual(digestsIn('dev'), [db.digest]);
});

test('what is wrong with some images is told of all of them, and what is whole is written', async () => {
  rmSync(lockOf('prod'));
  const missing = [`${registry.host}/shop/none:1`, `${registry.host}/shop/web:none`];
  project.write({ 'environments/dev.ts': environment('dev', [dbImage, ...missing]) });
  const before = readFileSync(lockOf('dev'), 'utf8');
  const { exit, talk } = await run('pin');
  assert.equal(exit, 2, talk);
  for (const image of missing) assert.ok(talk.includes(`error[image-unknown]: there is no \`${image}\``), talk);
  assert.match(talk, /^environments\/prod\.lock\.yaml: 1 image \(1 pinned\)$/m);
  assert.doesNotMatch(talk, /^next:/m);
  assert.equal(readFileSync(lockOf('dev'), 'utf8'), before);
  assert.deepEqual(digestsIn('prod'), [next.digest]);
});

test('comments in a lock stay, and what is written into it meanwhile is not lost', async () => {
  project.write({ 'environments/dev.ts': environment('dev', [dbImage, webImage]) });
  const commented = `# ours\nimages:\n  # the database, until LK-9\n  ${dbImage}: # here\n    digest: ${db.digest}\n`;
  writeFileSync(lockOf('dev'), commented);
  assert.equal((await run('pin', 'dev')).exit, 0);
  const text = readFileSync(lockOf('dev'), 'utf8');
  for (const comment of ['# ours\n', '# the database, until LK-9\n', '# here\n']) assert.ok(text.includes(comment), text);
  assert.deepEqual(digestsIn('dev'), [db.digest, next.digest]);

  const slow = await openFaultyRegistry(registry);
  slow.become({ type: 'late', ms: 2_000 });
  project.write({ 'environments/dev.ts': environment('dev', [dbImage, `${slow.host}/shop/web:1`]) });
  const running = run('pin', 'dev');
  await eventually('the registry is asked', async () => (slow.requests.length > 0 ? true : undefined));
  writeFileSync(lockOf('dev'), commented);
  const { exit, talk } = await running;
  await slow.close();
  assert.deepEqual([exit, /error\[lockfile-changed\]/.test(talk)], [4, true], talk);
  assert.equal(readFileSync(lockOf('dev'), 'utf8'), commented);
});

test('a check asks for no manifest of what stands where it stood: registries count that as a pull', async () => {
  const counting = await openFaultyRegistry(registry);
  const image = `${counting.host}/shop/web:1`;
  project.write({ 'environments/dev.ts': environment('dev', [image]) });
  const methods = () => counting.requests.map(({ method, path }) => `${method} ${path}`);
  try {
    assert.equal((await run('pin', 'dev')).exit, 0);
    assert.deepEqual(methods(), ['GET /v2/shop/web/manifests/1']);
    counting.become();
    assert.equal((await run('pin', 'dev', '--check')).exit, 0);
    assert.equal((await run('pin', 'dev', '--image', 'web')).exit, 0);
    assert.deepEqual(methods(), Array(2).fill('HEAD /v2/shop/web/manifests/1'));
    // What is told alone is never written.
    counting.become({ type: 'other-digest' });
    const told = await run('pin', 'dev', '--image', 'web');
    assert.deepEqual([told.exit, /error\[registry-damaged\]/.test(told.talk)], [3, true], told.talk);
    assert.deepEqual(digestsIn('dev'), [next.digest]);
  } finally {
    await counting.close();
  }
  rmSync(lockOf('dev'));
});

test('what is no host cannot be an insecure registry', async () => {
  const { exit, talk } = await run('pin', '--insecure-registry', 'http://registry.lan');
  assert.equal(exit, 2);
  assert.match(talk, /expected a host, perhaps with a port/);
});

test('a name that no image has is told with what is meant, and nothing is asked', async () => {
  const { exit, talk } = await run('pin', '--image', 'shop/wbe');
  assert.equal(exit, 2);
  assert.match(talk, /^error\[image-unmatched\]: no image is called `shop\/wbe`$/m);
});

test('what is wrong with charts and locks is told, and nothing is written of that environment', async () => {
  project.write({ 'environments/dev.ts': environment('dev', ['no image', 'shop/web']) });
  const { exit, talk } = await run('pin', 'dev');
  assert.equal(exit, 2);
  assert.match(talk, /expected an image like "nginx:1\.27"/);
  project.write({ 'environments/dev.ts': environment('dev', [dbImage]) });
  writeFileSync(lockOf('dev'), 'images: [');
  const broken = await run('pin', 'dev');
  assert.deepEqual([broken.exit, /error\[lockfile-not-yaml\]/.test(broken.talk)], [2, true]);
  assert.equal(readFileSync(lockOf('dev'), 'utf8'), 'images: [');
  rmSync(lockOf('dev'));
});

test('a registry that is gone is the world that failed, and no lock changes', async () => {
  await registry.close();
  const before = readFileSync(lockOf('prod'), 'utf8');
  const { exit, talk } = await run('pin', 'prod', '--image', '*');
  assert.equal(exit, 3, talk);
  assert.match(talk, /error\[registry-unreachable\]: `127\.0\.0\.1:\d+` cannot be asked: nothing listens there/);
  assert.equal(readFileSync(lockOf('prod'), 'utf8'), before);
});
