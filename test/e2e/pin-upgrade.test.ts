import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { openFaultyRegistry } from '../registry/faulty-registry.ts';
import { pushBlob, pushImage, pushManifest } from '../registry/images.ts';
import { digestOf, ociTypes, type Stored } from '../registry/manifests.ts';
import { startRegistry } from '../registry/registry.ts';
import { makeProject } from '../support/project.ts';
import { temporaryFolder } from '../support/repository.ts';
import { environmentOf, podsChart } from './pods-project.ts';

/** The built program, a real registry that tells three tags at once, and a project that says which tags may stand in for others. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as TestContext;
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const registry = await startRegistry({ folder: temporaryFolder(context), maxTags: 3 });
closing.push(() => registry.close());
const push = async (repository: string, tag: string): Promise<string> =>
  (await pushImage(registry, { repository, tag, platforms: ['linux/amd64'] })).digest;
const digests = new Map<string, string>();
for (const tag of ['2.4.1', '2.4.2', '2.4.10', '2.4.11-alpine', '2.5.0', '2.4.12-rc.1', 'latest'])
  digests.set(tag, await push('shop/web', tag));
for (const tag of ['16.2-alpine', '16.10-alpine', '16.11', '17.0-alpine']) digests.set(tag, await push('shop/postgres', tag));
await push('shop/other', '1.0.0');
await push('shop/other', '1.1.0');

/** A chart beside images, as `helm push` has it. */
const pushChart = async (repository: string, tag: string): Promise<void> => {
  const stored = (mediaType: string, text: string): Stored => {
    return { mediaType, digest: digestOf(Buffer.from(text)), bytes: Buffer.from(text) };
  };
  const config = stored('application/vnd.cncf.helm.config.v1+json', '{"name":"web"}');
  const layer = stored('application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'packed');
  for (const blob of [config, layer]) await pushBlob(registry, repository, blob);
  const [said, ...layers] = [config, layer].map(({ mediaType, digest, bytes }) => ({ mediaType, digest, size: bytes.length }));
  const manifest = { schemaVersion: 2, mediaType: ociTypes.manifest, config: said, layers };
  await pushManifest(registry, { repository, reference: tag }, stored(ociTypes.manifest, JSON.stringify(manifest)));
};

const faulty = await openFaultyRegistry(registry);
closing.push(() => faulty.close());
const [web, postgres, other] = ['web:2.4.1', 'postgres:16.2-alpine', 'other:1.0.0'].map((name) => `${faulty.host}/shop/${name}`) as [
  string,
  string,
  string,
];
const upgrades = `upgrades: { '${faulty.host}/shop/web': '~2.4', '${faulty.host}/shop/postgres': /^16\\.\\d+-alpine$/ },`;
const project = makeProject(context, {
  'base.ts': podsChart,
  'environments/prod.ts': environmentOf('prod', [web, postgres, other], upgrades),
});
const run = (...args: readonly string[]): Promise<Ended> => runLockstep(project.folder, args);
const lockFile = join(project.folder, 'environments/prod.lock.yaml');
/** Of each image in the lock its repository and tag, and the tag that stands in. */
const locked = (): readonly string[] =>
  [...readFileSync(lockFile, 'utf8').matchAll(/^ {2}\S+\/shop\/(\S+):\n((?: {4}.*\n)+)/gm)].map(
    ([, image, fields = '']) => `${image}${/tag: "?([^"\n]+)/.exec(fields)?.[1]?.replace(/^/, ' as ') ?? ''}`,
  );

test('what is newer is told by a check, stands in after an upgrade, and is rendered', async () => {
  assert.equal((await run('pin')).exit, 0);
  assert.deepEqual(locked(), ['other:1.0.0', 'postgres:16.2-alpine', 'web:2.4.1']);
  assert.equal((await run('pin', '--check')).exit, 0);
  const before = readFileSync(lockFile, 'utf8');
  const due = await run('pin', '--check', '--upgrade');
  assert.equal(due.exit, 1, due.talk);
  assert.match(due.talk, /^environments\/prod\.lock\.yaml: 3 images \(2 newer\)$/m);
  assert.match(due.talk, /^ {2}\^ \S+\/shop\/web:2\.4\.1 2\.4\.1 → 2\.4\.10, sha256:\w{12} → sha256:\w{12}$/m);
  assert.match(due.talk, /^next: lockstep pin --upgrade$/m);
  assert.equal(readFileSync(lockFile, 'utf8'), before);

  faulty.become();
  const done = await run('pin', '--upgrade', '--output', 'json');
  assert.equal(done.exit, 0, done.talk);
  assert.deepEqual(locked(), ['other:1.0.0', 'postgres:16.2-alpine as 16.10-alpine', 'web:2.4.1 as 2.4.10']);
  assert.deepEqual(
    faulty.requests.filter(({ path }) => /\/shop\/other\//.test(path)),
    [],
  );
  const { environments } = JSON.parse(done.out) as { readonly environments: readonly [{ readonly changes: readonly object[] }] };
  assert.deepEqual(environments[0].changes.at(-1), {
    image: web,
    status: 'upgraded',
    tag: '2.4.10',
    digest: digests.get('2.4.10'),
    was: digests.get('2.4.1'),
    platforms: ['linux/amd64'],
  });
  const rendered = await run('synth');
  assert.equal(rendered.exit, 0, rendered.talk);
  const pod = readFileSync(join(project.folder, 'dist/prod/shop/pod.core.shop.pod-0.yaml'), 'utf8');
  assert.ok(pod.includes(`image: ${faulty.host}/shop/web:2.4.10@${digests.get('2.4.10')}`), pod);
});

test('what stands in stays, also where there is something newer that nobody asked for', async () => {
  const before = readFileSync(lockFile, 'utf8');
  digests.set('2.4.11', await push('shop/web', '2.4.11'));
  for (const args of [['pin'], ['pin', '--check'], ['pin', '--image', 'web'], ['pin', '--upgrade', '--image', 'postgres']]) {
    const { exit, talk } = await run(...args);
    assert.deepEqual([exit, readFileSync(lockFile, 'utf8')], [0, before], talk);
  }
  assert.equal((await run('pin', '--upgrade', '--image', 'web')).exit, 0);
  assert.deepEqual(locked().at(-1), 'web:2.4.1 as 2.4.11');
  assert.equal((await run('pin', '--check', '--upgrade')).exit, 0);
});

test('a tag of the chart that is lower keeps what stands in, and one that is higher or outside wins', async () => {
  const use = (tag: string): void =>
    project.write({ 'environments/prod.ts': environmentOf('prod', [`${faulty.host}/shop/web:${tag}`, postgres, other], upgrades) });
  use('2.4.2');
  assert.equal((await run('pin')).exit, 0);
  assert.deepEqual(locked().at(-1), 'web:2.4.2 as 2.4.11');
  use('2.5.0');
  const outside = await run('pin', '--upgrade');
  assert.equal(outside.exit, 0, outside.talk);
  assert.match(
    outside.talk,
    /^note\[upgrade-overruled\]: `\S+\/shop\/web:2\.5\.0` stays as it is: its tag is not among what `~2\.4` admits \(/m,
  );
  assert.deepEqual(locked().at(-1), 'web:2.5.0');
});

test('a newer tag that is none of an image is passed over for the highest that is, and holds nothing else up', async () => {
  project.write({ 'environments/prod.ts': environmentOf('prod', [web, postgres, other], upgrades) });
  const text = `images:\n  ${web}:\n    digest: ${digests.get('2.4.1')}\n`;
  writeFileSync(lockFile, text);
  for (const tag of ['2.4.12', '2.4.13']) await push('shop/web', tag);
  await pushChart('shop/web', '2.4.14');
  // The registry lists it, and does not have it.
  faulty.become({ type: 'answer', status: 404, on: /shop\/web\/manifests\/2\.4\.13/ });
  const passed = [
    /^note\[upgrade-unfit\]: `\S+\/shop\/web:2\.4\.1` is not upgraded to `2\.4\.14`: `\S+\/shop\/web:2\.4\.14` cannot be pinned: it is a Helm chart \(/m,
    /^note\[upgrade-unfit\]: `\S+\/shop\/web:2\.4\.1` is not upgraded to `2\.4\.13`: there is no `\S+\/shop\/web:2\.4\.13` \(/m,
  ];
  const due = await run('pin', '--upgrade', '--check');
  const done = await run('pin', '--upgrade');
  assert.deepEqual([due.exit, done.exit], [1, 0], done.talk);
  for (const words of passed) for (const { talk } of [due, done]) assert.match(talk, words);
  assert.deepEqual(locked(), ['other:1.0.0', 'postgres:16.2-alpine as 16.10-alpine', 'web:2.4.1 as 2.4.12']);
  faulty.become();
});

test('where tags cannot be listed, nothing of the environment is written', async () => {
  project.write({ 'environments/prod.ts': environmentOf('prod', [web, postgres, other], upgrades) });
  const text = `images:\n  ${web}:\n    digest: ${digests.get('2.4.1')}\n`;
  writeFileSync(lockFile, text);
  faulty.become({ type: 'answer', status: 500, on: /tags\/list/ });
  const { exit, talk } = await run('pin', '--upgrade');
  assert.equal(exit, 3, talk);
  assert.match(talk, /error\[registry-failed\]: `\S+` answers 500/);
  assert.equal(readFileSync(lockFile, 'utf8'), text);
  faulty.become();
});
