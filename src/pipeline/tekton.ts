import { writeYaml } from '../codec/yaml-write.ts';
import type { JsonObject } from '../model/json.ts';
import { type PipelineFile, type PipelineProject, shardsOf } from './project.ts';
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
    task: 'lockstep-check',
    ...(shards > 1 ? { matrix: { shard: Array.from({ length: shards }, (_, i) => `${i + 1}/${shards}`) } } : {}),
  };
  const runs = [
    pipelineRun('lockstep-push', { event: 'push', branch: project.branch }, [
      check,
      { task: 'lockstep-publish', after: 'lockstep-check' },
      { task: 'lockstep-verify', after: 'lockstep-publish' },
    ]),
    pipelineRun('lockstep-pull-request', { event: 'pull_request', branch: project.branch }, [
      check,
      { task: 'lockstep-diff', params: { number: '{{ pull_request_number }}' } },
    ]),
  ];
  return [
    { path: '.tekton/lockstep-tasks.yaml', mark: '#', text: documents(tasks(project)) },
    { path: '.tekton/lockstep-runs.yaml', mark: '#', text: documents(runs) },
  ];
}

function documents(all: readonly JsonObject[]): string {
  return all.map((one) => writeYaml(one)).join('---\n');
}

interface Task {
  readonly params?: readonly string[];
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
    'lockstep-check': {
      params: isShared ? ['shard'] : [],
      script: scripts.lines(scripts.check('text', isShared ? '$SHARD' : undefined), scripts.checkPipeline('tekton')),
    },
    'lockstep-diff': {
      params: ['number'],
      script: scripts.lines(scripts.diff(review, 'here'), `cat ${review}`),
      after: {
        script: scripts.lines(scripts.refuseLink(review), scripts.comment('$NUMBER', review, project.forge)),
        token: 'lockstep-comment',
      },
    },
    'lockstep-publish': { script: writing(scripts.publish(project)), token: 'lockstep-forge' },
    'lockstep-verify': { script: scripts.lines(scripts.authenticate(), scripts.verify(project)), token: 'lockstep-forge' },
    'lockstep-upgrade': { script: writing(scripts.upgrade(project.forge)), token: 'lockstep-forge' },
    'lockstep-promote': { params: ['from', 'to'], script: writing(scripts.promote(project.forge)), token: 'lockstep-forge' },
    ...(preview === undefined ? {} : previewTasks(preview)),
  };
  return Object.entries(all).map(([name, one]) => task(name, one, project));
}

const review = '/source/lockstep-diff.md';

function previewTasks(template: string): Readonly<Record<string, Task>> {
  const token = 'lockstep-preview';
  return {
    'lockstep-preview': { params: ['lockstep_preview'], script: writing(scripts.preview(template)), token },
    'lockstep-preview-end': { params: ['lockstep_preview'], script: writing(scripts.endPreview(template)), token },
    'lockstep-preview-expire': { script: writing(scripts.lines('export LIST=/tmp/previews', scripts.expirePreviews(template))), token },
  };
}

function writing(script: string): string {
  return scripts.lines(scripts.authenticate(), scripts.identify(), script);
}

function task(name: string, { params = [], script, token, after }: Task, { image, branch }: PipelineProject): JsonObject {
  const variables = ['url', 'revision', ...params];
  const trusted = { name: 'trusted', mountPath: '/trusted' };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: {
      params: variables.map((param) => ({ name: param, type: 'string' })),
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
        { name: 'run', ...withToken(token), script: shell(scripts.lines('cd project', caches, scripts.install, script)) },
        ...(after === undefined
          ? []
          : [
              {
                name: 'after',
                ...withToken(after.token),
                volumeMounts: [trusted],
                script: shell(scripts.lines('cd /trusted/project', 'npm ci', after.script)),
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

function pipelineRun(
  name: string,
  { event, branch }: { readonly event: string; readonly branch: string },
  all: readonly Ran[],
): JsonObject {
  const place = { url: '{{ repo_url }}', revision: '{{ revision }}' };
  const paramsOf = (values: Readonly<Record<string, string | readonly string[]>>): JsonObject[] =>
    Object.entries(values).map(([key, value]) => ({ name: key, value }));
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      generateName: `${name}-`,
      annotations: {
        'pipelinesascode.tekton.dev/on-event': `[${event}]`,
        'pipelinesascode.tekton.dev/on-target-branch': `[${branch}]`,
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
          name: ref,
          taskRef: { kind: 'Task', name: ref },
          params: paramsOf({ ...place, ...params }),
          workspaces: [{ name: 'basic-auth', workspace: 'basic-auth' }],
          ...(matrix === undefined ? {} : { matrix: { params: paramsOf(matrix) } }),
          ...(after === undefined ? {} : { runAfter: [after] }),
        })),
      },
    },
  };
}
