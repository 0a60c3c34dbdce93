import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { gunzipSync } from 'node:zlib';
import { sha256Of } from '../../model/sha256.ts';
import { contentLimit, isPackedChart, mayBeTemplate, type RenderInput, type TemplateFile, tooLarge, Unreadable } from './input.ts';

/** The archive `name` of a chart in the project in `root`, which has to have this sha256. Throws `Unreadable`. */
export function readChartArchive(root: string, name: string, sha256: string): RenderInput {
  const path = join(root, name);
  const help = 'take back the one that was committed, or let `lockstep pin` fetch it again';
  const bytes = readArchive(path, name);
  const digest = sha256Of(bytes);
  if (digest !== sha256) {
    const message = `\`${name}\` is not the archive of the lock: its sha256 is ${digest.slice(0, 12)}…, and ${sha256.slice(0, 12)}… is expected`;
    throw new Unreadable({ code: 'chart-altered', message, help });
  }
  return { path, digest, templates: () => archivedTemplates(bytes, name) };
}

function readArchive(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = isMissing ? `\`${name}\` is not there` : `\`${name}\` cannot be read`;
    throw new Unreadable({ code: 'chart-missing', message, help: 'commit it, or let `lockstep pin` fetch it again' });
  }
}

/** What may be unpacked yet, of one chart with all that is packed inside of it. */
export interface Room {
  /** Counted down. */
  bytes: number;
}

/** Archives inside of archives that are looked into. */
const maxDepth = 16;

/** The files in an archive of a chart that may be templates, those of the charts that are packed inside of it, too. Throws `Unreadable`. */
export function archivedTemplates(archive: Buffer, name: string, room: Room = { bytes: contentLimit }, depth = 0): readonly TemplateFile[] {
  if (depth === maxDepth) throw tooLarge(name);
  return filesIn(archive, name, room).flatMap(({ path, content }): readonly TemplateFile[] => {
    const inner = path.slice(path.indexOf('/') + 1);
    if (isPackedChart(inner)) return archivedTemplates(content, path, room, depth + 1).map(below(dirname(path)));
    return mayBeTemplate(path, content.length) ? [{ path, text: content.toString('utf8') }] : [];
  });
}

/** Puts a file of a packed chart below the folder that this is in. */
export function below(folder: string): (file: TemplateFile) => TemplateFile {
  return ({ path, text }) => ({ path: `${folder}/${path}`, text });
}

/** A file in an archive. */
interface ArchivedFile {
  readonly path: string;
  readonly content: Buffer;
}

/** Bytes of a header, and what files are padded to (POSIX, pax interchange format). */
const block = 512;

/** The files in a compressed archive. Unpacks within bounds. Throws `Unreadable`. */
function filesIn(archive: Buffer, name: string, room: Room): readonly ArchivedFile[] {
  const bytes = unpacked(archive, name, room);
  const files: ArchivedFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + block <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + block);
    const size = Number.parseInt(textIn(header, 124, 12), 8);
    if (!(size >= 0) || at + block + size > bytes.length) throw damaged(name);
    const content = bytes.subarray(at + block, at + block + size);
    const type = String.fromCharCode(header[156] ?? 0);
    const prefix = textIn(header, 257, 5) === 'ustar' ? textIn(header, 345, 155) : '';
    const path = longName ?? [prefix, textIn(header, 0, 100)].filter((part) => part !== '').join('/');
    longName = type === 'L' ? textIn(content, 0, size) : type === 'x' ? paxPath(content) : undefined;
    // Helm takes the slashes of Windows for what they are meant to be.
    if (type === '0' || type === '\0') files.push({ path: path.replaceAll('\\', '/'), content });
    at += block + Math.ceil(size / block) * block;
  }
  return files;
}

function unpacked(archive: Buffer, name: string, room: Room): Buffer {
  if (room.bytes <= 0) throw tooLarge(name);
  try {
    const bytes = gunzipSync(archive, { maxOutputLength: room.bytes });
    room.bytes -= bytes.length;
    return bytes;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name);
    throw damaged(name);
  }
}

function textIn(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field
    .subarray(0, end < 0 ? length : end)
    .toString('utf8')
    .trim();
}

/** What a record of a pax header says is the path of the next file. */
function paxPath(content: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1];
}

function damaged(name: string): Unreadable {
  return new Unreadable({
    code: 'chart-unreadable',
    message: `\`${name}\` is no whole archive (tar, gzip)`,
    help: 'fetch or pack it again',
  });
}
