import type { Files } from '../ports.ts';

/** Imports and re-exports by relative path, also dynamic ones. Types are gone at run time and do not count. */
const importForm = /(?:^|[^.\w])(?:import|export)(?!\s+type\b)[^'"`;]*?['"](\.{1,2}\/[^'"]+)['"]|\bimport\(\s*['"](\.{1,2}\/[^'"]+)['"]/gm;

/** The shortest circle of relative imports that leads from `file` back to it, as files of the project, or undefined. */
export async function importCircle(files: Files, file: string): Promise<readonly string[] | undefined> {
  const reached = new Map<string, readonly string[]>([[file, [file]]]);
  for (const [here, way] of reached) {
    for (const next of await importsOf(files, here)) {
      if (next === file) return way;
      if (!reached.has(next)) reached.set(next, [...way, next]);
    }
  }
  return undefined;
}

async function importsOf(files: Files, file: string): Promise<readonly string[]> {
  const text = (await files.read(file)) ?? '';
  const found = [...text.matchAll(importForm)].map((match) => resolvePath(file, match[1] ?? match[2] ?? ''));
  const existing = await Promise.all(found.map((path) => firstExisting(files, path)));
  return existing.filter((path) => path !== undefined);
}

/** As tsx resolves it: `./base.js` stands for `base.ts`. */
async function firstExisting(files: Files, path: string): Promise<string | undefined> {
  const bare = path.replace(/\.(?:m?js|m?ts)$/, '');
  for (const candidate of [path, `${bare}.ts`, `${bare}.mts`, `${path}/index.ts`]) {
    if (candidate !== path || /\.\w+$/.test(path)) if ((await files.read(candidate)) !== undefined) return candidate;
  }
  return undefined;
}

function resolvePath(from: string, to: string): string {
  const steps = from.split('/').slice(0, -1);
  for (const step of to.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/');
}
