import { mkdir, rm } from 'node:fs/promises';
import { exitCodes, Failure } from '../../model/failure.ts';
import { type Environment, publisherEnvironment } from './environment.ts';
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

/** Whether a commit is here whole, so that its files can be read. Throws the `Failure` `source-not-commit` for another object. */
export async function isHere(options: CheckoutOptions, commit: string): Promise<boolean> {
  const answer = await runGit(gitFor(options), ['cat-file', '-t', requireId(commit)], { answers: [0, 1, 128], env: offline });
  if (answer.exit !== 0) return false;
  const type = answer.stdout.toString('utf8').trim();
  if (type === 'commit') return true;
  throw new Failure('source-not-commit', `\`${commit.slice(0, 7)}\` is a ${type}, and no commit`, {
    help: 'name the commit that it belongs to',
    exit: exitCodes.input,
  });
}

/**
 * Writes all files of `commit` below `into`, as `git checkout` would, with an index of its own: the work tree and the index of the
 * person are neither read nor written. What a submodule holds is not a part of the commit.
 */
export async function checkOut(options: CheckoutOptions, commit: string, into: string): Promise<void> {
  const git = gitFor(options);
  const index = `${into}.index`;
  await mkdir(into, { recursive: true, mode: 0o700 });
  const { stdout } = await runGit(git, ['rev-parse', '--absolute-git-dir']);
  const home = stdout.toString('utf8').replace(/\n$/, '');
  const apart: Git = { ...git, before: [...git.before, `--git-dir=${home}`, `--work-tree=${into}`, '-c', 'core.sparseCheckout=false'] };
  const given = { env: { ...offline, GIT_INDEX_FILE: index }, timeLimit: 600_000 };
  await runGit(apart, ['read-tree', requireId(commit)], given);
  await runGit(apart, ['checkout-index', '--all', '--force', '--quiet'], given);
  await rm(index, { force: true });
}

/** Brings a commit here that is not: without its history, where the history is not here anyway. A ref of our own keeps it. */
export async function fetchCommit(options: CheckoutOptions, commit: string, remote: string): Promise<void> {
  const git = gitFor(options);
  const isShallow = (await gitText(git, ['rev-parse', '--is-shallow-repository'])) === 'true';
  try {
    await fetchRef(git, remote, { from: requireId(commit), to: `refs/lockstep/source/${commit}`, isDeep: !isShallow });
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !/not our ref|find remote ref|unadvertised object|no such remote ref/i.test(thrown.message))
      throw thrown;
    throw new Failure('source-missing', `the commit \`${commit.slice(0, 7)}\` is neither here nor at \`${remote}\``, {
      help: 'push it, or name the remote that has it with `--remote`; if it is gone for good, promote another one',
      exit: exitCodes.input,
      cause: thrown,
    });
  }
}

/** In a partial clone git would go to the network for whatever is not there (git 2.45 and newer). */
const offline: Environment = { GIT_NO_LAZY_FETCH: '1' };

function gitFor({ folder, env, signal }: CheckoutOptions): Git {
  const settings = ['gc.auto=0', 'maintenance.auto=false', 'protocol.ext.allow=never'];
  return { before: ['-C', folder, ...settings.flatMap((setting) => ['-c', setting])], env: publisherEnvironment(env), secrets: [], signal };
}
