import type { CommitState } from '../../model/forge.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import type { CommitStatus, PullRequest, Route } from '../../ports/forge.ts';
import { sorted } from './change.ts';
import type { Comment } from './forge.ts';

/** A pull request as GitHub and Gitea tell it, and the branches that it is of. Undefined for what is none. */
export function readPull(value: unknown): { readonly pull: PullRequest; readonly route: Route; readonly isOwn: boolean } | undefined {
  const { number, html_url: url, title, body, labels, head: from, base: into } = objectOf(value);
  const [head, base] = [objectOf(from), objectOf(into)];
  if (typeof number !== 'number' || typeof url !== 'string' || typeof title !== 'string') return undefined;
  if (typeof head['sha'] !== 'string' || typeof head['ref'] !== 'string' || typeof base['ref'] !== 'string') return undefined;
  return {
    pull: { number, url, title, body: textOf(body), labels: namesOf(labels), head: head['sha'] },
    route: { head: head['ref'], base: base['ref'] },
    isOwn: repositoryOf(head) === repositoryOf(base),
  };
}

/** The pull request of a route among those that GitHub or Gitea list: the first that was opened. */
export function pullOf(list: readonly unknown[], { head, base }: Route): PullRequest | undefined {
  const isWanted = ({ route, isOwn }: Exclude<ReturnType<typeof readPull>, undefined>): boolean =>
    isOwn && route.head === head && route.base === base;
  const found = list.map(readPull).flatMap((one) => (one !== undefined && isWanted(one) ? [one.pull] : []));
  return found.sort((a, b) => a.number - b.number)[0];
}

/** The names of labels: sorted, each once. */
export function namesOf(labels: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(labels) ? labels : [];
  return sorted(list.map((one) => (typeof one === 'string' ? one : textOf(objectOf(one)['name']))).filter((name) => name !== ''));
}

/** Comments, the oldest first. */
export function readComments(list: readonly unknown[]): readonly Comment[] {
  return list
    .map(objectOf)
    .flatMap(({ id, body }) => (typeof id === 'number' ? [{ id, body: textOf(body) }] : []))
    .sort((a, b) => a.id - b.id);
}

/** Statuses, one of each context, which a forge tells by keys of its own. */
export function readStatuses(
  list: readonly unknown[],
  { context, state, states }: { readonly context: string; readonly state: string; readonly states: Readonly<Record<string, CommitState>> },
): readonly CommitStatus[] {
  const read = list.map(objectOf).map((one): [string, CommitStatus] => {
    const url = textOf(one['target_url']);
    const name = textOf(one[context]);
    const told = states[textOf(one[state])] ?? 'pending';
    // GitLab goes on with one that is there.
    const at = momentOf(textOf(one['finished_at'] ?? one['created_at']));
    return [
      name,
      {
        context: name,
        state: told,
        description: textOf(one['description']),
        ...(url === '' ? {} : { url }),
        ...(at === undefined ? {} : { at }),
      },
    ];
  });
  return [...new Map(read).values()].sort((a, b) => (a.context < b.context ? -1 : 1));
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A text; '' where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A time of whatever zone, in one form. */
function momentOf(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The name of a branch's repository; of a fork that is gone, nothing. */
function repositoryOf({ repo }: JsonObject): string | undefined {
  return textOf(objectOf(repo)['full_name']) || undefined;
}
