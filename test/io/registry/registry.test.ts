import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { openRegistry } from '../../../src/io/registry/registry.ts';
import type { RegistryOptions } from '../../../src/io/registry/talks.ts';
import { Failure } from '../../../src/model/failure.ts';
import { parseImage } from '../../../src/model/image.ts';
import type { FoundImage } from '../../../src/ports/supply.ts';
import { credentials } from '../../registry/credentials.ts';
import type { Fault } from '../../registry/faults.ts';
import { type FaultyRegistry, openFaultyRegistry } from '../../registry/faulty-registry.ts';
import { pushImage, tagAgain } from '../../registry/images.ts';
import { listen } from '../../registry/listen.ts';
import { type Registry, type RegistryOptions as Started, startRegistry } from '../../registry/registry.ts';
import { temporaryFolder } from '../../support/repository.ts';

/** Real registries, each with the images that the tests ask for. They end with the tests. */
const closing: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void closing.push(end) } as Pick<TestContext, 'after'>;
after(async () => {
  for (const close of closing.toReversed()) await close();
});

async function start(options: Omit<Started, 'folder'> = {}): Promise<Registry> {
  const registry = await startRegistry({ folder: temporaryFolder(context), ...options });
  closing.push(() => registry.close());
  return registry;
}

const platforms = ['linux/amd64', 'linux/arm64/v8'] as const;
const open = await start();
const web = await pushImage(open, { repository: 'shop/web', tag: '1', platforms });

/** Who one is to Docker. */
function dockerFolder(t: Pick<TestContext, 'after'>, auths: object): string {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  return folder;
}

const basic = ({ username, password }: { readonly username: string; readonly password: string }): string =>
  Buffer.from(`${username}:${password}`).toString('base64');

/** What is found of `image`, by somebody whose Docker has this folder. */
function find(image: string, options: Partial<RegistryOptions> & { readonly folder?: string } = {}): Promise<FoundImage> {
  const { folder = '/none', ...rest } = options;
  const reference = parseImage(image);
  assert.ok(reference !== undefined);
  const registry = openRegistry({
    docker: { folder, env: {} },
    insecure: [],
    certificates: [],
    clock: systemClock,
    patience: 5_000,
    ...rest,
  });
  return registry.find(reference, new AbortController().signal);
}

