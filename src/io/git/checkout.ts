import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, Failure } from '../../model/failure.ts';
import { type AbsentPath, absentIn } from './absent.ts';
import { type Environment, publisherEnvironment } from './environment.ts';
import { failureOf } from './failures.ts';
import { requireId } from './names.ts';
import { fetchRef } from './remotes.ts';
import { type Git, gitText, runGit } from './run.ts';

/** The project's own repository, as far as whole commits are brought out of it. */
export interface CheckoutOptions {
  /** The project's folder. */
  readonly folder: string;
  /** Of the person or job. */
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/**
 * The way from the root of the work tree to the project, with a slash at its end; '' when the project is the whole work tree. Throws a
 * `Failure` when it is in no repository.
 */
export function prefixOfProject(options: CheckoutOptions): Promise<string> {
  return gitText(gitFor(options), ['rev-parse', '--show-prefix']);
}

/**
 * Whether a commit is here, with its files or without. Throws the `Failure` `source-not-commit` for another object, and `git-no-repository`
 * or `git-ownership` where nobody can look.
 */
export async function isHere(options: CheckoutOptions, commit: string): Promise<boolean> {
  const answer = await runGit(gitFor(options), ['cat-file', '-t', requireId(commit)], { answers: [0, 1, 128], env: offline });
  if (answer.exit !== 0) {
    // Git ends alike where it does not look at all: then nothing is known of the commit.
    const failure = failureOf({ command: 'cat-file', exit: answer.exit, stderr: answer.stderr, secrets: [] });
    if (failure.code === 'git-no-repository' || failure.code === 'git-ownership') throw failure;
    return false;
  }
  const type = answer.stdout.toString('utf8').trim();
  if (type === 'commit') return true;
  throw new Failure('source-not-commit', `\`${commit.slice(0, 7)}\` is a ${type}, and no commit`, {
    help: 'name the commit that it belongs to',
    exit: exitCodes.input,
  });
}

/** Settings in place of those that would leave files out, start a process that stays, or write into the repository; and a person's line endings. */
const plainly: readonly string[] = [
  'core.autocrlf=false',
  'core.eol=lf',
  'core.sparseCheckout=false',
  'core.fsmonitor=false',
  'core.splitIndex=false',
  'core.untrackedCache=false',
].flatMap((setting) => ['-c', setting]);

/** Where the files of a commit go, and where they may come from. */
export interface Checkout {
  /** A folder that is not there yet. */
  readonly into: string;
  /** Whether files that a partial clone lacks, or that Git LFS keeps elsewhere, may be fetched. */
  readonly isOnline: boolean;
}

/**
 * Writes all files of `commit` below a folder, as `git checkout` would, with an index of its own: the work tree and the index of the
 * person are neither read nor written. Tells what is not among them, though the commit names it. Throws the `Failure` `source-missing` when the
 * files are not all here.
 */
export async function checkOut(options: CheckoutOptions, commit: string, { into, isOnline }: Checkout): Promise<readonly AbsentPath[]> {
  const git = gitFor(options);
  const index = `${into}.index`;
  await mkdir(into, { recursive: true, mode: 0o700 });
  const { stdout } = await runGit(git, ['rev-parse', '--absolute-git-dir']);
  const home = stdout.toString('utf8').replace(/\n$/, '');
  const apart: Git = { ...git, before: [...git.before, `--git-dir=${home}`, `--work-tree=${into}`, ...plainly] };
  const given = { env: { ...(isOnline ? {} : offline), GIT_INDEX_FILE: index }, timeLimit: 600_000 };
  try {
    // What is lacking is fetched all at once by what merges, and file by file by `checkout-index`.
    await runGit(apart, ['read-tree', '-m', '-u', '--no-recurse-submodules', requireId(commit)], given);
  } catch (thrown) {
    const isLacking = thrown instanceof Failure && /promisor remote|lazy fetching/.test(thrown.message);
    throw isLacking && !isOnline ? isPartial(commit, thrown) : thrown;
  }
  const absent = await absentIn(apart, into, given);
  await rm(index, { force: true });
  return absent;
}

/** Makes `folder` a repository that shares the objects of this one, with a commit checked out. The network is not asked. */
export async function cloneAt(options: CheckoutOptions, commit: string, folder: string): Promise<void> {
  const git = gitFor(options);
  const top = await gitText(git, ['rev-parse', '--show-toplevel']);
  const given = { env: { ...offline, GIT_ALLOW_PROTOCOL: 'file' }, timeLimit: 600_000 };
  await runGit(git, ['clone', '--quiet', '--shared', '--no-checkout', '--no-tags', '--', top, folder], given);
  const there: Git = { ...git, before: [...git.before, '-C', folder, ...plainly] };
  await runGit(there, ['checkout', '--quiet', '--detach', '--no-recurse-submodules', requireId(commit)], given);
}

/** How often another process that fetches the same is waited for, and how long, in milliseconds. */
const [turns, turn] = [40, 250];

/** Brings a commit here that is not: without its history, where the history is not here anyway. A ref of our own keeps it. */
export async function fetchCommit(options: CheckoutOptions, commit: string, remote: string): Promise<void> {
  const git = gitFor(options);
  const isShallow = (await gitText(git, ['rev-parse', '--is-shallow-repository'])) === 'true';
  for (let left = turns; ; left--) {
    try {
      await fetchRef(git, remote, { from: requireId(commit), to: `refs/lockstep/source/${commit}`, isDeep: !isShallow });
      return;
    } catch (thrown) {
      if (!(thrown instanceof Failure) || options.signal.aborted) throw thrown;
      if (/not our ref|find remote ref|unadvertised object|no such remote ref/i.test(thrown.message))
        throw isNowhere(commit, remote, thrown);
      // Two that fetch the same are in each other's way at the ref, and the second finds what the first has brought.
      if (await isHere(options, commit)) return;
      if (thrown.code !== 'git-locked' || left === 0) throw thrown;
      await sleep(turn);
    }
  }
}

/** Keeps git, and what it runs, off the network: in a partial clone it would fetch whatever is not there, and Git LFS what is kept elsewhere. */
const offline: Environment = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_LFS_SKIP_SMUDGE: '1' };

function isPartial(commit: string, cause: Failure): Failure {
  return new Failure(
    'source-missing',
    `the commit \`${commit.slice(0, 7)}\` is in this repository without all of its files: a partial clone`,
    {
      exit: exitCodes.input,
      cause,
    },
  );
}

function isNowhere(commit: string, remote: string, cause: Failure): Failure {
  return new Failure('source-missing', `the commit \`${commit.slice(0, 7)}\` is neither here nor at \`${remote}\``, {
    help: 'push it, or name the remote that has it with `--remote`; if it is gone for good, promote another one',
    exit: exitCodes.input,
    cause,
  });
}

function gitFor({ folder, env, signal }: CheckoutOptions): Git {
  const settings = ['gc.auto=0', 'maintenance.auto=false', 'protocol.ext.allow=never'];
  return { before: ['-C', folder, ...settings.flatMap((setting) => ['-c', setting])], env: publisherEnvironment(env), secrets: [], signal };
}
