import { judgeAbsent } from '../compile/absent.ts';
import { lockPathOf } from '../compile/given.ts';
import { judgeHermetic } from '../compile/hermetic.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { type Looked, lookedFor, together } from '../model/looked.ts';
import type { World } from '../ports.ts';
import type { Entry } from './known.ts';
import type { Rendering } from './render.ts';
import { type FoundEnvironment, toldFrom } from './sources.ts';

/** An environment that was compiled, or what is wrong with it. */
export interface CompiledAnew extends Entry {
  readonly rendering: Rendering | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** All that it depends on. */
  readonly looked: Looked;
}

/** Compiles an environment; `looked` is what was looked at when its module was loaded. */
export type CompileAnew = (found: FoundEnvironment, looked: Looked | undefined) => Promise<CompiledAnew>;

/** Compiles environments one after the other in this process, and tells of each what it depends on. */
export async function openCompiler(
  world: Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'renderer' | 'results'>,
): Promise<CompileAnew> {
  const [{ renderFound }, results] = await Promise.all([import('./render.ts'), world.results()]);
  const lockOf = (environment: string): string => `${world.modules.root}/${lockPathOf(environment)}`;
  const locks = new Set<string>();
  let before: Looked | undefined;
  return async (found, looked) => {
    const { environment, file, commit, modules, absent } = found;
    const { name, cluster } = environment;
    const { value, looked: now } = await modules.running(() => results.follow(() => renderFound(world, found)));
    locks.add(lockOf(name));
    // What a chart read for another environment it may remember.
    before = together([before, now]);
    const all = together([looked, lookedFor(before, [lockOf(name)], locks)]);
    const diagnostics = [
      ...value.diagnostics,
      ...toldFrom({ commit, environment: name }, [
        ...judgeHermetic(now, { roots: [modules.root], environment: name }),
        ...judgeAbsent(now, absent, name),
      ]),
    ];
    return { name, cluster, file, commit, rendering: value.value, diagnostics, looked: all };
  };
}
