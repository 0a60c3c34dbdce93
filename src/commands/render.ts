import { judgeAbsent } from '../compile/absent.ts';
import { type Compiled, compile } from '../compile/compile.ts';
import type { External } from '../compile/external.ts';
import { judgeHermetic } from '../compile/hermetic.ts';
import { externalOf, placeOfRendered, sourceOf } from '../compile/resolve.ts';
import { type CompiledEnvironment, judgeShared } from '../compile/shared.ts';
import { type Checked, type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { type Looked, together } from '../model/looked.ts';
import type { RenderedTree } from '../model/rendered.ts';
import type { RenderedPlace } from '../model/rendered-place.ts';
import { type Shard, shardOf } from '../model/shard.ts';
import { dayOf } from '../model/time.ts';
import type { World } from '../ports.ts';
import { withIncluded } from './inclusions.ts';
import { judgeSigners, readKeys } from './keys.ts';
import { readLock } from './locks.ts';
import type { OnProgress } from './progress.ts';
import { type FoundEnvironment, findEnvironments, prepareSources, toldFrom } from './sources.ts';

/** An environment rendered. */
export interface Rendering {
  readonly tree: RenderedTree;
  /** The URL of the source's repository, as the environment declares it. */
  readonly source: string | undefined;
  /** Where its rendered branches are. */
  readonly place: RenderedPlace;
  /** What exists although it does not make it. */
  readonly external: readonly External[];
  /** The commit that its lock names as its source; undefined: it was rendered from the work tree. */
  readonly commit: string | undefined;
  /** What is left out of its policies now, each with its last day and the reason. */
  readonly exceptions: readonly string[];
}

/** Which environments are rendered, and who is told how far that is. */
export interface RenderOptions {
  readonly shard?: Shard | undefined;
  readonly onProgress?: OnProgress;
  /** Whether everything is done in the reverse of the usual order. */
  readonly isBackward?: boolean;
}

/** Environments rendered, and what was looked at meanwhile. */
export interface Rendered extends Checked<readonly Rendering[]> {
  readonly looked: Looked;
}

type Ground = Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'renderer'>;

/** Loads and compiles the environments of these names, or all of them, or a part of these. The value holds those that are without errors. */
export async function renderEnvironments(
  world: Ground & Pick<World, 'results'>,
  names: readonly string[],
  { shard, onProgress, isBackward = false }: RenderOptions = {},
): Promise<Rendered> {
  const results = await world.results();
  // What brings commits out of git is no code of the project.
  await prepareSources(world, names);
  const { value: loaded, looked: first } = await results.follow(() => findEnvironments(world, names));
  const { value: named, diagnostics } = loaded;
  const roots = [...new Set([world.modules.root, ...named.map(({ modules }) => modules.root)])];
  const looks = [first];
  const selected =
    shard === undefined
      ? named
      : shardOf(
          named.map((one) => ({ ...one, cluster: one.environment.cluster })),
          shard,
        );
  const absentIn = new Map(named.map(({ commit, absent }) => [commit, absent]));
  const lacking = [...absentIn].flatMap(([commit, absent]) => toldFrom({ commit }, judgeAbsent(first, absent)));
  const found: Diagnostic[] = [...diagnostics, ...judgeHermetic(first, { roots }), ...lacking];
  const renderings: Rendering[] = [];
  const compiled: CompiledEnvironment[] = [];
  for (const [i, one] of (isBackward ? selected.toReversed() : selected).entries()) {
    const { environment, file, commit, modules, absent } = one;
    const { value: rendered, looked } = await modules.running(() => results.follow(() => renderWithSigners(world, one, isBackward)));
    onProgress?.(i + 1, selected.length);
    looks.push(looked);
    const unclear = judgeHermetic(looked, { roots: [modules.root], environment: environment.name });
    const lost = judgeAbsent(looked, absent, environment.name);
    found.push(...rendered.diagnostics, ...toldFrom({ commit, environment: environment.name }, [...unclear, ...lost]));
    if (rendered.value === undefined) continue;
    renderings.push(rendered.value);
    compiled.push({ index: rendered.value.tree.index, file, commit });
  }
  const shared = judgeShared(compiled);
  const wrong = new Set(shared.map(({ at }) => at.environment));
  return {
    value: renderings.filter(({ tree }) => !wrong.has(tree.environment)),
    diagnostics: [...found, ...shared],
    looked: together(looks),
  };
}

/** Compiles an environment with its lock. Undefined when there is an error. */
export async function renderFound(
  world: Pick<Ground, 'clock' | 'files' | 'renderer'>,
  found: FoundEnvironment,
  isBackward = false,
): Promise<Checked<Rendering | undefined>> {
  const { environment, commit } = found;
  const compiled = await compileFound(world, found, isBackward);
  if (compiled.value === undefined) return { ...compiled, value: undefined };
  const { value: tree, diagnostics } = await withExpressions(compiled.value);
  const exceptions = diagnostics.filter(({ code }) => code === 'exception-in-force').map(({ message }) => message);
  const [place, external] = [placeOfRendered(environment), externalOf(environment)];
  const value = tree && { tree, source: sourceOf(environment), place, external, commit, exceptions };
  return { value, diagnostics: [...compiled.diagnostics, ...toldFrom({ commit, environment: environment.name }, diagnostics)] };
}

/** The same, and what is wrong with those who may sign: what a commit of the source says of them counts no more. */
async function renderWithSigners(world: Ground, found: FoundEnvironment, isBackward: boolean): Promise<Checked<Rendering | undefined>> {
  const { value, diagnostics } = await renderFound(world, found, isBackward);
  const signers = found.commit === undefined ? await judgeSigners(world.files, found.environment) : [];
  return { value: hasErrors(signers) ? undefined : value, diagnostics: [...diagnostics, ...signers] };
}

/** The same, without what expressions in CEL say. Undefined when there is an error in the lock; the diagnostics are of that alone. */
export async function compileFound(
  { clock, files, renderer }: Pick<Ground, 'clock' | 'files' | 'renderer'>,
  { environment, file, modules }: FoundEnvironment,
  isBackward = false,
): Promise<Checked<Compiled | undefined>> {
  const lock = await readLock(files, environment.name);
  // What the lock does not hold would be reported a second time, as missing.
  if (hasErrors(lock.diagnostics)) return { value: undefined, diagnostics: lock.diagnostics };
  const today = dayOf(clock.now());
  const keys = await readKeys(files, environment, modules.root);
  const compiled = compile(environment, { lock: lock.value, today, root: modules.root, file, keys, isBackward });
  const { pending } = compiled;
  const locked = { name: environment.name, lock: lock.value };
  const value = pending === undefined ? compiled : await withIncluded({ modules, renderer }, pending, locked);
  return { value, diagnostics: lock.diagnostics };
}

/** The result with what expressions in CEL say; what evaluates them is loaded where there are any. */
async function withExpressions(compiled: Compiled): Promise<Checked<RenderedTree | undefined>> {
  if (compiled.withExpressions === undefined) return compiled;
  const { judgeExpressions } = await import('../compile/validate/expressions/judge.ts');
  return compiled.withExpressions(judgeExpressions);
}
