import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/**
 * The files that say what the imports of modules in `root` stand for: the nearest `tsconfig.json` there or above, as the loader looks
 * for it, and all that it extends. Absolute, those first that extend others. Files that are not there, or cannot be read, are left out:
 * they are told where modules are loaded.
 */
export function settingsOf(root: string): readonly string[] {
  const nearest = foldersFrom(root)
    .map((folder) => join(folder, 'tsconfig.json'))
    .find((path) => existsSync(path));
  const found = new Set(nearest === undefined ? [] : [nearest]);
  // What is added while it runs is looked at, too; one that extends itself is there already.
  for (const path of found) for (const extended of extendedBy(path)) found.add(extended);
  return [...found];
}

/** A folder and all above it, itself first. */
export function foldersFrom(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersFrom(above)];
}

/** `extends` of a file with comments, which may be several. That of a comment does no harm: it is looked at, and that is all. */
function extendedBy(path: string): readonly string[] {
  const text = textOf(path);
  const [, one, several = ''] = /"extends"\s*:\s*(?:"([^"]*)"|\[([^\]]*)\])/.exec(text) ?? [];
  const names = one === undefined ? [...several.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name) : [one];
  return names.flatMap((name) => whereIs(name, path) ?? []);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function whereIs(name: string, from: string): string | undefined {
  const isPath = isAbsolute(name) || /^\.\.?(?:\/|$)/.test(name);
  if (isPath) return [name, `${name}.json`].map((one) => resolve(dirname(from), one)).find((one) => existsSync(one));
  const require = createRequire(from);
  for (const one of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return require.resolve(one);
    } catch {
      // The next way to write it.
    }
  }
  return undefined;
}
