import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Modules } from '../ports.ts';

/**
 * Loads TypeScript modules of the project in `folder` with tsx: as they are, without a build, and with source maps, so that
 * stacks name the author's own lines. Modules share what they import, and nothing with those of another `openModules`. tsx
 * itself is loaded with the first module.
 */
export function openModules(folder: string): Modules {
  const root = realpathSync(folder);
  const parent = pathToFileURL(join(root, 'lockstep.js')).href;
  let loader: Promise<(url: string, parent: string) => Promise<Readonly<Record<string, unknown>>>> | undefined;
  return {
    root,
    async load(path) {
      loader ??= import('tsx/esm/api').then(({ register }) => register({ namespace: `lockstep-${randomUUID()}` }).import);
      try {
        const load = await loader;
        return { ok: true, path, exports: await load(pathToFileURL(join(root, path)).href, parent) };
      } catch (thrown) {
        return { ok: false, path, thrown };
      }
    },
  };
}
