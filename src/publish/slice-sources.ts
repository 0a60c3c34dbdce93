import { isFullId } from '../model/commit-id.ts';
import { isObject, parseJson } from '../model/json.ts';
import { compareText } from '../model/ref.ts';
import type { RenderedFile } from '../model/rendered.ts';
import type { RenderedRepository, TreeEntry } from '../ports.ts';

/** The file that tells which source commit each slice was rendered from, where slices were published alone. */
export const sourcesPath = '.lockstep/sources';

/** Source commits by slice. */
export type SliceSources = ReadonlyMap<string, string>;

/** The file of these sources, in one form. */
export function sourcesFile(sources: SliceSources): RenderedFile {
  const sorted = [...sources].toSorted(([a], [b]) => compareText(a, b));
  return { path: sourcesPath, text: `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n` };
}

/** The sources that the files of a commit tell by slice; undefined where all of it was rendered from one commit. */
export async function readSliceSources(
  repository: Pick<RenderedRepository, 'read'>,
  files: readonly TreeEntry[],
): Promise<SliceSources | undefined> {
  const file = files.find(({ path }) => path === sourcesPath);
  if (file === undefined) return undefined;
  const told = parseJson((await repository.read(file.blob)).toString('utf8'));
  const entries = isObject(told) ? Object.entries(told) : [];
  return new Map(entries.flatMap(([slice, commit]) => (typeof commit === 'string' && isFullId(commit) ? [[slice, commit] as const] : [])));
}
