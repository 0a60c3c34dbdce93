import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes, Failure } from '../model/failure.ts';
import { isObject } from '../model/json.ts';
import type { RenderedFile } from '../model/rendered.ts';
import { openFiles } from './files.ts';
import { type CheckoutOptions, cloneAt } from './git/checkout.ts';
import { self } from './homes.ts';
import { type ProjectTree, packageFoldersOf } from './packages.ts';
import { whyItFails } from './to-its-end.ts';

/** A version of this program that a project has among its packages. */
interface Installed {
  readonly version: string;
  /** The module that is the program, absolute. */
  readonly program: string;
}

/** The version of this program that a tree has installed: in the project, or in a folder above it. Undefined when there is none. */
export function installedIn({ top, prefix }: ProjectTree): Installed | undefined {
  for (let folder = join(top, prefix); ; folder = dirname(folder)) {
    const found = readPackage(join(folder, 'node_modules', self));
    if (found !== undefined || folder === top || folder === dirname(folder)) return found;
  }
}

function readPackage(folder: string): Installed | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!isObject(manifest)) return undefined;
    const { version, bin } = manifest;
    const program = isObject(bin) ? bin[self] : bin;
    return typeof version === 'string' && typeof program === 'string' ? { version, program: join(folder, program) } : undefined;
  } catch {
    return undefined;
  }
}

/** What is rendered, and by what. */
interface Rendering {
  readonly commit: string;
  readonly environment: string;
  readonly installed: Installed;
  /** A tree of the commit, with its packages. */
  readonly tree: ProjectTree;
}

/** The project's own repository, and the path of the node program. */
type EarlierOptions = CheckoutOptions & { readonly node: string };

/** As long a rendering may take, in milliseconds. */
const timeLimit = 600_000;

/**
 * Renders an environment of a commit by the version of this program that its packages have, in a clone of the repository of its own: that
 * version may look for the source that a lock names. Throws the `Failure` `verify-version`.
 */
export async function renderElsewhere(
  options: EarlierOptions,
  { commit, environment, installed, tree }: Rendering,
): Promise<readonly RenderedFile[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'lockstep-verify-'));
  try {
    const top = join(scratch, 'tree');
    await cloneAt(options, commit, top);
    for (const folder of packageFoldersOf(tree)) {
      const [packages, place] = [join(tree.top, folder, 'node_modules'), join(top, folder, 'node_modules')];
      if (existsSync(packages) && existsSync(dirname(place)) && !existsSync(place)) symlinkSync(packages, place, 'junction');
    }
    const out = join(scratch, 'out');
    await run(installed, ['synth', '--out', out, '--', environment], { ...options, folder: join(top, tree.prefix) });
    const files = openFiles(join(out, environment));
    const paths = await files.list('.');
    return await Promise.all(paths.map(async (path) => ({ path, text: (await files.read(path)) ?? '' })));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function run({ program, version }: Installed, args: readonly string[], { node, folder, env, signal }: EarlierOptions): Promise<void> {
  const reason = await whyItFails(node, [program, ...args], { folder, env, signal, timeLimit });
  if (signal.aborted) throw new Failure('interrupted', `lockstep/${version} was interrupted`, { exit: exitCodes.interrupted });
  if (reason === undefined) return;
  throw new Failure('verify-version', `lockstep/${version}, which rendered it, does not render it now: ${reason}`);
}
