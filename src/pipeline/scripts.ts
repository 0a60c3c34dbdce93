import type { ForgeWords } from '../model/forge.ts';
import type { PipelineProject } from './project.ts';

/**
 * How a job calls Lockstep: the one that the project's lock names. Nothing is fetched that `npm ci` did not bring.
 */
const lockstep = 'npx --no-install lockstep';

/** The packages of the project, and the commits that locks name as sources, with theirs. */
export const install = lines('npm ci', `${lockstep} fetch`);

/** The rendered branches of previews begin like this, and end with a number: an environment may be called alike, and is none of a pull request. */
const previewBranches = 'environments/preview-';
const previewPattern = `"^${previewBranches}[0-9]+$"`;

/** So many days after the last commit of its source, a preview goes, its pull request open or not. A rendered commit has the date of its source. */
const previewDays = 7;

/** Environments and types, in the form that the system shows beside the lines; `shard` is `1/4` as the shell has it. */
export function check(output: string, shard?: string): string {
  return `${lockstep} check --output ${output}${shard === undefined ? '' : ` --shard "${shard}"`}`;
}

/** What is made in the work tree, and is no change of it. */
export function exclude(...patterns: readonly string[]): string {
  return lines('mkdir -p .git/info', `printf '%s\\n' ${patterns.map((pattern) => `'${pattern}'`).join(' ')} >> .git/info/exclude`);
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

/** The review as the one comment of a pull request, whose number the shell has. */
export function comment(number: string, file: string, forge: ForgeWords): string {
  return `${lockstep} comment "${number}"${at(forge)} < "${file}"`;
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
 * Every rendered branch, made again of the source that it names, and compared; but for previews, which are of no commit that was reviewed. All
 * are looked at before it fails; with the variable `SHARD`, such as `2/8`, those of one part.
 */
export function verify({ preview: template }: PipelineProject): string {
  const part = template === undefined ? '' : `$0 !~ ${previewPattern} && `;
  return lines(
    "git fetch --quiet --prune origin '+refs/heads/environments/*:refs/remotes/origin/environments/*'",
    `mine='BEGIN { split(shard, part, "/") } ${part}++n % part[2] == part[1] % part[2]'`,
    `branches=$(git for-each-ref --format='%(refname:lstrip=3)' refs/remotes/origin/environments | awk -v shard="\${SHARD:-1/1}" "$mine")`,
    'failed=0',
    'for branch in $branches; do',
    `  ${lockstep} verify "$branch" --remote || failed=1`,
    'done',
    '[ "$failed" -eq 0 ]',
  );
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
export function preview(template: string): string {
  return lines(
    `cp "environments/${template}.lock.yaml" "environments/preview-$LOCKSTEP_PREVIEW.lock.yaml"`,
    `${lockstep} publish "preview-$LOCKSTEP_PREVIEW" --direct --push --allow-dirty --allow-older --overwrite-edits`,
  );
}

/** The same without objects, where there ever was one: its agent deletes what it owns. */
export function endPreview(template: string): string {
  return lines(
    `there=$(git ls-remote origin "refs/heads/${previewBranches}$LOCKSTEP_PREVIEW")`,
    'if [ -n "$there" ]; then',
    ...indented(empty(template), '  '),
    'fi',
  );
}

function empty(template: string): string {
  return lines('export LOCKSTEP_PREVIEW_REMOVED=prune', preview(template));
}

/** Ends previews that are of old commits; one that has ended already, and has grown old once more, loses its branch. */
export function expirePreviews(template: string): string {
  return lines(
    `git fetch --quiet --prune origin '+refs/heads/${previewBranches}*:refs/remotes/origin/${previewBranches}*'`,
    `before=$(( $(date +%s) - ${previewDays} * 86400 ))`,
    `old='$1 < before && $3 ~ ${previewPattern} { print $2, $3 }'`,
    "all='%(committerdate:unix) %(objectname) %(refname:lstrip=3)'",
    `git for-each-ref --format="$all" 'refs/remotes/origin/${previewBranches}*' | awk -v before="$before" "$old" > "$LIST"`,
    // What runs in between may read what a shell would read.
    'while read -r tip branch <&3; do',
    `  export LOCKSTEP_PREVIEW="\${branch#${previewBranches}}"`,
    ...indented(empty(template), '  '),
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
