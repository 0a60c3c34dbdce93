import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { installing } from '../../src/model/package-manager.ts';
import { pipelineFiles } from '../../src/pipeline/files.ts';
import { named, type PipelineProject, type PipelineSystem, tagged } from '../../src/pipeline/project.ts';
import { authenticate } from '../../src/pipeline/scripts.ts';
import { makeProject } from '../support/project.ts';
import { makeBareRepository, makeRepository, openTestRepository, type TestRepository, temporaryFolder } from '../support/repository.ts';
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

const atRoot: PipelineProject = { ...small, environments: ['dev', 'prod'], preview: 'dev' };
const inFolder: PipelineProject = {
  ...atRoot,
  folder: 'apps/shop',
  watched: 'apps/shop',
  packages: { ...small.packages, folder: 'apps/shop' },
};

interface Forge {
  /** A bare repository. */
  readonly origin: TestRepository;
  /** Runs a job's scripts in a clone of `origin`, one after the other, and returns what was noted. */
  job(scripts: readonly string[], more?: Readonly<Record<string, string>>): readonly string[];
  /** A file that a job left beside its clone. */
  left(path: string): string;
}

/** A project at a forge, and a machine that runs jobs for it. */
function forge(t: TestContext, system: PipelineSystem, project: PipelineProject = atRoot): Forge {
  const { folder: packages } = makeProject(t, {});
  const source = makeRepository(t);
  const { env } = source;
  const below = project.folder === '' ? '' : `${project.folder}/`;
  const files = {
    'package.json': '{ "name": "shop", "type": "module" }\n',
    'charts/shop.ts': chart,
    'environments/dev.ts': environment('dev', 'debug'),
    'environments/prod.ts': environment('prod', 'info'),
    'environments/previews.ts': previews,
    'environments/dev.lock.yaml': 'images: {}\n',
    '.gitignore': 'node_modules\ndist\n',
  };
  source.commit(
    {
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${below}${path}`, text])),
      ...Object.fromEntries(pipelineFiles(system, project).map(({ path, text }) => [path, text])),
    },
    'Begin',
  );
  const folder = temporaryFolder(t);
  makeBareRepository(join(folder, 'origin.git'), env);
  source.git('push', '--quiet', join(folder, 'origin.git'), 'main');
  const note = join(folder, 'noted');
  const programs = join(folder, 'programs');
  program(programs, 'npm', `[ "$*" = '${installing.npm.slice(1).join(' ')}' ] && ln -s "${packages}/node_modules" node_modules`);
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
        VERIFIED: join(folder, 'verified'),
        NOTED: note,
        ...more,
      };
      // GitLab runs all of a job in one shell.
      for (const script of system === 'gitlab' ? [scripts.join('\n')] : scripts) {
        const [shell, ...args] = system === 'github' ? ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'] : ['sh', '-e', '-c'];
        execFileSync(shell ?? '', [...args, script], {
          cwd: system === 'github' ? join(home, 'work', project.folder) : join(home, 'work'),
          env: variables,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
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
function scriptsOfJob(system: PipelineSystem, name: string, project: PipelineProject = atRoot): readonly string[] {
  const files = pipelineFiles(system, project);
  if (system === 'github') {
    const [workflow = '', job = workflow] = name.split('/');
    const text = files.find(({ path }) => path.endsWith(`/${named(project, workflow)}.yml`))?.text ?? '';
    const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>> };
    return (jobs[tagged(project, job)]?.steps ?? []).flatMap(({ run }) => (run === undefined ? [] : [run]));
  }
  const [file] = files;
  assert.ok(file !== undefined);
  if (system === 'gitlab') {
    const { [named(project, name)]: job } = parse(file.text) as Readonly<Record<string, { readonly script: readonly string[] }>>;
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

const runs = [
  { system: 'github', project: atRoot },
  { system: 'github', project: inFolder },
  { system: 'gitlab', project: atRoot },
  { system: 'gitlab', project: inFolder },
  { system: 'jenkins', project: atRoot },
  { system: 'jenkins', project: inFolder },
] as const;

for (const { system, project } of runs)
  describe(`the jobs of ${system}, run in real clones`, { timeout: 600_000 }, () => {
    const below = project.folder === '' ? '' : `${project.folder}/`;
    const jobOf = (name: string): readonly string[] => scriptsOfJob(system, name, project);

    test(`compare, publish, verify and promote ${below}`, (t) => {
      const { origin, job, left } = forge(t, system, project);
      // What a check of the pipeline's own files would say of these, which have no head, is tested elsewhere.
      const check = jobOf('check').map((script) => script.replaceAll(/.*lockstep pipeline .*/g, 'true'));
      assert.deepEqual(job(check), []);

      const compared = job(jobOf('diff'), { CI_MERGE_REQUEST_IID: '12' });
      const review = system === 'gitlab' ? left(`work/${below}lockstep-diff.md`) : left('lockstep-diff.md');
      assert.match(review, /ConfigMap/);
      if (system === 'gitlab')
        assert.equal(compared[0], `comment 12${below === '' ? '' : ' --about apps--shop'} --forge gitlab --forge-url https://gitlab.com`);

      const before = refsOf(origin);
      const [forgeWords, ...others] = job(jobOf('upgrade')).map((line) => line.replace('pin --upgrade --push', ''));
      assert.deepEqual(others, []);
      assert.deepEqual(refsOf(origin), before);

      job(jobOf('publish'));
      assert.deepEqual(refsOf(origin), ['environments/dev-next', 'environments/prod-next', 'main']);
      assert.deepEqual(job(jobOf('verify')), [], 'what is published is what its source renders to');

      for (const name of ['dev', 'prod']) origin.git('branch', `environments/${name}`, `environments/${name}-next`);
      const variables = { FROM: 'dev', TO: 'prod' };
      assert.deepEqual(job(jobOf('promote'), variables), [
        `gate dev --wait 30m${forgeWords}`,
        `promote dev prod --when-healthy --push${forgeWords}`,
      ]);
      assert.equal(origin.git('log', '-1', '--format=%s', 'lockstep/promote-prod'), 'Promote dev to prod');
      assert.equal(origin.git('diff', '--name-only', 'main', 'lockstep/promote-prod'), `${below}environments/prod.lock.yaml`);

      const tip = (): string => origin.git('rev-parse', 'lockstep/promote-prod');
      const first = tip();
      job(jobOf('promote'), variables);
      assert.equal(tip(), first, 'what says the same is not pushed again');
      // Whoever commits: a proposal of a person and that of a job are one.
      const there = ['github', 'gitlab'].includes(system) || below === '' ? '' : `cd ${below} && `;
      const byHand = `${there}git config user.name Ada && git config user.email ada@example.com && npx --no-install lockstep promote dev prod --push`;
      for (const scripts of [[...jobOf('promote').slice(0, 1), byHand], jobOf('promote')]) {
        origin.git('update-ref', 'refs/heads/main', origin.git('commit-tree', '-m', 'Go on', '-p', 'main', 'main^{tree}'));
        job(scripts, variables);
        assert.equal(origin.git('rev-parse', 'lockstep/promote-prod^'), origin.git('rev-parse', 'main'));
      }
    });
  });

