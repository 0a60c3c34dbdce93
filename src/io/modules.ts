import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Modules } from '../ports.ts';

/**
 * Loads TypeScript modules of the project in `folder` with tsx: as they are, without a build, and with source maps, so that
 * stacks name the author's own lines. Modules are loaded once in a process, with what they import: packages that this program
 * uses, too, are there already. tsx itself is loaded with the first module. `note` is told the path of every module that is read
 * for the first time, of packages too.
 */
export function openModules(folder: string, note: (path: string) => void = () => {}): Modules {
  return modulesIn(folder, note, undefined);
}

/** Modules of a namespace share nothing but packages in CommonJS with what is outside of it. */
function modulesIn(folder: string, note: (path: string) => void, namespace: string | undefined): Modules {
  const root = realpathSync(folder);
  const parent = pathToFileURL(join(root, 'lockstep.js')).href;
  const onImport = (url: string): void => {
    if (url.startsWith('file:')) note(fileURLToPath(url.replace(/[?#].*$/, '')));
  };
  let loader: Promise<Load> | undefined;
  const ready = (): Promise<Load> => {
    loader ??= import('tsx/esm/api').then(({ register }) => {
      if (namespace !== undefined) return register({ namespace, onImport }).import;
      loadConstructs(root);
      register({ onImport });
      return (url) => import(url);
    });
    return loader;
  };
  return {
    root,
    fresh: () => modulesIn(folder, note, `lockstep-${++opened}`),
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
    running: (act) => withoutListeners(['SIGINT', 'SIGTERM'], act),
  };
}

/** Does something while this process does with signals what processes do that do not listen to them. */
async function withoutListeners<T>(signals: readonly NodeJS.Signals[], act: () => Promise<T>): Promise<T> {
  const listening = signals.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  for (const signal of signals) process.removeAllListeners(signal);
  try {
    return await act();
  } finally {
    for (const { signal, listeners } of listening) for (const listener of listeners) process.on(signal, listener);
  }
}

/**
 * Loads the typed constructs of Kubernetes' kinds, if the project in `folder` says that it uses them. They are large, and once tsx
 * is there Node reads the source maps of all that it loads.
 */
function loadConstructs(folder: string): void {
  const manifest = join(folder, 'package.json');
  try {
    if (readFileSync(manifest, 'utf8').includes('"cdk8s-plus-28"')) createRequire(manifest)('cdk8s-plus-28');
  } catch {
    // Whatever is wrong with it is told where a module imports it.
  }
}

type Load = (url: string, parent: string) => Promise<Readonly<Record<string, unknown>>>;

/** How many were opened in this process that share nothing: each has a namespace of its own. */
let opened = 0;
