import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { isObject, type Json } from '../model/json.ts';
import { everyVariable, type KeptResult, type Looked } from '../model/looked.ts';
import { sha256Of } from '../model/sha256.ts';
import type { Results } from '../ports.ts';
import { type Footprint, type Host, startTrace, type Trace } from './footprint.ts';
import { foldersFrom, settingsOf } from './tsconfig.ts';
import { keepWhole } from './whole.ts';

/** Where results are kept, and what they depend on beside what they look at. */
export interface ResultsOptions {
  /** The folder that they are kept in. */
  readonly cache: string;
  /** The project's folder. */
  readonly folder: string;
  /** The running program: its folder, and what runs it. */
  readonly program: { readonly folder: string; readonly runtime: string };
  readonly host: Host;
  /** The folders that commits of the project are brought out to. */
  readonly commits?: readonly string[];
}

/** Results kept in files below a cache folder, with what was looked at to make them. */
export function openResults(options: ResultsOptions): Results & { readonly note: (path: string) => void } {
  const { host, folder } = options;
  let trace: Trace | undefined;
  let isClean = false;
  // Between two acts nothing changes of itself: many results are made from the same files.
  const states = new Map<string, string>();
  const now: Now = (key, state) => {
    const known = states.get(key) ?? state();
    states.set(key, known);
    return known;
  };
  const fileOf = (name: string): string => join(options.cache, `${sha256Of(JSON.stringify([resolve(folder), name]))}.json`);
  return {
    note: (path) => trace?.note(path),
    recall(name, day) {
      const kept = readKept(fileOf(name));
      if (kept === undefined || kept.ground !== now(`ground ${day}`, () => groundOf(options, day))) return undefined;
      const isSame =
        [...kept.inputs, ...kept.settings].every(([path, state]) => now(`file ${path}`, () => stateOf(path)) === state) &&
        kept.beside.every(([path, state]) => now(`beside ${path}`, () => stateOfModules(path)) === state) &&
        kept.variables.every(([variable, state]) => stateOfVariable(host, variable) === state);
      if (!isSame || kept.state !== stateOfMade(folder, kept.made)) return undefined;
      return { value: kept.value, files: kept.inputs.map(([path]) => path).filter(isOwn) };
    },
    async follow(act) {
      const since = Date.now();
      states.clear();
      const followed = startTrace(host, {
        // Modules are known by paths without links.
        roots: [workTreeOf(folder), ...(options.commits ?? []).filter((path) => existsSync(path)).map((path) => realpathSync(path))],
        program: resolve(options.program.folder),
      });
      trace = followed;
      try {
        const value = await act();
        // The loader tells what it read in messages, which are all here after a turn.
        await new Promise((turned) => setImmediate(turned));
        return { value, looked: lookedAt(followed, since, folder) };
      } finally {
        followed.end();
        trace = undefined;
      }
    },
    keep(name, result, from) {
      const record = recordOf(result, from, { ...options, now });
      // Many results are kept by one process, and what is old is so for all of them.
      if (!isClean) removeOld(options.cache);
      isClean = true;
      if (record !== undefined) keepWhole(fileOf(name), JSON.stringify(record));
    },
  };
}

/** The work tree that a project is in: as at a commit, members of its workspace are its own code, wherever they are. */
function workTreeOf(folder: string): string {
  const project = realpathSync(folder);
  return foldersFrom(project).find((one) => existsSync(join(one, '.git'))) ?? project;
}

function lookedAt({ paths, read: readAsFile, opened, there, variables, unsure }: Footprint, since: number, folder: string): Looked {
  // What was required before is asked for no more, and counts all the same.
  const read = [...new Set([...paths, ...Object.keys(createRequire(import.meta.url).cache)])].map((path) => resolve(folder, path));
  const [files, packages] = [read.filter(isOwn), read.filter((path) => !isOwn(path))];
  return {
    since,
    files,
    read: [...readAsFile].filter(isOwn),
    opened: [...opened].filter(isOwn),
    there: [...there].filter(isOwn),
    packages,
    variables: [...variables.values()],
    unsure: [...unsure.values()],
  };
}

/** A result with what it was made from; undefined when that cannot be told, or may have changed meanwhile. */
function recordOf(
  { day, value, made }: KeptResult,
  { since, files, there, packages, variables, unsure }: Looked,
  { now, ...options }: ResultsOptions & { readonly now: Now },
): Kept | undefined {
  const paths = [...files, ...packages, ...lockOf(packages)];
  const settings = [
    ...new Set([
      ...settingsOf(options.folder),
      ...nearestOf([join(options.folder, 'tsconfig.json')], 'tsconfig.json'),
      ...nearestOf(files, 'package.json'),
    ]),
  ];
  if (unsure.length > 0 || [...paths, ...settings].some((path) => isYoung(path, since))) return undefined;
  if (there.some((path) => statOf(path) === undefined)) return undefined;
  return {
    ground: now(`ground ${day}`, () => groundOf(options, day)),
    inputs: paths.sort().map((path) => [path, now(`file ${path}`, () => stateOf(path))]),
    settings: settings.map((path) => [path, now(`file ${path}`, () => stateOf(path))]),
    beside: [...new Set([...files].map(dirname))].sort().map((path) => [path, now(`beside ${path}`, () => stateOfModules(path))]),
    variables: variables
      .map(({ name }) => name)
      .toSorted()
      .map((variable) => [variable, stateOfVariable(options.host, variable)]),
    made,
    state: stateOfMade(options.folder, made),
    value,
  };
}

