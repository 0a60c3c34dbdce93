import { formatCheck, formatSlow, formatWatching } from '../cli/check.ts';
import type { Command, Context } from '../cli/context.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import type { Worker } from '../ports.ts';
import type { CheckResult } from './check.ts';
import type { Compiled } from './check-worker.ts';
import { tell } from './tell.ts';
import { withTypes } from './types.ts';

/** Folders and files that matter whether a module was read from them or not. */
const roots = ['environments', 'charts', 'package.json', 'tsconfig.json'];

/**
 * Checks environments again whenever something changes that they are made from, until interrupted. Each time modules are loaded
 * afresh, by a process that has made itself ready and ends with its answer: whatever they do, they do it to that alone.
 */
export const watchProject: Command<{ readonly what: readonly string[] }> = async (context, { what }) => {
  const { world, signal } = context;
  const changes = world.changes(roots);
  const start = (): Worker => world.worker(['check', ...what, '--when-asked']);
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
      const judging = judge(context, worker, run.signal);
      const result = await Promise.race([judging.catch(() => undefined), changed.then(() => undefined)]);
      if (result !== undefined) {
        changes.follow(result.looked, began);
        await show(context, result.checked, { because, milliseconds: world.clock.now().getTime() - began });
      }
      // What is still being judged is of yesterday.
      run.abort();
      await worker.end();
      // When it failed by itself, that is told.
      if (result === undefined && !signal.aborted) await judging.catch(unlessInterrupted);
      signal.removeEventListener('abort', stop);
      if (!signal.aborted) worker = start();
      because = await changed;
    }
  } finally {
    changes.close();
    await worker.end();
  }
  throw new Failure('interrupted', 'nothing is watched any more', { exit: exitCodes.interrupted });
};

function unlessInterrupted(thrown: unknown): void {
  if (!(thrown instanceof Failure && thrown.exit === exitCodes.interrupted)) throw thrown;
}

/** What came of one look, and the files that it was made from. */
interface Judged {
  readonly checked: CheckResult;
  readonly looked: readonly string[];
}

/** Milliseconds after which it is said that something takes long. */
const patience = 10_000;

async function judge({ world, say }: Context, worker: Worker, signal: AbortSignal): Promise<Judged> {
  void world.clock.sleep(patience, signal).then(() => {
    if (!signal.aborted) say(formatSlow(patience));
  });
  const [answer, types] = await Promise.all([worker.ask('go', (line) => readCompiled(line) !== undefined), world.types.check(signal)]);
  const { environments, diagnostics, looked } = readCompiled(answer ?? '') ?? nothing;
  const found = withTypes(diagnostics, types);
  return { checked: { environments, diagnostics: found, exit: hasErrors(found) ? exitCodes.input : exitCodes.done }, looked };
}

/** What a process of this very program wrote; undefined where modules of the project have printed a line beside it. */
function readCompiled(line: string): Compiled | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return isObject(read) && Array.isArray(read['looked']) ? (read as unknown as Compiled) : undefined;
  } catch {
    return undefined;
  }
}

const died: Diagnostic = {
  code: 'compiler-died',
  severity: 'error',
  message: 'the process that compiles ended before it had a result',
  at: {},
  help: 'look at what it said: a module may have ended it, or memory may have run out',
};
const nothing: Compiled = { environments: [], diagnostics: [died], looked: [] };

async function show(
  context: Context,
  result: CheckResult,
  { because, milliseconds }: { readonly because: string | undefined; readonly milliseconds: number },
): Promise<void> {
  if (context.output === 'json') return context.out(JSON.stringify(result));
  const paint = context.paint.say;
  const lines = result.exit === exitCodes.done ? formatCheck(result.environments, paint) : [];
  const watching = formatWatching({ at: context.world.clock.now(), because, milliseconds }, paint);
  const environments = result.environments.map(({ name }) => name);
  await tell(context, { result, diagnostics: result.diagnostics, environments, lines: [...lines, watching] });
}
