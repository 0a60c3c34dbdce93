import { writeYaml } from '../codec/yaml-write.ts';
import type { ForgeWords } from '../model/forge.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { named, type PipelineFile, type PipelineProject, renderedBranches, shardsOf, slugOf, tagged, usualNode } from './project.ts';
import * as scripts from './scripts.ts';

/**
 * The actions that are used, each by the commit that its tag stood for when this was written. They are GitHub's own; what they do could not be
 * done by a script: the token of the cache, and that of artifacts, is given to actions alone.
 */
const actions = {
  checkout: { commit: 'de0fac2e4500dabe0009e67214ff5f5447ce83dd', tag: 'v6.0.2' },
  'setup-node': { commit: '53b83947a5a98c8d113130e565377fae1a50d02f', tag: 'v6.3.0' },
  cache: { commit: 'cdf6c1fa76f9f475f3d7449005a359c84ca0f306', tag: 'v5.0.3' },
  'cache/restore': { commit: 'cdf6c1fa76f9f475f3d7449005a359c84ca0f306', tag: 'v5.0.3' },
  'cache/save': { commit: 'cdf6c1fa76f9f475f3d7449005a359c84ca0f306', tag: 'v5.0.3' },
  'upload-artifact': { commit: 'b7c566a772e6b6bfb58ed0dc250532a479d7789f', tag: 'v6.0.0' },
  'download-artifact': { commit: '37930b1c2abaa49bbe596cd826c3c89aef350131', tag: 'v7.0.0' },
} as const;

/**
 * The workflows of GitHub Actions. Code of a pull request runs without any right to write: what is written about it is written by another
 * workflow, of the default branch, which runs none of it. GitHub runs the workflows that the pushed commit itself holds, and a rendered branch
 * holds none: those branches are verified after what publishes them, and by the clock.
 */
export function githubFiles(project: PipelineProject): readonly PipelineFile[] {
  const { preview } = project;
  const all = { check, diff, comment, publish, verify, upgrade, promote };
  return [
    ...Object.entries(all).map(([name, write]) => workflow(project, name, write(project))),
    ...(preview === undefined ? [] : [workflow(project, 'preview', previews(project, preview))]),
  ];
}

/** A workflow: what starts it, what waits for what, and its jobs. */
interface Workflow {
  readonly on: JsonObject;
  /** A run of the same group, which is of the workflow and what is said here, is broken off (`newest`), or waited for (`one`). */
  readonly concurrency: { readonly by?: string; readonly keeps: 'newest' | 'one' };
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly if?: string;
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly matrix?: JsonObject;
  readonly steps: readonly JsonObject[];
}

function workflow(project: PipelineProject, name: string, { on, concurrency, jobs }: Workflow): PipelineFile {
  const group = [named(project, name), ...(concurrency.by === undefined ? [] : [expression(concurrency.by)])].join('-');
  const parts: readonly JsonObject[] = [
    { name: nameOf(project, name) },
    { on },
    // Each job says what it may.
    { permissions: {} },
    { concurrency: { group, 'cancel-in-progress': concurrency.keeps === 'newest' } },
    // A check is known by the name of its job.
    { jobs: Object.fromEntries(Object.entries(jobs).map(([id, job]) => [tagged(project, id), jobOf(project, job)])) },
  ];
  const text = parts.map((part) => writeYaml(part)).join('\n');
  return { path: `.github/workflows/${named(project, name)}.yml`, mark: '#', text: withTags(text) };
}

function nameOf(project: PipelineProject, workflowName: string): string {
  return ['Lockstep', slugOf(project), workflowName].filter((part) => part !== '').join(' ');
}

function jobOf({ folder }: PipelineProject, { matrix, ...job }: Job): JsonObject {
  return {
    'runs-on': 'ubuntu-24.04',
    'timeout-minutes': 60,
    defaults: { run: { shell: 'bash', ...(folder === '' ? {} : { 'working-directory': folder }) } },
    ...(matrix === undefined ? {} : { strategy: { 'fail-fast': false, matrix } }),
    ...job,
  };
}

