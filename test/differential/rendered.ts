import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import type { Environment } from '../../src/authoring/environment.ts';
import { readLockfile } from '../../src/codec/lockfile.ts';
import { compile } from '../../src/compile/compile.ts';
import { judgeExpressions } from '../../src/compile/validate/expressions/judge.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { keyOf } from '../../src/model/ref.ts';
import { indexPath } from '../../src/model/rendered.ts';
import { placed } from './samples.ts';

/** The files of the sample system, what is nearest to production last. */
const files = ['dev', 'staging', 'prod'].map((name) => join('environments', `${name}.ts`));

/** The objects of the sample system, each once, as its last environment has it. */
export async function renderSampleSystem(): Promise<readonly Manifest[]> {
  const environments = (await Promise.all(files.map(load))).flat();
  const objects = environments.flatMap(render);
  return [...new Map(objects.map((manifest) => [keyOf(refOf(manifest)), manifest])).values()].map(placed);
}

async function load(file: string): Promise<readonly Environment[]> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default: Environment | readonly Environment[] };
  return [module.default].flat();
}

function render(environment: Environment): readonly Manifest[] {
  const file = `${environment.name}.lock.yaml`;
  const lock = readLockfile(readFileSync(join('environments', file), 'utf8'), file);
  const compiled = compile(environment, { lock: lock.value, today: '2026-06-01', root: process.cwd(), file: basename(file) });
  const { value, diagnostics } = compiled.withExpressions?.(judgeExpressions) ?? compiled;
  if (value === undefined) throw new Error(`${environment.name}: ${diagnostics.map(({ message }) => message).join('\n')}`);
  return value.files.filter(({ path }) => path !== indexPath).map(({ text }) => parse(text) as Manifest);
}
