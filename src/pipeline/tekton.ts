import { writeYaml } from '../codec/yaml-write.ts';
import type { JsonObject } from '../model/json.ts';
import { named, type PipelineFile, type PipelineProject, renderedBranches, shardsOf } from './project.ts';
import * as scripts from './scripts.ts';

/** The Secret whose key `token` is what the forge knows us by; of each a Secret of its own, so that no task sees more than it needs. */
type Token = 'lockstep-forge' | 'lockstep-comment' | 'lockstep-preview';

/**
 * Tasks of Tekton, and the runs by which Pipelines-as-Code starts them: what happens at the forge is its matter, and what the clock starts is
 * that of a CronJob. No task gets the token of a ServiceAccount, nor runs as root, and only those that write see a token of the forge. A rendered
 * branch holds no runs: those branches are verified after what publishes them.
 */
export function tektonFiles(project: PipelineProject): readonly PipelineFile[] {
  const shards = shardsOf(project);
  const check: Ran = {
    task: 'check',
    ...(shards > 1 ? { matrix: { shard: Array.from({ length: shards }, (_, i) => `${i + 1}/${shards}`) } } : {}),
  };
  const { branch, watched } = project;
  const paths = watched === undefined ? [] : [`${watched}/**`, `.tekton/${named(project, '*')}.yaml`];
  const runs = [
    pipelineRun(project, { name: 'push', event: 'push', branches: [branch], paths }, [
      check,
      { task: 'publish', after: 'check' },
      { task: 'verify', after: 'publish' },
    ]),
    // A check that is required, and does not run for what a request changes, would be waited for without end.
    pipelineRun(project, { name: 'pull-request', event: 'pull_request', branches: [branch] }, [
      check,
      { task: 'diff', params: { number: '{{ pull_request_number }}' } },
    ]),
    // These are taken from the default branch: what is pushed holds none.
    pipelineRun(project, { name: 'rendered', event: 'push', branches: pushedBranches(project), revision: branch }, [
      { task: 'verify', params: { pushed: '{{ source_branch }}', before: '{{ body.before }}' } },
    ]),
  ];
  return [
    { path: `.tekton/${named(project, 'tasks')}.yaml`, mark: '#', text: documents(tasks(project)) },
    { path: `.tekton/${named(project, 'runs')}.yaml`, mark: '#', text: documents(runs) },
  ];
}

/** The branches whose pushes are looked at. In a repository of several projects each knows its own by their names. */
function pushedBranches(project: PipelineProject): readonly string[] {
  const own = project.environments.filter((name) => !project.shared.has(name)).map((name) => `environments/${name}`);
  const all = renderedBranches(project);
  return project.folder === '' ? all : [...own, ...all.filter((branch) => branch !== 'environments/*')];
}

function documents(all: readonly JsonObject[]): string {
  return all.map((one) => writeYaml(one)).join('---\n');
}

interface Task {
  readonly params?: readonly string[];
  /** Of these nothing need be told. */
  readonly optional?: readonly string[];
  readonly script: string;
  /** Of the step that runs the script. */
  readonly token?: Token;
  /** What is done with what the script left in `/source`, by the default branch's own packages: the script's are those of a pull request. */
  readonly after?: { readonly script: string; readonly token: Token };
}

function tasks(project: PipelineProject): readonly JsonObject[] {
  const { preview } = project;
  const isShared = shardsOf(project) > 1;
  const all: Readonly<Record<string, Task>> = {
    check: {
      params: isShared ? ['shard'] : [],
      script: scripts.lines(scripts.check('text', isShared ? '$SHARD' : undefined), scripts.checkPipeline('tekton')),
    },
    diff: {
      params: ['number'],
      script: scripts.lines(scripts.diff(review, 'here'), `cat ${review}`),
      after: {
        script: scripts.lines(
          scripts.refuseLink(review),
          scripts.comment(project, { number: '$NUMBER', file: review, forge: project.forge }),
        ),
        token: 'lockstep-comment',
      },
    },
    publish: { script: writing(scripts.publish(project)), token: 'lockstep-forge' },
    verify: {
      optional: ['pushed', 'before'],
      script: scripts.lines(
        scripts.authenticate(),
        `export VERIFIED="\${CACHE:-/tmp}/${named(project, 'verified')}"`,
        scripts.verifyPushed(project),
      ),
      token: 'lockstep-forge',
    },
    upgrade: { script: writing(scripts.upgrade(project.forge)), token: 'lockstep-forge' },
    promote: { params: ['from', 'to'], script: writing(scripts.promote(project.forge)), token: 'lockstep-forge' },
    ...(preview === undefined ? {} : previewTasks(project, preview)),
  };
  return Object.entries(all).map(([name, one]) => task(name, one, project));
}

const review = '/source/lockstep-diff.md';

function previewTasks(project: PipelineProject, template: string): Readonly<Record<string, Task>> {
  const token = 'lockstep-preview';
  return {
    preview: { params: ['lockstep_preview'], script: writing(scripts.preview(project, template)), token },
    'preview-end': { params: ['lockstep_preview'], script: writing(scripts.endPreview(project, template)), token },
    'preview-expire': { script: writing(scripts.lines('export LIST=/tmp/previews', scripts.expirePreviews(project, template))), token },
  };
}

function writing(script: string): string {
  return scripts.lines(scripts.authenticate(), scripts.identify(), script);
}

