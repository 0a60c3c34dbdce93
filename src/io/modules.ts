import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Modules } from '../ports.ts';
import { aside } from './aside.ts';
import { followImports, type ImportGraph } from './import-graph.ts';
import { giveLoadedPackages, importedBefore, loadConstructs } from './packages-ahead.ts';
import { settingsOf } from './tsconfig.ts';

/**
 * Loads TypeScript modules of the project in `folder` with tsx: as they are, without a build, and with source maps, so that
 * stacks name the author's own lines. Modules are loaded once in a process, with what they import: packages that this program
 * uses, too, are there already. tsx itself is loaded with the first module.
 */
export function openModules(folder: string, options: ModulesOptions = {}): Modules {
  return modulesIn(folder, options);
}

/** Who is told of modules, and what they run in. */
export interface ModulesOptions {
  /** Is told the path of every module that is read for the first time, of packages too. */
  readonly note?: (path: string) => void;
  /** The process, when it listens to signals. */
  readonly listening?: Listening | undefined;
}

/** A process that listens to signals, and is in a folder. */
export type Listening = Pick<NodeJS.Process, 'listeners' | 'on' | 'removeAllListeners' | 'cwd' | 'chdir'>;

/** Modules of a namespace share nothing but packages in CommonJS with what is outside of it. */
function modulesIn(folder: string, options: ModulesOptions, namespace?: string, tsconfig?: string | false): Modules {
  const { note, listening } = options;
  const root = realpathSync(folder);
  const parent = pathToFileURL(join(root, 'lockstep.js')).href;
  const onImport = (url: string): void => {
    if (url.startsWith('file:')) note?.(fileURLToPath(url.replace(/[?#].*$/, '')));
  };
  const elsewhere = new Map<string, Modules>();
  let loader: Promise<Load> | undefined;
  let imports: ImportGraph | undefined;
  const ready = (): Promise<Load> => {
    loader ??= (async (): Promise<Load> => {
      const { register } = await import('tsx/esm/api');
      if (namespace === undefined) loadConstructs(root);
      const own = { onImport, tsconfig: tsconfig ?? settingsOf(root)[0] ?? false };
      const apart = namespace === undefined ? undefined : register({ namespace, ...own });
      if (apart === undefined) register(own);
      // What imports what matters where files change: in the project itself.
      if (note !== undefined && tsconfig === undefined) imports = followImports();
      if (namespace === undefined) giveLoadedPackages(root);
      return apart?.import ?? ((url) => import(url));
    })();
    return loader;
  };
  return {
    root,
    fresh: () => modulesIn(folder, options, `lockstep-${++opened}`),
    at(other) {
      const own = join(other, 'tsconfig.json');
      const modules = elsewhere.get(other) ?? modulesIn(other, options, `lockstep-${++opened}`, existsSync(own) ? own : false);
      elsewhere.set(other, modules);
      return modules;
    },
    async ready() {
      await ready();
    },
    async load(path) {
      try {
        const load = await ready();
        for (const path of importedBefore()) note?.(path);
        return { ok: true, path, exports: await load(pathToFileURL(join(root, path)).href, parent) };
      } catch (thrown) {
        return { ok: false, path, thrown };
      }
    },
    settings() {
      // Where it is looked for is no matter.
      for (const path of [join(root, 'tsconfig.json'), ...aside(() => settingsOf(root))]) existsSync(path);
    },
    graph: (path) => imports?.reached(pathToFileURL(join(root, path)).href).map((url) => fileURLToPath(url)) ?? [],
    running: (act) => (listening === undefined ? act() : withoutListeners(listening, () => inFolder(listening, root, act))),
    idle: (act) => (listening === undefined ? act() : withListeners(listening, act)),
  };
}

type Signal = 'SIGINT' | 'SIGTERM';

/** Who listened before, the last that were silenced at the end. */
const silenced: (readonly (readonly [Signal, NodeJS.SignalsListener[]])[])[] = [];

/** Does something while signals do to a process what they do to those that do not listen. */
async function withoutListeners<T>(host: Listening, act: () => Promise<T>): Promise<T> {
  silence(host);
  try {
    return await act();
  } finally {
    listen(host);
  }
}

/** Does something in between while those listen again who were silenced. */
async function withListeners<T>(host: Listening, act: () => Promise<T>): Promise<T> {
  if (silenced.length === 0) return act();
  listen(host);
  try {
    return await act();
  } finally {
    silence(host);
  }
}

function silence(host: Listening): void {
  const signals: readonly Signal[] = ['SIGINT', 'SIGTERM'];
  silenced.push(signals.map((signal) => [signal, host.listeners(signal) as NodeJS.SignalsListener[]]));
  for (const signal of signals) host.removeAllListeners(signal);
}

function listen(host: Listening): void {
  for (const [signal, listeners] of silenced.pop() ?? []) for (const listener of listeners) host.on(signal, listener);
}

/** Does something while a process is in a folder: paths that are told from nowhere are told from there. */
async function inFolder<T>(host: Listening, folder: string, act: () => Promise<T>): Promise<T> {
  const before = host.cwd();
  host.chdir(folder);
  try {
    return await act();
  } finally {
    host.chdir(before);
  }
}

type Load = (url: string, parent: string) => Promise<Readonly<Record<string, unknown>>>;

/** How many were opened in this process that share nothing: each has a namespace of its own. */
let opened = 0;
