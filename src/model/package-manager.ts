/** The locks of package managers, in the order in which they are looked for. */
export const packageLocks = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'] as const;

/** One of `packageLocks`. */
export type PackageLock = (typeof packageLocks)[number];

/** The package managers whose locks are known. Yarn 1 is another one than those that came after it. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'yarn-1' | 'bun';

/** Which package manager a lock is of. */
export function managerOfLock(lock: PackageLock, text: string): PackageManager {
  switch (lock) {
    case 'pnpm-lock.yaml':
      return 'pnpm';
    case 'bun.lock':
    case 'bun.lockb':
      return 'bun';
    case 'yarn.lock':
      // The one that came after version 1 says so in its lock.
      return /^__metadata:/m.test(text) ? 'yarn' : 'yarn-1';
    default:
      return 'npm';
  }
}

/**
 * How packages are installed by a lock: exactly as it says, without running what is in them. Nothing of the project is run for it: no scripts,
 * no hooks of pnpm, and no program that an `.npmrc` names in the place of git.
 */
export const installing: Readonly<Record<PackageManager, readonly [command: string, ...args: readonly string[]]>> = {
  npm: ['npm', 'ci', '--ignore-scripts', '--git=git', '--include=dev', '--no-audit', '--no-fund'],
  pnpm: ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts', '--ignore-pnpmfile', '--prod=false'],
  yarn: ['yarn', 'install', '--immutable', '--mode=skip-build'],
  'yarn-1': ['yarn', 'install', '--frozen-lockfile', '--ignore-scripts', '--production=false'],
  bun: ['bun', 'install', '--frozen-lockfile', '--ignore-scripts'],
};
