import type { Diagnostic } from '../model/diagnostic.ts';
import { type Looked, lookedFor, together } from '../model/looked.ts';
import { compareText } from '../model/ref.ts';
import type { World } from '../ports.ts';
import { type Entry, type KnownEnvironment, knownEnvironment, knownModules, type Where } from './known.ts';
import { environmentFiles, type LoadedEnvironment, loadEnvironments, noEnvironments, selectEnvironments } from './load.ts';

/** The environments of a project, of which only those are loaded that have to be compiled. */
export interface Outline {
  /** All that there are, sorted by name. */
  readonly entries: readonly Entry[];
  /** Those that were asked for and are rendered already. */
  readonly known: readonly KnownEnvironment[];
  /** Those that were asked for and have to be compiled. */
  readonly stale: readonly LoadedEnvironment[];
  /** The modules that were loaded, with what their environments depend on so far. */
  readonly loaded: ReadonlyMap<string, Looked>;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is asked of a project. */
export interface Wanted extends Where {
  /** The environments that a person named: each has to be there. */
  readonly names: readonly string[];
  /** Which of all environments are wanted. */
  readonly choose: (entries: readonly Entry[]) => readonly Entry[];
  /** Whether what is known from before will do. */
  readonly cache: boolean;
}

type Ground = Pick<World, 'files' | 'modules' | 'results'>;

/** Finds out which environments there are, and which of them have to be compiled. */
export async function outlineProject(world: Ground, { names, choose, cache, ...where }: Wanted): Promise<Outline> {
  const results = await world.results();
  const files = await environmentFiles(world.files);
  const before = cache ? knownModules(results, files, where) : new Map<string, readonly Entry[]>();
  const recall = ({ name }: Entry): KnownEnvironment | undefined => (cache ? knownEnvironment(results, name, where) : undefined);
  const stale = new Set(choose([...before.values()].flat()).flatMap((entry) => (recall(entry) === undefined ? [entry.file] : [])));
  const due = files.filter((file) => stale.has(file) || !before.has(file));
  const some = due.length === 0 ? nothing : await loadModules(world, due);
  const others = [...before].flatMap(([file, entries]) => (some.looked.has(file) ? [] : entries));
  const entries = [...others, ...entriesOf(some)].toSorted(byName);
  const known = new Map(choose(entries).flatMap((entry) => [recall(entry) ?? []].flat().map((one) => [entry.name, one] as const)));
  const isEnough = isWhole(entries, names) && choose(entries).every(({ name, file }) => known.has(name) || some.looked.has(file));
  // What is wrong with names is told where all modules are at hand.
  if (!isEnough) return wholeOutline(await loadModules(world, files, some), { names, choose });
  const chosen = new Set(choose(entries).map(({ name }) => name));
  return {
    entries,
    known: [...known.values()],
    stale: some.environments.filter(({ environment: { name } }) => chosen.has(name) && !known.has(name)),
    loaded: some.looked,
    diagnostics: some.diagnostics,
  };
}

function wholeOutline(whole: LoadedModules, { names, choose }: Pick<Wanted, 'names' | 'choose'>): Outline {
  const entries = entriesOf(whole).toSorted(byName);
  const chosen = new Set(choose(entries).map(({ name }) => name));
  const { value: stale, diagnostics } = selectEnvironments({ value: whole.environments, diagnostics: whole.diagnostics }, names);
  return {
    entries,
    known: [],
    stale: stale.filter(({ environment }) => chosen.has(environment.name)),
    loaded: whole.looked,
    diagnostics: entries.length === 0 && diagnostics.length === 0 ? [noEnvironments] : diagnostics,
  };
}

/** Modules that were loaded, and what was looked at for each. */
export interface LoadedModules {
  readonly environments: readonly LoadedEnvironment[];
  readonly looked: ReadonlyMap<string, Looked>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Before anything is loaded. */
export const nothing: LoadedModules = { environments: [], looked: new Map(), diagnostics: [] };

/** Loads modules after others, some of which may be the same: a module is read once. */
export async function loadModules({ files, modules, ...world }: Ground, paths: readonly string[], after = nothing): Promise<LoadedModules> {
  const results = await world.results();
  await modules.ready();
  const { value: loaded, looked } = await results.follow(async () => {
    // It may say what imports stand for.
    await files.read('tsconfig.json');
    return loadEnvironments({ files, modules }, paths);
  });
  const all = together([...after.looked.values(), looked]);
  const imported = new Set([...after.looked.keys(), ...paths].flatMap((path) => modules.graph(path)));
  const lookedOf = (path: string): Looked => lookedFor(all, modules.graph(path), imported);
  return {
    environments: [...after.environments.filter(({ file }) => !paths.includes(file)), ...loaded.value],
    looked: new Map([...after.looked.keys(), ...paths].map((path) => [path, lookedOf(path)])),
    diagnostics: loaded.diagnostics,
  };
}

function entriesOf({ environments }: LoadedModules): readonly Entry[] {
  return environments.map(({ environment: { name, cluster }, file }) => ({ name, cluster, file }));
}

/** Whether there is something, every name is there once, and all that were asked for are there. */
function isWhole(entries: readonly Entry[], names: readonly string[]): boolean {
  const present = new Set(entries.map(({ name }) => name));
  return present.size > 0 && present.size === entries.length && names.every((name) => present.has(name));
}

function byName(a: Entry, b: Entry): number {
  return compareText(a.name, b.name);
}
