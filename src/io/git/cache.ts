import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, Failure, messageOf } from '../../model/failure.ts';
import type { ObjectFormat } from './objects.ts';
import { type Git, gitText, runGit } from './run.ts';

/** The file that marks a folder as ours: nothing is ever deleted in a folder without it. */
export const marker = 'lockstep-cache';

/** Packs beyond which a cache is packed anew: every fetch leaves one. */
const packLimit = 50;

/**
 * Makes `folder` a bare repository that can be used: creates it, clears what a killed process left, and creates it anew
 * when it is broken. Throws the `Failure` `git-cache-folder` for a folder with other things in it. `git` works on it.
 */
export async function prepareCache(git: Git, folder: string): Promise<void> {
  const found = await openFolder(folder);
  if (found.length === 0) return createCache(git, folder, 'sha1');
  if (!found.includes(marker)) throw inUse(folder);
  await clearLeftovers(folder);
  if (!(await isHealthy(git))) await createCache(git, folder, 'sha1');
}

/** What stands in `folder`, which is made when it is absent. */
async function openFolder(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await readdir(folder);
  } catch (cause) {
    const help = 'name a folder that can be written to: `--cache <folder>`';
    throw new Failure('git-cache-folder', `the history cannot be kept in \`${folder}\`: ${messageOf(cause)}`, {
      help,
      exit: exitCodes.input,
      cause,
    });
  }
}

/** Empties `folder` and makes an empty bare repository there. */
export async function createCache(git: Git, folder: string, format: ObjectFormat): Promise<void> {
  for (const name of await readdir(folder)) if (name !== marker) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(join(folder, marker), 'a copy of rendered branches; it can be deleted\n');
  const options = ['--quiet', '--bare', '--template=', '--initial-branch=main', `--object-format=${format}`];
  await runGit({ ...git, before: [] }, ['init', ...options, '--end-of-options', folder]);
}

/** Packs the cache anew when it has many packs: its own refs keep what is needed, the rest goes. */
export async function compactCache(git: Git, folder: string): Promise<void> {
  const packs = (await readdir(join(folder, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'));
  if (packs.length > packLimit) await runGit(git, ['repack', '-a', '-d', '-q'], { timeLimit: 600_000 });
}

/** Whether git takes it for a bare repository and every ref leads to a commit that can be read. */
async function isHealthy(git: Git): Promise<boolean> {
  try {
    if ((await gitText(git, ['rev-parse', '--is-bare-repository'])) !== 'true') return false;
    const { stderr } = await runGit(git, ['rev-list', '--no-walk', '--all']);
    return stderr === '';
  } catch (thrown) {
    if (thrown instanceof Failure && (thrown.code === 'git-failed' || thrown.code === 'git-corrupt' || thrown.code === 'git-no-repository'))
      return false;
    throw thrown;
  }
}

/** Removes the lock files and half-written packs of a process that was killed: nobody else uses this folder. */
async function clearLeftovers(folder: string): Promise<void> {
  const refs = await readdir(join(folder, 'refs'), { recursive: true }).catch(() => []);
  const top = await readdir(folder);
  const stale = [
    ...top.filter((name) => name.endsWith('.lock')),
    ...refs.filter((name) => name.endsWith('.lock')).map((name) => join('refs', name)),
  ];
  for (const name of stale) await rm(join(folder, name), { force: true });
  await clearPartialPacks(folder);
}

/** Removes packs that were broken off, while nothing is fetched into `folder`: each may be as large as the whole history. */
export async function clearPartialPacks(folder: string): Promise<void> {
  const packs = join(folder, 'objects', 'pack');
  const names = (await readdir(packs).catch(() => [])).filter((name) => name.startsWith('tmp_') || name.startsWith('.tmp-'));
  for (const name of names) await rm(join(packs, name), { force: true });
}

function inUse(folder: string): Failure {
  return new Failure('git-cache-folder', `\`${folder}\` holds other things than a cache of rendered branches`, {
    help: 'name an empty folder, or one that does not exist yet',
    exit: exitCodes.input,
  });
}
