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
 * Moves a ref of `remote`, with a lease: only from where it is taken to be. Throws the `Failure` `branch-moved` when it is
 * elsewhere, `git-push-refused` when the server has a rule against it. A ref that is at `step.to` already is fine.
 */
export async function moveAt(git: Git, remote: string, { ref, from, to }: RefStep): Promise<void> {
  const plain = ['--quiet', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no'];
  const { exit, stdout, stderr } = await runGit(
    git,
    ['push', ...plain, `--force-with-lease=${ref}:${from ?? ''}`, '--end-of-options', remote, `${to}:${ref}`],
    {
      answers: [0, 1],
      timeLimit: remoteTimeLimit,
    },
  );
  const rejected = stdout
    .toString('utf8')
    .split('\n')
    .find((line) => line.startsWith('!'));
  if (rejected === undefined) {
    // Over http git ends so, and names no ref, when the server takes no pack, or goes before it says what became of it.
    if (exit !== 0) throw failureOf({ command: 'push', exit, stderr, secrets: git.secrets });
    return;
  }
  const [, , summary = ''] = rejected.split('\t');
  if (overtaken.test(summary)) throw moved(ref);
  throw new Failure(
    'git-push-refused',
    `\`${withoutUserinfo(remote)}\` does not take \`${shortName(ref)}\`: ${cleanText(summary, git.secrets)}`,
    {
      help: 'check the rules that protect the branch, and who may push to it',
      exit: exitCodes.refused,
    },
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
