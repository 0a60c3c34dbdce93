import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolPin } from '../../src/model/inclusion.ts';
import { findPeer } from '../peers/programs.ts';

/** A real program that renders, built once from its Go module. */
export interface RealTool {
  readonly program: string;
  /** As a lock has it. */
  readonly pin: ToolPin;
}

const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** Helm 3, Helm 4 or kustomize; the benchmarks use the same ones. */
export async function realTool(name: 'helm' | 'helm4' | 'kustomize'): Promise<RealTool> {
  const found = await findPeer(name);
  if ('missing' in found) throw new Error(found.missing);
  return { program: found.program, pin: pinOf(found.program, found.version) };
}

/** What a lock says of the program in a file. */
export function pinOf(program: string, version: string): ToolPin {
  return { version, sha256: { [platform]: createHash('sha256').update(readFileSync(program)).digest('hex') } };
}

/** A folder for `PATH` that has these programs under the names that they are looked for. */
export function putInto(folder: string, programs: Readonly<Record<string, string>>): string {
  for (const [name, program] of Object.entries(programs)) copyFileSync(program, join(folder, name));
  return folder;
}
