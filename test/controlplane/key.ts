import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFlags, buildVariables, recipes, stageFiles } from './programs.ts';

/** The folder of a Go module, and what it says. */
export interface GoModule {
  readonly name: string;
  readonly mod: string;
  readonly sum: string;
}

/** Environment variables, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The folder that holds the Go module of this name. */
export function moduleFolder(name: string): string {
  return join(fileURLToPath(new URL('.', import.meta.url)), name);
}

/** Reads the Go modules that recipes name. */
export function readModules(): readonly GoModule[] {
  const names = [...new Set(Object.values(recipes).map(({ module }) => module))].sort();
  return names.map((name) => ({
    name,
    mod: readFileSync(join(moduleFolder(name), 'go.mod'), 'utf8'),
    sum: readFileSync(join(moduleFolder(name), 'go.sum'), 'utf8'),
  }));
}

/** A hash of everything that the programs are made from, but for the Go that makes them: 16 hex digits. */
export function sourcesKey(modules: readonly GoModule[]): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ modules, recipes, buildFlags, buildVariables, stageFiles, platform: process.platform, arch: process.arch }));
  return hash.digest('hex').slice(0, 16);
}

/** The name of the folder of what one Go builds from the sources: `1f0c…-go1.26.8`. */
export function buildKey(modules: readonly GoModule[], go: string): string {
  return `${sourcesKey(modules)}-${go.replaceAll(/[^\w.]+/g, '-')}`;
}

/** The folder of everything that control planes cache: `LOCKSTEP_CACHE`, or `lockstep` where XDG's Base Directory Specification says. */
export function cacheFolder(env: Variables): string {
  const root = env['LOCKSTEP_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lockstep');
  return resolve(root, 'controlplane');
}
