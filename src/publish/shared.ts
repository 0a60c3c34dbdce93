import { compareText } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';

/** The environments that have a folder in a commit of a branch which they share, sorted. */
export function environmentsIn(files: readonly { readonly path: string }[]): readonly string[] {
  return files.flatMap(({ path }) => foldersOf(path)).sort(compareText);
}

function foldersOf(path: string): readonly string[] {
  const folder = path.endsWith(`/${indexPath}`) ? path.slice(0, -indexPath.length - 1) : '';
  // A name of an environment is a DNS label.
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(folder) ? [folder] : [];
}
