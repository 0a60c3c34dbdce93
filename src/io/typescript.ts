import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { isObject, stringAt } from '../model/json.ts';

/** How the `tsc` of a project is started. */
export interface TypeScript {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that it gets where nobody has set them. */
  readonly env: Readonly<Record<string, string>>;
}

/** Since TypeScript 7, `tsc` is a program by itself, and a script that starts it. */
const firstNative = 7;

/**
 * One checker in place of four: each would find out anew what the types of the packages are, which is most of the work where there are
 * a thousand times as many lines in packages as in the project.
 */
const oneChecker = ['--checkers', '1'];

/** The program is written in Go. It lives for a second: that it collects its garbage early costs a quarter of that. */
const lateCollection = { GOGC: '400', GOMEMLIMIT: '1GiB' };

/** The `tsc` of the package `typescript` that modules of the project in `folder` would import; undefined when there is none. */
export function typescriptIn(folder: string, node: string): TypeScript | undefined {
  try {
    const manifest = createRequire(join(folder, 'package.json')).resolve('typescript/package.json');
    const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
    const path = isObject(content) ? stringAt(content, 'bin', 'tsc') : undefined;
    if (path === undefined || !isObject(content)) return undefined;
    const script = join(dirname(manifest), path);
    const isNative = Number.parseInt(stringAt(content, 'version') ?? '', 10) >= firstNative;
    if (!isNative) return { command: node, args: [script], env: {} };
    const program = programBeside(manifest);
    const start = program === undefined ? { command: node, args: [script] } : { command: program, args: [] };
    return { command: start.command, args: [...start.args, ...oneChecker], env: lateCollection };
  } catch {
    return undefined;
  }
}

/** The program for this machine, in the package that comes with TypeScript for it; undefined when it is elsewhere: the script knows. */
function programBeside(manifest: string): string | undefined {
  try {
    const own = createRequire(manifest).resolve(`@typescript/typescript-${platform()}-${arch()}/package.json`);
    const program = join(dirname(own), 'lib', platform() === 'win32' ? 'tsc.exe' : 'tsc');
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}
