import { fileURLToPath } from 'node:url';
import { readingInput } from '../model/looked.ts';

/** Whose code asks: that of this program may do what that of a project and of its packages may not. */
export interface Owners {
  /** The folders that the project's code may be in, absolute, without links. */
  readonly roots: readonly string[];
  /** That of the running program. */
  readonly program: string;
}

/** So many callers are looked at: of who asks itself, and of all that led to it. */
const depths = { direct: 8, all: 60 } as const;

/**
 * The stack, where the project's own code is in it: as the very one that asks, or (`isDirect` false) as one that calls what asks. Not
 * where it asks by `input`, which says what it depends on.
 */
export function ownStack({ roots, program }: Owners, isDirect: boolean): string | undefined {
  if ((globalThis as { [readingInput]?: boolean })[readingInput] === true) return undefined;
  const callers = callersOf(isDirect ? depths.direct : depths.all).filter((file) => !file.startsWith(`${program}/`));
  const isOwn = (file: string): boolean => !file.includes('/node_modules/') && roots.some((root) => file.startsWith(`${root}/`));
  if (!(isDirect ? callers.slice(0, 1) : callers).some(isOwn)) return undefined;
  // The loader starts a program of its own to read TypeScript.
  if (callers.some((file) => /\/node_modules\/(?:esbuild|tsx)\//.test(file))) return undefined;
  return withLimit(depths.all, () => new Error().stack);
}

/** The files of the code that calls `ownStack`, innermost first. Lines of source maps would take long, and packages ask for much. */
function callersOf(depth: number): readonly string[] {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  const holder: { readonly stack?: readonly NodeJS.CallSite[] } = {};
  const sites = withLimit(depth, () => {
    Error.captureStackTrace(holder, ownStack);
    return holder.stack ?? [];
  });
  Error.prepareStackTrace = prepare;
  return sites.flatMap((site) => pathOf(site.getFileName() ?? '') ?? []);
}

/** The paths of files by how stacks name them: a package may ask once for each object. */
const paths = new Map<string, string>();

function pathOf(file: string): string | undefined {
  if (file === '') return undefined;
  const known = paths.get(file);
  if (known !== undefined) return known;
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  paths.set(file, path);
  return path;
}

function withLimit<T>(limit: number, make: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = limit;
  const made = make();
  Error.stackTraceLimit = before;
  return made;
}
