import { gunzipSync, gzipSync } from 'node:zlib';
import type { InventoryEntry, JobEnd } from '../model/inventory.ts';
import { isObject } from '../model/json.ts';
import { compareText, type ObjectKey } from '../model/ref.ts';

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

/**
 * Which of `chunks` chunks the entry of `key` stands in. The same key always stands in the same one: FNV-1a of 32 bits, which
 * spreads keys well and costs nearly nothing, since it is asked for all of them whenever one changes.
 */
export function chunkOf(key: ObjectKey, chunks: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % chunks;
}

/** The entries of each of `chunks` chunks, in the order in which they come. */
export function partition(entries: ReadonlyMap<ObjectKey, InventoryEntry>, chunks: number): readonly (readonly InventoryEntry[])[] {
  const parts: InventoryEntry[][] = Array.from({ length: chunks }, () => []);
  for (const [key, entry] of entries) parts[chunkOf(key, chunks)]?.push(entry);
  return parts;
}

/** The entries of one chunk as text: gzip, then base64, as a ConfigMap's binaryData wants it. Equal entries give equal texts. */
export function writeChunk(entries: readonly InventoryEntry[]): string {
  const lines = entries.map((entry) => JSON.stringify(toRow(entry))).sort(compareText);
  return gzipSync(lines.join('\n'), { level: 6 }).toString('base64');
}

/** The entries of one chunk, or undefined when the text is not what `writeChunk` writes. */
export function readChunk(chunk: string): readonly InventoryEntry[] | undefined {
  try {
    const text = gunzipSync(Buffer.from(chunk, 'base64'), { maxOutputLength: maxChunkBytes }).toString('utf8');
    const entries = text === '' ? [] : text.split('\n').map((line) => fromRow(JSON.parse(line)));
    return entries.every((entry) => entry !== undefined) ? entries : undefined;
  } catch {
    return undefined;
  }
}

/** What is said of few entries only, and left out where it is as usual. */
interface Marks {
  readonly waiting?: true;
  readonly keep?: true;
  readonly finished?: string;
  readonly unsure?: string;
  readonly sharing?: string;
  readonly rewritten?: readonly string[];
  readonly ailing?: true;
}

function toRow(entry: InventoryEntry): readonly unknown[] {
  const { ref, apiVersion, path, blob, wave, slice, seen } = entry;
  const row = [ref.group, ref.kind, ref.namespace, ref.name, apiVersion, path, blob, slice, wave, marksOf(entry)];
  return seen === undefined ? row : [...row, seen.uid, seen.fields, seen.version];
}

function marksOf({ accepted, keep, finished, unsure, sharing, rewritten, ailing }: InventoryEntry): Marks {
  return {
    ...(accepted ? {} : { waiting: true }),
    ...(keep ? { keep } : {}),
    ...(finished === undefined ? {} : { finished }),
    ...(unsure === undefined ? {} : { unsure }),
    ...(sharing === undefined ? {} : { sharing }),
    ...(rewritten.length === 0 ? {} : { rewritten }),
    ...(ailing ? { ailing } : {}),
  };
}

function fromRow(row: unknown): InventoryEntry | undefined {
  if (!Array.isArray(row) || (row.length !== 10 && row.length !== 13)) return undefined;
  const [group, kind, namespace, name, apiVersion, path, blob, slice, wave, marks, uid, fields, version] = row;
  const texts = [group, kind, namespace, name, apiVersion, path, blob, slice, ...row.slice(10)];
  if (!texts.every((text) => typeof text === 'string') || typeof wave !== 'number' || !isMarks(marks)) return undefined;
  const { waiting, keep = false, finished, unsure, sharing, rewritten = [], ailing } = marks;
  const said = { ...(sharing === undefined ? {} : { sharing }), ...(ailing ? { ailing } : {}) };
  const seen = row.length === 13 ? { uid, fields, version } : undefined;
  const ref = { group, kind, namespace, name };
  const end = finished === undefined ? undefined : (ends.find((known) => known === finished) ?? 'unseen');
  return { ref, apiVersion, path, blob, wave, slice, accepted: waiting !== true, keep, finished: end, unsure, ...said, rewritten, seen };
}

/** One that another version writes and this one does not know is as good as one that nobody saw. */
const ends: readonly JobEnd[] = ['succeeded', 'failed', 'unseen', 'earlier', 'unneeded'];

function isMarks(value: unknown): value is Marks {
  if (!isObject(value)) return false;
  const { waiting = true, keep = true, finished = 'unseen', unsure = '', sharing = '', rewritten = [], ailing = true } = value;
  const areTexts = Array.isArray(rewritten) && rewritten.every((text) => typeof text === 'string');
  return (
    waiting === true &&
    keep === true &&
    ailing === true &&
    typeof finished === 'string' &&
    typeof unsure === 'string' &&
    typeof sharing === 'string' &&
    areTexts
  );
}
