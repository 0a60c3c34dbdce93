import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The files of this repository that a project of a user has too. */
const parts = ['charts', 'environments', 'package.json', 'build'];

/** A copy of the sample with a history of its own, and a bare repository that it pushes to. */
export interface Project {
  readonly folder: string;
  /** The bare repository: what a forge would be. */
  readonly remote: string;
  git(...args: readonly string[]): string;
  read(path: string): string;
  /** Replaces text of a file, which must be there. */
  edit(path: string, replacement: { readonly from: string; readonly to: string }): void;
  /** Commits all edits, or undoes them. */
  commit(message: string): void;
  undo(): void;
}

/** Makes a project from the sample below `folder`, with one commit, pushed. */
export function makeProject(folder: string): Project {
  const root = resolve(import.meta.dirname, '..', '..');
  const project = join(folder, 'shop');
  const remote = join(folder, 'shop.git');
  mkdirSync(project, { recursive: true });
  for (const part of parts) cpSync(join(root, part), join(project, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  writeFileSync(join(project, '.gitignore'), 'build/\ndist/\nnode_modules\n');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com', ...args], {
      cwd: project,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Demo');
  git('config', 'user.email', 'demo@example.com');
  git('init', '--quiet', '--bare', remote);
  git('remote', 'add', 'origin', remote);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin the shop');
  git('push', '--quiet', 'origin', 'main');
  const edit = (path: string, { from, to }: { readonly from: string; readonly to: string }): void => {
    const file = join(project, path);
    const text = readFileSync(file, 'utf8');
    if (!text.includes(from)) throw new Error(`${path} does not hold \`${from}\``);
    writeFileSync(file, text.replace(from, to));
  };
  const read = (path: string): string => readFileSync(join(project, path), 'utf8');
  return {
    folder: project,
    remote,
    git,
    read,
    edit,
    commit: (message) => void git('commit', '--quiet', '--all', '--message', message),
    undo: () => void git('checkout', '--quiet', '--', '.'),
  };
}