async function failureOf(finding: Promise<unknown>): Promise<Failure> {
  const thrown = await finding.then(
    () => assert.fail('it was found'),
    (failure: unknown) => failure,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  return thrown;
}

test('an image for several platforms is found by the digest of its index, in the form of OCI and in that of Docker', async () => {
  assert.deepEqual(await find(`${open.host}/shop/web:1`), { digest: web.digest, platforms });
  const docker = await pushImage(open, { repository: 'shop/docker', tag: '1', platforms, docker: true });
  assert.deepEqual(await find(`${open.host}/shop/docker:1`), { digest: docker.digest, platforms });
});

test('what only accompanies an image is none of its platforms', async () => {
  const attested = await pushImage(open, { repository: 'shop/attested', tag: '1', platforms: ['linux/amd64', 'unknown/unknown'] });
  assert.deepEqual(await find(`${open.host}/shop/attested:1`), { digest: attested.digest, platforms: ['linux/amd64'] });
});

test('an image for one platform is found by its own digest, and the platform by its configuration', async () => {
  for (const docker of [false, true]) {
    const one = await pushImage(open, {
      repository: 'shop/one',
      tag: `docker-${docker}`,
      platforms: ['linux/arm/v7'],
      single: true,
      docker,
    });
    assert.deepEqual(await find(`${open.host}/shop/one:docker-${docker}`), { digest: one.digest, platforms: ['linux/arm/v7'] });
  }
});

test('a tag that moves is found where it is now', async () => {
  const next = await pushImage(open, { repository: 'shop/web', tag: '2', platforms });
  await tagAgain(open, { repository: 'shop/web', tag: 'latest', digest: web.digest });
  assert.equal((await find(`${open.host}/shop/web`)).digest, web.digest);
  await tagAgain(open, { repository: 'shop/web', tag: 'latest', digest: next.digest });
  assert.equal((await find(`${open.host}/shop/web`)).digest, next.digest);
});

test('there is no such tag, and no such repository', async () => {
  for (const image of [`${open.host}/shop/web:none`, `${open.host}/none/web:1`]) {
    const { code, exit, message } = await failureOf(find(image));
    assert.deepEqual([code, exit, message], ['image-unknown', 2, `there is no \`${image}\``]);
  }
});

test('a password is asked for, and told to nobody', async (t) => {
  const registry = await start({ auth: 'htpasswd' });
  const { digest } = await pushImage(registry, { repository: 'shop/web', tag: '1', platforms });
  const image = `${registry.host}/shop/web:1`;
  const folder = dockerFolder(t, { [registry.host]: { auth: basic(credentials) } });
  assert.equal((await find(image, { folder })).digest, digest);
  const nobody = await failureOf(find(image));
  assert.deepEqual([nobody.code, nobody.exit], ['registry-unauthorized', 3]);
  assert.match(nobody.message, /nobody is logged in there$/);
  const wrong = dockerFolder(t, { [registry.host]: { auth: basic({ ...credentials, password: 'hunter2' }) } });
  const refused = await failureOf(find(image, { folder: wrong }));
  assert.match(refused.message, /does not take the credentials that Docker keeps for it$/);
  assert.doesNotMatch(`${refused.message} ${refused.help}`, /hunter2/);
});

const asking = await start({ auth: 'token' });
const tokens = asking.tokens;
assert.ok(tokens !== undefined);
const owned = await pushImage(asking, { repository: 'shop/web', tag: '1', platforms: ['linux/amd64'], single: true });
const shared = await pushImage(asking, { repository: 'public/web', tag: '1', platforms });

test('a token is got for nobody, for a password and for a token, once for a repository', async (t) => {
  const given = (): number => tokens.given;
  const before = given();
  assert.equal((await find(`${asking.host}/public/web:1`)).digest, shared.digest);
  assert.equal(given() - before, 1);
  const password = dockerFolder(t, { [asking.host]: { auth: basic(credentials) } });
  // Its manifest and its configuration.
  assert.deepEqual(await find(`${asking.host}/shop/web:1`, { folder: password }), { digest: owned.digest, platforms: ['linux/amd64'] });
  assert.equal(given() - before, 2);
  const identity = dockerFolder(t, { [asking.host]: { identitytoken: tokens.refreshToken } });
  assert.equal((await find(`${asking.host}/shop/web:1`, { folder: identity })).digest, owned.digest);
  assert.deepEqual(
    tokens.requests.slice(-3).map(({ method, scopes }) => [method, ...scopes]),
    [
      ['GET', 'repository:public/web:pull'],
      ['GET', 'repository:shop/web:pull'],
      ['POST', 'repository:shop/web:pull'],
    ],
  );
});

test('what nobody may read, and wrong credentials, are told as that', async (t) => {
  const nobody = await failureOf(find(`${asking.host}/shop/web:1`));
  assert.deepEqual([nobody.code, nobody.exit], ['registry-unauthorized', 3]);
  assert.match(nobody.message, /does not let everybody read `shop\/web`, or there is no such repository$/);
  const folder = dockerFolder(t, { [asking.host]: { auth: basic({ ...credentials, password: 'hunter2' }) } });
  const wrong = await failureOf(find(`${asking.host}/shop/web:1`, { folder }));
  assert.equal(wrong.code, 'registry-unauthorized');
  assert.match(wrong.message, /does not take the credentials that Docker keeps for it$/);
  assert.doesNotMatch(`${wrong.message} ${wrong.help}`, /hunter2/);
});

test('a token that is over is got anew', async (t) => {
  const folder = dockerFolder(t, { [asking.host]: { auth: basic(credentials) } });
  tokens.answerWith('expired', 'good');
  const registry = openRegistry({ docker: { folder, env: {} }, insecure: [], certificates: [], clock: systemClock, patience: 5_000 });
  const reference = parseImage(`${asking.host}/shop/web:1`);
  assert.ok(reference !== undefined);
  const { signal } = new AbortController();
  const first = await failureOf(registry.find(reference, signal));
  assert.equal(first.code, 'registry-unauthorized');
  assert.equal((await registry.find(reference, signal)).digest, owned.digest);
});

test('a certificate of an authority of one’s own is trusted where Docker would, and nowhere else', async (t) => {
  const registry = await start({ tls: true });
  const { digest } = await pushImage(registry, { repository: 'shop/web', tag: '1', platforms });
  const image = `${registry.host}/shop/web:1`;
  const stranger = await failureOf(find(image));
  assert.deepEqual([stranger.code, stranger.exit], ['registry-unreachable', 3]);
  assert.match(stranger.help ?? '', /certificate/);
  const certificates = temporaryFolder(t);
  mkdirSync(join(certificates, registry.host));
  assert.ok(registry.caFile !== undefined);
  cpSync(registry.caFile, join(certificates, registry.host, 'ca.crt'));
  assert.equal((await find(image, { certificates: [certificates] })).digest, digest);
});

test('where nothing listens, and where there is no such host, that is told', async () => {
  const registry = await start();
  await registry.close();
  const dead = await failureOf(find(`${registry.host}/shop/web:1`));
  assert.deepEqual([dead.code, dead.exit], ['registry-unreachable', 3]);
  assert.match(dead.message, /nothing listens there$/);
  const nowhere = await failureOf(find('registry.invalid/shop/web:1'));
  assert.equal(nowhere.code, 'registry-unreachable');
});

const faulty: FaultyRegistry = await openFaultyRegistry(open);
closing.push(() => faulty.close());
const one = await pushImage(open, { repository: 'shop/single', tag: '1', platforms: ['linux/amd64'], single: true });
const atFaulty = `${faulty.host}/shop/web:1`;
const atOnce = { ...systemClock, sleep: async () => {} };

const passing: readonly (readonly [title: string, fault: Fault])[] = [
  ['is asked too often, three times', { type: 'answer', status: 429, headers: { 'retry-after': '0' }, times: 3 }],
  ['is overloaded, three times', { type: 'answer', status: 503, times: 3 }],
  ['is late', { type: 'late', ms: 200 }],
];
for (const [title, fault] of passing) {
  test(`a registry that ${title} is asked until it answers`, async () => {
    faulty.become(fault);
    assert.equal((await find(atFaulty, { clock: atOnce })).digest, web.digest);
  });
}

const failing: readonly (readonly [title: string, fault: Fault, code: string, message: RegExp])[] = [
  ['cuts its answers off', { type: 'cut' }, 'registry-unreachable', /the answer was cut off|the connection was broken off|aborted/],
  [
    'answers with other bytes than it says',
    { type: 'altered' },
    'registry-damaged',
    /has the digest sha256:\w+, not the one that is told$/,
  ],
  ['says another digest', { type: 'other-digest' }, 'registry-damaged', /not the one that is told$/],
  ['never answers', { type: 'silent' }, 'registry-unreachable', /there is no whole answer after 0\.4 s$/],
  ['answers without end', { type: 'huge', bytes: Number.POSITIVE_INFINITY }, 'registry-damaged', /has more than 4194304 bytes$/],
  ['is overloaded for ever', { type: 'answer', status: 503 }, 'registry-failed', /answers 503$/],
  ['is asked too often for ever', { type: 'answer', status: 429 }, 'registry-failed', /asked too often$/],
  ['answers what no registry does', { type: 'answer', status: 200, body: '<html>' }, 'registry-damaged', /is no JSON object$/],
  [
    'sends to where nothing is encrypted without saying where',
    { type: 'answer', status: 401, headers: { 'www-authenticate': 'Bearer realm="http://example.com/token"' } },
    'registry-insecure',
    /sends for a token to `http:\/\/example\.com`/,
  ],
];
for (const [title, fault, code, message] of failing) {
  test(`a registry that ${title} is told as that`, async () => {
    faulty.become(fault);
    const failure = await failureOf(find(atFaulty, { clock: atOnce, patience: fault.type === 'silent' ? 400 : 5_000 }));
    assert.equal(failure.code, code, failure.message);
    assert.match(failure.message, message);
  });
}

test('what lies elsewhere is got from there, and nothing is told there of who one is', async (t) => {
  const folder = dockerFolder(t, { [faulty.host]: { auth: basic(credentials) } });
  faulty.become({ type: 'moved' });
  assert.deepEqual(await find(`${faulty.host}/shop/single:1`, { folder }), { digest: one.digest, platforms: ['linux/amd64'] });
  assert.equal(faulty.elsewhere.length, 1);
  assert.equal(faulty.elsewhere[0]?.headers.authorization, undefined);
});

test('who one is at a registry is told to nobody that it sends to', async (t) => {
  const folder = dockerFolder(t, { [faulty.host]: { auth: basic(credentials) } });
  const seen: string[] = [];
  const stranger = await listen((asked, response) => {
    seen.push(`${asked.url} ${asked.headers.authorization}`);
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${stranger.url}/token",service="x"` }).end();
  });
  t.after(() => stranger.close());
  faulty.become({ type: 'answer', status: 307, headers: { location: `${stranger.url}/v2/shop/web/manifests/1` } });
  const failure = await failureOf(find(atFaulty, { folder }));
  assert.equal(failure.code, 'registry-insecure', failure.message);
  assert.deepEqual(seen, ['/v2/shop/web/manifests/1 undefined']);
});

test('a registry that changes the protocol has given no answer', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const failure = await failureOf(find(`127.0.0.1:${port}/shop/web:1`, { clock: atOnce }));
  assert.equal(failure.code, 'registry-unreachable');
});

