import { type PipelineFile, type PipelineProject, shardsOf } from './project.ts';
import * as scripts from './scripts.ts';

/**
 * The pipeline of Jenkins, for a multibranch project. Jenkins takes it from the branch that it builds, and of a fork's pull request from the
 * branch that it is for, as long as nobody trusts forks more. Credentials are given to the steps that need them: those of `lockstep-read`, which
 * may only read, to those that ask the remote, of `lockstep-forge` on the default branch alone, of `lockstep-comment` to the step that writes
 * the comment. A rendered branch holds no pipeline, so that
 * Jenkins builds none of them: they are verified after what publishes them, and by the clock.
 */
export function jenkinsFiles(project: PipelineProject): readonly PipelineFile[] {
  const { reading, writing, withToken, shell } = stepsOf(project);
  const below = project.folder === '' ? '' : `${project.folder}/`;
  const results = `${below}lockstep-check*.xml`;
  const timer = `env.BRANCH_NAME == '${project.branch}' ? 'H 5 * * 1-5' : ''`;
  const isMain = `branch '${project.branch}'`;
  const isPushed = [isMain, "not { triggeredBy 'TimerTrigger' }", 'expression { !params.FROM }'];
  const stages = [
    stage('Install', { steps: reading(scripts.lines(scripts.exclude(`/${results}`), scripts.install(project))) }),
    checkStage(project),
    stage('Compare', {
      when: ['changeRequest()'],
      steps: reading(scripts.lines(scripts.diff('$WORKSPACE_TMP/lockstep-diff.md'), 'cat "$WORKSPACE_TMP/lockstep-diff.md"')),
    }),
    stage('Comment', {
      // What comes of a fork never sees a token.
      when: ['changeRequest()', 'expression { !env.CHANGE_FORK }'],
      steps: withToken(
        'lockstep-comment',
        shell(scripts.comment(project, { number: '$CHANGE_ID', file: '$WORKSPACE_TMP/lockstep-diff.md', forge: project.forge })),
      ),
    }),
    stage('Publish', { when: isPushed, steps: writing(scripts.publish(project)) }),
    stage('Verify', {
      when: [isMain, 'expression { !params.FROM }'],
      steps: reading(scripts.lines('export VERIFIED="$WORKSPACE_TMP/verified"', scripts.verify(project))),
    }),
    stage('Upgrade', { when: [isMain, "triggeredBy 'TimerTrigger'"], steps: writing(scripts.upgrade(project.forge)) }),
    stage('Promote', { when: [isMain, 'expression { params.FROM && params.TO }'], steps: writing(scripts.promote(project.forge)) }),
    ...(project.preview === undefined ? [] : previewStages(project, project.preview)),
  ];
  const text = block('pipeline', [
    ...block('agent', block('docker', [`image ${quoted(project.image ?? '')}`])),
    ...block('options', ['disableConcurrentBuilds()', "timeout(time: 2, unit: 'HOURS')"]),
    ...block('triggers', [`cron(${timer})`]),
    ...block('parameters', [
      "string(name: 'FROM', defaultValue: '', description: 'The environment that is healthy, to promote it')",
      "string(name: 'TO', defaultValue: '', description: 'The environment that follows it')",
    ]),
    // Beside the work tree: what is kept is no change of it.
    ...block('environment', [
      'HOME = "$env.WORKSPACE_TMP"',
      'XDG_CACHE_HOME = "$env.WORKSPACE_TMP/cache"',
      'npm_config_cache = "$env.WORKSPACE_TMP/npm"',
    ]),
    ...block('stages', stages.flat()),
    ...block('post', block('always', [`junit(testResults: '${results}', allowEmptyResults: true)`])),
  ]);
  return [{ path: `${below}Jenkinsfile`, mark: '//', text: `${text.join('\n')}\n` }];
}

/** Parts that share the work run side by side in one work tree, of which they only read. */
function checkStage(project: PipelineProject): readonly string[] {
  const { shell } = stepsOf(project);
  const shards = shardsOf(project);
  const own = shell(scripts.checkPipeline('jenkins'));
  if (shards === 1) return stage('Check', { steps: [...shell(`${scripts.check('junit')} > lockstep-check.xml`), ...own] });
  const values = Array.from({ length: shards }, (_, i) => `'${i + 1}/${shards}'`).join(', ');
  const part = shell(`${scripts.check('junit', '$SHARD')} > "lockstep-check-\${SHARD%/*}.xml"`);
  const matrix = [
    ...block('axes', block('axis', ["name 'SHARD'", `values ${values}`])),
    ...block('stages', stage('Check a part', { steps: part })),
  ];
  return [...block("stage('Check')", block('matrix', matrix)), ...stage('Check this file', { steps: own })];
}

/** Whoever may push a branch here may ask for a preview of it; its credentials write no branch but those of previews. */
function previewStages(project: PipelineProject, template: string): readonly (readonly string[])[] {
  const { writing, withToken, shell } = stepsOf(project);
  const withNumber = (script: string): string => scripts.lines('export LOCKSTEP_PREVIEW="$CHANGE_ID"', script);
  return [
    stage('Preview', {
      when: ['changeRequest()', 'expression { !env.CHANGE_FORK }', "expression { pullRequest.labels.contains('preview') }"],
      steps: withToken(
        'lockstep-preview',
        shell(scripts.lines(scripts.authenticate(), scripts.identify(), withNumber(scripts.preview(project, template)))),
      ),
    }),
    stage('Expire previews', {
      when: [`branch '${project.branch}'`, "triggeredBy 'TimerTrigger'"],
      steps: writing(scripts.lines('export LIST="$WORKSPACE_TMP/previews"', scripts.expirePreviews(project, template))),
    }),
  ];
}

function stage(
  name: string,
  { when = [], steps }: { readonly when?: readonly string[]; readonly steps: readonly string[] },
): readonly string[] {
  return block(`stage('${name}')`, [...(when.length === 0 ? [] : block('when', block('allOf', when))), ...block('steps', steps)]);
}

type Lines = readonly string[];

/** The steps that run scripts in the folder of a project. */
function stepsOf(project: PipelineProject): {
  /** Nothing in a script is Groovy's: variables are those of the shell. */
  readonly shell: (script: string) => Lines;
  /** A script that asks the remote, with credentials that may read and no more. */
  readonly reading: (script: string) => Lines;
  /** A script that writes branches, as whoever owns the token. */
  readonly writing: (script: string) => Lines;
  readonly withToken: (credentials: string, steps: Lines) => Lines;
} {
  const shell = (script: string): Lines => {
    const escaped = script.replaceAll('\\', '\\\\').replaceAll("'''", "''\\'");
    return ["sh '''", ...['set -eu', ...scripts.enter(project), ...escaped.split('\n')].map((line) => `  ${line}`), "'''"];
  };
  const withToken = (credentials: string, steps: Lines): Lines =>
    block(`withCredentials([string(credentialsId: '${credentials}', variable: 'LOCKSTEP_FORGE_TOKEN')])`, steps);
  return {
    shell,
    reading: (script) => block("withCredentials([gitUsernamePassword(credentialsId: 'lockstep-read')])", shell(script)),
    writing: (script) => withToken('lockstep-forge', shell(scripts.lines(scripts.authenticate(), scripts.identify(), script))),
    withToken,
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function block(head: string, lines: readonly string[]): readonly string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'];
}
