import type { Command, Context } from '../cli/context.ts';
import { judgeReproducible } from '../compile/reproducible.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import type { RenderedTree } from '../model/rendered.ts';
import type { Worker } from '../ports.ts';
import type { CheckResult } from './check.ts';
import { withTypes } from './types.ts';
import { compilerDied } from './watch.ts';

/** Where environments are rendered: as usual, or in another place, with their charts built in the other order. */
export const places = ['here', 'elsewhere'] as const;

/** One of them. */
export type RenderingPlace = (typeof places)[number];

/** Variables of a process in another place: a locale in which letters have other cases, and a time zone off the hour. */
const elsewhere = { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };

/** Everything that is wrong with environments, and what of them comes out otherwise in another place. Throws `Failure`. */
export async function checkReproducible(context: Context, names: readonly string[]): Promise<CheckResult> {
  const { world, signal } = context;
  const workers = places.map((place) =>
    world.worker(['check', ...names, '--rendering', place], place === 'elsewhere' ? elsewhere : undefined),
  );
  try {
    const [types, here, there] = await Promise.all([world.types.check(signal), ...workers.map((worker) => ask(worker, signal))]);
    const found = withTypes(here?.diagnostics ?? [], types);
    const trees = here?.trees ?? [];
    // What is wrong there alone is told as that.
    const differing = hasErrors(found) ? [] : [...judgeReproducible(trees, there?.trees ?? []), ...onlyThere(there)];
    const environments = trees.map(({ environment, index }) => ({ name: environment, objects: index.objects.length }));
    const exit = hasErrors(found) ? exitCodes.input : differing.length > 0 ? exitCodes.difference : exitCodes.done;
    return { environments, diagnostics: [...found, ...differing], exit };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** What a process that renders for another one tells it. */
interface Rendered {
  readonly trees: readonly RenderedTree[];
  readonly diagnostics: readonly Diagnostic[];
}

function onlyThere(there: Rendered | undefined): readonly Diagnostic[] {
  return (there?.diagnostics ?? []).filter(({ severity }) => severity === 'error');
}

async function ask(worker: Worker, signal: AbortSignal): Promise<Rendered> {
  const stop = (): void => void worker.end();
  signal.addEventListener('abort', stop, { once: true });
  const answer = await worker.ask('go', readRendered);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) throw new Failure('interrupted', 'not everything was rendered twice', { exit: exitCodes.interrupted });
  return answer ?? { trees: [], diagnostics: [compilerDied] };
}

/** What a process of this very program wrote; undefined where modules of the project have printed a line beside it. */
function readRendered(line: string): Rendered | undefined {
  if (!line.startsWith('{"trees":')) return undefined;
  try {
    const read: unknown = JSON.parse(line);
    return isObject(read) && Array.isArray(read['trees']) ? (read as unknown as Rendered) : undefined;
  } catch {
    return undefined;
  }
}

/** Renders environments when this process is asked, in the place that it is in. */
export const answerWithTrees: Command<{ readonly what: readonly string[]; readonly rendering: RenderingPlace }> = async (
  { world, out },
  { what: names, rendering },
) => {
  const { renderEnvironments } = await import('./render.ts');
  for await (const _ of world.questions()) {
    const { value, diagnostics } = await renderEnvironments(world, names, { isBackward: rendering === 'elsewhere' });
    const rendered: Rendered = { trees: value.map(({ tree }) => tree), diagnostics };
    out(JSON.stringify(rendered));
    break;
  }
  return exitCodes.done;
};
