import type { Operation, Schema } from './operation.ts';

// Written after https://docs.gitlab.com/api/merge_requests/, /notes/ and /commits/: the attributes that these pages list, not all of them.

const text: Schema = { type: 'string' };
const number: Schema = { type: 'integer' };
const pages: Readonly<Record<string, Schema>> = { page: number, per_page: number };

const mergeRequest = {
  id: 101,
  iid: 1,
  project_id: 3,
  title: 'A title',
  description: 'What it is for',
  state: 'opened',
  created_at: '2026-01-02T03:04:05.678Z',
  closed_by: null,
  closed_at: null,
  target_branch: 'main',
  source_branch: 'feature',
  source_project_id: 3,
  target_project_id: 3,
  labels: [],
  draft: false,
  author: { id: 7, username: 'robot', state: 'active' },
  milestone: null,
  detailed_merge_status: 'mergeable',
  sha: '8888888888888888888888888888888888888888',
  merge_commit_sha: null,
  references: { short: '!1', relative: '!1', full: 'acme/web!1' },
  web_url: 'https://gitlab.example.com/acme/web/-/merge_requests/1',
};

const note = {
  id: 301,
  type: null,
  body: 'A note',
  author: { id: 7, username: 'robot', state: 'active' },
  created_at: '2026-01-02T03:04:05.678Z',
  updated_at: '2026-01-02T03:04:05.678Z',
  system: false,
  noteable_id: 101,
  noteable_type: 'MergeRequest',
  noteable_iid: 1,
  resolvable: false,
};

const status = {
  id: 401,
  sha: '8888888888888888888888888888888888888888',
  ref: 'main',
  status: 'success',
  name: 'default',
  target_url: null,
  description: null,
  created_at: '2026-01-02T03:04:05.678Z',
  started_at: null,
  finished_at: null,
  allow_failure: false,
  coverage: null,
  author: { id: 7, username: 'robot', state: 'active' },
};

const merges = '/projects/{id}/merge_requests';
const labels: Schema = { oneOf: [text, { type: 'array', items: text }] };

/** What of GitLab's interface is used. */
export const gitLabOperations: readonly Operation[] = [
  {
    id: 'list merge requests',
    method: 'GET',
    path: merges,
    query: {
      ...pages,
      state: { type: 'string', enum: ['opened', 'closed', 'locked', 'merged', 'all'] },
      source_branch: text,
      target_branch: text,
      labels: text,
      order_by: { type: 'string', enum: ['created_at', 'title', 'merged_at', 'updated_at'] },
      sort: { type: 'string', enum: ['asc', 'desc'] },
    },
    status: 200,
    example: [mergeRequest],
  },
  {
    id: 'create a merge request',
    method: 'POST',
    path: merges,
    query: {},
    body: {
      type: 'object',
      required: ['source_branch', 'target_branch', 'title'],
      properties: {
        source_branch: text,
        target_branch: text,
        title: text,
        description: text,
        labels,
        remove_source_branch: { type: 'boolean' },
        squash: { type: 'boolean' },
      },
    },
    status: 201,
    example: mergeRequest,
  },
  {
    id: 'update a merge request',
    method: 'PUT',
    path: `${merges}/{iid}`,
    query: {},
    body: {
      type: 'object',
      properties: {
        title: text,
        description: text,
        state_event: { type: 'string', enum: ['close', 'reopen'] },
        labels,
        add_labels: labels,
        remove_labels: labels,
        target_branch: text,
      },
    },
    status: 200,
    example: mergeRequest,
  },
  {
    id: 'list notes',
    method: 'GET',
    path: `${merges}/{iid}/notes`,
    query: {
      ...pages,
      sort: { type: 'string', enum: ['asc', 'desc'] },
      order_by: { type: 'string', enum: ['created_at', 'updated_at'] },
    },
    status: 200,
    example: [note],
  },
  {
    id: 'create a note',
    method: 'POST',
    path: `${merges}/{iid}/notes`,
    query: {},
    body: { type: 'object', required: ['body'], properties: { body: text, internal: { type: 'boolean' } } },
    status: 201,
    example: note,
  },
  {
    id: 'modify a note',
    method: 'PUT',
    path: `${merges}/{iid}/notes/{note}`,
    query: {},
    body: { type: 'object', required: ['body'], properties: { body: text } },
    status: 200,
    example: note,
  },
  {
    id: 'set a commit status',
    method: 'POST',
    path: '/projects/{id}/statuses/{sha}',
    query: {},
    body: {
      type: 'object',
      required: ['state'],
      properties: {
        state: { type: 'string', enum: ['pending', 'running', 'success', 'failed', 'canceled', 'skipped'] },
        ref: text,
        name: text,
        context: text,
        target_url: text,
        description: text,
        coverage: { type: 'number' },
        pipeline_id: number,
      },
    },
    status: 201,
    example: status,
  },
  {
    id: 'list commit statuses',
    method: 'GET',
    path: '/projects/{id}/repository/commits/{sha}/statuses',
    query: { ...pages, all: { type: 'boolean' }, name: text, ref: text, stage: text },
    status: 200,
    example: [status],
  },
];