/** A state that is looked at once. */
type Now = (key: string, state: () => string) => string;

/** A result, and what it was made from. */
interface Kept {
  readonly ground: string;
  readonly inputs: readonly (readonly [path: string, state: string])[];
  /** What says what imports stand for, and how modules are read, whether it is there or not. */
  readonly settings: readonly (readonly [path: string, state: string])[];
  /** The folders that these are in: a module that is new beside one that was read may be the one that is read the next time. */
  readonly beside: readonly (readonly [path: string, state: string])[];
  readonly variables: readonly (readonly [name: string, state: string])[];
  /** The folder that was written, and what was in it then. */
  readonly made: string | undefined;
  readonly state: string;
  readonly value: Json;
}

/** What one cannot see a program look at: itself, its runtime, the day, and how this machine writes numbers and dates. */
function groundOf({ program, host }: ResultsOptions, day: string): string {
  const locale = ['LANG', 'LC_ALL', 'LC_NUMERIC', 'LC_TIME', 'NODE_OPTIONS', 'TZ'].map((name) => host.env[name] ?? '');
  return sha256Of(JSON.stringify([stateOfTree(program.folder), program.runtime, day, locale]));
}

/** The state of a file is its content, of a folder its entries; of what a package manager put there, size and time will do. */
function stateOf(path: string): string {
  const stats = statOf(path);
  if (stats === undefined) return 'absent';
  if (stats.isDirectory()) return isOwn(path) ? sha256Of(readdirSync(path).sort().join('\n')) : 'folder';
  return stats.isFile() && isOwn(path) ? sha256Of(readFileSync(path)) : `${stats.size} ${stats.mtimeMs}`;
}

/** The state of what may be found in a folder when a module is imported. */
function stateOfModules(folder: string): string {
  if (!existsSync(folder)) return 'absent';
  const entries = readdirSync(folder, { withFileTypes: true });
  const found = entries.filter((entry) => !entry.isFile() || /\.(?:[cm]?[jt]sx?|json)$/.test(entry.name));
  return sha256Of(
    found
      .map(({ name }) => name)
      .sort()
      .join('\n'),
  );
}

function stateOfVariable({ env }: Host, name: string): string {
  return sha256Of(name === everyVariable ? JSON.stringify(Object.entries(env).sort()) : JSON.stringify(env[name] ?? null));
}

/** What was written. */
function stateOfMade(root: string, made: string | undefined): string {
  return made === undefined ? 'nothing' : stateOfTree(resolve(root, made));
}

/** Every file below `folder`, with its size and time. */
export function stateOfTree(folder: string): string {
  if (!existsSync(folder)) return 'absent';
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  const states = paths.map((path) => [path, statOf(path)] as const);
  return sha256Of(states.map(([path, stats]) => `${path} ${stats?.size} ${stats?.mtimeMs}`).join('\n'));
}

/** What a package manager notes of the packages that it installed beside the files of `paths`. */
function lockOf(paths: readonly string[]): readonly string[] {
  const homes = new Set(paths.flatMap((path) => /^(.*?[\\/]node_modules)[\\/]/.exec(path)?.[1] ?? []));
  return [...homes].flatMap((home) => ['.package-lock.json', '.modules.yaml', '.yarn-state.yml'].map((name) => join(home, name)));
}

/** The nearest file of this name in a folder or above, from the folders that `paths` are in, and those that would be nearer. */
function nearestOf(paths: readonly string[], name: string): readonly string[] {
  return [...new Set(paths.map(dirname))].flatMap((folder) => {
    const candidates = foldersFrom(folder).map((one) => join(one, name));
    const nearest = candidates.findIndex((path) => existsSync(path));
    return nearest === -1 ? candidates : candidates.slice(0, nearest + 1);
  });
}

/** Whether a path is the author's, not a package manager's. */
function isOwn(path: string): boolean {
  return !/[\\/]node_modules(?:[\\/]|$)/.test(path);
}

/** Whether a file was changed so shortly before it was read, or since, that another change of it might not show. */
function isYoung(path: string, began: number): boolean {
  const stats = statOf(path);
  return stats !== undefined && Math.max(stats.mtimeMs, stats.ctimeMs) > began - clockGrain;
}

/** File systems keep time in steps of up to so many milliseconds. */
const clockGrain = 20;

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function readKept(file: string): Kept | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(kept) ? (kept as unknown as Kept) : undefined;
  } catch {
    // None is kept, or one that was cut short.
    return undefined;
  }
}

/** What nobody made again for so many milliseconds is kept no longer. */
const keptFor = 14 * 86_400_000;

function removeOld(cache: string): void {
  try {
    for (const name of readdirSync(cache)) if (isOld(join(cache, name))) rmSync(join(cache, name), { force: true });
  } catch {
    // There is none yet, or it cannot be written: then nothing is kept either.
  }
}

function isOld(path: string): boolean {
  return Date.now() - (statOf(path)?.mtimeMs ?? 0) > keptFor;
}
