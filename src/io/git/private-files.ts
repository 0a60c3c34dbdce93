import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';

/** Files that nobody but this user may read, for programs that take what is secret from no other place. */
export interface PrivateFiles {
  /** The path of the file `name`, which holds `text` from now on. It is never seen half written. */
  write(name: string, text: string): Promise<string>;
  /** Removes them all. Nothing is written any more. */
  close(): Promise<void>;
}

/** Files in a folder of their own among the temporary ones, which is made with the first of them. */
export function privateFiles(): PrivateFiles {
  const written = new Map<string, string>();
  let folder: string | undefined;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  const write = async (name: string, text: string): Promise<string> => {
    if (isClosed) throw new Failure('git-closed', 'the repository is closed');
    folder ??= await mkdtemp(join(tmpdir(), 'lockstep-git-'));
    const path = join(folder, name);
    if (written.get(name) === text) return path;
    const draft = `${path}.new`;
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
    written.set(name, text);
    return path;
  };
  return {
    write(name, text) {
      const mine = last.then(() => write(name, text)).catch(unwritten);
      last = mine.catch(() => {});
      return mine;
    },
    async close() {
      isClosed = true;
      await last;
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function unwritten(cause: unknown): never {
  if (cause instanceof Failure) throw cause;
  throw new Failure('git-failed', `the credentials cannot be handed to git as files: ${messageOf(cause)}`, {
    help: 'name a folder that can be written to with `TMPDIR`',
    cause,
  });
}
