import type { PullRequest } from '../../ports/forge.ts';
import { ask, isSuccess, type Request, type Talk } from './asking.ts';
import type { PullRequestChange } from './change.ts';
import type { ForgeApi } from './forge.ts';
import { readPull } from './reading.ts';
import { damaged } from './refusals.ts';

/** What Gitea does as GitHub does: its interface was made after that one. */
export interface LikeGitHub extends Pick<ForgeApi, 'create' | 'close' | 'write' | 'rewrite' | 'report'> {
  /** Changes what a pull request says, if it is to change. */
  retell(pull: PullRequest, change: PullRequestChange): Promise<PullRequest>;
}

/** The path of a repository in such an interface. */
export function rootOf({ place }: Talk): string {
  return `/repos/${place.repository.split('/').map(encodeURIComponent).join('/')}`;
}

/** What is asked alike. `isThere` tells a refusal to open a pull request, as there is one already, from others. */
export function likeGitHub(talk: Talk, isThere: Exclude<Request['also'], undefined>): LikeGitHub {
  const root = rootOf(talk);
  return {
    create: ({ head, base }, { title, body }) =>
      askForPull(talk, {
        act: `open a pull request from \`${head}\` into \`${base}\``,
        method: 'POST',
        path: `${root}/pulls`,
        body: { head, base, title, body },
        also: isThere,
      }),
    async retell(pull, { title, body }) {
      if (title === undefined && body === undefined) return pull;
      const texts = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }) };
      const { number } = pull;
      const request: Request = { act: `change the pull request ${number}`, method: 'PATCH', path: `${root}/pulls/${number}`, body: texts };
      // Gitea lets one of two go ahead who change it at the same time, and the other one ask again.
      for (let tries = 1; tries < 4; tries++) {
        const changed = await askForPull(talk, { ...request, also: isChangedMeanwhile });
        if (changed !== undefined) return changed;
      }
      return (await askForPull(talk, request)) ?? pull;
    },
    async close({ number }) {
      const act = `close the pull request ${number}`;
      await ask(talk, { act, method: 'PATCH', path: `${root}/pulls/${number}`, body: { state: 'closed' } });
    },
    async write(number, body) {
      const path = `${root}/issues/${number}/comments`;
      await ask(talk, { act: 'write a comment', method: 'POST', path, body: { body }, once: true });
    },
    async rewrite(_number, comment, body) {
      const path = `${root}/issues/comments/${comment}`;
      const { status } = await ask(talk, { act: 'change a comment', method: 'PATCH', path, body: { body }, also: isNotOurs });
      return isSuccess(status);
    },
    async report(commit, { context, state, description, url }) {
      const body = { context, state, description, ...(url === undefined ? {} : { target_url: url }) };
      await ask(talk, { act: `report how ${commit} does`, method: 'POST', path: `${root}/statuses/${commit}`, body });
    },
  };
}

function isChangedMeanwhile({ status, text }: { readonly status: number; readonly text: string }): boolean {
  return status === 409 && /already changed/i.test(text);
}

/** Whether a comment is one that somebody else wrote, or is gone. */
export function isNotOurs({ status }: { readonly status: number }): boolean {
  return status === 403 || status === 404;
}

/** Asks for something that is answered by a pull request; undefined where it is not, and that is an answer. */
async function askForPull(talk: Talk, request: Request): Promise<PullRequest | undefined> {
  const { status, value } = await ask(talk, request);
  if (!isSuccess(status)) return undefined;
  const read = readPull(value);
  if (read === undefined) throw damaged(talk, request.act, 'the answer is no pull request');
  return read.pull;
}
