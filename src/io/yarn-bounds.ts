import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { exitCodes, Failure } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import { shownUrl } from '../model/url.ts';
import type { Installer } from './packages.ts';

/**
 * Throws the `Failure` `packages-failed` where Yarn would make a package by running code, whatever it is told of scripts: what `exec:` names,
 * and what a repository of git says that packs it. It does that of what the lock holds, and of what is wanted and the lock lacks, too.
 */
export function refuseMadePackages({ command, folder, folders }: Installer): void {
  if (command !== 'yarn') return;
  const wanted = [
    { path: join(folder, 'yarn.lock'), read: referencesInLock },
    ...manifestsBelow(folder).map((path) => ({ path, read: referencesInManifest })),
    ...folders.map((one) => ({ path: join(one, '.yarnrc.yml'), read: referencesInSettings })),
  ];
  for (const { path, read } of wanted) {
    const name = relative(folder, path).split(sep).join('/');
    const references = read(existsSync(path) ? readFileSync(path, 'utf8').replace(/^\ufeff/, '') : '');
    if (references === undefined) throw isRefused(`\`${name}\` cannot be read: it may name what installing would run`);
    const made = references.find((one) => !isTakenAsIs(one));
    if (made === undefined) continue;
    throw isRefused(`\`${name}\` takes a package from \`${shownUrl(made)}\`: installing would run code to make it`);
  }
}

function isRefused(message: string): Failure {
  return new Failure('packages-failed', message, {
    help: 'a commit that needs packages of its own is installed without running any: promote one that takes all from registries or archives',
    exit: exitCodes.input,
  });
}

/** The forms of what Yarn takes as it is. All others are repositories of git, or run something. */
const takenAsIs: readonly RegExp[] = [
  // A range of versions, or a tag.
  /^[^:/]*$/,
  /^(?:npm|jsr|workspace|catalog|file|link|portal):/,
  /^\.{0,2}\//,
  // An archive; GitHub's own addresses of repositories are none, however they end.
  /^https?:\/\/(?!github\.com\/[^/]+\/[^/#]+(?:\/tarball\/|#|$))[^#?]+\.t(?:ar\.)?gz(?:#.*)?$/,
];

function isTakenAsIs(reference: string): boolean {
  // A patch is for what it names by an address of its own, with escapes.
  const patched = /^patch:([^#]*)/.exec(reference)?.[1];
  if (patched !== undefined) return isTakenAsIs(referenceOf(patched.replaceAll(/%[0-9a-f]{2}/gi, characterOf)));
  return takenAsIs.some((form) => form.test(reference));
}

/** The character of an escape: `%3A`. */
function characterOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code.slice(1), 16));
}

/** Where a package comes from, by `@shop/words@npm:^1.0.0`. */
function referenceOf(descriptor: string): string {
  return /^(?:@[^/@]+\/)?[^/@]+@(.*)$/s.exec(descriptor)?.[1] ?? descriptor;
}

/** Undefined where it cannot be read. */
type References = readonly string[] | undefined;

function referencesInLock(text: string): References {
  return text.includes('__metadata') ? referencesInYaml(text) : referencesInFirst(text);
}

/** The lock of Yarn 2 and newer. */
function referencesInYaml(text: string): References {
  const read = readYaml(text);
  if (read === undefined) return undefined;
  const { __metadata: _, ...entries } = read;
  return Object.entries(entries).flatMap(([names, entry]) => {
    const { resolution, dependencies, optionalDependencies } = isObject(entry) ? entry : {};
    const own = [...names.split(','), ...textsIn(resolution)].map((name) => referenceOf(name.trim()));
    return [...own, ...textsIn(dependencies), ...textsIn(optionalDependencies)];
  });
}

/** The lock of Yarn 1: names at the left edge, what is known of them below, and below that what they want. */
function referencesInFirst(text: string): References {
  return text.split(/\r?\n/).flatMap((line) => {
    const words = wordsOf(line);
    const [first = '', second = ''] = words;
    if (!/^\s/.test(line)) return words.flatMap((word) => word.split(',')).map((word) => referenceOf(word.trim()));
    if (/^ {3}/.test(line)) return [second];
    return first === 'resolved' && /^(?:git|ssh)\b/.test(second) ? [second] : [];
  });
}

/** The words of a line, of which some are in quotes. What is a comment has none. */
function wordsOf(line: string): readonly string[] {
  if (/^\s*#/.test(line)) return [];
  return (line.match(/"(?:[^"\\]|\\.)*"|[^\s,"]+/g) ?? [])
    .filter((word) => word !== ':')
    .map((word) => (word.startsWith('"') ? unquoted(word) : word.replace(/:$/, '')));
}

function unquoted(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}

/** All that a manifest wants. One that is no JSON is none for Yarn, either. */
function referencesInManifest(text: string): References {
  const manifest = parsed(() => JSON.parse(text)) ?? {};
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'resolutions'].flatMap((name) => textsIn(manifest[name]));
}

/** What settings add to what packages want. */
function referencesInSettings(text: string): References {
  const settings = readYaml(text);
  return settings && ['packageExtensions', 'catalog', 'catalogs'].flatMap((name) => textsIn(settings[name]));
}

function readYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  // One of comments alone holds nothing.
  return parsed(() => parse(text, { schema: 'failsafe', logLevel: 'error' }) || {});
}

function parsed(read: () => unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = read();
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All texts in a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** The manifests of a tree, wherever they are: any may be a member of the workspace. */
function manifestsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === '.git' ? [] : manifestsBelow(path);
    return entry.name === 'package.json' ? [path] : [];
  });
}
