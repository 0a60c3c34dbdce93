import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { openForge } from '../../../src/io/forge/forge.ts';
import type { FailureCode } from '../../../src/model/code.ts';
import { Failure } from '../../../src/model/failure.ts';
import { type ForgeType, forgeTypes } from '../../../src/model/forge.ts';
import type { Forge } from '../../../src/ports.ts';
import { listen } from '../../registry/listen.ts';

const token = 'a-token-of-somebody';
const route = { head: 'environments/prod-next', base: 'environments/prod' };
const text = { title: 'Release', body: 'text', labels: [] };
const now = Date.parse('2026-01-01T00:00:00Z');

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Scene {
  readonly forge: Forge;
  readonly url: string;
  /** `GET /api/v1/repos/acme/web/pulls`, without queries. */
  readonly asked: string[];
  /** Milliseconds of each pause. */
  readonly pauses: number[];
}

/** A forge that answers these, one after the other, and the last one from then on. No time passes in pauses. */
async function scene(
  t: TestContext,
  answers: readonly Answer[],
  {
    type = 'gitea',
    patience = 5_000,
    signal = new AbortController().signal,
  }: { readonly type?: ForgeType; readonly patience?: number; readonly signal?: AbortSignal } = {},
): Promise<Scene> {
  const asked: string[] = [];
  const pauses: number[] = [];
  const server = await listen((request, response) => {
    asked.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`);
    request.resume().on('end', () => answers[Math.min(asked.length, answers.length) - 1]?.(response, request));
  });
  t.after(server.close);
  const clock = {
    now: () => new Date(now),
    random: () => 0.5,
    sleep: async (ms: number) => void pauses.push(ms),
  };
  const options = { remote: 'git@git.example.com:acme/web.git', type, url: server.url };
  return { forge: openForge(options, { env: { LOCKSTEP_FORGE_TOKEN: token }, clock, signal, patience }), url: server.url, asked, pauses };
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

const nothing = json(200, []);
const cut: Answer = (response) => response.socket?.destroy();

async function failure(work: Promise<unknown>, code: FailureCode): Promise<Failure> {
  const thrown = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.ok(!`${thrown.message} ${thrown.help} ${thrown.stack}`.includes(token), thrown.message);
  return thrown;
}

for (const type of forgeTypes) {
  test(`${type}: a refusal is told at once, with what the forge says and without the token`, async (t) => {
    const unknown = await scene(t, [json(401, { message: `the token ${token} is not known` })], { type });
    assert.match(
      (await failure(unknown.forge.find(route), 'forge-refused')).message,
      /does not take the token in `LOCKSTEP_FORGE_TOKEN`: the token \*\*\* is not known/,
    );
    const forbidden = await scene(t, [json(403, { message: 'Resource not accessible' })], { type });
    assert.match(
      (await failure(forbidden.forge.open(route, text), 'forge-refused')).message,
      /open a \w+ request .* in `acme\/web`: Resource not accessible$/,
    );
    const missing = await scene(t, [json(404, { error: 'nothing' })], { type });
    assert.match((await failure(missing.forge.find(route), 'forge-missing')).message, /\(404: nothing\)/);
    const invalid = await scene(t, [json(400, { message: { title: ['is too long'] } })], { type });
    assert.match((await failure(invalid.forge.open(route, text), 'forge-failed')).message, /answers 400: title: is too long/);
    for (const one of [unknown, forbidden, missing, invalid]) assert.deepEqual([one.asked.length, one.pauses], [1, []]);
  });

  test(`${type}: a bad time is waited for as long as the forge says, and not for ever`, async (t) => {
    const limited = await scene(t, [json(429, {}, { 'retry-after': '3' }), json(503, {}), nothing], { type });
    assert.equal(await limited.forge.find(route), undefined);
    assert.deepEqual(limited.pauses, [3_000, 1_000]);
    const busy = await scene(t, [json(429, { message: 'slow down' }, { 'retry-after': '1' })], { type });
    assert.match((await failure(busy.forge.find(route), 'forge-unreachable')).message, /asked too often \(429: slow down\)/);
    assert.equal(busy.asked.length, 4);
    const patient = await scene(t, [json(429, {}, { 'retry-after': '3600' })], { type });
    assert.match((await failure(patient.forge.find(route), 'forge-unreachable')).help ?? '', /in 60 minutes/);
    assert.deepEqual([patient.asked.length, patient.pauses], [1, []]);
    const broken = await scene(t, [json(500, { message: 'oops' })], { type });
    assert.match((await failure(broken.forge.find(route), 'forge-unreachable')).message, /it answers 500: oops/);
    assert.equal(broken.asked.length, 4);
  });

  test(`${type}: what is cut off is asked again; what never comes is given up`, async (t) => {
    const once = await scene(
      t,
      [cut, (response) => void response.writeHead(200, { 'content-length': '9' }).write('[]', () => response.socket?.destroy()), nothing],
      { type },
    );
    assert.equal(await once.forge.find(route), undefined);
    assert.equal(once.asked.length, 3);
    const always = await scene(t, [cut], { type });
    assert.match((await failure(always.forge.find(route), 'forge-unreachable')).message, /the connection was broken off/);
    const slow = await scene(t, [(response) => void response.writeHead(200).write('[')], { type, patience: 150 });
    assert.match((await failure(slow.forge.find(route), 'forge-unreachable')).message, /no whole answer after 0\.15 s/);
    assert.equal(slow.asked.length, 1);
  });

  test(`${type}: what is no answer of a forge is told as that`, async (t) => {
    const page =
      (status: number): Answer =>
      (response) =>
        response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Log in</html>');
    const human = await scene(t, [page(200)], { type });
    assert.match((await failure(human.forge.find(route), 'forge-failed')).help ?? '', new RegExp(`${human.url}/api/v`));
    const gateway = await scene(t, [page(502)], { type });
    assert.doesNotMatch((await failure(gateway.forge.find(route), 'forge-unreachable')).message, /html/);
    const odd = await scene(t, [json(200, { message: 'ok' })], { type });
    assert.match((await failure(odd.forge.find(route), 'forge-failed')).message, /the answer is no list/);
    const empty = await scene(t, [json(201, { number: 'one' })], { type });
    assert.match((await failure(empty.forge.open(route, text), 'forge-failed')).message, /the answer is no \w+ request/);
    const others = await scene(t, [json(200, [null, 1, {}, { number: 1, html_url: '', title: '' }])], { type });
    assert.equal(await others.forge.find(route), undefined);
  });

  test(`${type}: a huge answer and a list without end are not read to the end`, async (t) => {
    const chunk = 'x'.repeat(1024 * 1024);
    const huge: Answer = (response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write).writeHead(200);
      write();
    };
    const large = await scene(t, [huge], { type });
    assert.match((await failure(large.forge.find(route), 'forge-failed')).message, /more than 33554432 bytes/);
    const endless = await scene(t, [json(200, [], { link: '<https://elsewhere.invalid/?page=2>; rel="next"' })], { type });
    assert.match((await failure(endless.forge.find(route), 'forge-failed')).message, /more than 200 pages/);
    assert.equal(endless.asked.length, 200);
  });

  test(`${type}: the token is told to nobody that the forge sends to`, async (t) => {
    const thief = await scene(t, [nothing]);
    const away = await scene(t, [(response) => response.writeHead(307, { location: `${thief.url}/steal` }).end()], { type });
    assert.match((await failure(away.forge.find(route), 'forge-failed')).message, /sends to `http:\/\/127/);
    assert.deepEqual(thief.asked, []);
    const moved = await scene(t, [(response) => response.writeHead(301, { location: '/api/moved' }).end(), nothing], { type });
    assert.equal(await moved.forge.find(route), undefined);
    assert.equal(moved.asked[1], 'GET /api/moved');
    const circle = await scene(t, [(response) => response.writeHead(307, { location: '/api/circle' }).end()], { type });
    await failure(circle.forge.find(route), 'forge-failed');
    assert.equal(circle.asked.length, 4);
  });

  test(`${type}: a comment of which nobody knows whether it was written is not written twice`, async (t) => {
    const lost = await scene(t, [nothing, cut], { type });
    await failure(lost.forge.comment(1, '<!-- a -->', 'text'), 'forge-unreachable');
    const failing = await scene(t, [nothing, json(500, {})], { type });
    await failure(failing.forge.comment(1, '<!-- a -->', 'text'), 'forge-unreachable');
    assert.deepEqual([lost.asked.length, failing.asked.length], [2, 2]);
    const busy = await scene(t, [nothing, json(429, {}, { 'retry-after': '2' }), json(201, {})], { type });
    await busy.forge.comment(1, '<!-- a -->', 'text');
    assert.deepEqual(busy.pauses, [2_000]);
  });

  test(`${type}: a comment of somebody else with the same marker is left, and one of our own is written`, async (t) => {
    const { forge, asked } = await scene(t, [json(200, [{ id: 5, body: '<!-- a -->\nold' }]), json(403, {}), json(201, {})], { type });
    await forge.comment(1, '<!-- a -->', 'text');
    assert.deepEqual(
      asked.map((one) => one.split(' ')[0]),
      ['GET', type === 'gitlab' ? 'PUT' : 'PATCH', 'POST'],
    );
  });

  test(`${type}: an interruption is told as one`, async (t) => {
    const stop = new AbortController();
    const { forge } = await scene(t, [() => stop.abort()], { type, signal: stop.signal });
    assert.equal((await failure(forge.find(route), 'interrupted')).exit, 130);
  });
}

