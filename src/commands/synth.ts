import type { Command } from '../cli/context.ts';
import type { Paint } from '../cli/paint.ts';
import { formatSynth, type SynthesizedEnvironment } from '../cli/synth.ts';
import type { CompiledEnvironment } from '../compile/shared.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import { indexPath } from '../model/rendered.ts';
import { type Shard, shardOf } from '../model/shard.ts';
import { dayOf } from '../model/time.ts';
import type { World } from '../ports.ts';
import type { CompiledAnew } from './anew.ts';
import { byName, type Entry, type KnownEnvironment, keepEnvironment, keepModule } from './known.ts';
import { answerQuestions, compileAll } from './lanes.ts';
import { type Outline, outlineProject } from './outline.ts';
import { type OnProgress, showingProgress } from './progress.ts';
import type { Rendering } from './render.ts';
import { type Told, tell } from './tell.ts';
import { isWatchable, unwatchable } from './watch.ts';

/** `lockstep synth`. */
export interface SynthOptions {
  /** None means all. */
  readonly environments: readonly string[];
  /** Only this part of them. */
  readonly shard?: Shard;
  /** The folder that gets a folder per environment. */
  readonly out: string;
  /** Whether a result of before will do, when nothing has changed that it was made from. */
  readonly cache: boolean;
}

/** How it is done. */
interface Ways {
  /** Again after every change. */
  readonly watch: boolean;
  /** Only for the process that watches: once, when it is asked. */
  readonly whenAsked: boolean;
  /** Only for a process that compiles a part for another one: compiles what it is asked for. */
  readonly worker: boolean;
}

/** What came of synth. Nothing was written when a diagnostic is an error. */
export interface SynthResult {
  readonly environments: readonly SynthesizedEnvironment[];
  /** Environments that there are no longer: their folders were removed. */
  readonly gone: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly exit: ExitCode;
}

/** Compiles environments and writes them below a folder. */
export const synth: Command<SynthOptions & Ways> = async (context, options) => {
  if (options.worker) return answerQuestions(context, options);
  if (options.whenAsked) {
    const { answerOnce } = await import('./asked.ts');
    return answerOnce(context, { names: options.environments, answer: () => synthesizeFollowed(context.world, options) });
  }
  if (options.watch) {
    if (!isWatchable(context)) throw unwatchable();
    return (await import('./synth-watch.ts')).watchSynth(context, options);
  }
  const { result } = await showingProgress(context, (onProgress) => synthesizeFollowed(context.world, options, onProgress));
  await tell(context, toldOf(result, options, context.paint.say));
  return result.exit;
};

/** What synth tells of its result. */
export function toldOf(result: SynthResult, { out }: Pick<SynthOptions, 'out'>, paint: Paint): Told {
  const { environments, diagnostics, exit } = result;
  const lines = exit === exitCodes.done ? formatSynth({ ...result, out }, paint) : [];
  return { result, diagnostics, environments: environments.map(({ name }) => name), lines };
}

type Ground = Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'processors' | 'renderer' | 'results' | 'worker'>;

/**
 * Compiles the environments and makes `<out>/<environment>` hold exactly the tree of each. Nothing is written when there is
 * any error. What has not changed since it was written is not compiled again. When all environments are asked for, the folders of
 * those that are gone are removed. Throws `Failure`.
 */
export async function synthesize(world: Ground, options: SynthOptions): Promise<SynthResult> {
  return (await synthesizeFollowed(world, options)).result;
}

/** The same, with the files of the author that the environments were made from, absolute. */
export async function synthesizeFollowed(
  world: Ground,
  options: SynthOptions,
  onProgress: OnProgress = () => {},
): Promise<{ readonly result: SynthResult; readonly looked: readonly string[] }> {
  const now = world.clock.now();
  const where = { out: options.out, day: dayOf(now) };
  const names = options.environments;
  const choose = (entries: readonly Entry[]): readonly Entry[] => {
    const named = entries.filter(({ name }) => names.length === 0 || names.includes(name));
    return options.shard === undefined ? named : shardOf(named, options.shard);
  };
  const { outline, compiled } = await world.modules.running(async () => {
    const outline = await outlineProject(world, { ...where, names, choose, cache: options.cache });
    return { outline, compiled: await compileAll(world, { ...outline, now, onProgress }) };
  });
  if (compiled.length > 0) await failBefore(world);
  const { known } = outline;
  const diagnostics = [...outline.diagnostics, ...[...known, ...compiled].toSorted(byName).flatMap((one) => one.diagnostics)];
  const renderings = compiled.filter(isRendered);
  diagnostics.push(...(await sharedObjects(world, { known, renderings, out: options.out })));
  diagnostics.push(...(await foreignFolders(world, renderings, options)));
  const looks = [...outline.loaded.values(), ...compiled.map((one) => one.looked), ...known];
  const looked = [...new Set(looks.flatMap(({ files }) => files))];
  if (hasErrors(diagnostics)) return { result: { environments: [], gone: [], diagnostics, exit: exitCodes.input }, looked };

  const written: Written[] = [];
  for (const one of renderings) written.push(await write(world, one, options));
  const gone = names.length > 0 ? [] : await removeGone(world, outline.entries, options);
  await keepAll(world, { outline, renderings, written, where });
  const environments = [...known, ...written].toSorted(byName).map(synthesized);
  return { result: { environments, gone, diagnostics, exit: exitCodes.done }, looked };
}

