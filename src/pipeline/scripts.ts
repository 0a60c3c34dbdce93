import type { ForgeWords } from '../model/forge.ts';
import { installing, type PackageManager } from '../model/package-manager.ts';
import { type PipelineProject, slugOf } from './project.ts';

/**
 * How a job calls Lockstep, whatever brought it: the one that the project's lock names. Nothing is fetched that the lock does not name.
 */
const lockstep = 'npx --no-install lockstep';

/** The package managers that do not come with Node.js: the package that each is in. */
const packageOf: Readonly<Record<Exclude<PackageManager, 'npm'>, string>> = {
  pnpm: 'pnpm',
  yarn: '@yarnpkg/cli-dist',
  'yarn-1': 'yarn',
  bun: 'bun',
};

/** Where what brings packages is, and what it keeps; nothing of it for npm. */
const tools = `\${XDG_CACHE_HOME:-$HOME/.cache}/lockstep-packages`;

/** The folder of `tools` that programs are in. */
export const toolPath = `${tools}/tool/bin`;

/** How each is told to keep packages in `tools`: some by an option, some by a variable. */
const keeping: Readonly<Record<Exclude<PackageManager, 'npm'>, (command: string) => string>> = {
  pnpm: (command) => `${command} --store-dir "${tools}/store"`,
  yarn: (command) => `YARN_GLOBAL_FOLDER="${tools}/store" ${command}`,
  'yarn-1': (command) => `${command} --cache-folder "${tools}/store"`,
  bun: (command) => `BUN_INSTALL_CACHE_DIR="${tools}/store" ${command}`,
};

/** What each script of a job begins with, where that does not begin in the project, with its package manager. */
export function enter(project: PipelineProject): readonly string[] {
  return [...(project.folder === '' ? [] : [`cd "${project.folder}"`]), ...reach(project)];
}

/** Lets a shell find the package manager: also those who install the packages of a commit. */
export function reach({ packages: { manager } }: PipelineProject): readonly string[] {
  return manager === 'npm' ? [] : [`export PATH="${toolPath}:$PATH"`];
}

