import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { parse } from 'yaml';
import type { Manifest } from '../../src/model/manifest.ts';

/** The sample's rendered branch. */
export const branch = 'environments/dev';

/** A file of a branch. */
export interface BranchFile {
  readonly path: string;
  /** As git has it: 100644 is a plain file. */
  readonly mode: string;
  readonly text: string;
}

/** The files of a branch, or of a commit, as whoever reads git gets them. */
export function filesOf(repository: string, revision = branch): readonly BranchFile[] {
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });
  return git('ls-tree', '-r', '-z', '--full-tree', revision)
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [about = '', path = ''] = line.split('\t');
      return { path, mode: about.split(' ')[0] ?? '', text: git('cat-file', 'blob', `${revision}:${path}`) };
    });
}

/** The objects in the YAML of a branch, read by another parser than ours. */
export function objectsOf(files: readonly BranchFile[]): readonly Manifest[] {
  return files.filter(({ path }) => path.endsWith('.yaml')).map(({ text }) => parse(text) as Manifest);
}

/** Makes a folder hold the files of a branch, and nothing else: what a source is to Flux. */
export function unpack(repository: string, folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['-C', repository, 'archive', '--format=tar', branch], { maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return folder;
}
