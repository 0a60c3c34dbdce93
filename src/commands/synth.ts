import type { Command } from '../cli/context.ts';
import { formatSynth, type SynthesizedEnvironment } from '../cli/synth.ts';
import type { CompiledEnvironment } from '../compile/shared.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { indexPath } from '../model/rendered.ts';
import type { World } from '../ports.ts';
import type { CompiledAnew } from './anew.ts';
import { type Entry, type KnownEnvironment, keepEnvironment, keepModule } from './known.ts';
import { answerQuestions, compileAll } from './lanes.ts';
import { type Outline, outlineProject } from './outline.ts';
import type { Rendering } from './render.ts';
import { tell } from './tell.ts';

/** `lockstep synth`. */
export interface SynthOptions {
  /** None means all. */
  readonly environments: readonly string[];
  /** The folder that gets a folder per environment. */
  readonly out: string;
  /** Whether a result of before will do, when nothing has changed that it was made from. */
  readonly cache: boolean;
}

/** Only for a process that compiles for another one: compiles what it is asked for. */
interface ForWorkers {
  readonly whenAsked: boolean;
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
export const synth: Command<SynthOptions & ForWorkers> = async (context, options) => {
  if (options.whenAsked) return answerQuestions(context, options);
  const result = await synthesize(context.world, options);
  const environments = result.environments.map(({ name }) => name);
  const lines = formatSynth({ ...result, out: options.out }, context.paint.say);
  await tell(context, { result, diagnostics: result.diagnostics, environments, lines });
  return result.exit;
};

type Ground = Pick<World, 'clock' | 'files' | 'modules' | 'processors' | 'results' | 'worker'>;

/**
 * Compiles the environments and makes `<out>/<environment>` hold exactly the tree of each. Nothing is written when there is
 * any error. What has not changed since it was written is not compiled again. When all environments are asked for, the folders of
 * those that are gone are removed. Throws `Failure`.
 */
export async function synthesize(world: Ground, options: SynthOptions): Promise<SynthResult> {
  const now = world.clock.now();
  const where = { out: options.out, day: now.toISOString().slice(0, 10) };
  const names = options.environments;
  const choose = (entries: readonly Entry[]): readonly Entry[] => entries.filter(({ name }) => names.length === 0 || names.includes(name));
  const { outline, compiled } = await world.modules.running(async () => {
    const outline = await outlineProject(world, { ...where, names, choose, cache: options.cache });
    return { outline, compiled: await compileAll(world, { ...outline, now }) };
  });
  const { known } = outline;
  const diagnostics = [...outline.diagnostics, ...[...known, ...compiled].toSorted(byName).flatMap((one) => one.diagnostics)];
  const renderings = compiled.filter(isRendered);
  diagnostics.push(...(await sharedObjects(world, { known, renderings, out: options.out })));
  diagnostics.push(...(await foreignFolders(world, renderings, options)));
  if (hasErrors(diagnostics)) return { environments: [], gone: [], diagnostics, exit: exitCodes.input };

  const written: KnownEnvironment[] = [];
  for (const one of renderings) written.push(await write(world, one, options));
  const gone = names.length > 0 ? [] : await removeGone(world, outline.entries, options);
  await keepAll(world, { outline, renderings, written, where });
  const environments = [...known, ...written].toSorted(byName).map(synthesized);
  return { environments, gone, diagnostics, exit: exitCodes.done };
}

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
  const compiled: CompiledEnvironment[] = renderings.map(({ rendering, file }) => ({ index: rendering.tree.index, file }));
  for (const { name, file } of known.filter(isShared)) {
    const read = readIndex((await files.read(`${out}/${name}/${indexPath}`)) ?? '');
    if (read.ok) compiled.push({ index: read.value, file });
  }
  return judgeShared(compiled);
}

/** Folders that are full of something else: making them equal to a tree would delete that. */
async function foreignFolders(
  { files }: Pick<World, 'files'>,
  renderings: readonly Rendered[],
  { out }: SynthOptions,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { name } of renderings) {
    const present = await files.list(`${out}/${name}`);
    if (present.length > 0 && !present.includes(indexPath)) found.push(foreignFolder(`${out}/${name}`));
  }
  return found;
}

async function write({ files }: Pick<World, 'files'>, one: Rendered, { out }: Pick<SynthOptions, 'out'>): Promise<KnownEnvironment> {
  const { name, cluster, file, diagnostics } = one;
  const { files: tree, index } = one.rendering.tree;
  const { written, removed } = await files.mirror(`${out}/${name}`, tree);
  return { name, cluster, file, diagnostics, objects: index.objects.length, written, removed, unchanged: tree.length - written };
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
    readonly written: readonly KnownEnvironment[];
    readonly where: { readonly out: string; readonly day: string };
  },
): Promise<void> {
  const results = await world.results();
  for (const [file, looked] of outline.loaded) {
    keepModule(results, file, { entries: outline.entries.filter((entry) => entry.file === file), day: where.day, looked });
  }
  for (const one of written) {
    const rendered = renderings.find(({ name }) => name === one.name);
    if (rendered !== undefined) keepEnvironment(results, one, { ...where, looked: rendered.looked });
  }
}

function synthesized({ name, objects, written, removed, unchanged }: KnownEnvironment): SynthesizedEnvironment {
  return { name, objects, written, removed, unchanged };
}

function byName(a: Entry, b: Entry): number {
  return compareText(a.name, b.name);
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
