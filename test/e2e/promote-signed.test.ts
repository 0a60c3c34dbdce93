import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type Ended, runLockstep } from '../demo/program.ts';
import { noteOf, pushSignatures } from '../registry/cosign.ts';
import { openFaultyRegistry } from '../registry/faulty-registry.ts';
import { pushImage } from '../registry/images.ts';
import { startRegistry } from '../registry/registry.ts';
import { makeRepository, temporaryFolder } from '../support/repository.ts';
import { environmentOf, podsChart } from './pods-project.ts';

/** The built program, a real registry, and a project of which only the environment prod asks for signatures. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as TestContext;
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const registry = await startRegistry({ folder: temporaryFolder(context) });
closing.push(() => registry.close());
// What stands before it has no faults: it tells what was asked.
const { host, requests, become, close } = await openFaultyRegistry(registry);
closing.push(close);
const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const push = async (name: string): Promise<string> =>
  (await pushImage(registry, { repository: `shop/${name}`, tag: '1', platforms: ['linux/amd64'] })).digest;
const digests = { web: await push('web'), db: await push('db') };
const signIt = (name: 'web' | 'db') => {
  const signing = { repository: `shop/${name}`, digest: digests[name], key, reference: `${host}/shop/${name}` };
  return pushSignatures(registry, `shop/${name}`, digests[name], [signing]);
};
await signIt('db');

const repository = makeRepository(context);
const { folder, git } = repository;
mkdirSync(join(folder, 'node_modules'));
for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.')))
  symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
symlinkSync(resolve('.'), join(folder, 'node_modules', 'lockstep'));
const images = ['web', 'db'].map((name) => `${host}/shop/${name}:1`);
repository.commit(
  {
    'package.json': '{ "name": "shop", "type": "module" }\n',
    '.gitignore': 'dist/\nnode_modules/\n',
    'base.ts': podsChart,
    'keys/cosign.pub': String(publicKey.export({ type: 'spki', format: 'pem' })),
    'environments/staging.ts': environmentOf('staging', images),
    'environments/prod.ts': environmentOf('prod', images, `signatures: { '${host}/shop/*': { key: './keys/cosign.pub' } },`),
  },
  'Open the shop',
);
const env = { ...repository.env, XDG_CACHE_HOME: temporaryFolder(context) };
const run = (...args: readonly string[]): Promise<Ended> => runLockstep(folder, args, { env });
const lock = (): string => readFileSync(join(folder, 'environments/prod.lock.yaml'), 'utf8');
const note = (name: 'web' | 'db'): string => `signed: ${noteOf(publicKey, `${host}/shop/${name}`, digests[name])}`;
const unsigned =
  /error\[image-not-signed\]: `\S+\/shop\/web:1` \(sha256:\w{12}\) has to be signed by `\.\/keys\/cosign\.pub`: it has no signature/;

test('what another environment was pinned with is not promoted where it has to be signed and is not', async () => {
  assert.equal((await run('pin', 'staging')).exit, 0);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Pin staging');
  assert.equal((await run('publish', 'staging', '--direct')).exit, 0);
  const { exit, talk } = await run('promote', 'staging', 'prod');
  assert.equal(exit, 4, talk);
  assert.match(talk, unsigned);
  assert.equal(git('status', '--porcelain'), '');
  become({ type: 'answer', status: 500, on: /\.sig$/ });
  assert.equal((await run('promote', 'staging', 'prod')).exit, 3);
  become();
});

test('what is signed is promoted, with notes that its own environment has not', async () => {
  await signIt('web');
  const { exit, talk } = await run('promote', 'staging', 'prod');
  assert.equal(exit, 0, talk);
  assert.deepEqual([lock().includes(note('web')), lock().includes(note('db'))], [true, true], lock());
});

test('what is noted already of the same digest is asked for no more', async () => {
  const before = lock();
  become();
  const { exit, talk } = await run('promote', 'staging', 'prod');
  assert.deepEqual([exit, lock(), requests.length], [0, before, 0], talk);
});

test('one image that is promoted alone has to be signed, too', async () => {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Promote prod');
  digests.web = (await pushImage(registry, { repository: 'shop/web', tag: '1', platforms: ['linux/arm64'] })).digest;
  assert.equal((await run('pin', 'staging', '--image', 'web')).exit, 0);
  const before = lock();
  const { exit, talk } = await run('promote', 'staging', 'prod', '--only', 'web');
  assert.deepEqual([exit, lock()], [4, before], talk);
  assert.match(talk, unsigned);
  await signIt('web');
  const promoted = await run('promote', 'staging', 'prod', '--only', 'web');
  assert.equal(promoted.exit, 0, promoted.talk);
  assert.ok(lock().includes(note('web')), lock());
});
