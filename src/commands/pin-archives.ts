import { compareText } from '../model/ref.ts';
import type { Files } from '../ports.ts';
import { readClaims } from './pin-claims.ts';
import type { Archive } from './pin-included.ts';

/** The folder below which archives are, as locks name them. */
const vendor = 'vendor';

/**
 * Removes of `left`, which locks named that are written anew, what no lock names any more, and tells what that was. What is not what those
 * locks named was put there by somebody else, and stays.
 */
export async function removeUnclaimed(files: Files, left: readonly Archive[]): Promise<readonly string[]> {
  if (left.length === 0) return [];
  const { byPath, isWhole } = await readClaims(files);
  // Who knows what a lock names that cannot be read.
  if (!isWhole) return [];
  const claimed = new Map([...byPath.keys()].map((path) => [path.toLowerCase(), path]));
  const there = new Set((await files.list(vendor)).map((path) => `${vendor}/${path}`));
  const removed = new Set<string>();
  for (const { path, sha256 } of left) {
    const twin = claimed.get(path.toLowerCase());
    // Paths that differ in their case alone are one file on many machines: two only where both are listed.
    const isSame = twin !== undefined && !(there.has(twin) && there.has(path));
    if (byPath.has(path) || isSame || (await files.sha256(path)) !== sha256) continue;
    await files.remove(path);
    removed.add(path);
  }
  return [...removed].sort(compareText);
}