/** Behind each action the tag, for people and for what keeps actions up to date. */
function withTags(text: string): string {
  return Object.entries(actions).reduce(
    (all, [name, { tag }]) => all.replaceAll(uses(name as ActionName), `${uses(name as ActionName)} # ${tag}`),
    text,
  );
}

type ActionName = keyof typeof actions;

function uses(action: ActionName): string {
  return `actions/${action}@${actions[action].commit}`;
}

function act(action: ActionName, settings: JsonObject): JsonObject {
  return { uses: uses(action), with: settings };
}

function run(name: string, script: string, env?: JsonObject): JsonObject {
  return { name, run: script, ...(env === undefined ? {} : { env }) };
}

/** What GitHub puts in. It never stands in a script: what somebody wrote elsewhere would become a part of that. */
function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** The history is whole: what was reviewed can be told from nothing less. */
function checkout(settings: JsonObject = {}): JsonObject {
  return act('checkout', { 'fetch-depth': 0, ...settings });
}

function node({ nodeFile, packages: { manager, folder, lock } }: PipelineProject): JsonObject {
  return act('setup-node', {
    // Of others it would have to be there already.
    ...(manager === 'npm' ? { cache: 'npm' } : { 'package-manager-cache': false }),
    ...(manager === 'npm' && folder !== '' ? { 'cache-dependency-path': `${folder}/${lock}` } : {}),
    ...(nodeFile === undefined ? { 'node-version': usualNode } : { 'node-version-file': nodeFile }),
  });
}

/** What Lockstep keeps: a run of a pull request reads what the default branch kept, and nothing is read the other way. */
function cache({ packages: { manager } }: PipelineProject): JsonObject {
  const kept = '~/.cache/lockstep';
  return act('cache', {
    path: manager === 'npm' ? kept : `${kept}\n${kept}-packages\n`,
    key: `lockstep-${expression('github.workflow')}-${expression('github.sha')}`,
    'restore-keys': `lockstep-${expression('github.workflow')}-\n`,
  });
}

/** The packages, and what else `install` brings; later steps find the package manager, too. */
function install(project: PipelineProject, script: (project: PipelineProject) => string = scripts.install): JsonObject {
  const isNpm = project.packages.manager === 'npm';
  const tell = isNpm ? [] : [`echo "${scripts.toolPath}" >> "$GITHUB_PATH"`];
  return run('Install', scripts.lines(...scripts.reach(project), script(project), ...tell));
}

function prepared(project: PipelineProject, settings: JsonObject = {}): readonly JsonObject[] {
  return [checkout(settings), node(project), cache(project), install(project)];
}

/** What a push or a request has to change so that there is something to do; a filter of nothing where that is anything. */
function changed(project: PipelineProject): JsonObject {
  const { watched } = project;
  return watched === undefined ? {} : { paths: [`${watched}/**`, `.github/workflows/${named(project, '*')}.yml`] };
}

/** Whoever starts a workflow by hand may do so on any branch: what nobody has merged is not published. */
function onDefault({ branch }: PipelineProject): string {
  return `github.ref == 'refs/heads/${branch}'`;
}

const read = { contents: 'read' } as const;
/** Labels are those of issues. */
const propose = { contents: 'write', 'pull-requests': 'write', issues: 'write' } as const;

/** The forge that runs it: github.com, or a server of one's own. */
const here: ForgeWords = { type: 'github', url: '$GITHUB_SERVER_URL' };

/** A token of yours, by whose proposals workflows are started; GitHub's own starts none. */
const token = { LOCKSTEP_FORGE_TOKEN: expression('secrets.LOCKSTEP_FORGE_TOKEN || github.token') };

/** What is pushed is pushed by the same: a later commit of a proposal that GitHub's own token pushed would be checked by nobody. */
const pushing: JsonObject = { token: token.LOCKSTEP_FORGE_TOKEN };

const identify = run('Say who commits', scripts.identify('github-actions[bot]', '41898282+github-actions[bot]@users.noreply.github.com'));

