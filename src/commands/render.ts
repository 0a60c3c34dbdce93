import { type Compiled, compile } from '../compile/compile.ts';
import { sourceOf } from '../compile/resolve.ts';
import { type CompiledEnvironment, judgeShared } from '../compile/shared.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { Lockfile } from '../model/lockfile.ts';
import type { RenderedTree } from '../model/rendered.ts';
import { type Shard, shardOf } from '../model/shard.ts';
import type { World } from '../ports.ts';
import { renderIncluded } from './inclusions.ts';
import { type LoadedEnvironment, loadEnvironments, selectEnvironments } from './load.ts';
import { readLock } from './locks.ts';
import type { OnProgress } from './progress.ts';

/** An environment rendered. */
export interface Rendering {
  readonly tree: RenderedTree;
  /** The URL of the source's repository, as the environment declares it. */
  readonly source: string | undefined;
}

/** Loads and compiles the environments of these names, or all of them, or a part of these. The value holds those that are without errors. */
export function renderEnvironments(
  world: Ground,
  names: readonly string[],
  options: RenderOptions = {},
): Promise<Checked<readonly Rendering[]>> {
  return world.modules.running(() => loadAndRender(world, names, options));
}

/** Which of them, and who is told how far it is. */
export interface RenderOptions {
  readonly shard?: Shard | undefined;
  readonly onProgress?: OnProgress;
}

type Ground = Pick<World, 'clock' | 'files' | 'modules' | 'renderer'>;

async function loadAndRender(
  world: Ground,
  names: readonly string[],
  { shard, onProgress }: RenderOptions,
): Promise<Checked<readonly Rendering[]>> {
  const { value: named, diagnostics } = selectEnvironments(await loadEnvironments(world), names);
  const selected =
    shard === undefined
      ? named
      : shardOf(
          named.map((one) => ({ ...one, cluster: one.environment.cluster })),
          shard,
        );
  const found: Diagnostic[] = [...diagnostics];
  const renderings: Rendering[] = [];
  const compiled: CompiledEnvironment[] = [];
  for (const [i, loaded] of selected.entries()) {
    const rendered = await renderLoaded(world, loaded);
    onProgress?.(i + 1, selected.length);
    found.push(...rendered.diagnostics);
    if (rendered.value === undefined) continue;
    renderings.push(rendered.value);
    compiled.push({ index: rendered.value.tree.index, file: loaded.file });
  }
  const shared = judgeShared(compiled);
  const wrong = new Set(shared.map(({ at }) => at.environment));
  return { value: renderings.filter(({ tree }) => !wrong.has(tree.environment)), diagnostics: [...found, ...shared] };
}

/** Compiles an environment with its lock. Undefined when there is an error. */
export async function renderLoaded(world: Ground, { environment, file }: LoadedEnvironment): Promise<Checked<Rendering | undefined>> {
  const { clock, files, modules } = world;
  const lock = await readLock(files, environment.name);
  // What the lock does not hold would be reported a second time, as missing.
  if (hasErrors(lock.diagnostics)) return { value: undefined, diagnostics: lock.diagnostics };
  const today = clock.now().toISOString().slice(0, 10);
  const compiled = compile(environment, { lock: lock.value, today, root: modules.root, file });
  const included = await withIncluded(world, compiled, { name: environment.name, lock: lock.value });
  const { value: tree, diagnostics } = await withExpressions(included);
  const value = tree && { tree, source: sourceOf(environment) };
  return { value, diagnostics: [...lock.diagnostics, ...diagnostics] };
}

/** The result with what is included, when that is rendered. Programs are no code of the project: they end when this one is asked to. */
async function withIncluded(
  world: Pick<World, 'modules' | 'renderer'>,
  compiled: Compiled,
  locked: { readonly name: string; readonly lock: Lockfile },
): Promise<Compiled> {
  const { pending } = compiled;
  if (pending === undefined) return compiled;
  return pending.withRendered(await world.modules.idle(() => renderIncluded(world, pending.inclusions, locked)));
}

/** The result with what expressions in CEL say; what evaluates them is loaded where there are any. */
async function withExpressions(compiled: Compiled): Promise<Checked<RenderedTree | undefined>> {
  if (compiled.withExpressions === undefined) return compiled;
  const { judgeExpressions } = await import('../compile/validate/expressions/judge.ts');
  return compiled.withExpressions(judgeExpressions);
}
