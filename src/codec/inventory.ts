import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { InventoryEntry } from '../model/inventory.ts';
import { compareText, keyOf, type ObjectKey } from '../model/ref.ts';

/** How many entries a chunk should hold: about 50 kB compressed, far from the megabyte that etcd takes. */
const entriesPerChunk = 400;

/** No chunk unpacks to more than this, whatever stands in the cluster. */
const maxChunkBytes = 16 * 1024 * 1024;

/** Into how many chunks `entries` objects go: a power of two, so that few entries move when it grows. */
export function chunkCount(entries: number): number {
  let chunks = 1;
  while (chunks * entriesPerChunk < entries) chunks *= 2;
  return chunks;
}

/** Which of `chunks` chunks the entry of `key` stands in. The same key always stands in the same one. */
export function chunkOf(key: ObjectKey, chunks: number): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % chunks;
}

/** The entries as `chunks` texts: gzip, then base64, as a ConfigMap's binaryData wants it. Equal entries give equal texts. */
export function writeInventory(entries: Iterable<InventoryEntry>, chunks: number): readonly string[] {
  const rows: string[][] = Array.from({ length: chunks }, () => []);
  for (const entry of entries) rows[chunkOf(keyOf(entry.ref), chunks)]?.push(JSON.stringify(toRow(entry)));
  return rows.map((lines) => gzipSync(lines.sort(compareText).join('\n'), { level: 6 }).toString('base64'));
}

/** The entries of one chunk, or undefined when the text is not what `writeInventory` writes. */
export function readInventory(chunk: string): readonly InventoryEntry[] | undefined {
  try {
    const text = gunzipSync(Buffer.from(chunk, 'base64'), { maxOutputLength: maxChunkBytes }).toString('utf8');
    const entries = text === '' ? [] : text.split('\n').map((line) => fromRow(JSON.parse(line)));
    return entries.every((entry) => entry !== undefined) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function toRow({ ref, apiVersion, path, blob, wave, accepted, finished, seen }: InventoryEntry): readonly unknown[] {
  const row = [ref.group, ref.kind, ref.namespace, ref.name, apiVersion, path, blob, wave, accepted, finished];
  return seen === undefined ? row : [...row, seen.uid, seen.fields, seen.version];
}

function fromRow(row: unknown): InventoryEntry | undefined {
  if (!Array.isArray(row) || (row.length !== 10 && row.length !== 13)) return undefined;
  const [group, kind, namespace, name, apiVersion, path, blob, wave, accepted, finished, uid, fields, version] = row;
  const texts = [group, kind, namespace, name, apiVersion, path, blob, ...row.slice(10)];
  if (
    !texts.every((text) => typeof text === 'string') ||
    typeof wave !== 'number' ||
    typeof accepted !== 'boolean' ||
    typeof finished !== 'boolean'
  )
    return undefined;
  const seen = row.length === 13 ? { uid, fields, version } : undefined;
  return { ref: { group, kind, namespace, name }, apiVersion, path, blob, wave, accepted, finished, seen };
}
