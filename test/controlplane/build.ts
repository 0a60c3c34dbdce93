import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { go, goMissing, installedGo } from './go.ts';
import { buildKey, cacheFolder, readModules, sourcesKey, type Variables } from './key.ts';
import { withLock } from './lock.ts';
import { buildFlags, type ProgramSet, type SourceFiles } from './programs.ts';
import { noProgress, type Progress } from './progress.ts';

/** With what to build, and to whom to tell. */
export interface BuildOptions {
  readonly env: Variables;
  readonly progress?: Progress;
}

/** What was asked for lies in `folder`: programs by their names, and the paths of the files that come with them. */
export interface Built {
  readonly folder: string;
  readonly files: readonly string[];
}

/**
 * Finds programs of a set in the cache, or builds those that are missing, one after the other. Each appears in the cache
 * whole or not at all, so that a build that was broken off goes on where it was; of two builds at once one waits for the
 * other. Throws a Failure that names the ways out when there is no Go, no network, or an error in the build.
 */
export async function buildPrograms<Name extends string>(
  set: ProgramSet<Name>,
  names: readonly Name[],
  options: BuildOptions,
): Promise<Built> {
  const cache = cacheFolder(options.env, set.cache);
  const sources = sourcesKey(set, readModules(set));
  const version = await installedGo(options.env, set.home);
  if (version === undefined) return builtIn(set, builtBefore({ cache, sources, names }));
  const folder = join(cache, buildKey(sources, version));
  if (missingIn(folder, names).length > 0) {
    const waiting = (pid: number) => options.progress?.say(`waiting for process ${pid}, which builds ${set.title}`);
    await withLock(`${folder}.lock`, waiting, () => buildMissing({ set, folder, names, options }));
  }
  return builtIn(set, folder);
}

/** Programs that any Go has built from the same sources are as good. */
function builtBefore(wanted: { readonly cache: string; readonly sources: string; readonly names: readonly string[] }): string {
  const folders = existsSync(wanted.cache) ? readdirSync(wanted.cache).sort() : [];
  const found = folders
    .filter((name) => name.startsWith(`${wanted.sources}-`))
    .map((name) => join(wanted.cache, name))
    .find((folder) => missingIn(folder, wanted.names).length === 0);
  if (found === undefined) throw goMissing();
  return found;
}

function builtIn<Name extends string>({ files }: ProgramSet<Name>, folder: string): Built {
  return { folder, files: files.flatMap(({ paths }) => paths.map((path) => join(folder, filesFolder, basename(path)))) };
}

/** Files that come with programs lie in this folder beside them: kwok's stages gave it the name. */
const filesFolder = 'stages';

function missingIn<Name extends string>(folder: string, names: readonly Name[]): readonly Name[] {
  return names.filter((name) => !existsSync(join(folder, name)));
}

interface Work<Name extends string> {
  readonly set: ProgramSet<Name>;
  readonly folder: string;
  readonly names: readonly Name[];
  readonly options: BuildOptions;
}

async function buildMissing<Name extends string>({ set, folder, names, options }: Work<Name>): Promise<void> {
  const missing = missingIn(folder, names);
  if (missing.length === 0) return;
  const progress = options.progress ?? noProgress;
  progress.say(`building ${set.title}, once, into ${folder}; with 2 cores this takes about ${set.takes}`);
  removeUnfinished(folder);
  const unfinished = join(folder, `unfinished-${process.pid}`);
  mkdirSync(unfinished, { recursive: true });
  for (const [index, name] of missing.entries()) {
    const step = { doing: 'building', done: 'built', what: name, position: index + 1, total: missing.length };
    await progress.step(step, (detail) => buildOne({ set, name, env: options.env, unfinished, detail }));
    const files = set.files.filter(({ of }) => of === name);
    if (files.length > 0) await copyFiles(files, { set, folder, unfinished, env: options.env });
    renameSync(join(unfinished, name), join(folder, name));
  }
  rmSync(unfinished, { recursive: true });
}

function removeUnfinished(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => one.startsWith('unfinished-'))) {
    rmSync(join(folder, name), { recursive: true });
  }
}

interface OneBuild<Name extends string> {
  readonly set: ProgramSet<Name>;
  readonly name: Name;
  readonly env: Variables;
  readonly unfinished: string;
  readonly detail: (text: string) => void;
}

async function buildOne<Name extends string>({ set, name, env, unfinished, detail }: OneBuild<Name>): Promise<void> {
  const { module, package: program, linkerFlags, tags, isPartlyC = false } = set.recipes[name];
  const tagFlags = tags === undefined ? [] : ['-tags', tags];
  const args = ['build', ...buildFlags, ...tagFlags, '-ldflags', linkerFlags, '-o', join(unfinished, name), program];
  await go({ args, folder: join(set.home, module), env, isPartlyC, heard: (line) => detail(line.replace(/^go: /, '')) });
}

interface Copying {
  readonly set: ProgramSet;
  readonly folder: string;
  readonly unfinished: string;
  readonly env: Variables;
}

/** The files come before their program, so that where it is, they are. */
async function copyFiles(files: readonly SourceFiles<string>[], { set, folder, unfinished, env }: Copying): Promise<void> {
  const copies = join(unfinished, filesFolder);
  mkdirSync(copies);
  for (const { module, source, paths } of files) {
    const said = await go({ args: ['mod', 'download', '-json', source], folder: join(set.home, module), env });
    const { Dir: sources } = JSON.parse(said) as { readonly Dir: string };
    for (const path of paths) copyInto(join(sources, path), join(copies, basename(path)));
  }
  rmSync(join(folder, filesFolder), { recursive: true, force: true });
  renameSync(copies, join(folder, filesFolder));
}

/** Folders of Go's modules are read-only; those of the copy can be removed again. */
function copyInto(source: string, target: string): void {
  if (!statSync(source).isDirectory()) {
    copyFileSync(source, target);
    return;
  }
  mkdirSync(target);
  for (const name of readdirSync(source)) copyInto(join(source, name), join(target, name));
}
