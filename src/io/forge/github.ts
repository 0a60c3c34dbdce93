import type { CommitState } from '../../model/forge.ts';
import { ask, askAll, askFirst, type Talk } from './asking.ts';
import type { ForgeApi } from './forge.ts';
import { likeGitHub, rootOf } from './like-github.ts';
import { closedOf, namesOf, objectOf, pullOf, readComments, readStatuses } from './reading.ts';
import type { Token } from './token.ts';

/** What GitHub is told with every request. */
export function gitHubHeaders({ value }: Token): Readonly<Record<string, string>> {
  return { accept: 'application/vnd.github+json', authorization: `Bearer ${value}`, 'x-github-api-version': '2022-11-28' };
}

/** The REST interface of GitHub, and of GitHub Enterprise. A pull request is an issue there, too: labels and comments are those of issues. */
export function gitHubApi(talk: Talk): ForgeApi {
  const root = rootOf(talk);
  const owner = talk.place.repository.split('/')[0] ?? '';
  const { retell, ...alike } = likeGitHub(talk, ({ status, text }) => status === 422 && /already exists/i.test(text));
  return {
    ...alike,
    async find({ head, base }) {
      const query = { state: 'open', head: `${owner}:${head}`, base, per_page: '100' };
      return pullOf(await askAll(talk, { act: 'list pull requests', path: `${root}/pulls`, query }), { head, base });
    },
    async closed(route, meant) {
      const query = {
        state: 'closed',
        head: `${owner}:${route.head}`,
        base: route.base,
        sort: 'created',
        direction: 'desc',
        per_page: '100',
      };
      return closedOf(await askFirst(talk, { act: 'list pull requests', path: `${root}/pulls`, query }), route, meant);
    },
    async change(pull, change) {
      const changed = await retell(pull, change);
      const path = `${root}/issues/${pull.number}/labels`;
      for (const label of change.remove) {
        const act = `take off the label \`${label}\``;
        await ask(talk, { act, method: 'DELETE', path: `${path}/${encodeURIComponent(label)}`, also: ({ status }) => status === 404 });
      }
      const left = changed.labels.filter((label) => !change.remove.includes(label));
      if (change.add.length === 0) return { ...changed, labels: left };
      // It makes those that the repository does not have.
      const put = await ask(talk, { act: 'put on labels', method: 'POST', path, body: { labels: change.add } });
      return { ...changed, labels: namesOf(put.value) };
    },
    async comments(number) {
      const query = { per_page: '100' };
      return readComments(await askAll(talk, { act: 'list comments', path: `${root}/issues/${number}/comments`, query }));
    },
    async statuses(commit) {
      const asked = { act: `tell how ${commit} does`, path: `${root}/commits/${commit}/status`, query: { per_page: '100' } };
      const list = await askAll(talk, asked, (value) => objectOf(value)['statuses']);
      return readStatuses(list, { context: 'context', state: 'state', states });
    },
  };
}

const states: Readonly<Record<string, CommitState>> = { success: 'success', failure: 'failure', error: 'failure' };