test('a pull request that was opened although the answer was lost is found', async (t) => {
  const pull = {
    number: 7,
    html_url: 'https://git.example.com/acme/web/pulls/7',
    title: 'Release',
    body: 'text',
    labels: [],
    head: { ref: route.head, sha: 'a'.repeat(40), repo: { full_name: 'acme/web' } },
    base: { ref: route.base, repo: { full_name: 'acme/web' } },
  };
  const { forge, asked } = await scene(t, [cut, json(409, { message: 'exists' }), json(200, [pull])]);
  assert.equal((await forge.open(route, text)).number, 7);
  assert.deepEqual(
    asked,
    ['POST', 'POST', 'GET'].map((method) => `${method} /api/v1/repos/acme/web/pulls`),
  );
  const gone = await scene(t, [json(409, {}), nothing, json(409, {}), nothing]);
  assert.match((await failure(gone.forge.open(route, text), 'forge-failed')).message, /is there already, and cannot be found$/);
  assert.equal(gone.asked.length, 4);
});

test('of two who change one pull request at once, the other one changes it afterwards', async (t) => {
  const pull = { number: 7, url: '', title: 'Before', body: 'text', labels: [], head: '' };
  const changed = {
    number: 7,
    html_url: 'https://git.example.com/acme/web/pulls/7',
    title: text.title,
    head: { ref: route.head, sha: 'a'.repeat(40) },
    base: { ref: route.base },
  };
  const busy = json(409, { message: 'the issue is already changed' });
  const { forge, asked } = await scene(t, [busy, busy, json(201, changed)]);
  assert.equal((await forge.update(pull, text, [])).title, text.title);
  assert.equal(asked.length, 3);
  const never = await scene(t, [busy]);
  await failure(never.forge.update(pull, text, []), 'forge-failed');
  assert.equal(never.asked.length, 4);
});

