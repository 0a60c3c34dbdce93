import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { exitCodes, Failure } from '../model/failure.ts';
import { isObject, stringAt } from '../model/json.ts';
import type { TypeChecker } from '../ports.ts';
import { endGroup } from './group.ts';

/** Which project is checked, and what TypeScript runs in. */
export interface TypeCheckerOptions {
  /** The project's folder, absolute. */
  readonly folder: string;
  /** The file in which TypeScript keeps what it found, so that the next time it looks only at what changed. */
  readonly memory: string;
  /** The path of the node program. */
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const config = 'tsconfig.json';

/** The TypeScript that is installed in the project, whichever version it is, asked with the project's own `tsconfig.json`. */
export function openTypeChecker(options: TypeCheckerOptions): TypeChecker {
  const { folder } = options;
  return {
    async check(signal) {
      if (!existsSync(join(folder, config))) return { ok: false, missing: config };
      const program = programIn(folder);
      if (program === undefined) return { ok: false, missing: 'typescript' };
      return { ok: true, text: await run(program, options, signal) };
    },
  };
}

/** The path of `tsc` in the package that modules of the project would import. */
function programIn(folder: string): string | undefined {
  try {
    const manifest = createRequire(join(folder, 'package.json')).resolve('typescript/package.json');
    const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
    const program = isObject(content) ? stringAt(content, 'bin', 'tsc') : undefined;
    return program === undefined ? undefined : join(dirname(manifest), program);
  } catch {
    return undefined;
  }
}

async function run(program: string, { folder, memory, node, env }: TypeCheckerOptions, signal: AbortSignal): Promise<string> {
  if (signal.aborted) throw interrupted();
  mkdirSync(dirname(memory), { recursive: true, mode: 0o700 });
  const kept = ['--incremental', '--tsBuildInfoFile', memory];
  const child = spawn(node, [program, '--project', config, '--noEmit', '--pretty', 'false', ...kept], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // The program that npm installs may only start another one.
    detached: true,
    windowsHide: true,
  });
  const end = (): void => endGroup(child);
  signal.addEventListener('abort', end, { once: true });
  try {
    const [exit, text, complaint] = await Promise.all([ending(child), textOf(child.stdout), textOf(child.stderr)]);
    if (signal.aborted) throw interrupted();
    if (exit === 0 || /error TS\d+:/.test(text)) return text;
    const reason = `${text}${complaint}`.trim() || (exit === undefined ? 'something ended it' : `exit code ${exit}`);
    throw new Failure('types-failed', `the types of the project cannot be checked: ${reason}`, { help: 'try `npx tsc --noEmit`' });
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** The exit code of a process; undefined when a signal ended it, or when it could not be started. */
function ending(child: ChildProcessByStdio<null, Readable, Readable>): Promise<number | undefined> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code ?? undefined));
  });
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function interrupted(): Failure {
  return new Failure('interrupted', 'the types were not checked to the end', { exit: exitCodes.interrupted });
}
