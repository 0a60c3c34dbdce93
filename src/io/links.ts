import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { exitCodes, Failure } from '../model/failure.ts';

/**
 * Where a file is written: what a symbolic link leads to, which would be lost if a file took its place. Only inside of the project: what is
 * outside belongs to somebody else. Throws `Failure`.
 */
export function throughLink(folder: string, path: string): string {
  const target = belowLinks(folder, path);
  if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
  const help = 'replace it by the file itself, or let it lead to one in the project';
  const end = realPathOf(target);
  if (end === undefined) throw linkRefused(`\`${path}\` is a symbolic link that leads nowhere`, help);
  if (!isBelow(realpathSync(folder), end)) throw linkRefused(`\`${path}\` is a symbolic link that leads out of the project`, help);
  return end;
}

/** Where a file is when the folders above it that are symbolic links are followed: one of the project is nowhere else. Throws `Failure`. */
export function belowLinks(folder: string, path: string): string {
  const target = resolve(folder, path);
  let above = dirname(target);
  while (!existsSync(above)) above = dirname(above);
  const end = join(realpathSync(above), relative(above, target));
  if (!isBelow(resolve(folder), target) || isBelow(realpathSync(folder), end)) return end;
  const message = `\`${path}\` is below a symbolic link that leads out of the project`;
  throw linkRefused(message, 'replace the link by a folder, or let it lead to one in the project');
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder + sep);
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** That a file is not touched because of a symbolic link. */
export function linkRefused(message: string, help: string): Failure {
  return new Failure('link-refused', message, { help, exit: exitCodes.refused });
}
