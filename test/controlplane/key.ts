import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildFlags, buildVariables, type ProgramSet } from './programs.ts';

/** The folder of a Go module, and what it says. */
export interface GoModule {
  readonly name: string;
  readonly mod: string;
  readonly sum: string;
}

/** Environment variables, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the Go modules that a set is made from. */
export function readModules({ home, recipes, files }: ProgramSet): readonly GoModule[] {
  const names = [...new Set([...Object.values(recipes), ...files].map(({ module }) => module))].sort();
  return names.map((name) => ({
    name,
    mod: readFileSync(join(home, name, 'go.mod'), 'utf8'),
    sum: readFileSync(join(home, name, 'go.sum'), 'utf8'),
  }));
}

/** A hash of everything that the programs are made from, but for the Go that makes them: 16 hex digits. */
export function sourcesKey({ recipes, files }: ProgramSet, modules: readonly GoModule[]): string {
  const stageFiles = files.flatMap(({ paths }) => paths);
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ modules, recipes, buildFlags, buildVariables, stageFiles, platform: process.platform, arch: process.arch }));
  return hash.digest('hex').slice(0, 16);
}

/** The name of the folder of what one Go builds from sources with this key: `1f0c…-go1.26.8`. */
export function buildKey(sources: string, go: string): string {
  return `${sources}-${go.replaceAll(/[^\w.]+/g, '-')}`;
}

/** The folder of one thing that is cached: in `LOCKSTEP_CACHE`, or in `lockstep` where XDG's Base Directory Specification says. */
export function cacheFolder(env: Variables, name = 'controlplane'): string {
  const root = env['LOCKSTEP_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lockstep');
  return resolve(root, name);
}
