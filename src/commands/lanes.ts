import type { Command } from '../cli/context.ts';
import { exitCodes } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import { type Looked, together } from '../model/looked.ts';
import type { Worker, World } from '../ports.ts';
import { type CompiledAnew, openCompiler } from './anew.ts';
import { objectOn } from './answers.ts';
import { loadModules, nothing, type StaleEnvironment } from './outline.ts';
import type { OnProgress } from './progress.ts';
import { type FoundEnvironment, followSource } from './sources.ts';

/** What a process that compiles for another one is asked, as JSON on a line. */
export interface Question {
  /** The module, relative to the project, and the name of one of its environments. */
  readonly file: string;
  readonly name: string;
  /** The commit that the module is of; without one, that of the work tree. */
  readonly commit?: string | undefined;
  /** The time that is now, as RFC 3339. */
  readonly now: string;
}

type Ground = Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'processors' | 'renderer' | 'results' | 'worker'>;

/** What is to be compiled. */
interface Work {
  readonly stale: readonly StaleEnvironment[];
  readonly now: Date;
  readonly onProgress: OnProgress;
}

/** About how many milliseconds a process takes until it can compile, while it takes a processor for itself. */
const timeToStart = 1_500;

/** Processes that are started at most: each takes some 150 MB. */
const mostWorkers = 7;

/**
 * Compiles environments: in this process, and in others beside it once there is so much left to do that they are worth their start.
 * The result is in the order of `stale`, whoever compiled what.
 */
export async function compileAll(world: Ground, { stale, now, onProgress }: Work): Promise<readonly CompiledAnew[]> {
  if (stale.length === 0) return [];
  const waiting = stale.map((one, place) => ({ ...one, place }));
  const done: CompiledAnew[] = [];
  const workers: Worker[] = [];
  const lanes: Promise<void>[] = [];

  const take = (place: number, compiled: CompiledAnew): void => {
    done[place] = compiled;
    onProgress(Object.keys(done).length, stale.length);
  };
  const compileThere = async (worker: Worker): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const compiled = await askWorker(worker, questionOf(next, now));
      if (compiled === undefined) {
        // Whatever ended it is told where it happens again.
        waiting.unshift(next);
        return;
      }
      take(next.place, compiled);
    }
  };
  const startWorkers = (milliseconds: number): void => {
    const worth = Math.floor((waiting.length * milliseconds) / timeToStart);
    for (let count = workers.length; count < Math.min(world.processors - 1, mostWorkers, worth); count++) {
      const worker = world.worker(['synth', '--worker']);
      workers.push(worker);
      lanes.push(compileThere(worker));
    }
  };
  const compile = await openCompiler({ ...world, clock: { ...world.clock, now: () => now } });
  const compileHere = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const began = world.clock.now().getTime();
      take(next.place, await compile(next, next.looked));
      startWorkers(world.clock.now().getTime() - began);
    }
  };
  try {
    await compileHere();
    await Promise.all(lanes);
    await compileHere();
    return done;
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

function questionOf({ file, environment: { name }, commit }: StaleEnvironment, now: Date): Question {
  return { file, name, commit, now: now.toISOString() };
}

/** What a worker makes of a question; undefined when it ended instead. */
function askWorker(worker: Worker, question: Question): Promise<CompiledAnew | undefined> {
  return worker.ask(JSON.stringify(question), (line) => {
    const compiled = line.startsWith('{"compiled":') ? objectOn(line)?.['compiled'] : undefined;
    const isMeant = isObject(compiled) && compiled['name'] === question.name && compiled['file'] === question.file;
    return isMeant ? (compiled as unknown as CompiledAnew) : undefined;
  });
}

/** Compiles what another process asks for, as long as it asks, and ends at once where something is amiss. */
export const answerQuestions: Command<object> = async ({ world, out }) => {
  const find = finder(world);
  let now = new Date(0);
  const compile = await openCompiler({ ...world, clock: { ...world.clock, now: () => now } });
  return world.modules.running(async () => {
    for await (const line of world.questions()) {
      const question = JSON.parse(line) as Question;
      now = new Date(question.now);
      const { found, looked } = await find(question);
      if (found === undefined) return exitCodes.input;
      out(JSON.stringify({ compiled: await compile(found, looked) }));
    }
    return exitCodes.done;
  });
};

/** Finds what questions are about: an environment, with what was looked at when its module was loaded. A module is read once. */
function finder(world: Pick<World, 'commits' | 'files' | 'modules' | 'results'>) {
  let loaded = nothing;
  const sources = new Map<string, Looked>();
  return async ({ file, name, commit }: Question): Promise<{ readonly found: FoundEnvironment | undefined; readonly looked?: Looked }> => {
    if (commit === undefined) {
      if (!loaded.looked.has(file)) loaded = await loadModules(world, [file], loaded);
      const found = loaded.environments.find((one) => one.file === file && one.environment.name === name);
      const looked = loaded.looked.get(file);
      return looked === undefined || found === undefined
        ? { found: undefined }
        : { found: { ...found, modules: world.modules, commit, absent: [] }, looked };
    }
    const { value, looked: now } = await followSource(world, commit, [name]);
    const looked = together([sources.get(commit), now]);
    sources.set(commit, looked);
    return { found: value.find((one) => one.file === file), looked };
  };
}
