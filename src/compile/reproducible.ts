import type { Diagnostic } from '../model/diagnostic.ts';
import type { RenderedFile, RenderedTree } from '../model/rendered.ts';

/**
 * Where trees of the same environments differ that were rendered in two places: under another locale and time zone, with charts built in
 * another order. One error for each object, and one for whatever else differs in an environment. Values are not shown: they may be secret.
 */
export function judgeReproducible(here: readonly RenderedTree[], elsewhere: readonly RenderedTree[]): readonly Diagnostic[] {
  const others = new Map(elsewhere.map((tree) => [tree.environment, tree]));
  return here.flatMap((tree): readonly Diagnostic[] => {
    const other = others.get(tree.environment);
    return other === undefined ? [missing(tree.environment)] : differences(tree, other);
  });
}

function missing(environment: string): Diagnostic {
  const message = `\`${environment}\` is rendered here, and is not where locale, time zone and the order of charts are others`;
  return { code: 'rendered-otherwise', severity: 'error', message, at: { environment }, help: findIt };
}

const findIt =
  'look for `toLocale…`, `localeCompare` and `Intl` without a locale, dates without a time zone, and what one chart leaves for another';

function differences(tree: RenderedTree, other: RenderedTree): readonly Diagnostic[] {
  const texts = new Map(other.files.map(({ path, text }) => [path, text]));
  const objects = new Map(tree.index.objects.map((object) => [object.path, object]));
  const { environment } = tree;
  const otherwise = tree.files.flatMap(({ path, text }): readonly Diagnostic[] => {
    const object = objects.get(path);
    const there = texts.get(path);
    if (object === undefined || there === text) return [];
    const where = there === undefined ? 'is there only sometimes' : `comes out otherwise at line ${firstDifference(text, there)}`;
    const message = `\`${path}\` ${where} where locale, time zone and the order of charts are others`;
    const at = { environment, construct: object.construct, object: object.ref };
    return [{ code: 'rendered-otherwise', severity: 'error', message, at, help: findIt }];
  });
  if (otherwise.length > 0 || isEqual(tree.files, texts)) return otherwise;
  const message = `the index of \`${environment}\` comes out otherwise where locale, time zone and the order of charts are others`;
  return [{ code: 'rendered-otherwise', severity: 'error', message, at: { environment }, help: findIt }];
}

function isEqual(files: readonly RenderedFile[], texts: ReadonlyMap<string, string>): boolean {
  return files.length === texts.size && files.every(({ path, text }) => texts.get(path) === text);
}

/** The first line, from 1, in which two texts differ. */
function firstDifference(one: string, other: string): number {
  const lines = other.split('\n');
  return one.split('\n').findIndex((line, i) => line !== lines[i]) + 1;
}
