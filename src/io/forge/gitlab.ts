import type { CommitState } from '../../model/forge.ts';
import type { CommitStatus, DeclinedRequest, PullRequest } from '../../ports/forge.ts';
import { ask, askAll, askFirst, isSuccess, type Request, type Talk } from './asking.ts';
import type { ForgeApi } from './forge.ts';
import { isNotOurs } from './like-github.ts';
import { isMeant, namesOf, objectOf, readComments, readStatuses, textOf } from './reading.ts';
import { damaged } from './refusals.ts';
import type { Token } from './token.ts';

/** What GitLab is told with every request: as a bearer it takes the tokens of people, projects, groups and applications. */
export function gitLabHeaders({ value }: Token): Readonly<Record<string, string>> {
  return { accept: 'application/json', authorization: `Bearer ${value}` };
}

/** The REST interface of GitLab. Pull requests are merge requests there, comments are notes. It makes the labels that a project does not have. */
export function gitLabApi(talk: Talk): ForgeApi {
  const root = `/projects/${encodeURIComponent(talk.place.repository)}`;
  const merges = `${root}/merge_requests`;
  return {
    async find({ head, base }) {
      const query = { state: 'opened', source_branch: head, target_branch: base, per_page: '100' };
      const list = await askAll(talk, { act: 'list merge requests', path: merges, query });
      return list.map(readMerge).find((one) => one?.isOwn)?.pull;
    },
    async closed({ head, base }, meant) {
      const query = { state: 'closed', source_branch: head, target_branch: base, order_by: 'created_at', sort: 'desc', per_page: '100' };
      const list = await askFirst(talk, { act: 'list merge requests', path: merges, query });
      return list.map(readMerge).flatMap((one) => (one?.isOwn === true && isMeant(one.pull, meant) ? [one.declined] : []));
    },
    create: ({ head, base }, { title, body, labels }) =>
      askForMerge(talk, {
        act: `open a merge request from \`${head}\` into \`${base}\``,
        method: 'POST',
        path: merges,
        body: { source_branch: head, target_branch: base, title, description: body, labels: labels.join(',') },
        // It says 409, too, of branches between which nothing can be merged.
        also: ({ status, text }) => status === 409 && /already exists/i.test(text),
      }),
    async change(pull, { title, body, add, remove }) {
      const changed = await askForMerge(talk, {
        act: `change the merge request ${pull.number}`,
        method: 'PUT',
        path: `${merges}/${pull.number}`,
        body: {
          ...(title === undefined ? {} : { title }),
          ...(body === undefined ? {} : { description: body }),
          ...(add.length === 0 ? {} : { add_labels: add.join(',') }),
          ...(remove.length === 0 ? {} : { remove_labels: remove.join(',') }),
        },
      });
      return changed ?? pull;
    },
    async close({ number }) {
      const act = `close the merge request ${number}`;
      await ask(talk, { act, method: 'PUT', path: `${merges}/${number}`, body: { state_event: 'close' } });
    },
    async comments(number) {
      const query = { sort: 'asc', order_by: 'created_at', per_page: '100' };
      return readComments(await askAll(talk, { act: 'list comments', path: `${merges}/${number}/notes`, query }));
    },
    async write(number, body) {
      await ask(talk, { act: 'write a comment', method: 'POST', path: `${merges}/${number}/notes`, body: { body }, once: true });
    },
    async rewrite(number, comment, body) {
      const path = `${merges}/${number}/notes/${comment}`;
      const { status } = await ask(talk, { act: 'change a comment', method: 'PUT', path, body: { body }, also: isNotOurs });
      return isSuccess(status);
    },
    async report(commit, { context, state, description, url }) {
      const body = { name: context, state: words[state], description, ...(url === undefined ? {} : { target_url: url }) };
      await ask(talk, {
        act: `report how ${commit} does`,
        method: 'POST',
        path: `${root}/statuses/${commit}`,
        body,
        // What is so already cannot become so again.
        also: ({ status, text }) => status === 400 && wasBefore(text) === state,
      });
    },
    async statuses(commit): Promise<readonly CommitStatus[]> {
      const query = { per_page: '100' };
      const path = `${root}/repository/commits/${commit}/statuses`;
      const list = await askAll(talk, { act: `tell how ${commit} does`, path, query });
      return readStatuses(list, { context: 'name', state: 'status', states });
    },
  };
}

/** GitLab's words for how a commit does. */
const words: Readonly<Record<CommitState, string>> = { pending: 'pending', success: 'success', failure: 'failed' };

const states: Readonly<Record<string, CommitState>> = { success: 'success', skipped: 'success', failed: 'failure', canceled: 'failure' };

/** How a commit does that GitLab does not let become what it was told: `Cannot transition status via :enqueue from :pending`. */
function wasBefore(text: string): CommitState | undefined {
  const from = /Cannot transition status via :\w+ from :(\w+)/.exec(text)?.[1];
  return from === undefined ? undefined : (states[from] ?? 'pending');
}

/** Asks for something that is answered by a merge request; undefined where it is not, and that is an answer. */
async function askForMerge(talk: Talk, request: Request): Promise<PullRequest | undefined> {
  const { status, value } = await ask(talk, request);
  if (!isSuccess(status)) return undefined;
  const read = readMerge(value);
  if (read === undefined) throw damaged(talk, request.act, 'the answer is no merge request');
  return read.pull;
}

/** A merge request; those of forks have another source. Undefined for what is none. */
function readMerge(
  value: unknown,
): { readonly pull: PullRequest; readonly declined: DeclinedRequest; readonly isOwn: boolean } | undefined {
  const { iid, web_url: url, title, description, labels, sha, closed_by: closedBy, ...rest } = objectOf(value);
  const { source_project_id: source, target_project_id: target } = rest;
  const by = textOf(objectOf(closedBy)['username']);
  if (typeof iid !== 'number' || typeof url !== 'string' || typeof title !== 'string') return undefined;
  return {
    pull: { number: iid, url, title, body: textOf(description), labels: namesOf(labels), head: textOf(sha) },
    declined: { number: iid, url, ...(by === '' ? {} : { by }) },
    isOwn: source === target,
  };
}
