import { type Compiled, compile } from '../compile/compile.ts';
import { sourceOf } from '../compile/resolve.ts';
import { type CompiledEnvironment, judgeShared } from '../compile/shared.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { RenderedTree } from '../model/rendered.ts';
import { type Shard, shardOf } from '../model/shard.ts';
import { dayOf } from '../model/time.ts';
import type { World } from '../ports.ts';
import { withIncluded } from './inclusions.ts';
import { readKeys } from './keys.ts';
import { readLock } from './locks.ts';
import type { OnProgress } from './progress.ts';
import { type FoundEnvironment, findEnvironments, toldFrom } from './sources.ts';

/** An environment rendered. */
export interface Rendering {
  readonly tree: RenderedTree;
  /** The URL of the source's repository, as the environment declares it. */
  readonly source: string | undefined;
  /** The commit that its lock names as its source; undefined: it was rendered from the work tree. */
  readonly commit: string | undefined;
}

/** Which environments are rendered, and who is told how far that is. */
export interface RenderOptions {
  readonly shard?: Shard | undefined;
  readonly onProgress?: OnProgress;
}

type Ground = Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'renderer'>;

/** Loads and compiles the environments of these names, or all of them, or a part of these. The value holds those that are without errors. */
export async function renderEnvironments(
  world: Ground,
  names: readonly string[],
  { shard, onProgress }: RenderOptions = {},
): Promise<Checked<readonly Rendering[]>> {
  const { value: named, diagnostics } = await findEnvironments(world, names);
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
  for (const [i, one] of selected.entries()) {
    const { file, commit, modules } = one;
    const rendered = await modules.running(() => renderFound(world, one));
    onProgress?.(i + 1, selected.length);
    found.push(...rendered.diagnostics);
    if (rendered.value === undefined) continue;
    renderings.push(rendered.value);
    compiled.push({ index: rendered.value.tree.index, file, commit });
  }
  const shared = judgeShared(compiled);
  const wrong = new Set(shared.map(({ at }) => at.environment));
  return { value: renderings.filter(({ tree }) => !wrong.has(tree.environment)), diagnostics: [...found, ...shared] };
}

/** Compiles an environment with its lock. Undefined when there is an error. */
export async function renderFound(
  { clock, files, renderer }: Pick<Ground, 'clock' | 'files' | 'renderer'>,
  { environment, file, commit, modules }: FoundEnvironment,
): Promise<Checked<Rendering | undefined>> {
  const lock = await readLock(files, environment.name);
  // What the lock does not hold would be reported a second time, as missing.
  if (hasErrors(lock.diagnostics)) return { value: undefined, diagnostics: lock.diagnostics };
  const today = dayOf(clock.now());
  const keys = await readKeys(files, environment, modules.root);
  const compiled = compile(environment, { lock: lock.value, today, root: modules.root, file, keys });
  const { pending } = compiled;
  const locked = { name: environment.name, lock: lock.value };
  const included = pending === undefined ? compiled : await withIncluded({ modules, renderer }, pending, locked);
  const { value: tree, diagnostics } = await withExpressions(included);
  const value = tree && { tree, source: sourceOf(environment), commit };
  return { value, diagnostics: [...lock.diagnostics, ...toldFrom({ commit, environment: environment.name }, diagnostics)] };
}

/** The result with what expressions in CEL say; what evaluates them is loaded where there are any. */
async function withExpressions(compiled: Compiled): Promise<Checked<RenderedTree | undefined>> {
  if (compiled.withExpressions === undefined) return compiled;
  const { judgeExpressions } = await import('../compile/validate/expressions/judge.ts');
  return compiled.withExpressions(judgeExpressions);
}
