import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { marker } from './cache.ts';

/** How the folder of a copy that several share begins: no other folder is ever removed. */
export const sharedPrefix = 'shared-';

/** Notes that the copy in `folder` was used at `now`: the time of its marker. */
export async function touchCopy(folder: string, now: Date): Promise<void> {
  await utimes(join(folder, marker), now, now);
}

/** The shared copies below `base` that nobody has used since `before`: neither this process nor another one. */
export async function unusedCopies(base: string, before: Date): Promise<readonly string[]> {
  const names = (await readdir(base).catch(() => [])).filter((name) => name.startsWith(sharedPrefix));
  const found = await Promise.all(
    names.map(async (name) => {
      const used = await stat(join(base, name, marker)).catch(() => undefined);
      return used !== undefined && used.mtime.getTime() < before.getTime() ? [join(base, name)] : [];
    }),
  );
  return found.flat();
}

/** Removes the copy in `folder`, its marker last: what is left of it when this is broken off is still known for what it is. */
export async function removeCopy(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name !== marker) await rm(join(folder, name), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
