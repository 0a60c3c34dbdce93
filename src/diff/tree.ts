import type { Reading } from '../codec/reading.ts';
import { parseManifest } from '../codec/yaml-read.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { formatRef, keyOf, type ObjectKey } from '../model/ref.ts';
import type { IndexedObject, RenderedIndex } from '../model/rendered.ts';

/** A rendered tree as it is compared: its index, and what its files hold. */
export interface ComparedTree {
  readonly index: RenderedIndex;
  /** By the refs of the index. */
  readonly manifests: ReadonlyMap<ObjectKey, Manifest>;
}

/** The manifests of texts that were read before: equal texts of two trees are one and the same value, which compares at once. */
export type KnownTexts = Map<string, Manifest>;

/** The tree of an index and the texts of its files, by path. Files that the index does not name are nobody's, and left out. */
export function comparedTree(index: RenderedIndex, texts: ReadonlyMap<string, string>, known: KnownTexts): Reading<ComparedTree> {
  const manifests = new Map<ObjectKey, Manifest>();
  for (const object of index.objects) {
    const read = readObject(object, texts.get(object.path), known);
    if (!read.ok) return { ok: false, message: `\`${object.path}\`: ${read.message}` };
    manifests.set(keyOf(object.ref), read.value);
  }
  return { ok: true, value: { index, manifests } };
}

/** A tree without objects, for what was never published. */
export function emptyTree(like: RenderedIndex): ComparedTree {
  const nothing = { objects: [], access: [], approvals: [], adopt: [], handOver: [], health: [], syncWindows: [] };
  return { index: { ...like, ...nothing }, manifests: new Map() };
}

function readObject({ ref }: IndexedObject, text: string | undefined, known: KnownTexts): Reading<Manifest> {
  if (text === undefined) return { ok: false, message: `the index names it for \`${formatRef(ref)}\`, and it is not there` };
  const before = known.get(text);
  const read: Reading<Manifest> = before === undefined ? parseManifest(text) : { ok: true, value: before };
  if (!read.ok) return read;
  known.set(text, read.value);
  const found = refOf(read.value);
  if (keyOf(found) === keyOf(ref)) return read;
  return { ok: false, message: `it holds \`${formatRef(found)}\`, and the index says \`${formatRef(ref)}\`` };
}