test("GitHub's limits are waited for where they end soon: that of an hour by its time, that of changes by its words", async (t) => {
  const spent = (seconds: number): Answer =>
    json(403, { message: 'API rate limit exceeded' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + seconds) });
  const soon = await scene(t, [spent(20), nothing], { type: 'github' });
  assert.equal(await soon.forge.find(route), undefined);
  assert.deepEqual(soon.pauses, [21_000]);
  const late = await scene(t, [spent(3_000)], { type: 'github' });
  assert.match((await failure(late.forge.find(route), 'forge-unreachable')).help ?? '', /in 51 minutes/);
  const second = await scene(t, [json(403, { message: 'You have exceeded a secondary rate limit.' }), nothing], { type: 'github' });
  assert.equal(await second.forge.find(route), undefined);
  assert.deepEqual(second.pauses, [60_000]);
  const told = await scene(t, [json(403, {}, { 'retry-after': '5' }), nothing], { type: 'github' });
  assert.equal(await told.forge.find(route), undefined);
  assert.deepEqual(told.pauses, [5_000]);
});

test('GitLab says 409, too, of branches that cannot be merged: that is no pull request that is there', async (t) => {
  const { forge, asked } = await scene(t, [json(409, { message: ["You can't use same project/branch for source and target"] })], {
    type: 'gitlab',
  });
  await failure(forge.open(route, text), 'forge-failed');
  assert.equal(asked.length, 1);
});

