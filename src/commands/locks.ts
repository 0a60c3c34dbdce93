import { readLockfile, rewriteLockfile, writeLockfile } from '../codec/lockfile.ts';
import { lockPathOf } from '../compile/given.ts';
import { withoutSecrets } from '../compile/validate/secrets/mask.ts';
import type { Checked } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { emptyLockfile, type Lockfile } from '../model/lockfile.ts';
import type { Files } from '../ports.ts';

/** The lock of an environment, with the text that it was read from: undefined, and no pins, when there is none yet. */
export interface ReadLock extends Checked<Lockfile> {
  readonly text: string | undefined;
}

/** Reads the lock of an environment. What is wrong in it shows no secret. */
export async function readLock(files: Pick<Files, 'read'>, environment: string): Promise<ReadLock> {
  const path = lockPathOf(environment);
  const text = await files.read(path);
  if (text === undefined) return { text, value: emptyLockfile, diagnostics: [] };
  const { value, diagnostics } = readLockfile(text, path);
  return { text, value, diagnostics: withoutSecrets(diagnostics, new Map()) };
}

/** Writes a lock in the place of what was read, and tells whether that could be: not where somebody else has written it meanwhile. */
export async function replaceLock(
  files: Pick<Files, 'read' | 'write'>,
  { path, before, text }: { readonly path: string; readonly before: string | undefined; readonly text: string },
): Promise<boolean> {
  if ((await files.read(path)) !== before) return false;
  await files.write(path, text);
  return true;
}

/** Why a lock was not written: what somebody else wrote meanwhile is not lost. */
export function overtaken(path: string): Failure {
  return new Failure('lockfile-changed', `\`${path}\` was changed meanwhile, and stays as it is`, {
    help: 'run it again',
    exit: exitCodes.refused,
  });
}

/** The text of a lock in the place of the one that it was read from, if there was one: comments in that stay. */
export function lockText(before: string | undefined, lock: Lockfile): string {
  return before === undefined ? writeLockfile(lock) : rewriteLockfile(before, lock);
}
