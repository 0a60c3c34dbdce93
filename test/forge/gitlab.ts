import type { CommitState } from '../../src/model/forge.ts';
import { type Acts, type Described, type Said, serveDescribed } from './described.ts';
import { gitLabOperations } from './openapi/gitlab.ts';
import { type Held, type HeldComment, type HeldPull, headOf, latest, openOf, openPull, tell, turn } from './state.ts';

/** The project that is served. */
export const gitLabProject = 'acme/platform/web';

const missing: Said = { status: 404, value: { message: '404 Project Not Found' } };

/** Serves GitLab's interface for one project, below the path that its pages are below, too. */
export function serveGitLab(held: Held, token: string): Promise<Described> {
  return serveDescribed({ base: '/gitlab/api/v4', operations: gitLabOperations, acts: actsOn(held), token });
}

const stateWords: Readonly<Record<CommitState, string>> = { pending: 'pending', success: 'success', failure: 'failed' };

function actsOn(held: Held): Acts {
  const pullOf = (number: string | undefined): HeldPull | undefined => held.pulls.find((one) => String(one.number) === number);
  const inProject = (acts: Acts): Acts =>
    Object.fromEntries(
      Object.entries(acts).map(([id, act]) => [id, (call) => (call.values['id'] === gitLabProject ? act(call) : missing)]),
    );
  return inProject({
    'list merge requests': ({ query, example }) => {
      const found = held.pulls.filter(
        (one) =>
          one.isOpen === (query.get('state') === 'opened') &&
          one.head === query.get('source_branch') &&
          one.base === query.get('target_branch'),
      );
      const sorted = query.get('sort') === 'desc' ? found.toReversed() : found;
      return { value: sorted.map((one) => mergeBody(held, one, example)) };
    },
    'create a merge request': ({ body, example }) => {
      const [head, base] = [String(body['source_branch']), String(body['target_branch'])];
      const before = openOf(held, { head, base });
      const taken = `Another open merge request already exists for this source branch: !${before?.number}`;
      if (before !== undefined) return { status: 409, value: { message: [taken] } };
      if (!held.branches.has(head)) return { status: 422, value: { message: [`Source branch "${head}" does not exist`] } };
      if (String(body['title']).length > 255)
        return { status: 400, value: { message: { title: ['is too long (maximum is 255 characters)'] } } };
      const pull = openPull(held, { head, base });
      [pull.title, pull.body] = [String(body['title']), String(body['description'] ?? '')];
      pull.labels = namesIn(body['labels']);
      return { value: mergeBody(held, pull, example) };
    },
    'update a merge request': ({ values, body, example }) => {
      const pull = pullOf(values['iid']);
      if (pull === undefined) return missing;
      pull.title = String(body['title'] ?? pull.title);
      pull.body = String(body['description'] ?? pull.body);
      pull.labels = [...new Set([...pull.labels, ...namesIn(body['add_labels'])])].filter(
        (name) => !namesIn(body['remove_labels']).includes(name),
      );
      if (body['state_event'] !== undefined) turn(held, pull, body['state_event'] === 'reopen');
      return { value: mergeBody(held, pull, example) };
    },
    'list notes': ({ values, example }) => ({ value: (pullOf(values['iid'])?.comments ?? []).map((one) => noteBody(one, example)) }),
    'create a note': ({ values, body, example }) => {
      const pull = pullOf(values['iid']);
      if (pull === undefined) return missing;
      const note = { id: held.next(), by: 'robot', body: String(body['body']) };
      pull.comments.push(note);
      return { value: noteBody(note, example) };
    },
    'modify a note': ({ values, body, example }) => {
      const note = pullOf(values['iid'])?.comments.find(({ id }) => String(id) === values['note']);
      if (note === undefined) return { status: 404, value: { message: '404 Note Not Found' } };
      if (note.by !== 'robot') return { status: 403, value: { message: '403 Forbidden' } };
      note.body = String(body['body']);
      return { value: noteBody(note, example) };
    },
    'set a commit status': ({ values, body, example }) => {
      const commit = values['sha'] ?? '';
      if (![...held.branches.values()].includes(commit)) return { status: 404, value: { message: '404 Commit Not Found' } };
      const context = String(body['name'] ?? body['context'] ?? 'default');
      const state = stateIn(body['state']);
      // What runs is changed; what has ended gets a successor.
      if (state === 'pending' && latest(held, commit).find((one) => one.context === context)?.state === 'pending')
        return {
          status: 400,
          value: { message: 'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition)' },
        };
      const url = body['target_url'];
      tell(held, commit, { context, state, description: String(body['description'] ?? ''), ...(typeof url === 'string' ? { url } : {}) });
      return { value: example({ sha: commit, name: context, status: body['state'] }) };
    },
    'list commit statuses': ({ values, example }) => {
      const commit = values['sha'] ?? '';
      if (![...held.branches.values()].includes(commit)) return { status: 404, value: { message: '404 Commit Not Found' } };
      const told = latest(held, commit).map(({ context, state, description, url = null }) =>
        example({ sha: commit, name: context, status: stateWords[state], description, target_url: url }),
      );
      return { value: told };
    },
  });
}

function namesIn(value: unknown): string[] {
  return String(value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function stateIn(word: unknown): CommitState {
  const found = Object.entries(stateWords).find(([, one]) => one === word);
  return (found?.[0] ?? 'pending') as CommitState;
}

type Example = (over: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

function mergeBody(held: Held, pull: HeldPull, example: Example): unknown {
  const { number, title, body, labels, isOpen, isForeign, head, base } = pull;
  return example({
    id: 100 + number,
    iid: number,
    title,
    description: body === '' ? null : body,
    state: isOpen ? 'opened' : 'closed',
    source_branch: head,
    target_branch: base,
    source_project_id: isForeign ? 4 : 3,
    labels,
    sha: headOf(held, pull),
    closed_by: isOpen ? null : { id: 8, username: 'ora' },
    web_url: `https://gitlab.example.com/${gitLabProject}/-/merge_requests/${number}`,
  });
}

function noteBody({ id, by, body }: HeldComment, example: Example): unknown {
  return example({ id, body, author: { username: by } });
}