describe('commits that came into force', { timeout: 600_000 }, () => {
  for (const [system, project] of [
    ['github', atRoot],
    ['jenkins', inFolder],
  ] as const)
    test(`are each verified once, whoever pushed several: ${system} ${project.folder}`, (t) => {
      const { origin, job: run } = forge(t, system, project);
      // What is kept from job to job.
      const kept = { WORKSPACE_TMP: temporaryFolder(t) };
      const job = (scripts: readonly string[]): readonly string[] => run(scripts, kept);
      const verify = scriptsOfJob(system, 'verify', project);
      job(scriptsOfJob(system, 'publish', project));
      origin.git('branch', 'environments/dev', 'environments/dev-next');
      job(verify);
      const commit = (tree: string): void => {
        const message = origin.git('log', '-1', '--format=%B', 'environments/dev');
        origin.git('update-ref', 'refs/heads/environments/dev', origin.git('commit-tree', '-m', message, '-p', 'environments/dev', tree));
      };
      const right = origin.git('rev-parse', 'environments/dev^{tree}');
      commit(withChange(origin, 'environments/dev'));
      commit(right);
      assert.throws(() => job(verify), 'one in between is not what its source renders to');
      assert.deepEqual(job(verify), [], 'that was told, and the tip is right');
      commit(withChange(origin, 'environments/dev'));
      assert.throws(() => job(verify));
      assert.throws(() => job(verify), 'what is in force is told until it is right');
    });
});

