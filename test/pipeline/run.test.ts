import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { pipelineFiles } from '../../src/pipeline/files.ts';
import type { PipelineProject, PipelineSystem } from '../../src/pipeline/project.ts';
import { authenticate } from '../../src/pipeline/scripts.ts';
import { makeProject } from '../support/project.ts';
import {
  gitEnvironment,
  makeBareRepository,
  makeRepository,
  openTestRepository,
  type TestRepository,
  temporaryFolder,
} from '../support/repository.ts';
import { scriptsOf, small } from './samples.ts';

/** What asks a forge is only noted; all else is done by the built program. */
const noted = ['comment', 'gate'];

/** Of these it is noted that they were asked to propose, and how; what they do without a forge, of which there is none here, they do. */
const withoutForge = `case "$1" in pin|promote)
  echo "$*" >> "$NOTED"
  skip=
  for word in "$@"; do
    shift
    case "$skip$word" in --when-healthy) ;; --forge|--forge-url) skip=1 ;; 1*) skip= ;; *) set -- "$@" "$word" ;; esac
  done ;;
esac`;

const chart = `import { ApiObject, Chart } from 'cdk8s';
export const shop = (level) => (app) => {
  const chart = new Chart(app, 'shop', { disableResourceNameHashes: true });
  new ApiObject(chart, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { level } });
};
`;
const options = (name: string): string =>
  `name: ${name}, cluster: ${name}, kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }]`;
const environment = (name: string, level: string): string => `import { defineEnvironment } from 'lockstep';
import { shop } from '../charts/shop.js';
export default defineEnvironment({ ${options(`'${name}'`)}, charts: { shop: shop('${level}') } });
`;
const previews = `import { defineEnvironment, input } from 'lockstep';
import { z } from 'zod';
import { shop } from '../charts/shop.js';
const number = input('LOCKSTEP_PREVIEW', z.string().regex(/^[0-9]+$/).optional());
const removed = input('LOCKSTEP_PREVIEW_REMOVED', z.literal('prune').optional());
export default number === undefined ? [] : [defineEnvironment({ ${options("'preview-' + number")}, removed, charts: { shop: shop('debug') } })];
`;

const project: PipelineProject = { ...small, environments: ['dev', 'prod'], preview: 'dev' };

interface Forge {
  /** A bare repository. */
  readonly origin: TestRepository;
  /** Runs a job's scripts in a clone of `origin`, one after the other, and returns what was noted. */
  job(scripts: readonly string[], more?: Readonly<Record<string, string>>): readonly string[];
  /** A file that a job left beside its clone. */
  left(path: string): string;
}

