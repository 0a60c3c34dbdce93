import type { CommitState } from '../../model/forge.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import type { CommitStatus, DeclinedRequest, MeantRequest, PullRequest, Route } from '../../ports/forge.ts';
import { sorted } from './change.ts';
import type { Comment } from './forge.ts';

/** What GitHub and Gitea tell of a pull request. */
interface ReadPull {
  readonly pull: PullRequest;
  readonly route: Route;
  /** Whether its branch is one of the repository itself. */
  readonly isOwn: boolean;
  readonly isMerged: boolean;
}

/** A pull request as GitHub and Gitea tell it, and the branches that it is of. Undefined for what is none. */
export function readPull(value: unknown): ReadPull | undefined {
  const { number, html_url: url, title, body, labels, head: from, base: into, merged_at: mergedAt } = objectOf(value);
  const [head, base] = [objectOf(from), objectOf(into)];
  if (typeof number !== 'number' || typeof url !== 'string' || typeof title !== 'string') return undefined;
  if (typeof head['sha'] !== 'string' || typeof head['ref'] !== 'string' || typeof base['ref'] !== 'string') return undefined;
  return {
    pull: { number, url, title, body: textOf(body), labels: namesOf(labels), head: head['sha'] },
    route: { head: head['ref'], base: base['ref'] },
    isOwn: repositoryOf(head) === repositoryOf(base),
    isMerged: typeof mergedAt === 'string',
  };
}

/** The pull request of a route among those that GitHub or Gitea list: the first that was opened. */
export function pullOf(list: readonly unknown[], route: Route): PullRequest | undefined {
  return pullsOf(list, route)[0]?.pull;
}

/** Those of a route that are meant, and were closed, unmerged, among those that GitHub or Gitea list: the newest first. */
export function closedOf(list: readonly unknown[], route: Route, meant: MeantRequest): readonly DeclinedRequest[] {
  const closed = pullsOf(list, route).filter(({ pull, isMerged }) => !isMerged && isMeant(pull, meant));
  return closed.map(({ pull: { number, url } }) => ({ number, url })).toReversed();
}

/** Whether a pull request is the one that is meant. */
export function isMeant({ head, body }: Pick<PullRequest, 'head' | 'body'>, meant: MeantRequest): boolean {
  return 'commit' in meant ? head === meant.commit : body.includes(meant.text);
}

/** The oldest first. */
function pullsOf(list: readonly unknown[], { head, base }: Route): readonly ReadPull[] {
  const isWanted = ({ route, isOwn }: ReadPull): boolean => isOwn && route.head === head && route.base === base;
  const found = list.map(readPull).flatMap((one) => (one !== undefined && isWanted(one) ? [one] : []));
  return found.sort((a, b) => a.pull.number - b.pull.number);
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
