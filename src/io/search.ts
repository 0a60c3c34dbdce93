import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure, messageOf } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import type { FoundFile } from '../ports.ts';

/** More files than anybody means to look at: the path is not the one that was meant. */
const most = 50_000;

/**
 * The files below `folder` whose names fit, or `folder` alone when it is a file. Links are not followed, hidden files and the
 * packages in `node_modules` not looked at. Undefined when there is nothing at that path.
 */
export async function findFiles(folder: string, fits: (name: string) => boolean): Promise<readonly FoundFile[] | undefined> {
  const found: FoundFile[] = [];
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && fits(entry.name)) found.push({ path, size: statSync(join(folder, path)).size });
      if (found.length > most) throw tooMany(folder);
    }
  };
  try {
    const top = statSync(folder, { throwIfNoEntry: false });
    if (top === undefined) return undefined;
    if (!top.isDirectory()) return [{ path: '', size: top.size }];
    visit('');
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('file-unreadable', `\`${folder}\` cannot be listed: ${messageOf(cause)}`, { cause });
  }
  return found.toSorted((a, b) => compareText(a.path, b.path));
}

function tooMany(folder: string): Failure {
  return new Failure('files-too-many', `there are more than ${most} files below \`${folder}\``, {
    help: 'name the folder that is meant',
    exit: exitCodes.input,
  });
}