function task(name: string, { params = [], optional = [], script, token, after }: Task, project: PipelineProject): JsonObject {
  const { image, branch } = project;
  const variables = ['url', 'revision', ...params, ...optional];
  const enter = (place: string): readonly string[] => [`cd ${place}`, ...scripts.enter(project)];
  const trusted = { name: 'trusted', mountPath: '/trusted' };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: named(project, name) },
    spec: {
      params: variables.map((param) => ({ name: param, type: 'string', ...(optional.includes(param) ? { default: '' } : {}) })),
      workspaces: [
        { name: 'basic-auth', optional: true, description: 'a .gitconfig and .git-credentials to clone with' },
        { name: 'cache', optional: true, description: 'what is kept from run to run: another one for pull requests than for what writes' },
      ],
      volumes: [{ name: 'source', emptyDir: {} }, ...(after === undefined ? [] : [{ name: 'trusted', emptyDir: {} }])],
      stepTemplate: {
        image: image ?? '',
        workingDir: '/source',
        volumeMounts: [{ name: 'source', mountPath: '/source' }],
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        // As variables: what a parameter holds never becomes a part of a script.
        env: [
          { name: 'HOME', value: '/tmp' },
          { name: 'CACHE', value: '$(workspaces.cache.path)' },
          ...variables.map((param) => ({ name: param.toUpperCase(), value: `$(params.${param})` })),
        ],
      },
      steps: [
        {
          name: 'clone',
          // What may read the repository may often write it, too: no other step sees it.
          workspaces: [{ name: 'basic-auth', mountPath: '/workspace/basic-auth' }],
          ...(after === undefined ? {} : { volumeMounts: [trusted] }),
          script: shell(
            scripts.lines(clone, ...(after === undefined ? [] : [`git clone --quiet --branch "${branch}" "$URL" /trusted/project`])),
          ),
        },
        { name: 'run', ...withToken(token), script: shell(scripts.lines(caches, ...enter('project'), scripts.install(project), script)) },
        ...(after === undefined
          ? []
          : [
              {
                name: 'after',
                ...withToken(after.token),
                volumeMounts: [trusted],
                script: shell(scripts.lines(...enter('/trusted/project'), scripts.packages(project), after.script)),
              },
            ]),
      ],
    },
  };
}

function withToken(token: Token | undefined): JsonObject {
  if (token === undefined) return {};
  return { env: [{ name: 'LOCKSTEP_FORGE_TOKEN', valueFrom: { secretKeyRef: { name: token, key: 'token' } } }] };
}

/** All branches come here at once: what is compared later needs no credentials. */
const clone = scripts.lines(
  'auth="$(workspaces.basic-auth.path)"',
  'if [ -f "$auth/.git-credentials" ]; then cp "$auth/.gitconfig" "$auth/.git-credentials" "$HOME"; fi',
  'git clone --quiet "$URL" project',
  // That of a fork is in no branch.
  'git -C project cat-file -e "$REVISION^{commit}" 2>/dev/null || git -C project fetch --quiet origin "$REVISION"',
  'git -C project checkout --quiet "$REVISION"',
);

/** Without a workspace nothing is kept. */
const caches = `export XDG_CACHE_HOME="\${CACHE:-/tmp}/cache" npm_config_cache="\${CACHE:-/tmp}/npm"`;

/** Tekton takes `$(…)` for its own where a name that it knows stands in it, and only there. */
function shell(script: string): string {
  return `#!/bin/sh\nset -eu\n${script}\n`;
}

interface Ran {
  readonly task: string;
  readonly after?: string;
  readonly params?: Readonly<Record<string, string>>;
  /** Once for each value. */
  readonly matrix?: Readonly<Record<string, readonly string[]>>;
}

/** What starts a run. */
interface Started {
  readonly name: string;
  readonly event: string;
  readonly branches: readonly string[];
  /** What has to change, unless anything may. */
  readonly paths?: readonly string[];
  /** What is cloned, in the place of what happened. */
  readonly revision?: string;
}

function pipelineRun(
  project: PipelineProject,
  { name, event, branches, paths = [], revision = '{{ revision }}' }: Started,
  all: readonly Ran[],
): JsonObject {
  const place = { url: '{{ repo_url }}', revision };
  const paramsOf = (values: Readonly<Record<string, string | readonly string[]>>): JsonObject[] =>
    Object.entries(values).map(([key, value]) => ({ name: key, value }));
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      generateName: `${named(project, name)}-`,
      annotations: {
        'pipelinesascode.tekton.dev/on-event': `[${event}]`,
        'pipelinesascode.tekton.dev/on-target-branch': `[${branches.join(', ')}]`,
        ...(paths.length === 0 ? {} : { 'pipelinesascode.tekton.dev/on-path-change': `[${paths.join(', ')}]` }),
        'pipelinesascode.tekton.dev/max-keep-runs': '5',
        'pipelinesascode.tekton.dev/cancel-in-progress': String(event === 'pull_request'),
      },
    },
    spec: {
      workspaces: [{ name: 'basic-auth', secret: { secretName: '{{ git_auth_secret }}' } }],
      taskRunTemplate: { podTemplate: { automountServiceAccountToken: false, securityContext: { fsGroup: 1000 } } },
      pipelineSpec: {
        workspaces: [{ name: 'basic-auth' }],
        tasks: all.map(({ task: ref, after, params = {}, matrix }) => ({
          name: named(project, ref),
          taskRef: { kind: 'Task', name: named(project, ref) },
          params: paramsOf({ ...place, ...params }),
          workspaces: [{ name: 'basic-auth', workspace: 'basic-auth' }],
          ...(matrix === undefined ? {} : { matrix: { params: paramsOf(matrix) } }),
          ...(after === undefined ? {} : { runAfter: [named(project, after)] }),
        })),
      },
    },
  };
}
