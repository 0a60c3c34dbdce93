import { judgeAbsent } from '../compile/absent.ts';
import { lockPathOf } from '../compile/given.ts';
import { judgeHermetic } from '../compile/hermetic.ts';
import { meantOr, quotedList } from '../compile/wording.ts';
import type { Absent } from '../model/absent.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Looked } from '../model/looked.ts';
import type { Modules, World } from '../ports.ts';
import { byName } from './known.ts';
import { type LoadedEnvironment, loadEnvironments, lockNames, selectEnvironments } from './load.ts';

/** An environment, and where it comes from. */
export interface FoundEnvironment extends LoadedEnvironment {
  /** The modules that it was loaded with: its charts are built in their folder. */
  readonly modules: Modules;
  /** The commit that its lock names as its source; undefined: it is what the work tree holds. */
  readonly commit: string | undefined;
  /** What that commit names and does not hold. */
  readonly absent: readonly Absent[];
}

type Ground = Pick<World, 'commits' | 'files' | 'modules'>;

/**
 * The environments of these names, or all of them, sorted by name. One whose lock names a source is that of the source, whatever the
 * work tree holds; where all are, the work tree need not even load. One whose lock is damaged is not among them: what it is rendered from
 * is not known.
 */
export async function findEnvironments(world: Ground, names: readonly string[]): Promise<Checked<readonly FoundEnvironment[]>> {
  const { modules } = world;
  const { value: sources, damaged, diagnostics: wrong } = await readSources(world, names);
  const apart = new Set([...damaged, ...[...sources.values()].flat()]);
  const isElsewhere = names.length > 0 && names.every((name) => apart.has(name));
  const here = isElsewhere ? { value: [], diagnostics: [] } : await modules.running(() => loadEnvironments(world));
  const mine = here.value.filter(({ environment }) => !apart.has(environment.name));
  const wanted = mine.map(({ environment }) => environment.name).filter((name) => names.length === 0 || names.includes(name));
  const others = await readLocks(world, wanted);
  const found: FoundEnvironment[] = mine
    .filter(({ environment }) => !others.damaged.includes(environment.name))
    .map((one) => ({ ...one, modules, commit: undefined, absent: [] }));
  // A project may well have all its environments at commits.
  const loaded = here.diagnostics.filter(({ code }) => code !== 'no-environments' || apart.size === 0);
  const diagnostics = [...wrong, ...others.diagnostics, ...loaded];
  for (const [commit, environments] of sources) {
    const there = await loadFrom(world, commit, environments);
    found.push(...there.value);
    diagnostics.push(...there.diagnostics);
  }
  const value = found.toSorted((a, b) => byName(a.environment, b.environment));
  return selectEnvironments({ value, diagnostics }, names);
}

/**
 * Makes the sources of these environments ready to be looked at, so that looking at them does nothing else. What is wrong with them is
 * told when they are.
 */
export async function prepareSources(world: Ground, names: readonly string[]): Promise<void> {
  for (const commit of (await sourcesOf(world, names)).keys()) await prepareSource(world, commit);
}

async function prepareSource(world: Ground, commit: string): Promise<void> {
  const { value } = await openSnapshot(world, commit, []);
  if (value !== undefined) await world.modules.at(value.folder).ready();
}

/** The environments of these names at a commit, with all that was looked at to load them. */
export async function followSource(
  world: Ground & Pick<World, 'results'>,
  commit: string,
  names: readonly string[],
): Promise<Checked<readonly FoundEnvironment[]> & { readonly looked: Looked }> {
  const results = await world.results();
  await prepareSource(world, commit);
  const { value: loaded, looked } = await results.follow(() => loadFrom(world, commit, names));
  const roots = [...new Set(loaded.value.map(({ modules }) => modules.root))];
  const judged = [...judgeHermetic(looked, { roots }), ...judgeAbsent(looked, loaded.absent)];
  const diagnostics = [...loaded.diagnostics, ...toldFrom({ commit }, judged)];
  return { value: loaded.value, diagnostics, looked };
}

/** `diagnostics` of what comes from a commit: their places are there. The lock of the environment is always that of the work tree. */
export function toldFrom(
  { commit, environment }: { readonly commit: string | undefined; readonly environment?: string | undefined },
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (commit === undefined) return diagnostics;
  const lock = environment === undefined ? undefined : lockPathOf(environment);
  return diagnostics.map((one) => (one.at.file === lock && lock !== undefined ? one : { ...one, at: { ...one.at, commit } }));
}

/** The commits that locks name as sources, each with the environments that are rendered from it. What is wrong in a lock is told elsewhere. */
export async function sourcesOf(world: Pick<World, 'files'>, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  return (await readSources(world, names)).value;
}

/** The sources that locks name, but for those of locks that are damaged, with what is wrong in these. */
interface ReadSources extends Checked<ReadonlyMap<string, readonly string[]>> {
  /** The environments whose lock is damaged. */
  readonly damaged: readonly string[];
}

