import type { CommitState } from '../../model/forge.ts';
import type { DeclinedRequest } from '../../ports/forge.ts';
import { ask, askAll, askFirst, type Talk } from './asking.ts';
import { closingMarker } from './change.ts';
import type { ForgeApi } from './forge.ts';
import { likeGitHub, rootOf } from './like-github.ts';
import { closedOf, namesOf, objectOf, pullOf, readComments, readStatuses, textOf } from './reading.ts';
import type { Token } from './token.ts';

/** What Gitea and Forgejo are told with every request. */
export function giteaHeaders({ value }: Token): Readonly<Record<string, string>> {
  return { accept: 'application/json', authorization: `token ${value}` };
}

/** The REST interface of Gitea and Forgejo. */
export function giteaApi(talk: Talk): ForgeApi {
  const root = rootOf(talk);
  const { retell, ...alike } = likeGitHub(talk, ({ status }) => status === 409);
  const find: ForgeApi['find'] = async (route) => {
    // Older ones, and Forgejo, do not know `base_branch`, and list all.
    const query = { state: 'open', base_branch: route.base, limit: '50' };
    return pullOf(await askAll(talk, { act: 'list pull requests', path: `${root}/pulls`, query }), route);
  };
  return {
    ...alike,
    find,
    async closed(route, meant) {
      const query = { state: 'closed', base_branch: route.base, limit: '50' };
      // It lists those of all branches that are for the same one: for that of a source many.
      const pages = 'text' in meant ? listedPages : 1;
      const list = closedOf(await askFirst(talk, { act: 'list pull requests', path: `${root}/pulls`, query }, pages), route, meant);
      if ('text' in meant) return list;
      const closed: DeclinedRequest[] = [];
      for (const one of list) if ((await headOf(talk, `${root}/git/refs/pull/${one.number}/head`)) === meant.commit) closed.push(one);
      return closed;
    },
    async create(route, text) {
      const pull = await alike.create(route, text);
      // Of two that open one at the same time, both may succeed: the first one stays.
      const first = pull === undefined ? undefined : await find(route);
      if (pull === undefined || first === undefined || first.number >= pull.number) return pull;
      await alike.write(pull.number, `${closingMarker}\n#${first.number} was opened at the same time.`);
      await alike.close(pull);
      return undefined;
    },
    async change(pull, change) {
      const changed = await retell(pull, change);
      const path = `${root}/issues/${pull.number}/labels`;
      const left = change.remove.length === 0 ? changed.labels : await takeOff(talk, path, change.remove);
      return { ...changed, labels: change.add.length === 0 ? left : await putOn(talk, { path, root }, change.add) };
    },
    async comments(number) {
      // All of them at once: there are no pages.
      return readComments(await askAll(talk, { act: 'list comments', path: `${root}/issues/${number}/comments` }));
    },
    async statuses(commit) {
      const asked = { act: `tell how ${commit} does`, path: `${root}/commits/${commit}/status`, query: { limit: '50' } };
      const list = await askAll(talk, asked, (value) => objectOf(value)['statuses'] ?? []);
      return readStatuses(list, { context: 'context', state: 'status', states });
    },
  };
}

/** So many pages of pull requests that were closed are looked through: five hundred. */
const listedPages = 10;

/** The commit that a pull request had last. Of one that is closed, Forgejo tells where its branch has gone since. */
async function headOf(talk: Talk, path: string): Promise<string> {
  const [ref] = await askFirst(talk, { act: 'read a pull request', path });
  return textOf(objectOf(objectOf(ref)['object'])['sha']);
}

const states: Readonly<Record<string, CommitState>> = {
  success: 'success',
  warning: 'success',
  skipped: 'success',
  failure: 'failure',
  error: 'failure',
};

/** Takes labels off, by the numbers that they have there. Returns the names of those that stay. */
async function takeOff(talk: Talk, path: string, names: readonly string[]): Promise<readonly string[]> {
  const there = await askAll(talk, { act: 'list labels', path });
  for (const { id, name } of there.map(objectOf).filter((one) => names.includes(textOf(one['name'])))) {
    const act = `take off the label \`${textOf(name)}\``;
    await ask(talk, { act, method: 'DELETE', path: `${path}/${id}`, also: ({ status }) => status === 404 });
  }
  return namesOf(there).filter((name) => !names.includes(name));
}

/** Puts labels on. Names that the repository does not have are passed over: those are made. Returns the names of all that are on. */
async function putOn(
  talk: Talk,
  { path, root }: { readonly path: string; readonly root: string },
  names: readonly string[],
): Promise<readonly string[]> {
  const put = async (): Promise<readonly string[]> =>
    namesOf((await ask(talk, { act: 'put on labels', method: 'POST', path, body: { labels: names } })).value);
  const there = await put();
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length === 0) return there;
  // A label has to have a colour.
  for (const name of missing)
    await ask(talk, { act: `make the label \`${name}\``, method: 'POST', path: `${root}/labels`, body: { name, color: '#ededed' } });
  return put();
}
