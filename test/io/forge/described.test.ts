import assert from 'node:assert/strict';
import { systemClock } from '../../../src/io/clock.ts';
import { openForge } from '../../../src/io/forge/forge.ts';
import type { ForgeType } from '../../../src/model/forge.ts';
import type { Described } from '../../forge/described.ts';
import { serveGitHub } from '../../forge/github.ts';
import { gitLabProject, serveGitLab } from '../../forge/gitlab.ts';
import { commitOf, emptyRepository, type Held, openPull } from '../../forge/state.ts';
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
      held.branches.set(name, commitOf(name));
      return commitOf(name);
    },
    async fork(route) {
      openPull(held, route, true);
    },
    async label(number, name) {
      pullOf(number).labels.push(name);
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
