import type { Command } from '../cli/context.ts';
import { formatSynth, type SynthesizedEnvironment } from '../cli/synth.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import { indexPath } from '../model/rendered.ts';
import type { World } from '../ports.ts';
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

/** What came of synth. Nothing was written when a diagnostic is an error. */
export interface SynthResult {
  readonly environments: readonly SynthesizedEnvironment[];
  /** Environments that there are no longer: their folders were removed. */
  readonly gone: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly exit: ExitCode;
}

/** Compiles environments and writes them below a folder. */
export const synth: Command<SynthOptions> = async (context, options) => {
  const result = await synthesize(context.world, options);
  const environments = result.environments.map(({ name }) => name);
  const lines = formatSynth({ ...result, out: options.out }, context.paint.say);
  await tell(context, { result, diagnostics: result.diagnostics, environments, lines });
  return result.exit;
};

/**
 * Compiles the environments and makes `<out>/<environment>` hold exactly the tree of each. Nothing is written when there is
 * any error. When all environments are rendered, the folders of those that are gone are removed. Throws `Failure`.
 */
export async function synthesize(world: Ground, options: SynthOptions): Promise<SynthResult> {
  const { clock } = world;
  const results = await world.results();
  const name = JSON.stringify([options.out, [...options.environments].sort()]);
  const now = clock.now();
  const day = now.toISOString().slice(0, 10);
  const kept = options.cache ? results.recall(name, day) : undefined;
  // It was written by this very program, as its ground says.
  if (kept !== undefined) return kept as unknown as SynthResult;
  const ground = { ...world, clock: { ...clock, now: () => now } };
  // The compiler is only loaded when there is something to compile. What its loaders look at is no matter of the result.
  const { renderEnvironments } = await import('./render.ts');
  await world.modules.ready();
  const { value, keep } = await results.follow(() => renderEnvironments(ground, options.environments));
  const result = await writeAll(world, value, options);
  if (result.exit === exitCodes.done) {
    const made = { below: options.out, folders: result.environments.map((one) => one.name) };
    keep(name, { day, value: unchanged(result) as unknown as Json, made });
  }
  return result;
}

type Ground = Pick<World, 'clock' | 'files' | 'modules' | 'results'>;

/** The same result, when there is nothing to write any more. */
function unchanged(result: SynthResult): SynthResult {
  const environments = result.environments.map(({ name, objects, written, unchanged: same }) => ({
    name,
    objects,
    written: 0,
    removed: 0,
    unchanged: written + same,
  }));
  return { ...result, environments, gone: [] };
}

async function writeAll(
  world: Pick<World, 'files'>,
  { value: renderings, diagnostics }: Checked<readonly Rendering[]>,
  { environments, out }: SynthOptions,
): Promise<SynthResult> {
  if (hasErrors(diagnostics)) return { environments: [], gone: [], diagnostics, exit: exitCodes.input };
  const present = await world.files.list(out);
  const foreign = renderings
    .filter(({ tree }) => isForeign(tree.environment, present))
    .map(({ tree }) => foreignFolder(`${out}/${tree.environment}`));
  if (foreign.length > 0) return { environments: [], gone: [], diagnostics: [...diagnostics, ...foreign], exit: exitCodes.input };
  const gone =
    environments.length === 0 ? rendered(present).filter((name) => !renderings.some(({ tree }) => tree.environment === name)) : [];
  const done: SynthesizedEnvironment[] = [];
  for (const rendering of renderings) done.push(await write(world, { rendering, out }));
  for (const name of gone) await world.files.mirror(`${out}/${name}`, []);
  return { environments: done, gone, diagnostics, exit: exitCodes.done };
}

async function write(
  { files }: Pick<World, 'files'>,
  { rendering, out }: { readonly rendering: Rendering; readonly out: string },
): Promise<SynthesizedEnvironment> {
  const { environment: name, files: tree, index } = rendering.tree;
  const { written, removed } = await files.mirror(`${out}/${name}`, tree);
  return { name, objects: index.objects.length, written, removed, unchanged: tree.length - written };
}

/** The folders that hold a rendered tree. */
function rendered(present: readonly string[]): readonly string[] {
  return present
    .filter((path) => path.endsWith(`/${indexPath}`))
    .map((path) => path.slice(0, -indexPath.length - 1))
    .filter((name) => !name.includes('/'));
}

/** Whether a folder of that name is full of something else: making it equal to a tree would delete that. */
function isForeign(name: string, present: readonly string[]): boolean {
  return present.some((path) => path.startsWith(`${name}/`)) && !present.includes(`${name}/${indexPath}`);
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
