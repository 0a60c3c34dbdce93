import type { Context } from '../cli/context.ts';
import { formatSlow, formatWatching } from '../cli/watch.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { type ExitCode, exitCodes, Failure } from '../model/failure.ts';
import type { Worker } from '../ports.ts';
import { objectOn } from './answers.ts';
import { type Told, tell } from './tell.ts';

/** Folders and files that matter whether a module was read from them or not. */
const roots = ['environments', 'charts', 'package.json', 'tsconfig.json'];

/** What came of one look, and the files of the author that it was made from, absolute. */
export interface Look {
  readonly told: Told;
  readonly looked: readonly string[];
}

/** How a project is looked at again and again. */
export interface Watching {
  /** The arguments of the process that makes itself ready, is asked once, and ends with its answer. */
  readonly worker: readonly string[];
  readonly look: (worker: Worker, signal: AbortSignal) => Promise<Look>;
}

/**
 * Looks at a project again whenever something changes that it is made from, until interrupted. Each time modules are loaded afresh, by a
 * process that has made itself ready: whatever they do, they do it to that alone.
 */
export async function watchProject(context: Context, { worker: args, look }: Watching): Promise<ExitCode> {
  const { world, signal } = context;
  const changes = world.changes(roots);
  const start = (): Worker => world.worker(args);
  let worker = start();
  try {
    for (let because: string | undefined; !signal.aborted; ) {
      // What ended it may be mended by now.
      if (worker.hasEnded) worker = start();
      const began = world.clock.now().getTime();
      const run = new AbortController();
      const stop = (): void => run.abort();
      signal.addEventListener('abort', stop, { once: true });
      const changed = changes.next();
      sayWhenSlow(context, run.signal);
      const looking = look(worker, run.signal);
      const result = await Promise.race([looking.catch(() => undefined), changed.then(() => undefined)]);
      if (result !== undefined) {
        changes.follow(result.looked, began);
        await show(context, result.told, { because, milliseconds: world.clock.now().getTime() - began });
      }
      // What is still being looked at is of yesterday.
      run.abort();
      await worker.end();
      // When it failed by itself, that is told.
      if (result === undefined && !signal.aborted) await looking.catch(unlessInterrupted);
      signal.removeEventListener('abort', stop);
      if (!signal.aborted) worker = start();
      because = await changed;
    }
  } finally {
    changes.close();
    await worker.end();
  }
  throw new Failure('interrupted', 'nothing is watched any more', { exit: exitCodes.interrupted });
}

/** Whether what is seen can be told again and again. */
export function isWatchable({ output }: Context): boolean {
  return output === 'text' || output === 'json';
}

/** What cannot be watched, or not be told in that form. */
export function unwatchable(): Failure {
  return new Failure('check-unwatchable', 'only environments are watched, and told as text or as JSON', {
    help: 'leave out `--watch`',
    exit: exitCodes.input,
  });
}

function unlessInterrupted(thrown: unknown): void {
  if (!(thrown instanceof Failure && thrown.exit === exitCodes.interrupted)) throw thrown;
}

/** Milliseconds after which it is said that something takes long. */
const patience = 10_000;

function sayWhenSlow({ world, say }: Context, signal: AbortSignal): void {
  void world.clock.sleep(patience, signal).then(() => {
    if (!signal.aborted) say(formatSlow(patience));
  });
}

/** Asks a worker once. Undefined when it ended before it had an answer. */
export function askOnce<T extends { readonly looked: readonly string[] }>(worker: Worker): Promise<T | undefined> {
  return worker.ask('go', (line) => {
    const read = objectOn(line);
    return Array.isArray(read?.['looked']) ? (read as unknown as T) : undefined;
  });
}

/** What is told where the process that compiles ended without an answer. */
export const compilerDied: Diagnostic = {
  code: 'compiler-died',
  severity: 'error',
  message: 'the process that compiles ended before it had a result',
  at: {},
  help: 'look at what it said: a module may have ended it, or memory may have run out',
};

async function show(
  context: Context,
  told: Told,
  { because, milliseconds }: { readonly because: string | undefined; readonly milliseconds: number },
): Promise<void> {
  if (context.output === 'json') return context.out(JSON.stringify(told.result));
  const watching = formatWatching({ at: context.world.clock.now(), because, milliseconds }, context.paint.say);
  await tell(context, { ...told, lines: [...told.lines, watching] });
}
