import child_process from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import worker_threads from 'node:worker_threads';
import { type Asked, everyVariable } from '../model/looked.ts';
import { isAside } from './aside.ts';
import { type Owners, ownStack } from './callers.ts';

/** What was looked at while something ran: all that its result can depend on, or why that cannot be told. */
export interface Footprint {
  /** Files and folders, by absolute path, whether there are any or not. */
  readonly paths: ReadonlySet<string>;
  /** Those of them that were looked at otherwise than as modules. */
  readonly read: ReadonlySet<string>;
  /** Those of them whose content was asked for: files that were read, as modules too, and folders that were listed. */
  readonly opened: ReadonlySet<string>;
  /** Those of them that were there by then. */
  readonly there: ReadonlySet<string>;
  /** Variables of the environment, by name, with where they were asked for first. */
  readonly variables: ReadonlyMap<string, Asked>;
  /** What was done that cannot be looked at again, or would be missed: `the clock`, `fs.writeFileSync`. */
  readonly unsure: ReadonlyMap<string, Asked>;
}

/** Follows what the program looks at from now on. */
export interface Trace extends Footprint {
  /** Notes a module that is read elsewhere: by a loader in a thread of its own. */
  note(path: string): void;
  /** Lets everything be as it was before. */
  end(): void;
}

/** The process: what its variables are asked of. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Functions of node:fs that only look at the path that they are given. */
const looks = /^(?:readFile|readdir|l?stat|access|exists|realpath|readlink)(?:Sync)?$/;
/** Those of them that give what is in it. */
const opening = /^read(?:File|dir)/;
/** What a machine has the same today and tomorrow: packages may ask for it. Another machine has something else. */
const lasting: ReadonlySet<string> = new Set([
  'arch',
  'endianness',
  'homedir',
  'machine',
  'platform',
  'release',
  'tmpdir',
  'type',
  'version',
]);
/** What gives something else each time, of node:crypto: signatures by curves, too. */
const chance =
  /^(?:random|generate(?:Key|KeyPair|Prime)|getRandomValues|sign|createSign|publicEncrypt|create(?:ECDH|DiffieHellman)|getDiffieHellman)/;
/** What is another one in another process, or on another machine: every package may ask for it. */
const ofProcess: Readonly<Record<string, string>> = {
  argv: 'the arguments of the process',
  execPath: 'the program of the process',
  pid: 'the id of the process',
  ppid: 'the id of its parent process',
};
const clocks = ['now', 'mark', 'toJSON'] as const;

/** What is there for those who want another program, or the network. */
const instead =
  '`HelmChart` and `Kustomization` include what their programs render, `lockstep import` makes types of what is published, and files of the project are read';

type Functions = Record<string, unknown>;

/** Is told what a function is called with; what it gives is told what came of it. */
type Tell = (args: readonly unknown[]) => ((result: unknown) => void) | undefined;

/** Whether one of the functions runs: what Node's own functions call in turn was told by the outermost one. */
let within = false;

/** What is told to the trace that runs now, or ran last. */
let current: Noted = nothingYet({ roots: [], program: '' });

interface Noted {
  readonly paths: Set<string>;
  readonly read: Set<string>;
  readonly opened: Set<string>;
  readonly there: Set<string>;
  readonly variables: Map<string, Asked>;
  readonly unsure: Map<string, Asked>;
  readonly owners: Owners;
}

function nothingYet(owners: Owners): Noted {
  return { paths: new Set(), read: new Set(), opened: new Set(), there: new Set(), variables: new Map(), unsure: new Map(), owners };
}

/**
 * Begins to follow what this thread looks at through Node's own modules: files are noted; whatever else may give another
 * answer the next time (clock, chance, network, other programs), or changes something, makes the footprint unsure.
 */
