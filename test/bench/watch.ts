import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, NoFigure, percentile, type Subject, timed, told } from './measure.ts';
import { writeBenchProject } from './synth.ts';

/** How many saves are measured. */
const saves = 7;

/** Milliseconds between a result and the next save: a person reads it, and types. */
const thinking = 5_000;

/** What TypeScript looks at: as a user would have it. */
const config = {
  compilerOptions: { target: 'es2023', module: 'nodenext', types: ['node'], strict: true, skipLibCheck: true, noEmit: true },
  include: ['environments', 'charts'],
};

/** What is measured, and with how many applications. */
export interface WatchBench {
  readonly folder: string;
  readonly apps: number;
  readonly say: Subject['say'];
}

/** Watches a project of `apps` applications and saves a line of it again and again: the median of the time until all is told. */
export async function measureWatch(command: 'check' | 'synth', { folder, apps, say }: WatchBench): Promise<readonly Figure[]> {
  const project = writeBenchProject(join(folder, `watch-${command}`), apps);
  writeFileSync(join(project.folder, 'tsconfig.json'), JSON.stringify(config));
  const program = resolve(import.meta.dirname, '..', '..', 'build', 'main.js');
  const child = spawn(process.execPath, [program, command, '--watch', '--output', 'json'], {
    cwd: project.folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const next = resultsOf(child);
    await next();
    const seconds: number[] = [];
    for (let save = 0; save < saves; save++) {
      await sleep(thinking);
      project.setLevel(`level-${save}`);
      seconds.push(await timed(next));
    }
    return [told({ who: 'lockstep', what: `${command} --watch, save to result`, seconds: percentile(seconds, 0.5) }, say)];
  } finally {
    child.kill('SIGINT');
  }
}

/** Waits for each result in turn: a line of JSON, that has to tell of no error. */
function resultsOf(child: ChildProcess): () => Promise<void> {
  if (child.stdout === null) throw new NoFigure('failed', 'the watch has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value: line } = await lines.next();
    const { exit } = JSON.parse(line ?? '{}') as { readonly exit?: number };
    if (exit !== 0) throw new NoFigure('failed', line ?? 'the watch ended');
  };
}
