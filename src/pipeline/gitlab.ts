import { writeYaml } from '../codec/yaml-write.ts';
import type { ForgeWords } from '../model/forge.ts';
import type { JsonObject } from '../model/json.ts';
import { type PipelineFile, type PipelineProject, shardsOf } from './project.ts';
import * as scripts from './scripts.ts';

const schedule = '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH';
const onMerge = '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH';
const onRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"';

/** The forge that runs it. */
const here: ForgeWords = { type: 'gitlab', url: '$CI_SERVER_URL' };

/** What is kept has to lie in the work tree, and is no change of it. */
const kept = ['.npm/', '.cache/'];

const prepare = scripts.lines(
  scripts.exclude(...kept.map((folder) => `/${folder}`)),
  // The clone of a runner has no branch but one.
  "git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'",
  scripts.install,
);

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
    {
      default: {
        image: project.image ?? '',
        interruptible: false,
        timeout: '1 hour',
        // Only a pipeline of a protected branch writes what those read: GitLab keeps the two apart.
        cache: { key: 'lockstep', paths: kept },
      },
    },
    { variables: { GIT_DEPTH: '0', npm_config_cache: '$CI_PROJECT_DIR/.npm', XDG_CACHE_HOME: '$CI_PROJECT_DIR/.cache' } },
    ...Object.entries(jobs(project)).map(([name, job]) => ({ [name]: job })),
  ];
  return [{ path: '.gitlab-ci.yml', mark: '#', text: parts.map((part) => writeYaml(part)).join('\n') }];
}

function jobs(project: PipelineProject): Readonly<Record<string, JsonObject>> {
  const shards = shardsOf(project);
  const parallel: JsonObject = shards > 1 ? { parallel: shards } : {};
  const shard = '$CI_NODE_INDEX/$CI_NODE_TOTAL';
  return {
    'lockstep-check': {
      stage: 'check',
      interruptible: true,
      ...parallel,
      rules: [{ if: '$CI_PIPELINE_SOURCE == "push"' }, { if: onRequest }],
      script: [prepare, `${scripts.check('junit', shards > 1 ? shard : undefined)} > lockstep-check.xml`, scripts.checkPipeline('gitlab')],
      artifacts: { when: 'always', expire_in: '1 week', reports: { junit: 'lockstep-check.xml' } },
    },
    'lockstep-diff': {
      stage: 'check',
      interruptible: true,
      rules: [{ if: onRequest }],
      script: [
        prepare,
        scripts.diff('lockstep-diff.md'),
        scripts.lines(
          'if [ -n "$LOCKSTEP_COMMENT_TOKEN" ]; then',
          `  LOCKSTEP_FORGE_TOKEN="$LOCKSTEP_COMMENT_TOKEN" ${scripts.comment('$CI_MERGE_REQUEST_IID', 'lockstep-diff.md', here)}`,
          'fi',
        ),
      ],
      artifacts: { expire_in: '1 week', paths: ['lockstep-diff.md'] },
    },
    'lockstep-publish': {
      stage: 'publish',
      resource_group: 'lockstep-publish',
      rules: [{ if: onMerge }],
      script: [prepare, authenticated, scripts.publish(project)],
    },
    'lockstep-verify': {
      stage: 'verify',
      cache: [],
      ...parallel,
      rules: [{ if: onMerge }, { if: `${schedule} && $LOCKSTEP_TASK == "verify"` }],
      script: [prepare, ...(shards > 1 ? [`export SHARD="${shard}"`] : []), scripts.verify(project)],
    },
    'lockstep-upgrade': {
      stage: 'publish',
      resource_group: 'lockstep-upgrade',
      rules: [{ if: `${schedule} && $LOCKSTEP_TASK == "upgrade"` }],
      script: [prepare, authenticated, scripts.upgrade(here)],
    },
    'lockstep-promote': {
      stage: 'publish',
      resource_group: 'lockstep-promote',
      rules: [{ if: '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $FROM && $TO' }],
      script: [prepare, authenticated, scripts.promote(here)],
    },
    ...(project.preview === undefined ? {} : previewJobs(project.preview)),
  };
}

/** The pipeline of a request is one of everybody: previews have a token of their own, which may write no branch but those of previews. */
function previewJobs(template: string): Readonly<Record<string, JsonObject>> {
  const environment = { name: 'preview/$CI_MERGE_REQUEST_IID' };
  const job = (script: string, more: JsonObject): JsonObject => ({
    stage: 'publish',
    resource_group: 'lockstep-preview-$CI_MERGE_REQUEST_IID',
    rules: [{ if: onRequest, when: 'manual', allow_failure: true }],
    variables: { LOCKSTEP_PREVIEW: '$CI_MERGE_REQUEST_IID', LOCKSTEP_FORGE_TOKEN: '$LOCKSTEP_PREVIEW_TOKEN' },
    script: [prepare, authenticated, script],
    ...more,
  });
  return {
    'lockstep-preview': job(scripts.preview(template), {
      environment: { ...environment, auto_stop_in: '7 days', on_stop: 'lockstep-preview-end' },
    }),
    'lockstep-preview-end': job(scripts.endPreview(template), { environment: { ...environment, action: 'stop' } }),
    'lockstep-preview-expire': {
      stage: 'publish',
      rules: [{ if: `${schedule} && $LOCKSTEP_TASK == "expire"` }],
      variables: { LIST: '/tmp/lockstep-previews' },
      script: [prepare, authenticated, scripts.expirePreviews(template)],
    },
  };
}