export function startTrace(host: Host, owners: Owners): Trace {
  const noted = nothingYet(owners);
  // What a module took while it was loaded (`const { env } = process`) it keeps: then it tells whoever follows by then.
  current = noted;
  const restore: (() => void)[] = [];

  const redefine = (owner: object, name: string, change: (before: PropertyDescriptor) => PropertyDescriptor): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before === undefined || (!before.configurable && !before.writable)) return;
    Object.defineProperty(owner, name, { ...before, ...change(before) });
    restore.push(() => Object.defineProperty(owner, name, before));
  };
  const replace = (owner: object, name: string, value: unknown): void =>
    redefine(owner, name, (before) => ('value' in before ? { value } : { get: () => value }));
  const wrap = (owner: object, name: string, tell: Tell): void => {
    const original = (owner as Functions)[name];
    if (typeof original !== 'function') return;
    const wrapped = function (this: unknown, ...args: unknown[]): unknown {
      if (within || isAside()) return Reflect.apply(original, this, args);
      const then = tell(args);
      within = true;
      try {
        const result: unknown = Reflect.apply(original, this, args);
        then?.(result);
        return result;
      } finally {
        within = false;
      }
    };
    // Some have more to them: `fs.realpath.native`.
    replace(owner, name, Object.assign(wrapped, original));
  };
  const doubt = (owner: object, name: string, said: string): void => wrap(owner, name, () => noteUnsure(said));
  const doubtOwn = (owner: object, name: string, said: string): void => wrap(owner, name, () => noteOwn(said));
  const watchOwn = (owner: object, name: string, said: string): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before?.configurable !== true || !('value' in before)) return;
    Object.defineProperty(
      owner,
      name,
      followedValue(before, () => void (isAside() || noteOwn(said))),
    );
    restore.push(() => Object.defineProperty(owner, name, before));
  };
  const forbid = (owner: object, name: string, said: string): void =>
    wrap(owner, name, () => {
      noteUnsure(said);
      if (ownStack(current.owners, false) !== undefined)
        throw new Error(
          `${said} is not to be had while environments are compiled, since it may give something else the next time: ${instead}`,
        );
    });
  const wrapFiles = (owner: object, what: string): void => {
    for (const name of namesOf(owner)) {
      if (looks.test(name))
        wrap(owner, name, ([path]) => (isPath(path) ? noteFile(pathOf(path), opening.test(name)) : noteUnsure(`${what}.${name}`)));
      else doubt(owner, name, `${what}.${name}`);
    }
  };

  wrapFiles(fs, 'fs');
  wrapFiles(fs.promises, 'fs.promises');
  for (const name of namesOf(child_process)) forbid(child_process, name, 'another program');
  for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
    for (const name of namesOf(owner)) forbid(owner, name, 'the network');
  for (const name of ['bind', 'connect', 'send']) forbid(dgram.Socket.prototype, name, 'the network');
  forbid(globalThis, 'fetch', 'the network');
  for (const name of namesOf(os)) (lasting.has(name) ? doubtOwn : doubt)(os, name, `os.${name}`);
  doubtOwn(host, 'cwd', 'the folder of the process');
  for (const [name, said] of Object.entries(ofProcess)) watchOwn(host, name, said);
  for (const name of namesOf(crypto).filter((one) => chance.test(one))) doubt(crypto, name, `crypto.${name}`);
  doubt(Object.getPrototypeOf(globalThis.crypto.subtle), 'generateKey', 'crypto.generateKey');
  for (const name of clocks) doubt(Object.getPrototypeOf(performance) as object, name, 'the clock');
  wrap(Intl.DateTimeFormat.prototype, 'formatToParts', ([date]) => (date === undefined ? noteUnsure('the clock') : undefined));
  redefine(Intl.DateTimeFormat.prototype, 'format', ({ get }) => ({ get: followedFormat(get as FormatOf) }));
  for (const name of ['hrtime', 'uptime']) doubt(host, name, 'the clock');
  if ('hrtime' in host) doubt(host.hrtime as object, 'bigint', 'the clock');
  for (const name of ['cpuUsage', 'memoryUsage', 'resourceUsage']) doubt(host, name, 'the load of the machine');
  for (const name of ['getRandomValues', 'randomUUID']) doubt(Object.getPrototypeOf(globalThis.crypto), name, `crypto.${name}`);
  wrap(Math, 'random', () => (isMarker() ? undefined : noteUnsure('Math.random')));
  forbid(net.Socket.prototype, 'connect', 'the network');
  replace(
    worker_threads,
    'Worker',
    doubted(worker_threads.Worker, () => noteUnsure('a worker thread')),
  );
  replace(
    globalThis,
    'Date',
    followedDate(() => void (isAside() || noteUnsure('the clock'))),
  );
  replace(host, 'env', followedVariables(host.env));
  syncBuiltinESMExports();

  return {
    ...noted,
    note(path) {
      noted.paths.add(path);
      noted.opened.add(path);
      noted.there.add(path);
    },
    end() {
      for (const undo of restore.splice(0).reverse()) undo();
      syncBuiltinESMExports();
    },
  };
}

/** Where a machine keeps what is its own. */
const ofMachine = /^\/(?:dev|etc|proc|run|sys)\//;

