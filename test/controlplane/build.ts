import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { go, goMissing, installedGo } from './go.ts';
import { buildKey, cacheFolder, moduleFolder, readModules, sourcesKey, type Variables } from './key.ts';
import { withLock } from './lock.ts';
import { buildFlags, kubernetesVersion, type ProgramName, recipes, stageFiles } from './programs.ts';
import { noProgress, type Progress } from './progress.ts';

/** With what to build, and to whom to tell. */
export interface BuildOptions {
  readonly env: Variables;
  readonly progress?: Progress;
}

/** What was asked for lies in `folder`: programs by their names, kwok's stages beside them. */
export interface Built {
  readonly folder: string;
  readonly stages: readonly string[];
}

/**
 * Finds programs in the cache, or builds those that are missing, one after the other. Each appears in the cache whole or
 * not at all, so that a build that was broken off goes on where it was; of two builds at once one waits for the other.
 * Throws a Failure that names the ways out when there is no Go, no network, or an error in the build.
 */
export async function buildPrograms(names: readonly ProgramName[], options: BuildOptions): Promise<Built> {
  const cache = cacheFolder(options.env);
  const modules = readModules();
  const version = await installedGo(options.env, moduleFolder('kubernetes'));
  if (version === undefined) return builtBefore({ cache, sources: sourcesKey(modules), names });
  const folder = join(cache, buildKey(modules, version));
  if (missingIn(folder, names).length > 0) {
    const waiting = (pid: number) => options.progress?.say(`waiting for process ${pid}, which builds the control plane`);
    await withLock(`${folder}.lock`, waiting, () => buildMissing({ folder, names, options }));
  }
  return builtIn(folder);
}

/** Programs that any Go has built from the same sources are as good. */
function builtBefore(wanted: { readonly cache: string; readonly sources: string; readonly names: readonly ProgramName[] }): Built {
  const folders = existsSync(wanted.cache) ? readdirSync(wanted.cache).sort() : [];
  const found = folders
    .filter((name) => name.startsWith(`${wanted.sources}-`))
    .map((name) => join(wanted.cache, name))
    .find((folder) => missingIn(folder, wanted.names).length === 0);
  if (found === undefined) throw goMissing();
  return builtIn(found);
}

function builtIn(folder: string): Built {
  return { folder, stages: stageFiles.map((path) => join(folder, 'stages', basename(path))) };
}

function missingIn(folder: string, names: readonly ProgramName[]): readonly ProgramName[] {
  return names.filter((name) => !existsSync(join(folder, name)));
}

interface Work {
  readonly folder: string;
  readonly names: readonly ProgramName[];
  readonly options: BuildOptions;
}

async function buildMissing({ folder, names, options }: Work): Promise<void> {
  const missing = missingIn(folder, names);
  if (missing.length === 0) return;
  const progress = options.progress ?? noProgress;
  progress.say(`building a control plane, Kubernetes ${kubernetesVersion}, once, into ${folder}; with 2 cores this takes about 10 minutes`);
  removeUnfinished(folder);
  const unfinished = join(folder, `unfinished-${process.pid}`);
  mkdirSync(unfinished, { recursive: true });
  for (const [index, name] of missing.entries()) {
    const step = { doing: 'building', done: 'built', what: name, position: index + 1, total: missing.length };
    await progress.step(step, (detail) => buildOne({ name, env: options.env, unfinished, detail }));
    if (name === 'kwok') await copyStages(folder, unfinished, options.env);
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

interface OneBuild {
  readonly name: ProgramName;
  readonly env: Variables;
  readonly unfinished: string;
  readonly detail: (text: string) => void;
}

async function buildOne({ name, env, unfinished, detail }: OneBuild): Promise<void> {
  const { module, package: program, linkerFlags } = recipes[name];
  const args = ['build', ...buildFlags, '-ldflags', linkerFlags, '-o', join(unfinished, name), program];
  await go({ args, folder: moduleFolder(module), env, heard: (line) => detail(line.replace(/^go: /, '')) });
}

/** kwok's stages come first, so that where kwok is, they are. */
async function copyStages(folder: string, unfinished: string, env: Variables): Promise<void> {
  const module = await go({ args: ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'], folder: moduleFolder('kwok'), env });
  const stages = join(unfinished, 'stages');
  mkdirSync(stages);
  for (const path of stageFiles) copyFileSync(join(module, path), join(stages, basename(path)));
  rmSync(join(folder, 'stages'), { recursive: true, force: true });
  renameSync(stages, join(folder, 'stages'));
}