/**
 * Lets what charts left behind to fail at once fail before anything is written. It ends the process as soon as what tells it is loaded: that
 * is waited for, too, behind it.
 */
async function failBefore({ clock }: Pick<World, 'clock'>): Promise<void> {
  await clock.sleep(1);
  await import('./aside.ts');
}

/** An environment that was written just now. */
type Written = Omit<KnownEnvironment, 'files'>;
type Rendered = CompiledAnew & { readonly rendering: Rendering };

function isRendered(compiled: CompiledAnew): compiled is Rendered {
  return compiled.rendering !== undefined;
}

/** Objects that two environments have, those too that are rendered already: their indexes lie in their folders. */
async function sharedObjects(
  { files }: Pick<World, 'files'>,
  {
    known,
    renderings,
    out,
  }: { readonly known: readonly KnownEnvironment[]; readonly renderings: readonly Rendered[]; readonly out: string },
): Promise<readonly Diagnostic[]> {
  const clusters = [...known, ...renderings].map(({ cluster }) => cluster);
  const isShared = ({ cluster }: Entry): boolean => clusters.indexOf(cluster) !== clusters.lastIndexOf(cluster);
  if (!clusters.some((cluster, i) => clusters.indexOf(cluster) !== i)) return [];
  const [{ judgeShared }, { readIndex }] = await Promise.all([import('../compile/shared.ts'), import('../codec/index-file.ts')]);
  const compiled: CompiledEnvironment[] = renderings.map(({ rendering, file, commit }) => ({ index: rendering.tree.index, file, commit }));
  for (const { name, file, commit } of known.filter(isShared)) {
    const read = readIndex((await files.read(`${out}/${name}/${indexPath}`)) ?? '');
    if (read.ok) compiled.push({ index: read.value, file, commit });
  }
  return judgeShared(compiled);
}

/** Folders that are full of something else: making them equal to a tree would delete that. */
export async function foreignFolders(
  { files }: Pick<World, 'files'>,
  renderings: readonly Pick<Entry, 'name'>[],
  { out }: Pick<SynthOptions, 'out'>,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { name } of renderings) {
    const present = await files.list(`${out}/${name}`);
    if (present.length > 0 && !present.includes(indexPath)) found.push(foreignFolder(`${out}/${name}`));
  }
  return found;
}

async function write({ files }: Pick<World, 'files'>, one: Rendered, { out }: Pick<SynthOptions, 'out'>): Promise<Written> {
  const { name, cluster, file, commit, diagnostics } = one;
  const { files: tree, index } = one.rendering.tree;
  const { written, removed } = await files.mirror(`${out}/${name}`, tree);
  return { name, cluster, file, commit, diagnostics, objects: index.objects.length, written, removed, unchanged: tree.length - written };
}

/** Removes the folders that hold the rendered tree of no environment that there is. */
async function removeGone(
  { files }: Pick<World, 'files'>,
  entries: readonly Entry[],
  { out }: Pick<SynthOptions, 'out'>,
): Promise<readonly string[]> {
  const present = new Set(entries.map(({ name }) => name));
  const gone: string[] = [];
  for (const name of (await files.folders(out)).filter((folder) => !present.has(folder))) {
    if ((await files.read(`${out}/${name}/${indexPath}`)) === undefined) continue;
    await files.mirror(`${out}/${name}`, []);
    gone.push(name);
  }
  return gone;
}

async function keepAll(
  world: Pick<World, 'results'>,
  {
    outline,
    renderings,
    written,
    where,
  }: {
    readonly outline: Outline;
    readonly renderings: readonly Rendered[];
    readonly written: readonly Written[];
    readonly where: { readonly out: string; readonly day: string };
  },
): Promise<void> {
  const results = await world.results();
  for (const [file, looked] of outline.loaded) {
    keepModule(results, file, {
      entries: outline.entries.filter((entry) => entry.file === file && entry.commit === undefined),
      day: where.day,
      looked,
    });
  }
  for (const one of written) {
    const rendered = renderings.find(({ name }) => name === one.name);
    if (rendered !== undefined) keepEnvironment(results, one, { ...where, looked: rendered.looked });
  }
}

function synthesized({ name, objects, written, removed, unchanged }: SynthesizedEnvironment): SynthesizedEnvironment {
  return { name, objects, written, removed, unchanged };
}

function foreignFolder(folder: string): Diagnostic {
  return {
    code: 'folder-foreign',
    severity: 'error',
    message: `\`${folder}\` holds files, but no rendered environment: they would be deleted`,
    at: {},
    help: 'remove the folder, or choose another one with `--out`',
  };
}