function isOfProject(path: string): boolean {
  return current.owners.roots.some((root) => path.startsWith(`${root}/`));
}

/** Notes a file that is looked at, and, by what came of it, whether it was there. */
function noteFile(path: string, isOpened: boolean): (result: unknown) => void {
  const { paths, read, opened, there } = current;
  if (ofMachine.test(path) && !isOfProject(path)) noteUnsure(path);
  paths.add(path);
  read.add(path);
  if (isOpened) opened.add(path);
  return (result) => {
    if (result instanceof Promise)
      result.then(
        () => there.add(path),
        () => undefined,
      );
    else if (result !== undefined && result !== false) there.add(path);
  };
}

/** Notes what cannot be looked at again, with the first place in the project's own code that calls what does it. */
function noteUnsure(name: string): undefined {
  note(current.unsure, name, false);
}

/** Notes what only matters where the project's own code asks for it itself: libraries ask for it, and it shows nowhere. */
function noteOwn(name: string): undefined {
  const stack = current.unsure.has(name) ? undefined : ownStack(current.owners, true);
  if (stack !== undefined) current.unsure.set(name, { name, stack });
}

/** Notes a variable, with the first place in the project's own code that asks for it itself: libraries ask for many. */
function noteVariable(name: string): void {
  note(current.variables, name, true);
}

function note(asked: Map<string, Asked>, name: string, isDirect: boolean): void {
  if (asked.get(name)?.stack !== undefined) return;
  const stack = ownStack(current.owners, isDirect);
  asked.set(name, { name, ...(stack === undefined ? {} : { stack }) });
}

/**
 * Whether chance is asked for by brace-expansion, which comes with cdk8s: it draws the marks that it puts in the place of
 * escaped characters when it is loaded, and takes them out again.
 */
function isMarker(): boolean {
  return /node_modules[\\/]brace-expansion[\\/]/.test(new Error().stack ?? '');
}

/** The functions of a module, without its classes. */
function namesOf(owner: object): readonly string[] {
  return Object.keys(owner).filter((name) => /^[a-z]/.test(name) && typeof (owner as Functions)[name] === 'function');
}

function isPath(path: unknown): path is string | URL | Buffer {
  return typeof path === 'string' || path instanceof URL || Buffer.isBuffer(path);
}

function pathOf(path: string | URL | Buffer): string {
  // A path from nowhere is one from the folder that the process is in now.
  return resolve(path instanceof URL ? fileURLToPath(path) : String(path));
}

function doubted<T extends abstract new (...args: never[]) => object>(original: T, tell: () => void): T {
  return new Proxy(original, {
    construct(target, args, asked) {
      tell();
      return Reflect.construct(target, args, asked) as object;
    },
  });
}

/** A property with the same value, which tells when it is asked for. */
function followedValue({ value, writable, enumerable }: PropertyDescriptor, tell: () => void): PropertyDescriptor {
  let held: unknown = value;
  const get = (): unknown => {
    tell();
    return held;
  };
  const set = (other: unknown): void => {
    held = other;
  };
  return { get, ...(writable === true ? { set } : {}), enumerable: enumerable === true, configurable: true };
}

type FormatOf = (this: Intl.DateTimeFormat) => Intl.DateTimeFormat['format'];

/** Gives `format` of a DateTimeFormat, which formats what time it is where it is given none. */
function followedFormat(original: FormatOf): FormatOf {
  return function () {
    const format = Reflect.apply(original, this, []);
    return (date) => {
      if (date === undefined && !isAside()) noteUnsure('the clock');
      return format(date);
    };
  };
}

/** A Date that tells when it is asked what time it is. Dates that are given are as good as before. */
function followedDate(tell: () => void): DateConstructor {
  return new Proxy(Date, {
    construct(target, args, asked) {
      if (args.length === 0) tell();
      return Reflect.construct(target, args, asked) as object;
    },
    apply(target, self, args) {
      tell();
      return Reflect.apply(target as () => string, self, args);
    },
    get(target, name) {
      if (name === 'now') tell();
      return Reflect.get(target, name) as unknown;
    },
  });
}

/** Who asks for all variables depends on all of them. */
function followedVariables(env: Host['env']): Host['env'] {
  const note = (name: string | symbol): void => void (typeof name === 'string' && noteVariable(name));
  return new Proxy(env, {
    get(target, name) {
      note(name);
      return Reflect.get(target, name) as string | undefined;
    },
    has(target, name) {
      note(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      note(everyVariable);
      return Reflect.ownKeys(target);
    },
  });
}
