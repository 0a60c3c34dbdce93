import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { openCommits } from '../../src/io/commits.ts';
import { openFiles } from '../../src/io/files.ts';
import { openRenderer } from '../../src/io/include/renderer.ts';
import { openModules } from '../../src/io/modules.ts';
import { openResults } from '../../src/io/results.ts';
import { openTypeChecker } from '../../src/io/types.ts';
import type { World } from '../../src/ports.ts';

/** A project in a temporary folder, in which `lockstep` and its packages are installed. It goes when the test ends. */
export interface Project {
  /** Absolute, without links. */
  readonly folder: string;
  /** The parts of the world that compiling needs, on this project. */
  readonly world: Pick<World, 'clock' | 'commits' | 'files' | 'modules' | 'processors' | 'renderer' | 'results' | 'types' | 'worker'>;
  write(files: Readonly<Record<string, string>>): void;
}

/** Makes a project of `files`: path to text. It is an ES module unless `files` has a package.json of its own. */
export function makeProject(t: TestContext, files: Readonly<Record<string, string>>): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-project-')));
  for (const path of [folder, cacheOf(folder)]) t.after(() => rmSync(path, { recursive: true, force: true }));
  const write = (texts: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  write({ 'package.json': '{ "name": "project", "type": "module" }\n', ...files });
  install(folder);
  return { folder, write, world: openProject(folder) };
}

/** The world of a project as a new process would see it: modules are loaded again. */
export function openProject(folder: string): Project['world'] {
  const results = openResults({ cache: cacheOf(folder), folder, program: { folder: 'src', runtime: 'test' }, host: process });
  const { signal } = new AbortController();
  const memory = join(cacheOf(folder), 'types.tsbuildinfo');
  const commits = openCommits({
    cache: join(cacheOf(folder), 'commits'),
    name: 'project',
    folder,
    build: resolve('build'),
    node: process.execPath,
    env: process.env,
    signal: new AbortController().signal,
  });
  return {
    clock: systemClock,
    commits: async () => commits,
    files: openFiles(folder),
    modules: openModules(folder, { note: results.note }).fresh(),
    types: openTypeChecker({ folder, memory, node: process.execPath, env: process.env }),
    results: async () => results,
    processors: 1,
    worker: () => {
      throw new Error('with one processor, none is worth its start');
    },
    renderer: async (of = folder) =>
      openRenderer({ folder: of, cache: join(cacheOf(folder), 'included'), ground: 'test', host: process, signal }),
  };
}

/** Where the results of a project are kept: not in it, since that would change it. */
function cacheOf(folder: string): string {
  return `${folder}-cache`;
}

/** Copies a folder of this repository into a project. */
export function copyInto(project: Project, from: string, to: string): void {
  cpSync(from, join(project.folder, to), { recursive: true });
}

/** Links what is installed here, and this package itself as `lockstep`. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync('node_modules').filter((entry) => !entry.startsWith('.'))) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'lockstep'));
}
