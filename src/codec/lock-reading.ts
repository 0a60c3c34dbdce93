import { isAlias, isMap, isNode, isScalar } from 'yaml';
import { type Diagnostic, didYouMean } from '../model/diagnostic.ts';
import { placeAt } from './reading.ts';

/** A lockfile while it is read. */
export interface LockSource {
  readonly text: string;
  readonly path: string;
  readonly diagnostics: Diagnostic[];
}

/** One key of an object, with the offset where the key stands. */
export interface LockEntry {
  readonly key: string;
  readonly offset: number;
  readonly node: unknown;
}

/** The next thing to do about most that can be wrong in a lockfile. */
export const rewriteHelp = 'write `images:`, below it the image with its tag, and below that `digest: sha256:…`';

/** The text of a node; undefined for those that have none. What YAML takes for a number or a boolean is meant as it is written. */
export function textOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}

/** A scalar as a message shows it. */
export function shownScalar(node: unknown): string {
  if (isAlias(node)) return `*${node.source}`;
  return isScalar(node) ? String(node.value ?? '') : '';
}

/** Those of `entries` that are among `keys`; the others are reported. */
export function knownEntries(source: LockSource, entries: readonly LockEntry[], keys: readonly string[]): readonly LockEntry[] {
  for (const { key, offset } of entries.filter((entry) => !keys.includes(entry.key))) {
    const meant = didYouMean(key, keys);
    const help = meant === undefined ? `known here: ${keys.map((each) => `\`${each}\``).join(', ')}` : `did you mean \`${meant}\`?`;
    reportAt(source, offset, { code: 'lockfile-unknown-key', message: `unknown key \`${key}\``, help });
  }
  return entries.filter((entry) => keys.includes(entry.key));
}

/** The entries of the object `node`, which messages call `name`; nothing counts as an empty object. `help` is for what is none. */
export function entriesOf(source: LockSource, node: unknown, name: string, help: string = rewriteHelp): readonly LockEntry[] {
  if (!isNode(node) || (isScalar(node) && node.value === null)) return [];
  const offset = node.range?.[0] ?? 0;
  if (isAlias(node)) {
    const message = `${name} is the alias \`*${node.source}\`, and aliases are not taken here`;
    reportAt(source, offset, { code: 'lockfile-wrong-type', message, help: 'write out what it stands for' });
    return [];
  }
  if (!isMap(node)) {
    reportAt(source, offset, { code: 'lockfile-wrong-type', message: `${name} must be an object`, help });
    return [];
  }
  return node.items.map(({ key, value }) => ({
    key: isScalar(key) ? String(key.source ?? key.value) : '',
    offset: (isNode(key) ? key.range?.[0] : undefined) ?? offset,
    node: value,
  }));
}

/** Notes what is wrong at the place `offset` of the text. */
export function reportAt(
  source: LockSource,
  offset: number,
  { code, message, help }: Pick<Diagnostic, 'code' | 'message'> & { readonly help: string },
): void {
  source.diagnostics.push({ code, severity: 'error', message, at: { file: source.path, ...placeAt(source.text, offset) }, help });
}
