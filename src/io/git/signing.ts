import { exitCodes, Failure } from '../../model/failure.ts';
import type { NewCommit } from '../../ports.ts';
import { namedIn } from './environment.ts';
import { failureOf } from './failures.ts';
import { requireId } from './names.ts';
import { type Git, runGit } from './run.ts';

/** A person may have to touch a token, or to answer a dialogue of their agent: milliseconds. */
const signingTimeLimit = 300_000;

/** Whether `git commit` signs here unless it is told otherwise. */
export async function signsCommits(git: Git): Promise<boolean> {
  const { stdout } = await runGit(git, ['config', '--type=bool', '--get', 'commit.gpgSign'], { answers: [0, 1] });
  return stdout.toString('utf8').trim() === 'true';
}

/**
 * Writes the commit of a tree as `git commit -S` would: signed by the key, in the format and by the program that git's configuration says, or
 * else by the committer's OpenPGP key. Throws the `Failure` `signing-failed`.
 */
export async function signCommit(
  git: Git,
  tree: string,
  commit: Omit<NewCommit, 'content'> & { readonly merged?: string | undefined },
): Promise<string> {
  const { parent, merged, author, committer, message } = commit;
  const utf8: Git = { ...git, before: [...git.before, '-c', 'i18n.commitEncoding=UTF-8'] };
  const parents = [parent, merged].flatMap((one) => (one === undefined ? [] : ['-p', requireId(one)]));
  const { exit, stdout, stderr } = await runGit(utf8, ['commit-tree', requireId(tree), ...parents, '-S', '-F', '-'], {
    stdin: message,
    env: { ...namedIn('AUTHOR', author), ...namedIn('COMMITTER', committer) },
    answers: [0, 1, 128],
    timeLimit: signingTimeLimit,
  });
  if (exit === 0) return requireId(stdout.toString('utf8').trim());
  const { message: why } = failureOf({ command: 'commit-tree', exit, stderr, secrets: git.secrets });
  throw new Failure('signing-failed', `the commit cannot be signed: ${why}`, {
    help: 'see whether `git commit -S` signs here; nobody is asked for a passphrase, so let an agent hold the key; `--no-sign` does without',
    exit: exitCodes.input,
  });
}
