import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { noteOf, pushBundle, pushSignatures } from '../registry/cosign.ts';
import { pushImage, tagAgain } from '../registry/images.ts';
import { startRegistry } from '../registry/registry.ts';
import { makeProject } from '../support/project.ts';
import { temporaryFolder } from '../support/repository.ts';
import { environmentOf, podsChart } from './pods-project.ts';

/** The built program, a real registry with signatures in it, and a project that asks for them. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as TestContext;
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const registry = await startRegistry({ folder: temporaryFolder(context) });
closing.push(() => registry.close());
const [ours, theirs] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ec', { namedCurve: 'P-256' })];
const push = async (name: string): Promise<string> =>
  (await pushImage(registry, { repository: `shop/${name}`, tag: '1', platforms: ['linux/amd64'] })).digest;
const signIt = (name: string, digest: string, { privateKey: key } = ours, reference = `${registry.host}/shop/${name}`) =>
  pushSignatures(registry, `shop/${name}`, digest, [{ repository: `shop/${name}`, digest, key, reference }]);
const image = (name: string): string => `${registry.host}/shop/${name}:1`;

const [web, db] = [await push('web'), await push('db')];
await signIt('web', web);
await pushBundle(registry, { repository: 'shop/db', digest: db, key: ours.privateKey });

const project = makeProject(context, {
  'base.ts': podsChart,
  'keys/cosign.pub': String(ours.publicKey.export({ type: 'spki', format: 'pem' })),
});
const signatures = `signatures: { '${registry.host}/shop/*': { key: './keys/cosign.pub' } },`;
const use = (names: readonly string[], more = signatures): void =>
  project.write({ 'environments/prod.ts': environmentOf('prod', names.map(image), more) });
const run = (...args: readonly string[]): Promise<Ended> => runLockstep(project.folder, args);
const lockFile = join(project.folder, 'environments/prod.lock.yaml');
const lock = (): string => readFileSync(lockFile, 'utf8');
const noteFor = (name: string, digest: string): string => `signed: ${noteOf(ours.publicKey, `${registry.host}/shop/${name}`, digest)}`;
const notes = [noteFor('web', web), noteFor('db', db)];

test('what is signed is pinned, and the lock notes by whom', async () => {
  use(['web', 'db']);
  const { exit, talk } = await run('pin');
  assert.equal(exit, 0, talk);
  for (const note of notes) assert.ok(lock().includes(note), lock());
  const rendered = await run('synth');
  assert.equal(rendered.exit, 0, rendered.talk);
  assert.equal((await run('pin', '--check')).exit, 0);
});

test('what is not signed, by another, or as another image, is refused, and nothing is written', async () => {
  const others = { plain: await push('plain'), foreign: await push('foreign'), moved: await push('moved') };
  await signIt('foreign', others.foreign, theirs);
  await signIt('moved', others.moved, ours, `${registry.host}/shop/web`);
  const before = lock();
  use(['web', 'plain', 'foreign', 'moved']);
  const { exit, talk } = await run('pin');
  assert.equal(exit, 4, talk);
  const told = [
    ...talk.matchAll(/^error\[image-not-signed\]: `\S+\/shop\/(\w+):1` .* has to be signed by `\S+`: (.*?)(?: \(environment.*)?$/gm),
  ];
  assert.deepEqual(
    told
      .map(([, name, why]) => `${name}: ${why?.replaceAll(registry.host, 'HOST')}`)
      .map((text) => text.replace(/ · prod.*| \(prod\)$/, '')),
    [
      'foreign: none of its signatures (1) is by `./keys/cosign.pub`',
      'moved: what `./keys/cosign.pub` has signed is this image as `HOST/shop/web`, and not as `HOST/shop/moved`',
      'plain: it has no signature',
    ],
    talk,
  );
  assert.equal(lock(), before);
});

test('a pin that does not say that it is signed is not rendered, and is mended by a look at the registry', async () => {
  use(['web', 'db']);
  writeFileSync(lockFile, lock().replaceAll(new RegExp(` *(?:${notes.join('|')})\n`, 'g'), ''));
  const refused = await run('synth');
  assert.equal(refused.exit, 2, refused.talk);
  assert.match(
    refused.talk,
    /error\[image-not-signed\]: `\S+\/shop\/web:1` has to be signed by `\.\/keys\/cosign\.pub`, and its pin does not say that it is/,
  );
  const due = await run('pin', '--check');
  assert.deepEqual([due.exit, /\(2 signed, which is not noted\)/.test(due.talk)], [1, true], due.talk);
  const done = await run('pin');
  assert.deepEqual([done.exit, /\(2 found to be signed\)/.test(done.talk)], [0, true], done.talk);
  assert.equal((await run('synth')).exit, 0);
});

test('a digest that somebody wrote by hand does not keep the note, and with a note of its own is found by a check', async () => {
  const evil = await push('evil');
  const before = lock();
  writeFileSync(lockFile, before.replace(web, evil));
  const refused = await run('synth');
  assert.equal(refused.exit, 2, refused.talk);
  assert.match(refused.talk, /shop\/web:1` has to be signed by `\S+`, and what its pin notes is not of this digest and such a key/);
  writeFileSync(lockFile, before.replace(web, evil).replace(noteFor('web', web), noteFor('web', evil)));
  assert.equal((await run('synth')).exit, 0);
  // What the registry has under the tag is signed; what the lock holds is not.
  const { exit, talk } = await run('pin', '--check');
  assert.equal(exit, 4, talk);
  assert.match(talk, /error\[image-not-signed\]: `\S+\/shop\/web:1` \(sha256:\w{12}\) has to be signed/);
  writeFileSync(lockFile, before);
});

test('a tag that moves to what is not signed is refused', async () => {
  const before = lock();
  const next = (await pushImage(registry, { repository: 'shop/web', tag: '2', platforms: ['linux/arm64'] })).digest;
  await tagAgain(registry, { repository: 'shop/web', tag: '1', digest: next });
  const { exit, talk } = await run('pin', '--image', 'web');
  assert.deepEqual([exit, lock()], [4, before], talk);
  await signIt('web', next);
  assert.equal((await run('pin', '--image', 'web')).exit, 0);
  assert.ok(lock().includes(next));
});

test('where one of two keys suffices, a check is content with either', async () => {
  const pem = [theirs, ours].map(({ publicKey }) => String(publicKey.export({ type: 'spki', format: 'pem' })));
  project.write({ 'keys/other.pub': pem[0] ?? '' });
  use(['web', 'db'], signatures.replace("'./keys/cosign.pub'", "['./keys/other.pub', './keys/cosign.pub']"));
  assert.equal((await run('pin', '--check')).exit, 0);
  // A second signature, which is found before the one that the lock notes.
  await signIt('db', db, theirs);
  const { exit, talk } = await run('pin', '--check');
  assert.equal(exit, 0, talk);
  use(['web', 'db']);
});

test('a newer tag that nobody has signed is passed over for the highest that is, and holds nothing else back', async () => {
  const digests = new Map<string, string>();
  for (const tag of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'])
    digests.set(tag, (await pushImage(registry, { repository: 'shop/api', tag, platforms: ['linux/amd64'] })).digest);
  for (const tag of ['1.0.0', '1.1.0']) await signIt('api', digests.get(tag) ?? '');
  const mail = await push('mail');
  await signIt('mail', mail);
  const images = [`${registry.host}/shop/api:1.0.0`, image('mail')];
  const upgrades = `upgrades: { '${registry.host}/shop/*': '^1' }, ${signatures}`;
  project.write({ 'environments/prod.ts': environmentOf('prod', images, upgrades) });
  const warned = /^warning\[upgrade-unsigned\]: `\S+\/shop\/api:1\.0\.0` is not upgraded to `1\.3\.0`, `1\.2\.0`: /m;
  assert.equal((await run('pin')).exit, 0);
  const due = await run('pin', '--check', '--upgrade');
  assert.equal(due.exit, 1, due.talk);
  assert.match(due.talk, warned);
  assert.match(due.talk, /^ {2}\^ \S+\/shop\/api:1\.0\.0 1\.0\.0 → 1\.1\.0/m);
  const done = await run('pin', '--upgrade');
  assert.equal(done.exit, 0, done.talk);
  assert.match(done.talk, warned);
  for (const digest of [digests.get('1.1.0'), mail]) assert.ok(lock().includes(digest ?? 'none'), lock());
  // What stands in is the highest that is signed: nothing is due, and who has not signed is told all the same.
  const same = await run('pin', '--check', '--upgrade');
  assert.equal(same.exit, 0, same.talk);
  assert.match(same.talk, warned);
  use(['web', 'db']);
  assert.equal((await run('pin')).exit, 0);
});

test('with another key nothing is rendered until it is looked for again', async () => {
  project.write({ 'keys/cosign.pub': String(theirs.publicKey.export({ type: 'spki', format: 'pem' })) });
  const refused = await run('synth');
  assert.equal(refused.exit, 2);
  assert.match(refused.talk, /and what its pin notes is not of this digest and such a key/);
  const { exit, talk } = await run('pin');
  assert.equal(exit, 4, talk);
});

test('a folder in the place of a key is told as what it is', async () => {
  use(['web', 'db'], signatures.replace('./keys/cosign.pub', './keys'));
  const { exit, talk } = await run('pin');
  assert.equal(exit, 2, talk);
  assert.match(talk, /error\[signature-invalid\]: `"\.\/keys"` is no file that can be read/);
  use(['web', 'db']);
});

test('a private key in the place of a public one is told, and not shown', async () => {
  const text = String(ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  project.write({ 'keys/cosign.pub': text });
  const { exit, talk } = await run('pin');
  assert.equal(exit, 2);
  assert.match(talk, /error\[signature-invalid\]: `"\.\/keys\/cosign\.pub"` is a private key/);
  assert.ok(!talk.includes(text.split('\n')[1] ?? ''));
});