/** The same, with what is wrong in the locks that may name one. */
export async function readSources({ files }: Pick<World, 'files'>, names: readonly string[]): Promise<ReadSources> {
  const all = [...new Set(names.length > 0 ? names : await lockNames(files))];
  // Most name none, and what reads locks takes longer to load than all else of what is as it was. A key may be written by escapes.
  const texts = await Promise.all(all.map((name) => files.read(lockPathOf(name))));
  return readLocks(
    { files },
    all.filter((_, i) => /source|\\/.test(texts[i] ?? '')),
  );
}

/** Reads the locks of environments as a whole. */
async function readLocks({ files }: Pick<World, 'files'>, names: readonly string[]): Promise<ReadSources> {
  const sources = new Map<string, readonly string[]>();
  const damaged: string[] = [];
  const found: Diagnostic[] = [];
  for (const name of names) {
    const { readLock } = await import('./locks.ts');
    const { value, diagnostics } = await readLock(files, name);
    const { source } = value;
    found.push(...diagnostics);
    if (hasErrors(diagnostics)) damaged.push(name);
    else if (source !== undefined) sources.set(source, [...(sources.get(source) ?? []), name]);
  }
  return { value: sources, damaged, diagnostics: found };
}

/** Environments of a commit, and what the commit names and does not hold. */
interface FromCommit extends Checked<readonly FoundEnvironment[]> {
  readonly absent: readonly Absent[];
}

async function loadFrom(world: Ground, commit: string, names: readonly string[]): Promise<FromCommit> {
  const { value: snapshot, diagnostics } = await openSnapshot(world, commit, names);
  if (snapshot === undefined) return { value: [], diagnostics, absent: [] };
  const { absent } = snapshot;
  const modules = world.modules.at(snapshot.folder);
  const loaded = await modules.running(() => loadEnvironments({ files: snapshot.files, modules }));
  const value = loaded.value
    .filter(({ environment }) => names.includes(environment.name))
    .map((one) => ({ ...one, modules, commit, absent }));
  const isMissing = (name: string): boolean => !value.some(({ environment }) => environment.name === name);
  const missing = names.filter(isMissing);
  // What is wrong with other environments of the commit is no matter, unless one that is looked for may be among them.
  const told = loaded.diagnostics.filter(({ at, code }) => {
    if (code === 'no-environments') return false;
    return missing.length > 0 || value.some(({ environment, file }) => file === at.file || environment.name === at.environment);
  });
  // A lock that is only thought of, as for a promotion, stands in no folder.
  const locked = missing.length === 0 ? [] : await lockNames(world.files);
  const unknown = hasErrors(told)
    ? []
    : missing.map((name) => (locked.includes(name) ? undefinedIn : unknownIn)(commit, name, loaded.value));
  return { value, diagnostics: [...toldFrom({ commit }, told), ...unknown], absent };
}

async function openSnapshot(world: Ground, commit: string, names: readonly string[]) {
  try {
    return { value: await (await world.commits()).open(commit), diagnostics: [] };
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.exit !== exitCodes.input) throw thrown;
    return { value: undefined, diagnostics: names.map((name) => unopened(name, thrown)) };
  }
}

function unopened(environment: string, { code, message, help }: Failure): Diagnostic {
  const cure = code === 'source-missing' ? 'brings it from the remote' : code === 'source-packages' ? 'installs them' : undefined;
  return {
    code,
    severity: 'error',
    message: `\`${environment}\` cannot be rendered from its source: ${message}`,
    at: { file: lockPathOf(environment), environment },
    ...(cure === undefined ? help !== undefined && { help } : { help: `\`lockstep fetch ${environment}\` ${cure}` }),
  };
}

/** Told of an environment that has no lock, either: most often its name is a typo. */
function unknownIn(commit: string, name: string, there: readonly LoadedEnvironment[]): Diagnostic {
  const known = there.map(({ environment }) => environment.name);
  const list = known.length === 0 ? 'there is none' : `there ${known.length === 1 ? 'is' : 'are'} ${quotedList(known)}`;
  return {
    code: 'environment-unknown',
    severity: 'error',
    message: `there is no environment \`${name}\` at the source commit \`${commit.slice(0, 7)}\``,
    at: {},
    help: meantOr(list, name, known),
  };
}

function undefinedIn(commit: string, name: string, there: readonly LoadedEnvironment[]): Diagnostic {
  const known = there.length === 0 ? 'it has none' : `it has ${there.map(({ environment }) => `\`${environment.name}\``).join(', ')}`;
  return {
    code: 'source-without-environment',
    severity: 'error',
    message: `the source commit \`${commit.slice(0, 7)}\` of \`${name}\` does not define it: ${known}`,
    at: { file: lockPathOf(name), environment: name },
    help: `promote a commit that does, or remove \`source\` from \`${lockPathOf(name)}\`: then the work tree is rendered`,
  };
}
