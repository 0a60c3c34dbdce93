import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../src/io/clock.ts';
import { openForge } from '../../../src/io/forge/forge.ts';
import { serve } from '../../../src/io/serve.ts';
import type { Forge, Route } from '../../../src/ports.ts';
import { type GiteaRepository, giteaFor } from '../../forge/gitea.ts';
import { type ForgeSubject, forgeContract } from './contract.ts';

const gitea = await giteaFor({ after });

function openAs(token: string, remote: string): Forge {
  const means = { env: { GITEA_TOKEN: token }, clock: systemClock, signal: new AbortController().signal, patience: 30_000 };
  return openForge({ remote, type: 'gitea' }, means);
}

forgeContract('Gitea', async (): Promise<ForgeSubject> => {
  const repository = await gitea.repository('web');
  // Who may write there, and no more.
  const robot = await gitea.another('robot', ['write:repository', 'write:issue']);
  await gitea.api('PUT', '/repos/acme/web/collaborators/robot', { permission: 'write' });
  let commits = 0;
  const stranger = await gitea.another('stranger', ['all']);
  const askAs = async (token: string, path: string, body: unknown): Promise<void> => {
    const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${gitea.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  // While it has no branches that are of use here.
  await askAs(stranger.token, '/repos/acme/web/forks', {});
  return {
    open: ({ name = 'web', token = robot.token } = {}) => openAs(token, `${gitea.url}/acme/${name}.git`),
    wrongToken: '0123456789012345678901234567890123456789',
    branch: (name) => repository.commit(name, `${name.replaceAll('/', '-')}-${++commits}.txt`, name),
    async fork({ head, base }) {
      const files = [{ operation: 'upload', path: 'theirs.txt', content: Buffer.from('theirs').toString('base64') }];
      await askAs(stranger.token, '/repos/stranger/web/contents', { branch: 'main', new_branch: head, message: 'Theirs', files });
      await askAs(stranger.token, '/repos/acme/web/pulls', { head: `stranger:${head}`, base, title: 'Theirs' });
    },
    async label(number, name) {
      const made = (await gitea.api('POST', '/repos/acme/web/labels', { name, color: '#00ff00' })) as { readonly id: number };
      await gitea.api('POST', `/repos/acme/web/issues/${number}/labels`, { labels: [made.id] });
    },
    async decline(number) {
      await gitea.api('PATCH', `/repos/acme/web/pulls/${number}`, { state: 'closed' });
    },
    async say(number, body) {
      await gitea.api('POST', `/repos/acme/web/issues/${number}/comments`, { body });
    },
    async comments(number) {
      const said = (await gitea.api('GET', `/repos/acme/web/issues/${number}/comments`)) as readonly { readonly body: string }[];
      return said.map(({ body }) => body);
    },
    async isOpen(number) {
      const { state } = (await gitea.api('GET', `/repos/acme/web/pulls/${number}`)) as { readonly state: string };
      return state === 'open';
    },
    close: async () => {},
  };
});

describe('a real Gitea', { concurrency: false }, () => {
  let repository: GiteaRepository;
  let forge: Forge;
  before(async () => {
    repository = await gitea.repository('rendered');
    forge = openAs(gitea.token, repository.remote);
  });
  const text = { title: 'Release of prod', body: 'text', labels: ['lockstep'] };
  const route: Route = { head: 'environments/prod-next', base: 'environments/prod' };

  test('people merge what was opened into a branch that nobody may push to, and the next one is another', async () => {
    await repository.commit(route.base, 'a.yaml', 'a: 1\n');
    await repository.protect(route.base);
    await assert.rejects(repository.commit(route.base, 'b.yaml', 'b: 1\n'), /403/);
    const tip = await repository.commit(route.head, 'a.yaml.new', 'a: 2\n');
    const pull = await forge.open(route, text);
    assert.equal(pull.head, tip);
    await repository.merge(pull.number);
    assert.equal(await forge.find(route), undefined);
    const next = await repository.commit(route.head, 'b.yaml', 'b: 1\n');
    const second = await forge.open(route, text);
    assert.notEqual(second.number, pull.number);
    assert.equal(second.head, next);
  });

  test('a token that may only read is refused with what it lacks', async () => {
    const { token } = await gitea.another('reader', ['read:repository', 'read:issue']);
    const reading = openAs(token, repository.remote);
    assert.equal(await reading.find({ head: 'no', base: 'such' }), undefined);
    await assert.rejects(
      reading.open({ ...route, base: 'main' }, text),
      (thrown: Error & { readonly code?: string; readonly help?: string }) => {
        assert.equal(thrown.code, 'forge-refused', thrown.message);
        assert.match(
          thrown.message,
          /does not let the token in `GITEA_TOKEN` open a pull request from `environments\/prod-next` into `main` in `acme\/rendered`/,
        );
        assert.match(thrown.help ?? '', /write:repository/);
        assert.ok(!thrown.message.includes(token));
        return true;
      },
    );
  });

  test('a repository that was renamed is found under its old name', async () => {
    const renamed = await gitea.repository('before');
    await renamed.commit('next', 'a', 'a');
    await gitea.api('PATCH', `/repos/${renamed.name}`, { name: 'afterwards' });
    const old = openAs(gitea.token, renamed.remote);
    const pull = await old.open({ head: 'next', base: 'main' }, text);
    assert.match(pull.url, /\/acme\/afterwards\/pulls\//);
    assert.deepEqual(await old.find({ head: 'next', base: 'main' }), pull);
  });

  test('a push reaches the hook of the agent, signed; one that is signed with another secret does not', async () => {
    const hooked = await gitea.repository('hooked');
    let hooks = 0;
    const answers: number[] = [];
    const agent = await serve({
      listen: { host: '127.0.0.1', port: 0 },
      dead: () => undefined,
      unready: () => undefined,
      metrics: () => ({ mediaType: 'text/plain', text: '' }),
      onHook: () => {
        hooks += 1;
      },
      secret: async () => 'open sesame',
    });
    // Stands before the agent, to see what it answers.
    const watching = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.entries(request.headers).filter(([name]) => /^(x-|content-type)/.test(name)) as [string, string][];
      const answer = await fetch(`http://127.0.0.1:${agent.port}/hook`, { method: 'POST', headers, body: Buffer.concat(chunks) });
      answers.push(answer.status);
      response.writeHead(answer.status).end(await answer.text());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => watching.once('listening', resolve));
    const url = `http://127.0.0.1:${(watching.address() as AddressInfo).port}/hook`;
    try {
      await hooked.webhook(url, 'open sesame');
      await hooked.commit('environments/prod', 'a.yaml', 'a: 1\n');
      await until(() => answers.length === 1);
      assert.deepEqual([answers, hooks], [[202], 1]);
      const [{ id }] = (await gitea.api('GET', `/repos/${hooked.name}/hooks`)) as [{ readonly id: number }];
      await gitea.api('DELETE', `/repos/${hooked.name}/hooks/${id}`);
      await hooked.webhook(url, 'open, sesame');
      await hooked.commit('environments/prod', 'b.yaml', 'b: 1\n');
      await until(() => answers.length === 2);
      assert.deepEqual([answers, hooks], [[202, 403], 1]);
    } finally {
      watching.closeAllConnections();
      watching.close();
      await agent.close();
    }
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !isSo(); tries++) await sleep(100);
  assert.ok(isSo(), 'it did not come');
}
