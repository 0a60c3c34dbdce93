import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { ask } from '../controlplane/api.ts';
import { startControlPlane } from '../controlplane/start.ts';
import { makeRepository, openTestRepository, temporaryFolder } from '../support/repository.ts';
import { findChecks } from './programs.ts';
import { samples } from './samples.ts';

/** What Pipelines-as-Code puts in. */
const values: Readonly<Record<string, string>> = {
  repo_url: 'https://git.example.com/shop.git',
  revision: 'a'.repeat(40),
  git_auth_secret: 'pac-gitauth',
  pull_request_number: '12',
  source_branch: 'environments/dev',
  'body.before': 'b'.repeat(40),
};

interface Sent {
  readonly kind: string;
  readonly spec: object;
}

function documentsOf(text: string): readonly Sent[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Sent);
}

test('the API server with Tekton’s definitions takes every object, and would not take a wrong one', { timeout: 900_000 }, async () => {
  const { definitions } = await findChecks();
  const plane = await startControlPlane();
  try {
    for (const path of definitions) {
      const definition = parse(readFileSync(path, 'utf8')) as { spec: { conversion?: unknown } };
      // Nobody is here who would convert; the versions have the same fields.
      delete definition.spec.conversion;
      const { status } = await ask(plane, {
        method: 'POST',
        path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        body: definition,
      });
      assert.equal(status, 201, path);
    }
    const make = async ({ kind, ...rest }: Sent) => {
      const path = `/apis/tekton.dev/v1/namespaces/default/${kind.toLowerCase()}s?fieldValidation=Strict&dryRun=All`;
      for (let tries = 0; ; tries++) {
        const answer = await ask(plane, { method: 'POST', path, body: { kind, ...rest } });
        // A kind is served a moment after it was defined.
        if (answer.status !== 404 || tries > 50) return answer;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const files = samples.filter(({ system }) => system === 'tekton');
    const objects = files.flatMap(({ file }) =>
      documentsOf(file.text.replaceAll(/\{\{ ([\w.]+) \}\}/g, (_, name: string) => values[name] ?? '')),
    );
    assert.deepEqual([...new Set(objects.map(({ kind }) => kind))].sort(), ['PipelineRun', 'Task']);
    for (const object of objects) {
      const { status, value } = await make(object);
      assert.equal(status, 201, JSON.stringify(value));
      assert.equal((await make({ ...object, spec: { ...object.spec, stepps: [] } })).status, 400);
    }
  } finally {
    await plane.stop();
  }
});

test('what a fork proposes is cloned, which no branch leads to', (t) => {
  const { folder, git, commit, env } = makeRepository(t);
  commit({ 'a.txt': 'a' }, 'Begin');
  const head = git('commit-tree', '-m', 'Of a fork', '-p', 'main', 'main^{tree}');
  git('update-ref', 'refs/pull/12/head', head);
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  const tasks = samples.filter(({ system, size }) => system === 'tekton' && size === 'small').flatMap(({ file }) => documentsOf(file.text));
  const steps = tasks.flatMap(({ spec }) => ('steps' in spec ? (spec.steps as { readonly name: string; readonly script: string }[]) : []));
  const script = steps.find(({ name }) => name === 'clone')?.script ?? '';
  for (const revision of [head, git('rev-parse', 'main')]) {
    const cwd = temporaryFolder(t);
    execFileSync('sh', ['-c', script.replace('$(workspaces.basic-auth.path)', '')], {
      cwd,
      env: { ...env, URL: `file://${folder}`, REVISION: revision },
    });
    assert.equal(openTestRepository(join(cwd, 'project'), env).git('rev-parse', 'HEAD'), revision);
  }
});

test('a task sees at most one token, code of a pull request none, and nothing runs as root', () => {
  const tasks = samples.filter(({ system }) => system === 'tekton').flatMap(({ file }) => documentsOf(file.text));
  for (const { spec } of tasks.filter(({ kind }) => kind === 'Task')) {
    const { steps, stepTemplate } = spec as {
      readonly steps: readonly { readonly name: string; readonly script: string; readonly env?: readonly unknown[] }[];
      readonly stepTemplate: { readonly securityContext: { readonly runAsNonRoot: boolean } };
    };
    assert.equal(stepTemplate.securityContext.runAsNonRoot, true);
    assert.ok(steps.filter(({ env }) => env !== undefined).length <= 1);
    const run = steps.find(({ name }) => name === 'run');
    if (/lockstep (?:check|diff)/.test(run?.script ?? '') && !/pin --upgrade/.test(run?.script ?? '')) assert.equal(run?.env, undefined);
  }
});

test('a step with a token reads no file of a step with code of a pull request through a link', () => {
  const tasks = samples.filter(({ system }) => system === 'tekton').flatMap(({ file }) => documentsOf(file.text));
  const after = tasks.flatMap(({ spec }) => ('steps' in spec ? (spec.steps as { name: string; script: string }[]) : []));
  const reading = after.filter(({ name }) => name === 'after');
  assert.equal(reading.length, 3);
  for (const { script } of reading) {
    const [looks, reads] = ['[ -L "/source/lockstep-diff.md" ]', '< "/source/lockstep-diff.md"'].map((text) => script.indexOf(text));
    assert.ok(looks !== undefined && reads !== undefined && looks >= 0 && looks < reads, script);
  }
});
