import { exitCodes, Failure } from '../../model/failure.ts';
import { withoutUserinfo } from './address.ts';
import { cleanText, failureOf } from './failures.ts';
import { resolveRef } from './objects.ts';
import { type Git, gitText, remoteTimeLimit, runGit } from './run.ts';

/** A ref that goes from one object to another; it does not exist before when `from` is undefined. */
export interface RefStep {
  readonly ref: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** What update-ref says when a ref is not where it was taken to be. */
const isElsewhere = /cannot lock ref .*(is at|already exists|unable to resolve reference)/;

/** What a server, or git before it asks the server, says when the ref is not where it was taken to be. */
const overtaken =
  /stale info|fetch first|non-fast-forward|incorrect old value|failed to (update|lock) ref|cannot lock ref|reference already exists|already exists/;

/** Moves a ref of this repository. Throws the `Failure` `branch-moved` when it is elsewhere than `step.from`; at `step.to` already is fine. */
export async function moveHere(git: Git, step: RefStep): Promise<void> {
  await requireNotCheckedOut(git, step.ref);
  const from = step.from ?? '0'.repeat(step.to.length);
  await runGit(git, ['update-ref', '-m', 'lockstep', step.ref, step.to, from]).catch(async (thrown: unknown) => {
    if ((await resolveRef(git, step.ref)) === step.to) return;
    throw thrown instanceof Failure && isElsewhere.test(thrown.message) ? moved(step.ref) : thrown;
  });
}

/**
 * Moves refs of `remote` by one push, each with a lease: only from where it is taken to be. Each fails alone, with the `Failure` `branch-moved`
 * where it is elsewhere, `git-push-refused` where the server has a rule against it; returns these at the places of their steps. A ref that is
 * at its `to` already is fine. Throws what keeps all of them from the remote.
 */
export async function moveAllAt(git: Git, remote: string, steps: readonly RefStep[]): Promise<readonly (Failure | undefined)[]> {
  const plain = ['--quiet', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no', '--no-atomic'];
  const leases = steps.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const { exit, stdout, stderr } = await runGit(
    git,
    ['push', ...plain, ...leases, '--end-of-options', remote, ...steps.map(({ ref, to }) => `${to}:${ref}`)],
    {
      answers: [0, 1],
      timeLimit: remoteTimeLimit,
    },
  );
  const lines = stdout.toString('utf8').split('\n');
  const rejected = new Map(lines.filter((line) => line.startsWith('!')).map(readRejected));
  // Over http git ends so, and names no ref, when the server takes no pack, or goes before it says what became of it.
  if (exit !== 0 && rejected.size === 0) throw failureOf({ command: 'push', exit, stderr, secrets: git.secrets });
  return steps.map(({ ref }) => {
    const summary = rejected.get(ref);
    return summary === undefined ? undefined : overtaken.test(summary) ? moved(ref) : refused(git, remote, { ref, summary });
  });
}

/** `!\t<from>:<to>\t<summary>`: the ref there, and what is said of it. */
function readRejected(line: string): readonly [string, string] {
  const [, refs = '', summary = ''] = line.split('\t');
  return [refs.slice(refs.indexOf(':') + 1), summary];
}

function refused(git: Git, remote: string, { ref, summary }: { readonly ref: string; readonly summary: string }): Failure {
  return new Failure(
    'git-push-refused',
    `\`${withoutUserinfo(remote)}\` does not take \`${shortName(ref)}\`: ${cleanText(summary, git.secrets)}`,
    { help: 'check the rules that protect the branch, and who may push to it', exit: exitCodes.refused },
  );
}

/** A work tree whose branch moves below it would show every change backwards. */
async function requireNotCheckedOut(git: Git, ref: string): Promise<void> {
  const place = await gitText(git, ['for-each-ref', '--format=%(worktreepath)', ref]);
  if (place.trim() === '') return;
  throw new Failure('branch-checked-out', `\`${shortName(ref)}\` is checked out in \`${place.trim()}\``, {
    help: 'check out another branch there; rendered branches are written without a work tree',
    exit: exitCodes.refused,
  });
}

function moved(ref: string): Failure {
  return new Failure('branch-moved', `\`${shortName(ref)}\` moved meanwhile: another publish was quicker`, { help: 'run it again' });
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
