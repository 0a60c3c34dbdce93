import type { ForgeType } from '../model/forge.ts';
import { compareText } from '../model/ref.ts';
import type { IndexedObject, RenderedFile } from '../model/rendered.ts';
import { sha256Of } from '../model/sha256.ts';
import { ownersPath } from '../model/shared-branch.ts';

/** Who reviews what belongs to a slice, as the forge names them: by slice. */
export type Owners = ReadonlyMap<string, readonly string[]>;

type Owned = Pick<IndexedObject, 'path' | 'slice'>;

const head = '# Who reviews what in this branch, by slice. Lockstep makes it of `rendered: { owners }`: change it there.';

/**
 * The file with a rule for each folder of a slice that has owners, or for each file where a folder holds several slices; undefined where
 * there is no rule. Whoever edits it by hand is found out by the digest that it carries.
 */
export function ownersFile(objects: readonly Owned[], owners: Owners, forge: ForgeType): RenderedFile | undefined {
  const lines = partsOf(objects).flatMap(({ path, slice }) => {
    const names = owners.get(slice) ?? [];
    return names.length === 0 ? [] : [`${patternOf(path, forge)} ${names.join(' ')}\n`];
  });
  if (lines.length === 0) return undefined;
  const rules = lines.join('');
  return { path: ownersPath, text: `${head}\n# sha256:${sha256Of(rules)}\n\n${rules}` };
}

/** Whether Lockstep wrote the text of such a file, and nobody changed it since. */
export function isOwnersText(text: string): boolean {
  const [, digest, rules] = /^#[^\n]*\n# sha256:([0-9a-f]{64})\n\n([\s\S]*)$/.exec(text) ?? [];
  return rules !== undefined && sha256Of(rules) === digest;
}

/** The owners that the text of such a file tells, by slice, where it stands beside `objects`. */
export function ownersIn(text: string, objects: readonly Owned[]): Owners {
  const slices = new Map(
    partsOf(objects).flatMap(({ path, slice }) => [
      [patternOf(path, 'github'), slice] as const,
      [patternOf(path, 'gitea'), slice] as const,
    ]),
  );
  return new Map(
    text.split('\n').flatMap((line) => {
      const [pattern = '', ...names] = line.split(' ');
      const slice = slices.get(pattern);
      return slice === undefined ? [] : [[slice, names] as const];
    }),
  );
}

/** The folders that hold objects of one slice, with a slash at their ends, and the files of the others; sorted. */
function partsOf(objects: readonly Owned[]): readonly Owned[] {
  const folders = new Map<string, Owned[]>();
  for (const object of objects) {
    const folder = object.path.slice(0, object.path.indexOf('/') + 1);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [object]);
    else known.push(object);
  }
  const parts = [...folders].flatMap(([path, held]): readonly Owned[] => {
    const slices = new Set(held.map(({ slice }) => slice));
    return slices.size > 1 || path === '' ? held : [...slices].map((slice) => ({ path, slice }));
  });
  return parts.toSorted((a, b) => compareText(a.path, b.path));
}

/**
 * GitHub and GitLab take patterns like those of `.gitignore`, anchored by a slash. Gitea and Forgejo take regular expressions of whole
 * paths, in which a backslash has to be written twice, since it also escapes what would end a word.
 */
function patternOf(path: string, forge: ForgeType): string {
  if (forge !== 'gitea') return `/${path}`;
  return `${path.replaceAll('.', '\\\\.')}${path.endsWith('/') ? '.*' : ''}`;
}