/** A project at a forge, and a machine that runs jobs for it. */
function forge(t: TestContext, system: PipelineSystem): Forge {
  const made = makeProject(t, {
    'charts/shop.ts': chart,
    'environments/dev.ts': environment('dev', 'debug'),
    'environments/prod.ts': environment('prod', 'info'),
    'environments/previews.ts': previews,
    'environments/dev.lock.yaml': 'images: {}\n',
    '.gitignore': 'node_modules\ndist\n',
    ...Object.fromEntries(pipelineFiles(system, project).map(({ path, text }) => [path, text])),
  });
  const folder = temporaryFolder(t);
  const env = gitEnvironment(join(folder, 'home'));
  const source = openTestRepository(made.folder, env);
  source.git('init', '--quiet');
  source.commit({}, 'Begin');
  makeBareRepository(join(folder, 'origin.git'), env);
  source.git('push', '--quiet', join(folder, 'origin.git'), 'main');
  const note = join(folder, 'noted');
  const programs = join(folder, 'programs');
  program(programs, 'npm', `[ "$*" = ci ] && ln -s "${made.folder}/node_modules" node_modules`);
  const asked = noted.map((verb) => `${verb}) echo "$*" >> "${note}"; if [ "$1" = comment ]; then cat >> "${note}"; fi; exit ;;`).join(' ');
  program(
    programs,
    'npx',
    [
      '[ "$1" = --no-install ] && [ "$2" = lockstep ]',
      'shift 2',
      `case "$1" in ${asked} esac`,
      withoutForge,
      `exec "${process.execPath}" "${resolve('build/main.js')}" "$@"`,
    ].join('\n'),
  );
  let jobs = 0;
  return {
    origin: openTestRepository(join(folder, 'origin.git'), env),
    left: (path) => readFileSync(join(folder, `job-${jobs}`, path), 'utf8'),
    job(scripts, more = {}) {
      const home = join(folder, `job-${++jobs}`);
      mkdirSync(home);
      writeFileSync(note, '');
      execFileSync('git', ['clone', '--quiet', join(folder, 'origin.git'), join(home, 'work')], { env });
      // Only GitHub checks a branch out, and only where it is one that was pushed.
      if (system !== 'github' && system !== 'hook') {
        execFileSync('git', ['checkout', '--quiet', '--detach'], { cwd: join(home, 'work'), env });
        execFileSync('git', ['branch', '--quiet', '--delete', '--force', 'main'], { cwd: join(home, 'work'), env });
      }
      const variables = {
        ...env,
        PATH: `${programs}:${env['PATH']}`,
        XDG_CACHE_HOME: join(home, 'cache'),
        RUNNER_TEMP: home,
        WORKSPACE_TMP: home,
        GITHUB_STEP_SUMMARY: join(home, 'summary.md'),
        GITHUB_SERVER_URL: 'https://github.com',
        CI_SERVER_URL: 'https://gitlab.com',
        CI_PROJECT_URL: join(folder, 'origin'),
        LOCKSTEP_FORGE_TOKEN: 'token',
        LOCKSTEP_COMMENT_TOKEN: 'token',
        LIST: join(home, 'list'),
        NOTED: note,
        ...more,
      };
      for (const script of scripts) {
        const [shell, ...args] = system === 'github' ? ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'] : ['sh', '-e', '-c'];
        execFileSync(shell ?? '', [...args, script], { cwd: join(home, 'work'), env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
      }
      return readFileSync(note, 'utf8').split('\n').slice(0, -1);
    },
  };
}

function program(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\nset -e\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** The scripts of a job, in their order. */
function jobOf(system: PipelineSystem, name: string): readonly string[] {
  const files = pipelineFiles(system, project);
  if (system === 'github') {
    const [workflow = '', job = workflow] = name.split('/');
    const text = files.find(({ path }) => path.endsWith(`lockstep-${workflow}.yml`))?.text ?? '';
    const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>> };
    return (jobs[job]?.steps ?? []).flatMap(({ run }) => (run === undefined ? [] : [run]));
  }
  const [file] = files;
  assert.ok(file !== undefined);
  if (system === 'gitlab') {
    const { [`lockstep-${name}`]: job } = parse(file.text) as Readonly<Record<string, { readonly script: readonly string[] }>>;
    return job?.script ?? [];
  }
  // Each stage of Jenkins stands on the first one.
  const [install = '', ...others] = scriptsOf(file);
  const found = others.filter((script) => script.includes(needle[name] ?? name));
  return [install, ...found];
}

/** What the script of a stage is known by. */
const needle: Readonly<Record<string, string>> = {
  check: 'lockstep check --output junit',
  diff: 'lockstep diff',
  publish: 'lockstep publish dev',
  verify: 'lockstep verify',
  upgrade: 'lockstep pin --upgrade',
  promote: 'lockstep promote',
};

function refsOf({ git }: TestRepository): readonly string[] {
  return git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads').split('\n');
}

for (const system of ['github', 'gitlab', 'jenkins'] as const)
  describe(`the jobs of ${system}, run in real clones`, { timeout: 600_000 }, () => {
    test('compare, publish, verify and promote', (t) => {
      const { origin, job, left } = forge(t, system);
      // What a check of the pipeline's own files would say of these, which have no head, is tested elsewhere.
      const check = jobOf(system, 'check').map((script) => script.replaceAll(/.*lockstep pipeline .*/g, 'true'));
      assert.deepEqual(job(check), []);

      const compared = job(jobOf(system, 'diff'), { CI_MERGE_REQUEST_IID: '12' });
      const review = system === 'gitlab' ? left('work/lockstep-diff.md') : left('lockstep-diff.md');
      assert.match(review, /ConfigMap/);
      if (system === 'gitlab') assert.equal(compared[0], 'comment 12 --forge gitlab --forge-url https://gitlab.com');

      const before = refsOf(origin);
      const [forgeWords, ...others] = job(jobOf(system, 'upgrade')).map((line) => line.replace('pin --upgrade --push', ''));
      assert.deepEqual(others, []);
      assert.deepEqual(refsOf(origin), before);

      job(jobOf(system, 'publish'));
      assert.deepEqual(refsOf(origin), ['environments/dev-next', 'environments/prod-next', 'main']);
      assert.deepEqual(job(jobOf(system, 'verify')), [], 'what is published is what its source renders to');

      for (const name of ['dev', 'prod']) origin.git('branch', `environments/${name}`, `environments/${name}-next`);
      const variables = { FROM: 'dev', TO: 'prod' };
      assert.deepEqual(job(jobOf(system, 'promote'), variables), [
        `gate dev --wait 30m${forgeWords}`,
        `promote dev prod --when-healthy --push${forgeWords}`,
      ]);
      assert.equal(origin.git('log', '-1', '--format=%s', 'lockstep/promote-prod'), 'Promote dev to prod');
      assert.equal(origin.git('diff', '--name-only', 'main', 'lockstep/promote-prod'), 'environments/prod.lock.yaml');

      const tip = (): string => origin.git('rev-parse', 'lockstep/promote-prod');
      const first = tip();
      job(jobOf(system, 'promote'), variables);
      assert.equal(tip(), first, 'what says the same is not pushed again');
      // Whoever commits: a proposal of a person and that of a job are one.
      const byHand =
        'git config user.name Ada && git config user.email ada@example.com && npx --no-install lockstep promote dev prod --push';
      for (const scripts of [[...jobOf(system, 'promote').slice(0, 1), byHand], jobOf(system, 'promote')]) {
        origin.git('update-ref', 'refs/heads/main', origin.git('commit-tree', '-m', 'Go on', '-p', 'main', 'main^{tree}'));
        job(scripts, variables);
        assert.equal(origin.git('rev-parse', 'lockstep/promote-prod^'), origin.git('rev-parse', 'main'));
      }
    });
  });

describe('what only GitHub has', { timeout: 600_000 }, () => {
  test('the comment goes to the pull request whose head was compared, and to no other', (t) => {
    const { origin, job } = forge(t, 'github');
    const head = origin.git('rev-parse', 'main');
    const other = origin.git('commit-tree', '-m', 'Other', 'main^{tree}');
    origin.git('update-ref', 'refs/pull/12/head', head);
    origin.git('update-ref', 'refs/pull/112/head', other);
    const [install = '', write = ''] = jobOf('github', 'comment');
    const come = 'mkdir "$RUNNER_TEMP/review" && echo "## Diff" > "$RUNNER_TEMP/review/lockstep-diff.md"';
    const said = job([install, come, write], { HEAD: head });
    assert.deepEqual(said, ['comment 12 --forge github --forge-url https://github.com', '## Diff']);
    const link = 'mkdir "$RUNNER_TEMP/review" && ln -s /proc/self/environ "$RUNNER_TEMP/review/lockstep-diff.md"';
    assert.throws(() => job([install, link, write], { HEAD: head }), /the review is a link/);
  });

  test('a preview is shown, ended, and after a while its branch goes', (t) => {
    const { origin, job } = forge(t, 'github');
    const env = { LOCKSTEP_PREVIEW: '12' };
    date(origin, 'main', 0);
    assert.deepEqual(job(jobOf('github', 'verify')), [], 'there is nothing yet');
    job(jobOf('github', 'preview/end'), env);
    assert.deepEqual(refsOf(origin), ['main'], 'what never was shown is not ended');
    const objects = () =>
      origin
        .git('ls-tree', '-r', '--name-only', 'environments/preview-12')
        .split('\n')
        .filter((path) => path.includes('configmap'));
    // As GitHub checks it out: no branch, and a commit that nobody has merged.
    origin.git('update-ref', 'refs/heads/feature', origin.git('commit-tree', '-m', 'Try', '-p', 'main', 'main^{tree}'));
    job(['git checkout --quiet --detach origin/feature', ...jobOf('github', 'preview/show')], env);
    assert.equal(objects().length, 1);
    origin.git('branch', '--delete', '--force', 'feature');
    job(jobOf('github', 'preview/show'), env);
    job(jobOf('github', 'preview/expire'));
    assert.equal(objects().length, 1, 'its commit is younger than a week');
    job(jobOf('github', 'preview/end'), env);
    assert.equal(objects().length, 0);

    job(jobOf('github', 'preview/show'), { LOCKSTEP_PREVIEW: '13' });
    origin.git('branch', 'environments/preview-eu', 'environments/preview-13');
    for (const name of ['12', '13', 'eu']) date(origin, `environments/preview-${name}`, 8);
    job(jobOf('github', 'preview/expire'));
    assert.deepEqual(refsOf(origin), ['environments/preview-13', 'environments/preview-eu', 'main']);
    assert.match(origin.git('show', 'environments/preview-13:.lockstep/index'), /"removed": "prune"/);
  });
});

test('git gets the token for the forge, before what other helpers know, and for no other host; a later job does not', (t) => {
  const { folder, git, env } = makeRepository(t);
  git('remote', 'add', 'origin', 'https://someone@git.example.com:8443/shop.git');
  git('config', 'credential.helper', '!f() { echo username=reader; echo password=read; }; f');
  const variables = { ...env, LOCKSTEP_FORGE_TOKEN: 'token', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' };
  const password = (before: string, host: string): string | undefined => {
    const script = `set -eu\n${before}\n[ "$(git config a.b)" = c ]\nprintf 'protocol=https\\nhost=${host}\\n\\n' | git credential fill`;
    const told = execFileSync('sh', ['-c', script], { cwd: folder, env: variables, encoding: 'utf8' });
    return /^password=(.*)$/m.exec(told)?.[1];
  };
  assert.equal(password(authenticate(), 'git.example.com:8443'), 'token');
  assert.equal(password(authenticate(), 'charts.example.com'), 'read');
  assert.equal(password('', 'git.example.com:8443'), 'read');
});

test('the hook lets a commit pass that is right, and no other', { timeout: 300_000 }, (t) => {
  const { job } = forge(t, 'hook');
  const begin = 'npm ci && chmod +x .githooks/pre-commit && git config core.hooksPath .githooks';
  const commit = 'git add --all && git commit --quiet --message Change';
  job([begin, 'echo "// later" >> environments/dev.ts', commit]);
  assert.throws(() => job([begin, 'echo "nonsense(" >> environments/dev.ts', commit]), /module-failed/);
});

/** Makes the tip of a branch so many days old, by its committer's date: a rendered commit has that of its source. */
function date(repository: TestRepository, branch: string, days: number): void {
  const then = new Date(Date.now() - days * 86_400_000).toISOString();
  const [message, tree] = [repository.git('log', '-1', '--format=%B', branch), repository.git('rev-parse', `${branch}^{tree}`)];
  const made = openTestRepository(repository.folder, { ...repository.env, GIT_COMMITTER_DATE: then });
  made.git('update-ref', `refs/heads/${branch}`, made.git('commit-tree', '-m', message, tree));
}
