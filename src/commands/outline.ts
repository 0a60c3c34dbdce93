import { judgeHermetic } from '../compile/hermetic.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { type Looked, lookedFor, together } from '../model/looked.ts';
import type { Modules, World } from '../ports.ts';
import { byName, type Entry, type KnownEnvironment, knownEnvironment, knownModules, type Where } from './known.ts';
import { environmentFiles, type LoadedEnvironment, loadEnvironments, noEnvironments, selectEnvironments } from './load.ts';
import { type FoundEnvironment, followSource, readSources } from './sources.ts';

/** The environments of a project, of which only those are loaded that have to be compiled. */
export interface Outline {
  /** All that there are, sorted by name. */
  readonly entries: readonly Entry[];
  /** Those that were asked for and are rendered already. */
  readonly known: readonly KnownEnvironment[];
  /** Those that were asked for and have to be compiled. */
  readonly stale: readonly StaleEnvironment[];
  /** The modules of the work tree that were loaded, with what their environments depend on so far. */
  readonly loaded: ReadonlyMap<string, Looked>;
  readonly diagnostics: readonly Diagnostic[];
}

/** An environment that has to be compiled. */
export interface StaleEnvironment extends FoundEnvironment {
  /** What was looked at when its module was loaded. */
  readonly looked: Looked | undefined;
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

type Ground = Pick<World, 'commits' | 'files' | 'modules' | 'results'>;

/** Finds out which environments there are, in the work tree and in the commits that locks name, and which of them have to be compiled. */
export async function outlineProject(world: Ground, wanted: Wanted): Promise<Outline> {
  const { value: sources, damaged, diagnostics: wrong } = await readSources(world, wanted.names);
  if (sources.size === 0 && damaged.length === 0) return outlineWorkTree(world, wanted);
  const outlined = await outlineSources(world, sources, wanted);
  const there = { ...outlined, diagnostics: [...wrong, ...outlined.diagnostics] };
  // What an environment whose lock is damaged is rendered from is not known: the work tree is no better guess than another.
  const apart = new Set([...damaged, ...[...sources.values()].flat()]);
  const names = wanted.names.filter((name) => !apart.has(name));
  // The work tree need not even load where nothing of it is asked for.
  if (names.length === 0 && wanted.names.length > 0) return only(there, wanted.choose(there.entries));
  // What is chosen is chosen of all that there are, wherever they come from.
  const all = (entries: readonly Entry[]): readonly Entry[] =>
    [...entries.filter(({ name }) => !apart.has(name)), ...there.entries].toSorted(byName);
  const choose = (entries: readonly Entry[]): readonly Entry[] => wanted.choose(all(entries)).filter(({ name }) => !apart.has(name));
  const here = await outlineWorkTree(world, { ...wanted, names, choose });
  const mine = only(there, wanted.choose(all(here.entries)));
  return {
    entries: [...here.entries, ...there.entries].toSorted(byName),
    known: [...here.known, ...mine.known],
    stale: [...here.stale, ...mine.stale],
    loaded: here.loaded,
    diagnostics: [...here.diagnostics.filter((one) => one !== noEnvironments), ...there.diagnostics],
  };
}

/** Of an outline only what was chosen; there is all the rest, too. */
function only(outline: Outline, entries: readonly Entry[]): Outline {
  const chosen = new Set(entries.map(({ name }) => name));
  return {
    ...outline,
    known: outline.known.filter(({ name }) => chosen.has(name)),
    stale: outline.stale.filter(({ environment }) => chosen.has(environment.name)),
  };
}

/** The environments of commits. What is known of one is known by its lock, too, which names the commit. */
async function outlineSources(
  world: Ground,
  sources: ReadonlyMap<string, readonly string[]>,
  { cache, ...where }: Pick<Wanted, 'cache' | 'day' | 'out'>,
): Promise<Outline> {
  const results = await world.results();
  const known: KnownEnvironment[] = [];
  const stale: StaleEnvironment[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [commit, names] of sources) {
    const recalled = names.flatMap((name) => (cache ? (knownEnvironment(results, name, where) ?? []) : []));
    known.push(...recalled);
    const due = names.filter((name) => !recalled.some((one) => one.name === name));
    if (due.length === 0) continue;
    const { value, looked, diagnostics: found } = await followSource(world, commit, due);
    stale.push(...value.map((one) => ({ ...one, looked })));
    diagnostics.push(...found);
  }
  const loaded = stale.map(({ environment: { name, cluster }, file, commit }) => ({ name, cluster, file, commit }));
  return { entries: [...known, ...loaded], known, stale, loaded: new Map(), diagnostics };
}

/** The environments of the work tree. */
async function outlineWorkTree(world: Ground, { names, choose, cache, ...where }: Wanted): Promise<Outline> {
  const results = await world.results();
  const files = await environmentFiles(world.files);
  const before = cache ? knownModules(results, files, where) : new Map<string, readonly Entry[]>();
  // To recall one is to look at all of its files: once is enough.
  const recalled = new Map<string, KnownEnvironment | undefined>();
  const recall = ({ name }: Entry): KnownEnvironment | undefined => {
    if (!recalled.has(name)) recalled.set(name, cache ? knownEnvironment(results, name, where) : undefined);
    return recalled.get(name);
  };
  const stale = new Set(choose([...before.values()].flat()).flatMap((entry) => (recall(entry) === undefined ? [entry.file] : [])));
  const due = files.filter((file) => stale.has(file) || !before.has(file));
  const some = due.length === 0 ? nothing : await loadModules(world, due);
  const others = [...before].flatMap(([file, entries]) => (some.looked.has(file) ? [] : entries));
  const entries = [...others, ...entriesOf(some)].toSorted(byName);
  const chosen = choose(entries);
  const isEnough = isWhole(entries, names) && chosen.every((entry) => recall(entry) !== undefined || some.looked.has(entry.file));
  // What is wrong with names is told where all modules are at hand.
  if (!isEnough) return wholeOutline(await loadModules(world, files, some), { names, choose, modules: world.modules });
  const unknown = new Set(chosen.flatMap((entry) => (recall(entry) === undefined ? [entry.name] : [])));
  return {
    entries,
    known: chosen.flatMap((entry) => recall(entry) ?? []),
    stale: some.environments.filter(({ environment }) => unknown.has(environment.name)).map((one) => staleOf(one, some, world.modules)),
    loaded: some.looked,
    diagnostics: some.diagnostics,
  };
}

function staleOf(loaded: LoadedEnvironment, { looked }: LoadedModules, modules: Modules): StaleEnvironment {
  return { ...loaded, modules, commit: undefined, absent: [], looked: looked.get(loaded.file) };
}

function wholeOutline(
  whole: LoadedModules,
  { names, choose, modules }: Pick<Wanted, 'names' | 'choose'> & { readonly modules: Modules },
): Outline {
  const entries = entriesOf(whole).toSorted(byName);
  const chosen = new Set(choose(entries).map(({ name }) => name));
  const { value: stale, diagnostics } = selectEnvironments({ value: whole.environments, diagnostics: whole.diagnostics }, names);
  return {
    entries,
    known: [],
    stale: stale.filter(({ environment }) => chosen.has(environment.name)).map((one) => staleOf(one, whole, modules)),
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
export async function loadModules(
  { files, modules, ...world }: Omit<Ground, 'commits'>,
  paths: readonly string[],
  after = nothing,
): Promise<LoadedModules> {
  const results = await world.results();
  // What compiles them is loaded faster before the loader of modules is there, and with it what it shares with the project.
  await import('./render.ts');
  await modules.ready();
  const { value: loaded, looked } = await results.follow(async () => {
    modules.settings();
    return loadEnvironments({ files, modules }, paths);
  });
  const all = together([...after.looked.values(), looked]);
  // What somebody read as a file it may have told to everybody.
  const read = new Set(all.read);
  const imported = new Set([...after.looked.keys(), ...paths].flatMap((path) => modules.graph(path)).filter((path) => !read.has(path)));
  const lookedOf = (path: string): Looked => lookedFor(all, modules.graph(path), imported);
  return {
    environments: [...after.environments.filter(({ file }) => !paths.includes(file)), ...loaded.value],
    looked: new Map([...after.looked.keys(), ...paths].map((path) => [path, lookedOf(path)])),
    diagnostics: [...loaded.diagnostics, ...judgeHermetic(looked, { roots: [modules.root] })],
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
