import { compareText } from '../model/ref.ts';
import type { Files } from '../ports.ts';
import { readClaims } from './pin-claims.ts';
import type { Archive } from './pin-included.ts';

/**
 * Removes of `left`, which locks named that are written anew, what no lock names any more, and tells what that was. What is not what those
 * locks named was put there by somebody else, and stays.
 */
export async function removeUnclaimed(files: Files, left: readonly Archive[]): Promise<readonly string[]> {
  if (left.length === 0) return [];
  const { byPath, isWhole } = await readClaims(files);
  // Who knows what a lock names that cannot be read.
  if (!isWhole) return [];
  const removed = new Set<string>();
  for (const { path, sha256 } of left) {
    if (byPath.has(path) || (await files.sha256(path)) !== sha256) continue;
    await files.remove(path);
    removed.add(path);
  }
  return [...removed].sort(compareText);
}
