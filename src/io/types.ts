import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { exitCodes, Failure } from '../model/failure.ts';
import type { TypeChecker } from '../ports.ts';
import { endGroup } from './group.ts';
import { type TypeScript, typescriptIn } from './typescript.ts';

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
  const { folder, node } = options;
  return {
    async check(signal) {
      if (!existsSync(join(folder, config))) return { ok: false, missing: config };
      const typescript = typescriptIn(folder, node);
      if (typescript === undefined) return { ok: false, missing: 'typescript' };
      return { ok: true, text: await run(typescript, options, signal) };
    },
  };
}

async function run(typescript: TypeScript, { folder, memory, env }: TypeCheckerOptions, signal: AbortSignal): Promise<string> {
  if (signal.aborted) throw interrupted();
  const args = [...typescript.args, '--project', config, '--noEmit', '--pretty', 'false', ...remember(memory, folder)];
  const child = spawn(typescript.command, args, {
    cwd: folder,
    env: { ...typescript.env, ...env },
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

/**
 * The options with which TypeScript keeps in `memory` what it found. It does not look again at a file that is as it was when only the
 * packages are others that it imports from: what was found with those before is forgotten. Where nothing can be kept, nothing is.
 */
function remember(memory: string, folder: string): readonly string[] {
  try {
    mkdirSync(dirname(memory), { recursive: true, mode: 0o700 });
    const kept = statSync(memory, { throwIfNoEntry: false })?.mtimeMs;
    if (kept !== undefined && installedAt(folder) >= kept) rmSync(memory);
    return ['--incremental', '--tsBuildInfoFile', memory];
  } catch {
    return [];
  }
}

/** When a package manager last changed what is installed for the project, in milliseconds since 1970; 0 when none tells. */
function installedAt(folder: string): number {
  const homes = createRequire(join(folder, 'package.json')).resolve.paths('typescript') ?? [];
  const notes = homes.flatMap((home) => ['.package-lock.json', '.modules.yaml', '.yarn-state.yml'].map((name) => join(home, name)));
  return Math.max(0, ...notes.map((note) => statSync(note, { throwIfNoEntry: false })?.mtimeMs ?? 0));
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