test('nobody waits for hours, and a token server that is busy is told as that', async (t) => {
  let slept = 0;
  const clock = {
    ...systemClock,
    sleep: async (ms: number) => {
      slept += ms;
    },
  };
  faulty.become({ type: 'answer', status: 429, headers: { 'retry-after': '21600' } });
  assert.equal((await failureOf(find(atFaulty, { clock }))).code, 'registry-failed');
  assert.equal(slept, 0);
  faulty.become({ type: 'answer', status: 503, headers: { 'retry-after': '2' }, times: 1 });
  assert.equal((await find(atFaulty, { clock })).digest, web.digest);
  assert.equal(slept, 2_000);
  const busy = await listen((_, response) => void response.writeHead(503).end());
  t.after(() => busy.close());
  faulty.become({ type: 'answer', status: 401, headers: { 'www-authenticate': `Bearer realm="${busy.url}/token"` } });
  const failure = await failureOf(find(atFaulty, { clock }));
  assert.equal(failure.code, 'registry-failed');
  assert.match(failure.message, /^`127\.0\.0\.1:\d+`, which `127\.0\.0\.1:\d+` sends to, answers 503$/);
});

test('a helper is asked once for a registry', async (t) => {
  const folder = temporaryFolder(t);
  const program = join(folder, 'docker-credential-counting');
  writeFileSync(
    program,
    `#!/bin/sh\ncat >/dev/null\necho x >> '${folder}/calls'\nprintf '{"Username":"${credentials.username}","Secret":"${credentials.password}"}'\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ credsStore: 'counting' }));
  const docker = { folder, env: { PATH: `${folder}:${process.env['PATH']}` } };
  const registry = openRegistry({ docker, insecure: [], certificates: [], clock: systemClock, patience: 5_000 });
  const images = ['shop/web:1', 'public/web:1']
    .map((image) => parseImage(`${asking.host}/${image}`))
    .filter((found) => found !== undefined);
  assert.equal((await Promise.all(images.map((image) => registry.find(image, new AbortController().signal)))).length, 2);
  assert.equal(readFileSync(join(folder, 'calls'), 'utf8'), 'x\n');
});

test('who stops while a registry is asked stops at once', async () => {
  faulty.become({ type: 'silent' });
  const stop = new AbortController();
  const reference = parseImage(atFaulty);
  assert.ok(reference !== undefined);
  const registry = openRegistry({
    docker: { folder: '/none', env: {} },
    insecure: [],
    certificates: [],
    clock: systemClock,
    patience: 60_000,
  });
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(registry.find(reference, stop.signal), /abort/i);
});
