import { keyTypes, readSshKey, type SshKey } from './key.ts';
import { readBase64 } from './wire.ts';

/** One who may sign. */
export interface AllowedSigner {
  /** Whose the key is: the first name that its line has for it. */
  readonly principal: string;
  /** What it may sign for, as patterns with commas between them; undefined for anything. */
  readonly namespaces: string | undefined;
  /** Seconds since 1970 before which, and after which, it may not. */
  readonly validAfter: number | undefined;
  readonly validBefore: number | undefined;
  readonly key: SshKey;
}

/** A line that names nobody who can be believed. */
interface LineProblem {
  readonly line: number;
  /** What is wrong with it, as a clause. */
  readonly message: string;
}

/** Those who may sign, and what is wrong with the rest of their file. */
export interface AllowedSigners {
  readonly signers: readonly AllowedSigner[];
  readonly problems: readonly LineProblem[];
}

/**
 * Reads a file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS). A line that is not understood lets nobody sign. A time without `Z` is taken
 * for UTC, so that the file means the same everywhere.
 */
export function readAllowedSigners(text: string): AllowedSigners {
  const signers: AllowedSigner[] = [];
  const problems: LineProblem[] = [];
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t]+|[ \t\r]+$/g, '');
    if (line === '' || line.startsWith('#')) continue;
    const read = readLine(line);
    if (typeof read === 'string') problems.push({ line: i + 1, message: read });
    else signers.push(read);
  }
  return { signers, problems };
}

/** Whether text fits patterns with commas between them, in which `*` and `?` stand for anything and `!` excludes (ssh_config(5), PATTERNS). */
export function fitsPatterns(text: string, patterns: string): boolean {
  const fits = (pattern: string): boolean => {
    const source = pattern
      .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 's').test(text);
  };
  const all = patterns.split(',');
  return !all.some((one) => one.startsWith('!') && fits(one.slice(1))) && all.some((one) => !one.startsWith('!') && fits(one));
}

/** `principals [options] type base64 [comment]` */
function readLine(line: string): AllowedSigner | string {
  const [whole, quoted, plain] = /^(?:"([^"]*)"|([^\s"]+))[ \t]+/.exec(line) ?? [];
  const principals = quoted ?? plain;
  if (whole === undefined || principals === undefined) return 'it does not say whose key there is';
  // Git asks for one of the names of a line, as it stands there.
  const principal = principals.split(',').find((name) => fitsPatterns(name, principals));
  if (principal === undefined || principal === '') return `\`${principals}\` names nobody`;
  const rest = line.slice(whole.length);
  const options = isKeyType(rest) ? '' : optionsAt(rest);
  if (options === undefined) return 'a quotation mark is missing in its options';
  const key = keyAt(rest.slice(options.length).replace(/^[ \t]+/, ''));
  if (typeof key === 'string') return key;
  const read = readOptions(options);
  return typeof read === 'string' ? read : { principal, ...read, key };
}

function isKeyType(rest: string): boolean {
  const [word = ''] = rest.split(/[ \t]/);
  return keyTypes.includes(word) || /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9-]+(?:@openssh\.com)?$/.test(word);
}

/** What stands before the first space that is not in quotation marks. */
function optionsAt(rest: string): string | undefined {
  return /^(?:[^\s"]|"(?:\\"|\\(?!")|[^"\\])*")+(?=[ \t]|$)/.exec(rest)?.[0];
}

function keyAt(text: string): SshKey | string {
  const [type = '', base64 = ''] = text.split(/[ \t]+/);
  if (type === '') return 'it has no key';
  if (!keyTypes.includes(type)) return `keys of the type \`${type}\` are not supported`;
  const key = readSshKey(type, readBase64(base64) ?? Buffer.alloc(0));
  return typeof key === 'string' ? `what stands behind \`${type}\` ${key}` : key;
}

type Options = Omit<AllowedSigner, 'key' | 'principal'>;

function readOptions(text: string): Options | string {
  const found = new Map<string, string>();
  for (const [i, option] of splitOptions(text).entries()) {
    const [, name = '', value] = /^([A-Za-z-]+)(?:="((?:\\"|\\(?!")|[^"\\])*)")?$/.exec(option) ?? [];
    const known = name.toLowerCase();
    if (known === 'cert-authority')
      return 'it names an authority (`cert-authority`), and certificates are not supported: name the keys themselves';
    if (!valued.has(known)) return `\`${option || text}\` is no option of a signer${i === 0 ? '' : ' that is known'}`;
    if (value === undefined) return `\`${known}\` needs a value in quotation marks`;
    if (found.has(known)) return `it has \`${known}\` twice`;
    found.set(known, value.replaceAll('\\"', '"'));
  }
  const [after, before] = [found.get('valid-after'), found.get('valid-before')];
  const [validAfter, validBefore] = [timeOf(after), timeOf(before)];
  for (const [given, time] of [[after, validAfter] as const, [before, validBefore] as const])
    if (given !== undefined && time === undefined)
      return `\`${given}\` is no time: expected YYYYMMDD, perhaps with HHMM or HHMMSS, and \`Z\``;
  if (validAfter !== undefined && validBefore !== undefined && validBefore <= validAfter) return 'it ends to be valid before it begins';
  return { namespaces: found.get('namespaces'), validAfter, validBefore };
}

const valued: ReadonlySet<string> = new Set(['namespaces', 'valid-after', 'valid-before']);

function splitOptions(text: string): readonly string[] {
  if (text === '') return [];
  return text.match(/(?:[^,"]|"(?:\\"|\\(?!")|[^"\\])*")+|(?<=,|^)(?=,|$)/g) ?? [];
}

/** Seconds since 1970. */
function timeOf(text: string | undefined): number | undefined {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:Z|UTC)?$/i.exec(text ?? '') ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const milliseconds = Date.parse(`${iso}Z`);
  // What runs over into the next month is no such day.
  const isReal = !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(iso);
  return isReal ? milliseconds / 1000 : undefined;
}