function check(project: PipelineProject): Workflow {
  const shards = shardsOf(project);
  const isShared = shards > 1;
  const matrix: Json = Array.from({ length: shards }, (_, i) => `${i + 1}/${shards}`);
  return {
    // A check that is required, and does not run for what a request changes, would be waited for without end.
    on: { push: { 'branches-ignore': ignored(project), ...changed(project) }, pull_request: {} },
    concurrency: { by: 'github.ref', keeps: 'newest' },
    jobs: {
      check: {
        permissions: read,
        ...(isShared ? { matrix: { shard: matrix }, env: { SHARD: expression('matrix.shard') } } : {}),
        steps: [
          ...prepared(project),
          run('Check', scripts.check('github', isShared ? '$SHARD' : undefined)),
          run('Check these workflows', scripts.checkPipeline('github')),
        ],
      },
    },
  };
}

/** Rendered branches hold nothing that could be checked so. */
function ignored(project: PipelineProject): string[] {
  return ['environments/**', ...renderedBranches(project).filter((branch) => !branch.startsWith('environments/'))];
}

const review = 'lockstep-diff.md';

function diff(project: PipelineProject): Workflow {
  return {
    on: { pull_request: { branches: [project.branch], ...changed(project) } },
    concurrency: { by: 'github.ref', keeps: 'newest' },
    jobs: {
      diff: {
        permissions: read,
        steps: [
          ...prepared(project),
          run(
            'Compare with the clusters',
            scripts.lines(scripts.diff(`$RUNNER_TEMP/${review}`), `cat "$RUNNER_TEMP/${review}" >> "$GITHUB_STEP_SUMMARY"`),
          ),
          act('upload-artifact', { name: 'lockstep-diff', path: `${expression('runner.temp')}/${review}`, 'retention-days': 1 }),
        ],
      },
    },
  };
}

function comment(project: PipelineProject): Workflow {
  return {
    on: { workflow_run: { workflows: [nameOf(project, 'diff')], types: ['completed'] } },
    concurrency: { by: 'github.event.workflow_run.head_sha', keeps: 'one' },
    jobs: {
      comment: {
        if: "github.event.workflow_run.event == 'pull_request' && github.event.workflow_run.conclusion == 'success'",
        permissions: { actions: 'read', contents: 'read', 'pull-requests': 'write' },
        steps: [
          // The default branch: what the pull request holds is not run here.
          checkout(),
          node(project),
          install(project, scripts.packages),
          act('download-artifact', {
            name: 'lockstep-diff',
            // A folder of its own: beside it lies what the runner itself reads, and whoever made the artifact chose its names.
            path: `${expression('runner.temp')}/review`,
            'run-id': expression('github.event.workflow_run.id'),
            'github-token': expression('github.token'),
          }),
          run('Write the comment', commentOn(project, `$RUNNER_TEMP/review/${review}`), {
            HEAD: expression('github.event.workflow_run.head_sha'),
            LOCKSTEP_FORGE_TOKEN: expression('github.token'),
          }),
        ],
      },
    },
  };
}

/** Which pull request it is, is asked of the forge by the commit: what its own code says of that would be anybody's word. */
function commentOn(project: PipelineProject, file: string): string {
  return scripts.lines(
    scripts.refuseLink(file),
    `find='$1 == head { split($2, part, "/"); print part[3] }'`,
    `for number in $(git ls-remote origin 'refs/pull/*/head' | awk -v head="$HEAD" "$find"); do`,
    `  ${scripts.comment(project, { number: '$number', file, forge: here })}`,
    'done',
  );
}

function publish(project: PipelineProject): Workflow {
  return {
    on: { push: { branches: [project.branch], ...changed(project) }, workflow_dispatch: {} },
    concurrency: { keeps: 'one' },
    jobs: {
      publish: {
        if: onDefault(project),
        permissions: propose,
        steps: [...prepared(project, pushing), identify, run('Publish', scripts.publish(project), token)],
      },
    },
  };
}

