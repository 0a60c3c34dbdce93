import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InclusionProblem, Printed, Rendering, RenderOutcome, RenderRequest } from '../../model/inclusion.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { Renderer } from '../../ports/supply.ts';
import { aside } from '../aside.ts';
import type { Host } from '../footprint.ts';
import { readChartArchive } from './archive.ts';
import { argsOf, environmentIn, inputOf } from './command.ts';
import { readChartFolder } from './folder.ts';
import { type RenderInput, Unreadable } from './input.ts';
import { readKustomization } from './kustomization.ts';
import { keep, recall } from './memory.ts';
import { type Bounds, run } from './run.ts';
import { findTool, pathOfTool, platform, sha256OfFile } from './tools.ts';
import { dependsOnTime, usesIn } from './uses.ts';

/** Where programs are run, and what they may see. */
export interface RendererOptions {
  /** The project's folder. */
  readonly folder: string;
  /** The folder that results are kept in. */
  readonly cache: string;
  /** What makes other results of the same: the running program. */
  readonly ground: string;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** What a program may take; a minute and 64 MiB unless told. */
  readonly bounds?: Bounds;
}

/** Renders by the programs that are installed. */
export function openRenderer(options: RendererOptions): Renderer {
  const { folder, host, signal } = options;
  const running = new Map<string, Promise<RenderOutcome>>();
  const places = limiter(availableParallelism());
  return {
    find: (tool) => findTool(tool, { env: host.env, folder, signal }),
    async render(request, read) {
      try {
        const input = readInput(request, folder);
        const key = keyOf(request, input.digest, options.ground);
        // What comes of it depends on the key alone, whatever is done for it: on the files that were read, and on the lock.
        const known = running.get(key) ?? aside(() => rendered({ request, input, key, read }, { ...options, places }));
        running.set(key, known);
        return await known.finally(() => running.delete(key));
      } catch (thrown) {
        if (thrown instanceof Unreadable) return refused(thrown.problem);
        throw thrown;
      }
    },
  };
}

function readInput(request: RenderRequest, folder: string): RenderInput {
  if (request.tool === 'kustomize') return readKustomization(folder, request.folder);
  const { chart } = request;
  return 'folder' in chart ? readChartFolder(folder, chart.folder) : readChartArchive(folder, chart.archive, chart.sha256);
}

/** What tells a result from all others. Where a chart lies is no matter. */
function keyOf(request: RenderRequest, content: string, ground: string): string {
  const { pin, ...rest } = request;
  const asked = rest.tool === 'helm' ? { ...rest, chart: '' } : { tool: rest.tool };
  return sha256Of(JSON.stringify([ground, content, pin.sha256[platform] ?? '', asked]));
}

interface Job {
  readonly request: RenderRequest;
  readonly input: RenderInput;
  readonly key: string;
  readonly read: (printed: Printed) => Rendering;
}

type Ground = RendererOptions & { readonly places: Limiter };

async function rendered({ request, input, key, read }: Job, ground: Ground): Promise<RenderOutcome> {
  const kept = recall(ground.cache, key);
  if (kept !== undefined) return { ok: true, rendering: kept };
  const program = await programFor(request, ground);
  if (typeof program !== 'string') return refused(program);
  const home = mkdtempSync(join(tmpdir(), 'lockstep-include-'));
  try {
    const printed = await printTwice(request, input, { ...ground, program, home });
    if ('code' in printed) return refused(printed);
    const rendering = read(printed);
    // Who changes a chart while it is rendered gets what the program read, and nobody else gets it.
    if (readInput(request, ground.folder).digest === input.digest) keep(ground.cache, key, rendering);
    return { ok: true, rendering };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The program that the lock names, or what is wrong with the one that is there. */
async function programFor({ tool, pin }: RenderRequest, { host, folder }: Ground): Promise<string | InclusionProblem> {
  const path = pathOfTool(tool, host.env, folder);
  const wrong = (code: InclusionProblem['code'], message: string, help: string): InclusionProblem => ({
    code,
    severity: 'error',
    message,
    help,
  });
  if (path === undefined) {
    const message = `\`${tool}\` is needed and not in \`PATH\`: the lock names ${pin.version}`;
    return wrong('tool-missing', message, `install that version, or say by \`LOCKSTEP_${tool.toUpperCase()}\` where it is`);
  }
  const expected = pin.sha256[platform];
  const help = 'install that version, or take the one that is there: `lockstep pin --tools`';
  if (expected === undefined) {
    const message = `the lock has no sha256 of \`${tool}\` ${pin.version} for ${platform}`;
    return wrong('tool-differs', message, 'install that version, and let `lockstep pin --tools` add it');
  }
  const found = await sha256OfFile(path);
  if (found === expected) return path;
  const message = `\`${path}\` is not the \`${tool}\` ${pin.version} of the lock: its sha256 is ${found.slice(0, 12)}…, and ${expected.slice(0, 12)}… is expected`;
  return wrong('tool-differs', message, help);
}

/** Runs a program twice, at once where that makes no difference. */
async function printTwice(
  request: RenderRequest,
  input: RenderInput,
  ground: Ground & { readonly program: string; readonly home: string },
): Promise<Printed | InclusionProblem> {
  const uses = usesIn(input.templates(), request.tool === 'helm' ? request.values : {});
  const once = (): Promise<string | InclusionProblem> => ground.places(() => print(request, input, ground));
  const started = once();
  if (dependsOnTime(uses)) {
    await started;
    // The next full second, by the clock that templates see.
    await sleep(1000 - (Date.now() % 1000) + 5, undefined, { signal: ground.signal }).catch(() => {});
  }
  const [first, second] = await Promise.all([started, once()]);
  if (typeof first !== 'string') return first;
  return typeof second === 'string' ? { first, second, uses } : second;
}

async function print(
  request: RenderRequest,
  { path }: RenderInput,
  { program, home, folder, signal, bounds }: Ground & { readonly program: string; readonly home: string },
): Promise<string | InclusionProblem> {
  const input = inputOf(request);
  const ran = await run(program, argsOf(request, path), {
    cwd: home,
    env: environmentIn(home),
    input,
    signal,
    ...(bounds === undefined ? {} : { bounds }),
  });
  if (ran.type === 'done') return ran.text;
  const { tool } = request;
  if (ran.type === 'endless') return { code: 'render-endless', severity: 'error', message: `\`${tool}\` ${ran.why}` };
  const words = ran.words
    .replaceAll(`${folder}/`, '')
    .replace(/^Error: /, '')
    .replace(/\n+Use --debug flag[^\n]*$/, '')
    .trim();
  const lacking = /missing in charts\/ directory: (.*)/.exec(words)?.[1];
  if (request.tool === 'helm' && lacking !== undefined) {
    const where = 'folder' in request.chart ? request.chart.folder : request.chart.archive;
    const help = `run \`helm dependency build ${where}\`, and commit what it fetches`;
    return { code: 'chart-incomplete', severity: 'error', message: `\`${where}\` lacks charts that it depends on: ${lacking}`, help };
  }
  return { code: 'render-failed', severity: 'error', message: `\`${tool}\` cannot render this: ${words.slice(0, 2000)}` };
}

function refused(problem: InclusionProblem): RenderOutcome {
  return { ok: false, problems: [problem] };
}

type Limiter = <T>(act: () => Promise<T>) => Promise<T>;

/** Lets so many acts be at once; the others wait for their turn. */
function limiter(atOnce: number): Limiter {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (act) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
