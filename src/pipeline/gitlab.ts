import { writeYaml } from '../codec/yaml-write.ts';
import type { ForgeWords } from '../model/forge.ts';
import type { JsonObject } from '../model/json.ts';
import { named, type PipelineFile, type PipelineProject, shardsOf, slugOf } from './project.ts';
import * as scripts from './scripts.ts';

const schedule = '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH';
const onPush = '$CI_PIPELINE_SOURCE == "push"';
const onMerge = '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH';
const byHand = '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH';
const onRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"';

/** The forge that runs it. */
const here: ForgeWords = { type: 'gitlab', url: '$CI_SERVER_URL' };

/** What is kept has to lie in the work tree, and is no change of it. */
const kept = ['.npm/', '.cache/'];

/** What is noted of verified commits lies there, too. */
const verified = '.lockstep-verified/';

function prepare(project: PipelineProject): string {
  return scripts.lines(
    scripts.exclude(...[...kept, verified].map((folder) => `/${folder}`)),
    // The clone of a runner has no branch but one.
    "git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'",
    ...scripts.enter(project),
    scripts.install(project),
  );
}

/** Where a project is that is not at the root: other projects have such a file, too, and `.gitlab-ci.yml` includes all of them. */
function placeOf(project: PipelineProject): string {
  return project.folder === '' ? '.gitlab-ci.yml' : `.gitlab/${named(project, '')}.yml`;
}

const authenticated = scripts.lines(scripts.authenticate('$CI_PROJECT_URL.git'), scripts.identify());

/**
 * The pipeline of GitLab. A variable that is not protected is read by everybody who may push a branch, since that brings its own pipeline: the
 * token by which comments are written is one that may do nothing else, and that by which branches are is protected. GitLab runs the pipeline
 * that the pushed commit itself holds, and a rendered branch holds none: those branches are verified after what publishes them, and on schedule.
 */
export function gitlabFiles(project: PipelineProject): readonly PipelineFile[] {
  const parts: readonly JsonObject[] = [
    { stages: ['check', 'publish', 'verify'] },
    // A branch that has a request is checked as that; what is merged is published, whatever is requested of it.
    {
      workflow: {
        rules: [
          { if: '$CI_COMMIT_TAG', when: 'never' },
          { if: '$CI_PIPELINE_SOURCE == "push" && $CI_OPEN_MERGE_REQUESTS && $CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH', when: 'never' },
          { when: 'always' },
        ],
      },
    },
    ...settingsOf(project),
    ...Object.entries(jobs(project)).map(([name, job]) => ({ [named(project, name)]: { ...settledBy(project), ...job } })),
  ];
  return [{ path: placeOf(project), mark: '#', text: parts.map((part) => writeYaml(part)).join('\n') }];
}

/** What all jobs have. What is said of all jobs of a pipeline would be said of those of other projects, too. */
function settingsOf(project: PipelineProject): readonly JsonObject[] {
  const settings = {
    image: project.image ?? '',
    interruptible: false,
    timeout: '1 hour',
    // Only a pipeline of a protected branch writes what those read: GitLab keeps the two apart.
    cache: { key: named(project, ''), paths: kept },
  };
  const variables = { GIT_DEPTH: '0', npm_config_cache: '$CI_PROJECT_DIR/.npm', XDG_CACHE_HOME: '$CI_PROJECT_DIR/.cache' };
  return project.folder === '' ? [{ default: settings }, { variables }] : [{ [templateOf(project)]: { ...settings, variables } }];
}

function templateOf(project: PipelineProject): string {
  return `.${named(project, 'job')}`;
}

function settledBy(project: PipelineProject): JsonObject {
  return project.folder === '' ? {} : { extends: templateOf(project) };
}

/** A rule that counts where something of the project changes. */
function where(project: PipelineProject, condition: string): JsonObject {
  const { watched } = project;
  return { if: condition, ...(watched === undefined ? {} : { changes: [`${watched}/**/*`, placeOf(project)] }) };
}

