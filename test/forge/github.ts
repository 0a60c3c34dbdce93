import type { CommitState } from '../../src/model/forge.ts';
import { type Acts, type Described, type Said, serveDescribed } from './described.ts';
import operations from './openapi/github.json' with { type: 'json' };
import type { Operation } from './openapi/operation.ts';
import { type Held, type HeldComment, type HeldPull, headOf, latest, openOf, openPull, tell, turn } from './state.ts';

const missing: Said = { status: 404, value: { message: 'Not Found' } };

/** Serves GitHub's interface for the repository `acme/web`, as GitHub Enterprise has it. */
export function serveGitHub(held: Held, token: string): Promise<Described> {
  return serveDescribed({
    base: '/api/v3',
    operations: operations as readonly Operation[],
    acts: actsOn(held),
    token,
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
    list: 'statuses',
  });
}

function actsOn(held: Held): Acts {
  const pullOf = (number: string | undefined): HeldPull | undefined => held.pulls.find((one) => String(one.number) === number);
  const inRepository = (acts: Acts): Acts =>
    Object.fromEntries(
      Object.entries(acts).map(([id, act]) => [
        id,
        (call) => (call.values['owner'] === 'acme' && call.values['repo'] === 'web' ? act(call) : missing),
      ]),
    );
  return inRepository({
    'pulls/list': ({ query, example }) => {
      const head = query.get('head');
      const found = held.pulls.filter(
        (one) =>
          one.isOpen === (query.get('state') === 'open') &&
          one.base === query.get('base') &&
          `${one.isForeign ? 'stranger' : 'acme'}:${one.head}` === head,
      );
      const sorted = query.get('direction') === 'desc' ? found.toReversed() : found;
      return { value: sorted.map((one) => pullBody(held, one, example)) };
    },
    'pulls/create': ({ body, example }) => {
      const [head, base] = [String(body['head']), String(body['base'])];
      const invalid = (message: string): Said => ({
        status: 422,
        value: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message }] },
      });
      if (openOf(held, { head, base }) !== undefined) return invalid(`A pull request already exists for acme:${head}.`);
      if (!held.branches.has(head)) return invalid('head is invalid');
      const pull = openPull(held, { head, base });
      [pull.title, pull.body] = [String(body['title']), String(body['body'] ?? '')];
      return { value: pullBody(held, pull, example) };
    },
    'pulls/update': ({ values, body, example }) => {
      const pull = pullOf(values['pull_number']);
      if (pull === undefined) return missing;
      pull.title = String(body['title'] ?? pull.title);
      pull.body = String(body['body'] ?? pull.body);
      if (body['state'] !== undefined) turn(held, pull, body['state'] === 'open');
      return { value: pullBody(held, pull, example) };
    },
    'issues/list-comments': ({ values, example }) => ({
      value: (pullOf(values['issue_number'])?.comments ?? []).map((one) => commentBody(one, example)),
    }),
    'issues/create-comment': ({ values, body, example }) => {
      const pull = pullOf(values['issue_number']);
      if (pull === undefined) return missing;
      const comment = { id: held.next(), by: 'robot', body: String(body['body']) };
      pull.comments.push(comment);
      return { value: commentBody(comment, example) };
    },
    'issues/update-comment': ({ values, body, example }) => {
      const comment = held.pulls.flatMap(({ comments }) => comments).find(({ id }) => String(id) === values['comment_id']);
      if (comment === undefined) return missing;
      if (comment.by !== 'robot') return { status: 403, value: { message: 'Must have admin rights to Repository.' } };
      comment.body = String(body['body']);
      return { value: commentBody(comment, example) };
    },
    'issues/add-labels': ({ values, body, example }) => {
      const pull = pullOf(values['issue_number']);
      if (pull === undefined) return missing;
      pull.labels = [...new Set([...pull.labels, ...(body['labels'] as readonly string[])])];
      return { status: 200, value: pull.labels.map((name) => example({ name })) };
    },
    'issues/remove-label': ({ values, example }) => {
      const pull = pullOf(values['issue_number']);
      if (pull === undefined || !pull.labels.includes(values['name'] ?? ''))
        return { status: 404, value: { message: 'Label does not exist' } };
      pull.labels = pull.labels.filter((name) => name !== values['name']);
      return { status: 200, value: pull.labels.map((name) => example({ name })) };
    },
    'repos/create-commit-status': ({ values, body, example }) => {
      const commit = values['sha'] ?? '';
      if (![...held.branches.values()].includes(commit)) return { status: 422, value: { message: `No commit found for SHA: ${commit}` } };
      const description = String(body['description'] ?? '');
      if ([...description].length > 140) return { status: 422, value: { message: 'Validation Failed: description is too long' } };
      const {
        state,
        context,
        target_url: url,
      } = body as { readonly state: CommitState; readonly context: string; readonly target_url?: string };
      tell(held, commit, { context, state, description, ...(url === undefined ? {} : { url }) });
      return { value: example(body) };
    },
    'repos/get-combined-status-for-ref': ({ values, example }) => {
      const commit = values['ref'] ?? '';
      if (![...held.branches.values()].includes(commit)) return { status: 404, value: { message: `No commit found for SHA: ${commit}` } };
      const statuses = latest(held, commit).map(({ context, state, description, url = null }) => ({
        context,
        state,
        description,
        target_url: url,
      }));
      return { value: { state: 'pending', sha: commit, total_count: statuses.length, statuses: statuses.map((one) => example(one)) } };
    },
  });
}

type Example = (over: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

function pullBody(held: Held, pull: HeldPull, example: Example): unknown {
  const { number, title, body, labels, isOpen, isForeign, head, base } = pull;
  const whole = example({});
  const branch = (
    side: 'head' | 'base',
    ref: string,
    { owner, sha }: { readonly owner: string; readonly sha: string | undefined },
  ): unknown => {
    const { repo, ...rest } = whole[side] as { readonly repo: object };
    return { ...rest, ref, sha, label: `${owner}:${ref}`, repo: { ...repo, full_name: `${owner}/web` } };
  };
  return {
    ...whole,
    number,
    title,
    body: body === '' ? null : body,
    state: isOpen ? 'open' : 'closed',
    html_url: `https://github.example.com/acme/web/pull/${number}`,
    labels: labels.map((name) => ({ name })),
    merged_at: null,
    head: branch('head', head, { owner: isForeign ? 'stranger' : 'acme', sha: headOf(held, pull) }),
    base: branch('base', base, { owner: 'acme', sha: held.branches.get(base) }),
  };
}

function commentBody({ id, by, body }: HeldComment, example: Example): unknown {
  return example({ id, body, user: { login: by } });
}