/** The tree of a branch with one object changed by hand. */
function withChange(origin: TestRepository, branch: string): string {
  const path =
    origin
      .git('ls-tree', '-r', '--name-only', branch)
      .split('\n')
      .find((one) => one.includes('configmap')) ?? '';
  const script = `GIT_INDEX_FILE=changed; export GIT_INDEX_FILE; rm -f changed; git read-tree ${branch}
blob=$(git show "${branch}:${path}" | sed s/debug/trace/ | git hash-object -w --stdin)
git update-index --cacheinfo "100644,$blob,${path}"; git write-tree`;
  return execFileSync('sh', ['-ec', script], { cwd: origin.folder, env: origin.env, encoding: 'utf8' }).trim();
}

describe('what only GitHub has', { timeout: 600_000 }, () => {
  test('the comment goes to the pull request whose head was compared, and to no other', (t) => {
    const { origin, job } = forge(t, 'github');
    const head = origin.git('rev-parse', 'main');
    const other = origin.git('commit-tree', '-m', 'Other', 'main^{tree}');
    origin.git('update-ref', 'refs/pull/12/head', head);
    origin.git('update-ref', 'refs/pull/112/head', other);
    const [install = '', write = ''] = scriptsOfJob('github', 'comment');
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
    assert.deepEqual(job(scriptsOfJob('github', 'verify')), [], 'there is nothing yet');
    job(scriptsOfJob('github', 'preview/end'), env);
    assert.deepEqual(refsOf(origin), ['main'], 'what never was shown is not ended');
    const objects = () =>
      origin
        .git('ls-tree', '-r', '--name-only', 'environments/preview-12')
        .split('\n')
        .filter((path) => path.includes('configmap'));
    // As GitHub checks it out: no branch, and a commit that nobody has merged.
    origin.git('update-ref', 'refs/heads/feature', origin.git('commit-tree', '-m', 'Try', '-p', 'main', 'main^{tree}'));
    job(['git checkout --quiet --detach origin/feature', ...scriptsOfJob('github', 'preview/show')], env);
    assert.equal(objects().length, 1);
    origin.git('branch', '--delete', '--force', 'feature');
    job(scriptsOfJob('github', 'preview/show'), env);
    job(scriptsOfJob('github', 'preview/expire'));
    assert.equal(objects().length, 1, 'its commit is younger than a week');
    job(scriptsOfJob('github', 'preview/end'), env);
    assert.equal(objects().length, 0);

    job(scriptsOfJob('github', 'preview/show'), { LOCKSTEP_PREVIEW: '13' });
    origin.git('branch', 'environments/preview-eu', 'environments/preview-13');
    for (const name of ['12', '13', 'eu']) date(origin, `environments/preview-${name}`, 8);
    job(scriptsOfJob('github', 'preview/expire'));
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
  const begin = `${installing.npm.join(' ')} && chmod +x .githooks/pre-commit && git config core.hooksPath .githooks`;
  const commit = 'git add --all && git commit --quiet --message Change';
  job([begin, 'echo "// later" >> environments/dev.ts', commit]);
  assert.throws(() => job([begin, 'echo "nonsense(" >> environments/dev.ts', commit]), /module-failed/);
});

test('the hook of a project in a folder looks at commits that change it, and at no other', { timeout: 300_000 }, (t) => {
  const { job } = forge(t, 'hook', inFolder);
  const begin = `(cd apps/shop && ${installing.npm.join(' ')} && chmod +x .githooks/pre-commit) && git config core.hooksPath apps/shop/.githooks`;
  const wrong = 'echo "nonsense(" >> apps/shop/environments/dev.ts';
  const commit = 'git commit --quiet --message Change';
  job([begin, wrong, 'echo later > README.md && git add README.md', commit]);
  assert.throws(() => job([begin, wrong, 'git add --all', commit]), /module-failed/);
  job([begin, 'echo "// later" >> apps/shop/environments/dev.ts', 'git add --all', commit]);
});

/** Makes the tip of a branch so many days old, by its committer's date: a rendered commit has that of its source. */
function date(repository: TestRepository, branch: string, days: number): void {
  const then = new Date(Date.now() - days * 86_400_000).toISOString();
  const [message, tree] = [repository.git('log', '-1', '--format=%B', branch), repository.git('rev-parse', `${branch}^{tree}`)];
  const made = openTestRepository(repository.folder, { ...repository.env, GIT_COMMITTER_DATE: then });
  made.git('update-ref', `refs/heads/${branch}`, made.git('commit-tree', '-m', message, tree));
}