const means = (env: Readonly<Record<string, string>>) => ({
  env,
  clock: { now: () => new Date(now), random: () => 0.5, sleep: async () => {} },
  signal: new AbortController().signal,
  patience: 1_000,
});

test('the token is that of the forge, the general one first; none is asked for in vain', async (t) => {
  const told: string[] = [];
  const server = await listen((request, response) => {
    told.push(request.headers.authorization ?? '');
    response.end('[]');
  });
  t.after(server.close);
  const env = { CI_JOB_TOKEN: 'job', GITHUB_TOKEN: 'hub', GITLAB_TOKEN: 'lab', GITEA_TOKEN: '', FORGEJO_TOKEN: ' jo\n' };
  const remote = 'git@git.example.com:acme/web.git';
  for (const type of forgeTypes) await openForge({ remote, type, url: server.url }, means(env)).find(route);
  await openForge({ remote, type: 'github', url: server.url }, means({ ...env, LOCKSTEP_FORGE_TOKEN: 'own' })).find(route);
  assert.deepEqual(told, ['Bearer hub', 'Bearer lab', 'token jo', 'Bearer own']);
  const job = { CI_JOB_TOKEN: 'job' };
  const none = await failure((async () => openForge({ remote, type: 'gitlab' }, means(job)))(), 'forge-token');
  assert.deepEqual([none.exit, none.message], [2, 'there is no token for `git.example.com`']);
  assert.match(none.help ?? '', /`LOCKSTEP_FORGE_TOKEN`, or `GITLAB_TOKEN`/);
  await failure((async () => openForge({ remote, type: 'gitlab' }, means({ LOCKSTEP_FORGE_TOKEN: `${token} ä` })))(), 'forge-token');
});

test('nothing is asked without TLS but of this machine, or where that is told', async () => {
  const env = { LOCKSTEP_FORGE_TOKEN: token };
  const remote = 'http://git.example.com/acme/web.git';
  const open = async (insecure?: boolean) => openForge({ remote, type: 'gitea', insecure }, means(env));
  assert.equal((await failure(open(), 'forge-insecure')).exit, 2);
  assert.equal((await open(true)).type, 'gitea');
});

test('a remote at no known forge is told, with what to tell, and without its password', async () => {
  const open = async (remote: string, url?: string) => openForge({ remote, url }, means({ LOCKSTEP_FORGE_TOKEN: token }));
  const host = await failure(open(`https://robot:${token}@git.example.com/acme/web.git`), 'forge-unknown');
  assert.deepEqual(
    [host.message, host.help, host.exit],
    ['nobody knows which type of forge the remote `https://git.example.com/acme/web.git` is at', 'tell its type: github, gitlab, gitea', 2],
  );
  await failure(open('/srv/git/web.git'), 'forge-unknown');
  await failure(open('git@github.com:acme/web.git', `https://robot:${token}@git.example.com`), 'forge-unknown');
});