/** The packages of the project, by its lock, as it says and without running what is in them. */
export function packages({ folder, packages: { manager, version, folder: level } }: PipelineProject): string {
  const command = installing[manager].join(' ');
  const kept = manager === 'npm' ? command : keeping[manager](command);
  const above = folder.slice(level.length).replace(/^\//, '');
  const up = above.replaceAll(/[^/]+/g, '..');
  return lines(...bring(manager, version), up === '' ? kept : `(cd ${up} && ${kept})`);
}

function bring(manager: PackageManager, version: string | undefined): readonly string[] {
  if (manager === 'npm') return [];
  // The package of Bun is made by its own script: without that there is no program.
  const quiet = `${manager === 'bun' ? '' : '--ignore-scripts '}--no-audit --no-fund`;
  return [`npm install --global --prefix "${tools}/tool" ${quiet} '${packageOf[manager]}@${version}'`];
}

/** The packages of the project, and the commits that locks name as sources, with theirs. */
export function install(project: PipelineProject): string {
  return lines(packages(project), `${lockstep} fetch`);
}

/** What the name of an environment of a pull request begins with. */
export function previewName(project: PipelineProject): string {
  const slug = slugOf(project);
  return slug === '' ? 'preview-' : `preview-${slug}-`;
}

/** The rendered branches of previews begin like this, and end with a number: an environment may be called alike, and is none of a pull request. */
function previewBranches(project: PipelineProject): string {
  return `environments/${previewName(project)}`;
}

function previewPattern(project: PipelineProject): string {
  return `"^${previewBranches(project)}[0-9]+$"`;
}

/** So many days after the last commit of its source, a preview goes, its pull request open or not. A rendered commit has the date of its source. */
const previewDays = 7;

/** Environments and types, in the form that the system shows beside the lines; `shard` is `1/4` as the shell has it. */
export function check(output: string, shard?: string): string {
  return `${lockstep} check --output ${output}${shard === undefined ? '' : ` --shard "${shard}"`}`;
}

/** What is made in the work tree, and is no change of it: patterns from its root. */
export function exclude(...patterns: readonly string[]): string {
  const file = '"$(git rev-parse --git-path info/exclude)"';
  return lines('mkdir -p "$(git rev-parse --git-path info)"', `printf '%s\\n' ${patterns.map((one) => `'${one}'`).join(' ')} >> ${file}`);
}

/** Whether the pipeline's own files are those that would be made now. */
export function checkPipeline(system: string): string {
  return `${lockstep} pipeline ${system} --check`;
}

/** The review, in a file, by the rendered branches of the remote, or as they were cloned. That there is a difference is no failure. */
export function diff(file: string, branches: 'remote' | 'here' = 'remote'): string {
  return `${lockstep} diff${branches === 'remote' ? ' --remote' : ''} --output markdown > "${file}" || [ "$?" -eq 1 ]`;
}

/** Which forge is asked, as options of a command. */
function at({ type, url }: ForgeWords): string {
  return `${type === undefined ? '' : ` --forge ${type}`}${url === undefined ? '' : ` --forge-url "${url}"`}`;
}

/** The review as the one comment of a pull request that is of this project. `number` is what the shell has of it. */
export function comment(project: PipelineProject, { number, file, forge }: Commented): string {
  const slug = slugOf(project);
  return `${lockstep} comment "${number}"${slug === '' ? '' : ` --about ${slug}`}${at(forge)} < "${file}"`;
}

/** What becomes a comment, and where. */
interface Commented {
  readonly number: string;
  readonly file: string;
  readonly forge: ForgeWords;
}

/**
 * Ends a step that has a token where code of a pull request, which has none, left a link in the place of a file: the step would tell what it
 * leads to, such as its own variables.
 */
export function refuseLink(file: string): string {
  return `if [ -L "${file}" ]; then echo 'the review is a link to something else' >&2; exit 1; fi`;
}

/** Whoever commits: a job has no settings of git. */
export function identify(name = 'Lockstep', email = 'lockstep@localhost'): string {
  return lines(`git config user.name '${name}'`, `git config user.email '${email}'`);
}

/**
 * Git asks for the token when it talks to the forge, in this shell, and to no other host: it stands in no file, where a later job would find it,
 * and in no address. Helpers that were there before are asked no more: what they know may only read. `url` is what the shell has of the address
 * to push to, undefined where `origin` is it already.
 */
export function authenticate(url?: string): string {
  return lines(
    ...(url === undefined ? [] : [`git remote set-url origin "${url}"`]),
    `helper="credential.$(git remote get-url origin | sed -E 's|^(https?://)([^/@]*@)?([^/]*).*|\\1\\3|').helper"`,
    `count="\${GIT_CONFIG_COUNT:-0}"`,
    'export "GIT_CONFIG_KEY_$count=$helper" "GIT_CONFIG_VALUE_$count="',
    'count=$((count + 1))',
    `export "GIT_CONFIG_KEY_$count=$helper"`,
    `export "GIT_CONFIG_VALUE_$count=!f() { echo username=lockstep; echo \\"password=\\$LOCKSTEP_FORGE_TOKEN\\"; }; f"`,
    'export GIT_CONFIG_COUNT=$((count + 1))',
  );
}

/** The proposals of all environments. */
export function publish({ environments }: PipelineProject): string {
  return `${lockstep} publish ${environments.join(' ')} --push`;
}

/**
 * What is in force and what is proposed, made again of the source that it names, and compared; but for previews, which are of no commit that was
 * reviewed. What is in force is compared commit by commit, after the one that was looked at last: the variable `VERIFIED` is a folder where that
 * is noted. What was never looked at begins with its tip. All are looked at before it fails; with the variable `SHARD`, such as `2/8`, those of
 * one part.
 */
export function verify(project: PipelineProject): string {
  return verifyAfter(project, { before: '$(cat "$known" 2> /dev/null || true)' });
}

/**
 * The same where a push may have been told, by the variables `PUSHED` and `BEFORE`: then it is of that branch alone, after that commit. They are
 * empty where there was none, and a branch that is new was at no commit before.
 */
export function verifyPushed(project: PipelineProject): string {
  return verifyAfter(project, {
    only: `case "\${PUSHED:-$branch}" in "$branch" | "refs/heads/$branch") ;; *) continue ;; esac`,
    before: '$(if [ -n "$PUSHED" ]; then of "$BEFORE"; else cat "$known" 2> /dev/null || true; fi)',
  });
}

function verifyAfter(project: PipelineProject, { only, before }: { readonly only?: string; readonly before: string }): string {
  return lines(
    `git fetch --quiet --prune origin ${fetched(project)
      .map((branches) => `'+refs/heads/${branches}:refs/remotes/origin/${branches}'`)
      .join(' ')}`,
    // What is verified, the branch that it is on, and where there.
    'list() {',
    "  git for-each-ref --format='%(refname:lstrip=3) %(refname:lstrip=3) :/' refs/remotes/origin/environments",
    ...[...project.shared].map(([name, branch]) => `  echo '${name} ${branch} :/${name}'`),
    '}',
    'of() { git log -1 --first-parent --format=%H "$1" -- "$folder" 2> /dev/null || true; }',
    `mine='BEGIN { split(shard, part, "/") } ${meant(project)}++n % part[2] == part[1] % part[2]'`,
    'mkdir -p "$VERIFIED"',
    `list | awk -v shard="\${SHARD:-1/1}" "$mine" > "$VERIFIED/.list"`,
    'failed=0',
    'while read -r what branch folder <&3; do',
    ...(only === undefined ? [] : [`  ${only}`]),
    '  tip=$(of "refs/remotes/origin/$branch")',
    '  if [ -z "$tip" ]; then continue; fi',
    '  known="$VERIFIED/$what"',
    `  before=${before}`,
    // A proposal is made anew each time.
    '  case "$branch" in *-next) before= ;; esac',
    '  code=0',
    '  if [ -z "$before" ] || [ "$before" = "$tip" ]; then',
    `    ${lockstep} verify "$what" --remote || code=$?`,
    '  else',
    `    ${lockstep} verify "$what" --remote --since "$before" || code=$?`,
    '  fi',
    '  if [ "$code" -ne 0 ]; then failed=1; fi',
    // What nobody can tell now may be told another time; all else was told.
    '  if [ "$code" -ne 3 ]; then mkdir -p "$(dirname "$known")" && echo "$tip" > "$known"; fi',
    'done 3< "$VERIFIED/.list"',
    '[ "$failed" -eq 0 ]',
  );
}

/** The branches that are read, as patterns: those may be of nothing that is there. */
function fetched({ shared }: PipelineProject): readonly string[] {
  const others = [...shared.values()].filter((branch) => !branch.startsWith('environments/'));
  return ['environments/*', ...new Set(others.map((branch) => `${branch}*`).sort())];
}

/** Which branches are trees of this project as a whole, as a condition of awk. In a repository of several projects it knows its own by their names. */
function meant(project: PipelineProject): string {
  const { preview: template, shared, environments, folder } = project;
  const own = environments.filter((name) => !shared.has(name));
  const conditions = [
    ...(template === undefined ? [] : [`$1 !~ ${previewPattern(project)}`]),
    ...(shared.size === 0 ? [] : [...new Set(shared.values())].map((branch) => `$1 != "${branch}"`)),
    ...(shared.size === 0 ? [] : [`$1 !~ "^environments/(${[...shared.keys()].join('|')})(-next)?$"`]),
    ...(folder === ''
      ? []
      : [own.length === 0 ? '$1 !~ "^environments/"' : `($1 !~ "^environments/" || $1 ~ "^environments/(${own.join('|')})(-next)?$")`]),
  ];
  return conditions.map((condition) => `${condition} && `).join('');
}

/** Newer tags, as far as the `upgrades` of environments admit them, as a proposal of the source. */
export function upgrade(forge: ForgeWords): string {
  return `${lockstep} pin --upgrade --push${at(forge)}`;
}

/**
 * From one environment to the next, once the first one is healthy: nothing but what it is healthy with. `FROM` and `TO` are variables. It is
 * the proposal that a person makes by the same command, on the same branch.
 */
export function promote(forge: ForgeWords): string {
  return lines(`${lockstep} gate "$FROM" --wait 30m${at(forge)}`, `${lockstep} promote "$FROM" "$TO" --when-healthy --push${at(forge)}`);
}

/**
 * The environment of a pull request, whose number is the variable `LOCKSTEP_PREVIEW`, on its own branch: also of what the request was before, and of
 * the branch that it is for, by which it ends.
 */
export function preview(project: PipelineProject, template: string): string {
  const name = `${previewName(project)}$LOCKSTEP_PREVIEW`;
  return lines(
    `cp "environments/${template}.lock.yaml" "environments/${name}.lock.yaml"`,
    `${lockstep} publish "${name}" --direct --push --allow-dirty --allow-older --overwrite-edits`,
  );
}

/** The same without objects, where there ever was one: its agent deletes what it owns. */
export function endPreview(project: PipelineProject, template: string): string {
  return lines(
    `there=$(git ls-remote origin "refs/heads/${previewBranches(project)}$LOCKSTEP_PREVIEW")`,
    'if [ -n "$there" ]; then',
    ...indented(empty(project, template), '  '),
    'fi',
  );
}

function empty(project: PipelineProject, template: string): string {
  return lines('export LOCKSTEP_PREVIEW_REMOVED=prune', preview(project, template));
}

/** Ends previews that are of old commits; one that has ended already, and has grown old once more, loses its branch. */
export function expirePreviews(project: PipelineProject, template: string): string {
  const branches = previewBranches(project);
  return lines(
    `git fetch --quiet --prune origin '+refs/heads/${branches}*:refs/remotes/origin/${branches}*'`,
    `before=$(( $(date +%s) - ${previewDays} * 86400 ))`,
    `old='$1 < before && $3 ~ ${previewPattern(project)} { print $2, $3 }'`,
    "all='%(committerdate:unix) %(objectname) %(refname:lstrip=3)'",
    `git for-each-ref --format="$all" 'refs/remotes/origin/${branches}*' | awk -v before="$before" "$old" > "$LIST"`,
    // What runs in between may read what a shell would read.
    'while read -r tip branch <&3; do',
    `  export LOCKSTEP_PREVIEW="\${branch#${branches}}"`,
    ...indented(empty(project, template), '  '),
    `  if [ "$(git ls-remote origin "refs/heads/$branch" | cut -f 1)" = "$tip" ]; then`,
    '    git push --quiet origin --delete "$branch"',
    '  fi',
    'done 3< "$LIST"',
  );
}

function indented(script: string, indentation: string): readonly string[] {
  return script.split('\n').map((line) => `${indentation}${line}`);
}

/** Lines of a shell, one text. */
export function lines(...all: readonly string[]): string {
  return all.join('\n');
}