function verify(project: PipelineProject): Workflow {
  const shards = shardsOf(project);
  const matrix: Json = Array.from({ length: shards }, (_, i) => `${i + 1}/${shards}`);
  const key = ['lockstep-verified', expression('github.workflow'), ...(shards > 1 ? [expression('matrix.shard')] : [])].join('-');
  const noted = {
    path: `${expression('runner.temp')}/verified`,
    key: `${key}-${expression('github.run_id')}-${expression('github.run_attempt')}`,
  };
  return {
    on: {
      workflow_run: { workflows: [nameOf(project, 'publish')], types: ['completed'] },
      schedule: [{ cron: '17 * * * *' }],
      workflow_dispatch: {},
    },
    concurrency: { keeps: 'one' },
    jobs: {
      verify: {
        permissions: read,
        ...(shards > 1 ? { matrix: { shard: matrix }, env: { SHARD: expression('matrix.shard') } } : {}),
        // Without what was kept, but for what was verified before: it renders anew.
        steps: [
          checkout(),
          node(project),
          install(project),
          act('cache/restore', { ...noted, 'restore-keys': `${key}-\n` }),
          run('Verify', scripts.verify(project), { VERIFIED: noted.path }),
          // What was found is told once.
          { if: 'always()', ...act('cache/save', noted) },
        ],
      },
    },
  };
}

function upgrade(project: PipelineProject): Workflow {
  return {
    on: { schedule: [{ cron: '43 5 * * 1-5' }], workflow_dispatch: {} },
    concurrency: { keeps: 'one' },
    jobs: {
      upgrade: {
        if: onDefault(project),
        permissions: propose,
        steps: [...prepared(project, pushing), identify, run('Upgrade', scripts.upgrade(here), token)],
      },
    },
  };
}

function promote(project: PipelineProject): Workflow {
  const choice = (description: string): JsonObject => ({ description, required: true, type: 'choice', options: project.environments });
  return {
    on: {
      workflow_dispatch: { inputs: { from: choice('The environment that is healthy'), to: choice('The environment that follows it') } },
    },
    concurrency: { by: 'inputs.to', keeps: 'one' },
    jobs: {
      promote: {
        if: onDefault(project),
        permissions: { ...propose, statuses: 'read' },
        steps: [
          ...prepared(project, pushing),
          identify,
          run('Promote', scripts.promote(here), { ...token, FROM: expression('inputs.from'), TO: expression('inputs.to') }),
        ],
      },
    },
  };
}

/** Only for branches of this repository, and only where somebody put the label on: who may do that may push a branch, too. */
function previews(project: PipelineProject, template: string): Workflow {
  const isHere = 'github.event.pull_request.head.repo.full_name == github.repository';
  const isWanted = "contains(github.event.pull_request.labels.*.name, 'preview')";
  const env = { LOCKSTEP_PREVIEW: expression('github.event.pull_request.number') };
  const job = (condition: string, source: JsonObject, script: string, more: JsonObject = env): Job => ({
    if: condition,
    permissions: { contents: 'write' },
    steps: [...prepared(project, source), identify, run('Publish', script, more)],
  });
  // By what is, not by what happened: a run that waits gives way to the one after it, such as of a label that is put on after the merge.
  const isOver = `(github.event.pull_request.state == 'closed' || github.event.action == 'unlabeled' && !${isWanted})`;
  return {
    on: {
      pull_request: {
        branches: [project.branch],
        types: ['labeled', 'unlabeled', 'synchronize', 'reopened', 'closed'],
        ...changed(project),
      },
      schedule: [{ cron: '29 3 * * *' }],
    },
    concurrency: { by: 'github.event.pull_request.number', keeps: 'one' },
    jobs: {
      show: job(
        `github.event_name == 'pull_request' && github.event.pull_request.state == 'open' && ${isHere} && ${isWanted}`,
        { ref: expression('github.event.pull_request.head.sha') },
        scripts.preview(project, template),
      ),
      end: job(
        `github.event_name == 'pull_request' && ${isHere} && ${isOver}`,
        { ref: project.branch },
        scripts.endPreview(project, template),
      ),
      expire: job("github.event_name == 'schedule'", {}, scripts.expirePreviews(project, template), {
        LIST: `${expression('runner.temp')}/previews`,
      }),
    },
  };
}
