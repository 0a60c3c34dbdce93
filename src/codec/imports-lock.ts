import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { emptyImportsLock, type ImportsLock } from '../model/imports-lock.ts';
import { at, isObject, type Json, type JsonObject, objectAt } from '../model/json.ts';
import { shownUrl } from '../model/url.ts';
import { readManifest } from './yaml-read.ts';
import { writeYaml } from './yaml-write.ts';

const header = '# What `lockstep import` read, and the files that it made of it. Commit it.\n';

/** The text of a lock of imports: everything sorted by code unit. */
export function writeImportsLock({ sources, files }: ImportsLock): string {
  return header + writeYaml({ sources: sources as unknown as JsonObject, files });
}

/** UTF-16 units that are read at most: a set of a thousand kinds has a twentieth of them. */
const longest = 16 * 1024 * 1024;

/** The lock of imports in `text`, which stands at `path`. A file in it is never outside of the lock's own folder. */
export function readImportsLock(text: string, path: string): Checked<ImportsLock> {
  const refuse = (message: string, at: Partial<Diagnostic['at']> = {}): Checked<ImportsLock> => {
    const help = 'correct it, or restore it from git';
    return {
      value: emptyImportsLock,
      diagnostics: [{ code: 'imports-lock-unreadable', severity: 'error', message, at: { file: path, ...at }, help }],
    };
  };
  const read = readManifest(text, { length: longest });
  if (!read.ok) {
    const { message, line, column } = read;
    return refuse(`the lock of imports: ${message}`, {
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    });
  }
  const { value } = read;
  if (value !== null && !isObject(value)) return refuse('the lock of imports is no object');
  // What is taken for empty would be removed.
  const shapeless = ['sources', 'files'].find((key) => !isObject(at(value, key) ?? {}));
  if (shapeless !== undefined) return refuse(`\`${shapeless}\` of the lock of imports is no object`);
  const [sources, files] = [objectAt(value, 'sources'), objectAt(value, 'files')];
  const wrong = Object.entries(sources).find(([, source]) => !isSource(source))?.[0];
  if (wrong !== undefined)
    return refuse(`the lock of imports does not say of \`${shownUrl(wrong)}\` what was read: \`sha256\` and \`kinds\``);
  const unfit = Object.entries(files).find(([file, hash]) => !fileForm.test(file) || !isHash(hash))?.[0];
  if (unfit !== undefined) return refuse(`the lock of imports has \`${unfit}\`, which is no file with its sha256`);
  return { value: { sources, files } as unknown as ImportsLock, diagnostics: [] };
}

const fileForm = /^(?:kubernetes-1\.\d+\/)?[a-z0-9][a-z0-9.-]*\.ts$/;

function isHash(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isSource(value: Json | undefined): boolean {
  const kinds = isObject(value) ? value['kinds'] : undefined;
  return isObject(value) && isHash(value['sha256']) && isObject(kinds) && Object.values(kinds).every((one) => typeof one === 'string');
}