function jobs(project: PipelineProject): Readonly<Record<string, JsonObject>> {
  const shards = shardsOf(project);
  const parallel: JsonObject = shards > 1 ? { parallel: shards } : {};
  const shard = '$CI_NODE_INDEX/$CI_NODE_TOTAL';
  // Whoever starts a pipeline starts it of all projects.
  const isOurs = `$FROM${project.folder === '' ? '' : ` =~ /^(${project.environments.join('|')})$/`} && $TO`;
  return {
    check: {
      stage: 'check',
      interruptible: true,
      ...parallel,
      // A request that has no pipeline at all could not be merged.
      rules: [where(project, onPush), { if: onRequest }],
      script: [
        prepare(project),
        `${scripts.check('junit', shards > 1 ? shard : undefined)} > lockstep-check.xml`,
        scripts.checkPipeline('gitlab'),
      ],
      artifacts: { when: 'always', expire_in: '1 week', reports: { junit: left(project, 'lockstep-check.xml') } },
    },
    diff: {
      stage: 'check',
      interruptible: true,
      rules: [where(project, onRequest)],
      script: [
        prepare(project),
        scripts.diff('lockstep-diff.md'),
        scripts.lines(
          'if [ -n "$LOCKSTEP_COMMENT_TOKEN" ]; then',
          `  LOCKSTEP_FORGE_TOKEN="$LOCKSTEP_COMMENT_TOKEN" ${scripts.comment(project, commented)}`,
          'fi',
        ),
      ],
      artifacts: { expire_in: '1 week', paths: [left(project, 'lockstep-diff.md')] },
    },
    publish: {
      stage: 'publish',
      resource_group: named(project, 'publish'),
      rules: [where(project, onMerge)],
      script: [prepare(project), authenticated, scripts.publish(project)],
    },
    verify: {
      stage: 'verify',
      // It renders anew. What was found is told once.
      cache: { key: named(project, shards > 1 ? 'verified-$CI_NODE_INDEX-$CI_NODE_TOTAL' : 'verified'), paths: [verified], when: 'always' },
      ...parallel,
      variables: { VERIFIED: `$CI_PROJECT_DIR/${verified.slice(0, -1)}` },
      rules: [where(project, onMerge), { if: `${schedule} && $LOCKSTEP_TASK == "verify"` }],
      script: [prepare(project), ...(shards > 1 ? [`export SHARD="${shard}"`] : []), scripts.verify(project)],
    },
    upgrade: {
      stage: 'publish',
      resource_group: named(project, 'upgrade'),
      rules: [{ if: `${schedule} && $LOCKSTEP_TASK == "upgrade"` }],
      script: [prepare(project), authenticated, scripts.upgrade(here)],
    },
    promote: {
      stage: 'publish',
      resource_group: named(project, 'promote'),
      rules: [{ if: `${byHand} && ${isOurs}` }],
      script: [prepare(project), authenticated, scripts.promote(here)],
    },
    ...(project.preview === undefined ? {} : previewJobs(project, project.preview)),
  };
}

const commented = { number: '$CI_MERGE_REQUEST_IID', file: 'lockstep-diff.md', forge: here };

/** What a script leaves, from the root of the work tree. */
function left({ folder }: PipelineProject, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The pipeline of a request is one of everybody: previews have a token of their own, which may write no branch but those of previews. */
function previewJobs(project: PipelineProject, template: string): Readonly<Record<string, JsonObject>> {
  const environment = { name: ['preview', slugOf(project), '$CI_MERGE_REQUEST_IID'].filter((part) => part !== '').join('/') };
  const job = (script: string, more: JsonObject): JsonObject => ({
    stage: 'publish',
    resource_group: named(project, 'preview-$CI_MERGE_REQUEST_IID'),
    rules: [{ ...where(project, onRequest), when: 'manual', allow_failure: true }],
    variables: { LOCKSTEP_PREVIEW: '$CI_MERGE_REQUEST_IID', LOCKSTEP_FORGE_TOKEN: '$LOCKSTEP_PREVIEW_TOKEN' },
    script: [prepare(project), authenticated, script],
    ...more,
  });
  return {
    preview: job(scripts.preview(project, template), {
      environment: { ...environment, auto_stop_in: '7 days', on_stop: named(project, 'preview-end') },
    }),
    'preview-end': job(scripts.endPreview(project, template), { environment: { ...environment, action: 'stop' } }),
    'preview-expire': {
      stage: 'publish',
      rules: [{ if: `${schedule} && $LOCKSTEP_TASK == "expire"` }],
      variables: { LIST: '/tmp/lockstep-previews' },
      script: [prepare(project), authenticated, scripts.expirePreviews(project, template)],
    },
  };
}
