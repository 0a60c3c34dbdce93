import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Modules } from '../ports.ts';

/**
 * Loads TypeScript modules of the project in `folder` with tsx: as they are, without a build, and with source maps, so that
 * stacks name the author's own lines. Modules share what they import, and nothing with those of another `openModules`. tsx
 * itself is loaded with the first module. `note` is told the path of every module that is read, of packages too.
 */
export function openModules(folder: string, note: (path: string) => void = () => {}): Modules {
  const root = realpathSync(folder);
  const parent = pathToFileURL(join(root, 'lockstep.js')).href;
  const onImport = (url: string): void => {
    if (url.startsWith('file:')) note(fileURLToPath(url.replace(/[?#].*$/, '')));
  };
  let loader: Promise<(url: string, parent: string) => Promise<Readonly<Record<string, unknown>>>> | undefined;
  const ready = () => {
    loader ??= import('tsx/esm/api').then(({ register }) => register({ namespace: `lockstep-${++opened}`, onImport }).import);
    return loader;
  };
  return {
    root,
    fresh: () => openModules(folder, note),
    async ready() {
      await ready();
    },
    async load(path) {
      try {
        const load = await ready();
        return { ok: true, path, exports: await load(pathToFileURL(join(root, path)).href, parent) };
      } catch (thrown) {
        return { ok: false, path, thrown };
      }
    },
  };
}

/** How many were opened in this process: each has a namespace of its own. */
let opened = 0;
