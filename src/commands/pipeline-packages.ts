import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { parseJson, stringAt } from '../model/json.ts';
import { managerOfLock, type PackageLock, type PackageManager, packageLocks } from '../model/package-manager.ts';
import type { ProjectPackages } from '../pipeline/project.ts';
import type { Files } from '../ports.ts';

type Reading = Pick<Files, 'read'>;

/** How many folders a folder is below the root. */
export function depthOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}

/** The way from a folder of the repository to its root, with a slash at its end, unless it is that. */
export function pathToRoot(folder: string): string {
  return '../'.repeat(depthOf(folder));
}

/** The first of some files that is in the project's folder, or in the nearest one above: from the root of the repository. */
export async function findAbove(files: Reading, folder: string, names: readonly string[]): Promise<string | undefined> {
  const steps = folder.split('/').filter((step) => step !== '');
  for (let depth = steps.length; depth >= 0; depth--) {
    const place = steps
      .slice(0, depth)
      .map((step) => `${step}/`)
      .join('');
    for (const name of names) if ((await files.read(`${pathToRoot(folder)}${place}${name}`)) !== undefined) return `${place}${name}`;
  }
  return undefined;
}

/** How the project gets its packages: by its lock, or that of the workspace that it is in. */
export async function readPackages(files: Reading, folder: string): Promise<Checked<ProjectPackages>> {
  const path = await findAbove(files, folder, packageLocks);
  if (path === undefined)
    return { value: { manager: 'npm', version: undefined, lock: 'package-lock.json', folder }, diagnostics: [unlocked] };
  const place = path.replace(/[^/]+$/, '');
  const lock = path.slice(place.length) as PackageLock;
  const textOf = async (name: string): Promise<string> => (await files.read(`${pathToRoot(folder)}${place}${name}`)) ?? '';
  const manager = managerOfLock(lock, await textOf(lock));
  const wanted = wantedIn(await textOf('package.json'));
  const value = { manager, version: manager === 'npm' ? undefined : (wanted?.version ?? ''), lock, folder: place.replace(/\/$/, '') };
  const isPlugged = manager === 'yarn' && !/^nodeLinker:\s*["']?(?:node-modules|pnpm)\b/m.test(await textOf('.yarnrc.yml'));
  return { value, diagnostics: [...judge(path, manager, wanted), ...(isPlugged ? [plugged(`${place}.yarnrc.yml`)] : [])] };
}

/** What a `package.json` says that installs its packages: `pnpm@10.1.0+sha512.…`. */
interface Wanted {
  readonly text: string;
  readonly manager: PackageManager | undefined;
  /** Undefined where it is no whole one. */
  readonly version: string | undefined;
}

function wantedIn(text: string): Wanted | undefined {
  // What is wrong with it is told by whoever loads the project.
  const named = stringAt(parseJson(text), 'packageManager');
  if (named === undefined) return undefined;
  const [, name, version] = /^(npm|pnpm|yarn|bun)@(\d+\.\d+\.\d+(?:-[\w.-]+)?)(?:\+[\w.]+)?$/.exec(named) ?? [];
  const manager = name === 'yarn' && version?.startsWith('1.') ? 'yarn-1' : (name as PackageManager | undefined);
  return { text: named, manager, version };
}

function judge(lock: string, manager: PackageManager, wanted: Wanted | undefined): readonly Diagnostic[] {
  if (wanted === undefined) return manager === 'npm' ? [] : [unpinned(lock, manager)];
  if (wanted.manager === manager) return [];
  return [unfit(lock, manager, wanted.text)];
}

/** What people write for each. */
const examples: Readonly<Record<PackageManager, string>> = {
  npm: 'npm@11.6.2',
  pnpm: 'pnpm@10.18.3',
  yarn: 'yarn@4.10.3',
  'yarn-1': 'yarn@1.22.22',
  bun: 'bun@1.3.0',
};

const unlocked: Diagnostic = {
  code: 'pipeline-packages-unlocked',
  severity: 'warning',
  message: 'no lock says which packages the project has: jobs that install them will fail',
  at: {},
  help: `commit the lock of your package manager: ${packageLocks.map((name) => `\`${name}\``).join(', ')}`,
};

function unpinned(lock: string, manager: PackageManager): Diagnostic {
  return {
    code: 'pipeline-packages-unfit',
    severity: 'error',
    message: `\`${lock}\` is not of npm, and nothing says which version of its package manager a job shall bring`,
    at: { file: lock },
    help: `say it in the \`package.json\` beside it, such as \`"packageManager": "${examples[manager]}"\``,
  };
}

function unfit(lock: string, manager: PackageManager, wanted: string): Diagnostic {
  return {
    code: 'pipeline-packages-unfit',
    severity: 'error',
    message: `\`${lock}\` is no lock of \`${wanted}\`, which the \`package.json\` beside it names`,
    at: { file: lock },
    help: `name the whole version of the one that it is of, such as \`"packageManager": "${examples[manager]}"\`, or keep the lock of the other one alone`,
  };
}

function plugged(file: string): Diagnostic {
  return {
    code: 'pipeline-packages-unfit',
    severity: 'error',
    message: "Yarn's Plug'n'Play puts packages where neither Node.js nor Lockstep looks for them",
    at: { file },
    help: 'let it make folders: `nodeLinker: node-modules`',
  };
}
