import type { Checked, Diagnostic } from '../../model/diagnostic.ts';
import { isObject } from '../../model/json.ts';
import type { KeyFiles } from '../given.ts';
import { type RepositoryRule, resolveRepositories } from '../repositories.ts';
import type { Layer } from '../resolve.ts';
import type { Read } from '../targets.ts';
import { shown } from '../wording.ts';
import { isKeyLike, isPem, readSigningKey, type SigningKey } from './keys.ts';

/** Who has to have signed the images of a repository: one of these. */
export type SignatureRule = RepositoryRule<readonly SigningKey[]>;

/** The signatures that an environment and its ancestors ask for. Without `files`, keys in files are not judged. */
export function resolveSignatures(layers: readonly Layer[], files: KeyFiles | undefined): Checked<readonly SignatureRule[]> {
  return resolveRepositories(layers, { option: 'signatures', code: 'signature-invalid', form, read: (given) => readKeys(given, files) });
}

/** The files with keys that a definition names, as they are written. */
export function keyFilesIn(signatures: unknown): readonly string[] {
  const entries = isObject(signatures) ? Object.values(signatures) : [];
  return entries.flatMap((entry) => (isObject(entry) ? [entry['key']].flat() : [])).filter((key) => isFile(key));
}

const form = "write `{ 'ghcr.io/acme/*': { key: './keys/cosign.pub' } }`: a file of the project, or the key itself in PEM";

function isFile(key: unknown): key is string {
  return typeof key === 'string' && !isPem(key) && isInside(key);
}

/** Whether a path cannot leave the project. */
function isInside(path: string): boolean {
  return path !== '' && !/[\r\n]|-----|^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(path);
}

function readKeys(given: unknown, files: KeyFiles | undefined): Read<readonly SigningKey[]> {
  const keys: readonly unknown[] = isObject(given) ? [given['key'] ?? []].flat() : [];
  const unknown = isObject(given) ? Object.keys(given).filter((name) => name !== 'key') : [];
  if (unknown.length > 0) return refused(`a signature has no \`${unknown[0]}\``, form);
  if (keys.length === 0) return refused('no key is given', form);
  const found: SigningKey[] = [];
  for (const key of keys) {
    const read = readKey(key, files);
    if (read !== undefined && 'message' in read) return refused(read.message, read.help);
    if (read !== undefined) found.push(read);
  }
  return { ok: true, value: found };
}

function readKey(given: unknown, files: KeyFiles | undefined): SigningKey | Required<Pick<Diagnostic, 'message' | 'help'>> | undefined {
  if (typeof given !== 'string') return { message: `${shown(given)} is no key`, help: form };
  const name = isKeyLike(given) ? 'what is given as a key' : shown(given);
  if (!isPem(given) && !isFile(given)) return { message: `${name} is no file of the project`, help: form };
  if (!isPem(given) && files === undefined) return undefined;
  const text = isPem(given) ? given : files?.get(given);
  if (text === undefined)
    return { message: `${name} is no file that can be read`, help: 'write it from the folder of the project: `./keys/cosign.pub`' };
  const key = readSigningKey(text, isPem(given) ? undefined : given);
  if (!('problem' in key)) return key;
  const { problem, help = 'give it what `cosign generate-key-pair` wrote into `cosign.pub`' } = key;
  return { message: `${isPem(given) ? 'the key' : name} is ${problem}`, help };
}

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}
