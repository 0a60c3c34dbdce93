import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { openForge } from '../../../src/io/forge/forge.ts';
import type { ForgeType } from '../../../src/model/forge.ts';
import type { Described } from '../../forge/described.ts';
import { serveGitHub } from '../../forge/github.ts';
import { gitLabProject, serveGitLab } from '../../forge/gitlab.ts';
import { commitOf, emptyRepository, type Held, openPull, turn } from '../../forge/state.ts';
import { type ForgeSubject, forgeContract } from './contract.ts';

const token = 'a-token-of-somebody';

/** A server that knows the interface of a forge by its description alone; closing it tells what was asked that this does not have. */
async function subjectOf(
  type: ForgeType,
  serve: (held: Held, token: string) => Promise<Described>,
  { remote, url }: { readonly remote: string; readonly url: (root: string) => string },
): Promise<ForgeSubject> {
  const held = emptyRepository();
  const server = await serve(held, token);
  const pullOf = (number: number) => held.pulls.find((one) => one.number === number) ?? assert.fail(`there is no ${number}`);
  return {
    open: ({ name, token: other = token } = {}) =>
      openForge(
        { remote: name === undefined ? remote : remote.replace(/[^/]+\.git$/, `${name}.git`), type, url: url(server.url) },
        { env: { LOCKSTEP_FORGE_TOKEN: other }, clock: systemClock, signal: new AbortController().signal, patience: 5_000 },
      ),
    wrongToken: 'what-nobody-knows',
    async branch(name) {
      const commit = commitOf(`${name}${held.branches.get(name) ?? ''}`);
      held.branches.set(name, commit);
      return commit;
    },
    async fork(route) {
      openPull(held, route, true);
    },
    async label(number, name) {
      pullOf(number).labels.push(name);
    },
    async decline(number) {
      turn(held, pullOf(number), false);
    },
    async say(number, body) {
      pullOf(number).comments.push({ id: held.next(), by: 'somebody', body });
    },
    comments: async (number) => pullOf(number).comments.map(({ body }) => body),
    isOpen: async (number) => pullOf(number).isOpen,
    get requests() {
      return server.requests.length;
    },
    async close() {
      await server.close();
      assert.deepEqual(server.problems, []);
    },
  };
}

forgeContract('GitHub, by its OpenAPI description', () =>
  subjectOf('github', serveGitHub, { remote: 'git@github.example.com:acme/web.git', url: (root) => root }),
);

forgeContract('GitLab, by its documentation', () =>
  subjectOf('gitlab', serveGitLab, {
    remote: `ssh://git@gitlab.example.com:2222/${gitLabProject}.git`,
    url: (root) => root.replace('/api/v4', ''),
  }),
);

for (const { type, serve, remote, wanted } of [
  {
    type: 'github',
    serve: serveGitHub,
    remote: 'git@github.example.com:acme/web.git',
    wanted: ['GET pulls', 'POST pulls', 'POST labels', 'PATCH 1', 'DELETE old', 'POST labels', `POST ${commitOf('next')}`],
  },
  {
    type: 'gitlab',
    serve: serveGitLab,
    remote: `git@gitlab.example.com:${gitLabProject}.git`,
    wanted: ['GET merge_requests', 'POST merge_requests', 'PUT 1', `POST ${commitOf('next')}`],
  },
] as const)
  test(`${type} is asked no more than it has to be`, async (t) => {
    const held = emptyRepository();
    held.branches.set('next', commitOf('next'));
    const server = await serve(held, token);
    t.after(server.close);
    const means = { env: { LOCKSTEP_FORGE_TOKEN: token }, clock: systemClock, signal: new AbortController().signal, patience: 5_000 };
    const forge = openForge({ remote, type, url: server.url }, means);
    const route = { head: 'next', base: 'main' };
    await forge.find(route);
    const pull = await forge.open(route, { title: 'One', body: 'text', labels: ['old', 'kept'] });
    await forge.update(pull, { title: 'Two', body: 'text', labels: ['kept', 'new'] }, ['old', 'kept', 'new']);
    await forge.report(pull.head, { context: 'lockstep/prod', state: 'success', description: '' });
    const asked = server.requests.map((one) => `${one.split(' ')[0]} ${one.split('/').at(-1)}`);
    assert.deepEqual(asked, wanted);
    assert.deepEqual(server.problems, []);
  });
