import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { makeRepository } from '../support/repository.ts';
import { findChecks } from './programs.ts';
import { samples, scriptsOf } from './samples.ts';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions: Readonly<Record<string, string>>; readonly steps: readonly { readonly uses?: string }[] }>
  >;
}

const workflows = samples
  .filter(({ system }) => system === 'github')
  .map(({ size, file }) => ({ name: `${size}/${file.path}`, size, file, workflow: parse(file.text) as Workflow }));

/** What actionlint says of files in a repository; '' where it has nothing to say. */
function lint(actionlint: string, repository: string): string {
  try {
    return execFileSync(actionlint, ['-no-color', '-shellcheck=', '-pyflakes='], { cwd: repository, encoding: 'utf8' });
  } catch (thrown) {
    return String((thrown as { readonly stdout?: unknown }).stdout);
  }
}

test('actionlint has nothing to say of any workflow, and would have of a wrong one', async (t) => {
  const { actionlint } = await findChecks();
  for (const size of ['small', 'large', 'nested']) {
    const { folder } = makeRepository(t);
    for (const { file } of workflows.filter((one) => one.size === size)) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), file.text);
    }
    assert.equal(lint(actionlint, folder), '');
    const wrong =
      workflows.find(({ file }) => file.path.endsWith('check.yml'))?.file.text.replace('contents: read', 'contents: reed') ?? '';
    writeFileSync(join(folder, '.github/workflows/wrong.yml'), wrong);
    assert.match(lint(actionlint, folder), /"reed" is invalid/);
  }
});

test('every action is pinned by a whole commit, and is GitHub’s own', () => {
  for (const { name, workflow } of workflows)
    for (const { uses } of Object.values(workflow.jobs).flatMap(({ steps }) => steps))
      if (uses !== undefined) assert.match(uses, /^actions\/[a-z-]+(?:\/[a-z]+)?@[0-9a-f]{40}$/, name);
});

test('a job may nothing but what it says, and what runs code of a pull request may only read', () => {
  for (const { name, workflow } of workflows) {
    assert.deepEqual(workflow.permissions, {}, name);
    const isOfRequests = 'pull_request' in workflow.on && !name.includes('preview');
    for (const { permissions } of Object.values(workflow.jobs)) {
      assert.ok(Object.keys(permissions).length > 0, name);
      if (isOfRequests) assert.deepEqual(permissions, { contents: 'read' }, name);
    }
    assert.equal('pull_request_target' in workflow.on, false, name);
  }
});

test('a workflow with a right to write that a fork can start checks out nothing of the fork', () => {
  const comment = workflows.find(({ file }) => file.path.endsWith('comment.yml'));
  assert.ok(comment !== undefined);
  assert.doesNotMatch(comment.file.text, /\bref:|refs\/pull\/\*\/merge|pull_request\.head/);
  const preview = workflows.find(({ file }) => file.path.endsWith('preview.yml'))?.workflow;
  const conditions = Object.values(preview?.jobs ?? {}).map((job) => (job as { readonly if?: string }).if ?? '');
  for (const condition of conditions.filter((one) => one.includes('pull_request')))
    assert.match(condition, /github\.event\.pull_request\.head\.repo\.full_name == github\.repository/);
});

test('what can be started by hand writes nothing of a branch that nobody has merged', () => {
  const byHand = workflows.filter(({ workflow }) => 'workflow_dispatch' in workflow.on);
  assert.ok(byHand.length >= 8);
  for (const { name, size, workflow } of byHand)
    for (const job of Object.values(workflow.jobs) as readonly {
      readonly if?: string;
      readonly permissions: Readonly<Record<string, string>>;
    }[])
      if (Object.values(job.permissions).includes('write'))
        assert.equal(job.if, `github.ref == 'refs/heads/${size === 'large' ? 'trunk' : 'main'}'`, name);
});

test('what somebody else wrote never becomes a part of a script', () => {
  for (const { name, file } of workflows)
    for (const script of scriptsOf(file)) assert.equal(script.includes('${{'), false, `${name}: ${script}`);
});

test('what is pushed starts workflows as what is proposed does: both are done by one token', () => {
  const pushing = workflows.filter(({ file }) => file.text.includes('secrets.LOCKSTEP_FORGE_TOKEN'));
  assert.equal(pushing.length, 9);
  for (const { name, workflow } of pushing)
    for (const { steps } of Object.values(workflow.jobs)) {
      const checkout = steps.find(({ uses }) => uses?.startsWith('actions/checkout@')) as { readonly with?: { readonly token?: string } };
      assert.equal(checkout.with?.token, `\${{ secrets.LOCKSTEP_FORGE_TOKEN || github.token }}`, name);
    }
});

test('a closed pull request shows no preview, whatever label is put on it, and what waits to end one is not lost by that', () => {
  const jobs = workflows.find(({ file }) => file.path.endsWith('preview.yml'))?.workflow.jobs;
  const [show, end] = [jobs?.['show'], jobs?.['end']].map((job) => (job as { readonly if?: string } | undefined)?.if ?? '');
  assert.match(show ?? '', /github\.event\.pull_request\.state == 'open'/);
  assert.match(end ?? '', /github\.event\.pull_request\.state == 'closed'/);
});

test('what an artifact holds lies beside nothing that the runner reads', () => {
  const comment = workflows.find(({ file }) => file.path.endsWith('comment.yml'));
  assert.match(comment?.file.text ?? '', /path: \$\{\{ runner\.temp \}\}\/review\n/);
});
