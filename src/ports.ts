import type { Answer } from './model/apierror.ts';
import type { Json } from './model/json.ts';
import type { ListenAddress } from './model/listen.ts';
import type { Followed, KeptResult, Looked, Recalled } from './model/looked.ts';
import type { LiveObject, Manifest } from './model/manifest.ts';
import type { ObjectRef } from './model/ref.ts';
import type { RenderedFile } from './model/rendered.ts';
import type { Forge, ForgeOptions } from './ports/forge.ts';
import type { Commits, RenderedRepository, RenderedSource, SourceSecret } from './ports/git.ts';

import type { ChartSource, Registry, Renderer } from './ports/supply.ts';

export type * from './ports/forge.ts';
export type * from './ports/git.ts';
export type * from './ports/proof.ts';

/** Time and chance. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

/** Who this process is, among those that might do the same work. */
export interface Identity {
  /** Unique in the world, for people too: host, process and a random part. */
  readonly name: string;
  /** Whether who called itself `name` is at work no longer, for certain. */
  isGone(name: string): boolean | Promise<boolean>;
}

/** Files of the project. Paths are relative to its root, with forward slashes. */
export interface Files {
  /** The text of a file, or undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** The sha256 of a file, in hexadecimal, or undefined when there is none. */
  sha256(path: string): Promise<string | undefined>;
  /**
   * Files that a person means by `path`: that file, whatever its name, or those below that folder whose names fit; no hidden ones, no
   * links, no packages. Undefined when there is nothing.
   */
  find(path: string, fits: (name: string) => boolean): Promise<readonly FoundFile[] | undefined>;
  /** The files below `folder` with their paths from it, sorted; none when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** The names of the folders in `folder`, sorted; none when there is no such folder. */
  folders(folder: string): Promise<readonly string[]>;
  /**
   * Makes `folder` hold exactly `files`: writes what differs, removes what is stale, leaves what is equal untouched.
   * Refuses to follow symbolic links. Returns what was changed.
   */
  mirror(folder: string, files: readonly RenderedFile[]): Promise<{ readonly written: number; readonly removed: number }>;
  /** Removes a file, if it is there, and the folders of the project above it that nothing else is in. */
  remove(path: string): Promise<void>;
  /** Writes a file, whole or not at all, with the folder that it is in. */
  write(path: string, content: string | Buffer): Promise<void>;
}

/** A file that was found. */
export interface FoundFile {
  /** From where it was looked for; '' when it is that file. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** TypeScript modules of the project. */
export interface Modules {
  /** The project's folder, absolute, without links, with forward slashes: the stacks of what modules throw name files below it. */
  readonly root: string;
  /** The same modules, not loaded yet: they share nothing with these. */
  fresh(): Modules;
  /** The modules of another folder, such as that of a snapshot. They share nothing with these; the same folder gives the same modules. */
  at(folder: string): Modules;
  /** Resolves when modules can be loaded; it need not be asked for. */
  ready(): Promise<void>;
  /** Loads the module at `path`, relative to the project, with its whole import graph. */
  load(path: string): Promise<LoadedModule>;
  /** Looks at the files that say what imports stand for, so that whoever follows what is looked at knows of them. */
  settings(): void;
  /** The modules that the one at `path` was loaded with, itself among them: absolute, none of packages. */
  graph(path: string): readonly string[];
  /**
   * Does what runs code of the project, and changes nothing. That code is run in the folder of the modules. It may run in circles, and
   * then nothing is heard of: as long as it runs, a signal that asks this process to end ends it at once.
   */
  running<T>(act: () => Promise<T>): Promise<T>;
  /** Does what runs no code of the project, in between: as long as it lasts, signals do what they do elsewhere. */
  idle<T>(act: () => Promise<T>): Promise<T>;
}

/** What came of loading a module. */
export type LoadedModule =
  | { readonly ok: true; readonly path: string; readonly exports: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly path: string; readonly thrown: unknown };

/** The type checker that is installed in the project. */
export interface TypeChecker {
  /** Looks at the whole project. Throws `Failure` when it cannot be run, or when `signal` aborts. */
  check(signal: AbortSignal): Promise<TypeCheck>;
}

/** What a type checker says, in its own words, or what the project lacks to be checked. */
export type TypeCheck =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: 'typescript' | 'tsconfig.json' };

/** Where a kind is served. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural in the URL: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether its objects have a status of their own (a status subresource). */
  readonly status: boolean;
}

/** The rest of what a change of an object is told. */
export interface WriteOptions {
  /** The field manager: `lockstep-<environment>`. */
  readonly manager: string;
  /** Run admission and validation, change nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** The same of an apply. */
export interface ApplyOptions extends WriteOptions {
  /** Applies to the status alone, which must be there; what else the manifest says is not looked at. Without it the status is not. */
  readonly subresource?: 'status';
}

/** A live object after an apply; `created` when it did not exist before. */
export interface Applied {
  readonly object: LiveObject;
  readonly created: boolean;
}

/** What a watch tells. After `listing` come all objects that exist, then `listed`; what was not named in between is gone. */
export type WatchEvent =
  | { readonly type: 'listing' }
  | { readonly type: 'present'; readonly object: LiveObject }
  | { readonly type: 'absent'; readonly object: LiveObject }
  | { readonly type: 'listed' }
  /** The watch broke; `message` says why, and `isForbidden` that a right is missing. What comes next, after a pause, is `listing`. */
  | { readonly type: 'lost'; readonly message: string; readonly isForbidden?: boolean };

/** What to watch. */
export interface WatchOptions {
  readonly resource: Resource;
  /** '' for the whole cluster. */
  readonly namespace: string;
  /** A label selector. */
  readonly selector: string;
  /** A field selector: `metadata.name=<name>` for one object, which may be all that somebody has the right to watch. */
  readonly fields?: string;
  /** Only metadata (no spec, no status) is sent: enough where health does not show in status. */
  readonly metadataOnly: boolean;
}

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/** What to list. */
export interface ListOptions {
  readonly apiVersion: string;
  readonly kind: string;
  /** '' for the whole cluster. */
  readonly namespace: string;
  /** A label selector. */
  readonly selector: string;
  /** A field selector; which fields there are is the kind's own matter. */
  readonly fields?: string;
  /** No more than this many, whichever come first. */
  readonly most?: number;
  /** Only metadata is sent. */
  readonly metadataOnly: boolean;
}

/** A Kubernetes API server. What it refuses is an answer, never thrown. */
export interface Cluster {
  /** Where the kind of `apiVersion` is served, or undefined when nobody serves it (yet). */
  resource(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Answer<Resource | undefined>>;
  /** The object, or undefined when there is none. Where `apiVersion` is served no longer, another version of its group is read. */
  get(apiVersion: string, ref: ObjectRef, signal?: AbortSignal): Promise<Answer<LiveObject | undefined>>;
  /**
   * Server-side apply, forced, strict about unknown fields. Preconditions are the `metadata.uid` and
   * `metadata.resourceVersion` of the manifest: where they differ from the live object's, the answer is a conflict. Only
   * the uid keeps a missing object from being made anew. A dry run of a creation shows '' as resourceVersion.
   */
  apply(manifest: Manifest, options: ApplyOptions): Promise<Answer<Applied>>;
  /**
   * Deletes an object in the foreground of nothing (propagation: background), only when uid and resourceVersion are
   * still these. `gone` when there was none.
   */
  remove(
    apiVersion: string,
    ref: ObjectRef,
    precondition: { readonly uid: string; readonly resourceVersion: string },
    signal?: AbortSignal,
  ): Promise<Answer<'gone' | 'deleting'>>;
  /**
   * Changes an object by a JSON patch (RFC 6902), managedFields too. Preconditions are `test` operations: where one does
   * not hold, the answer is a conflict.
   */
  patch(apiVersion: string, ref: ObjectRef, operations: readonly PatchOperation[], options: WriteOptions): Promise<Answer<LiveObject>>;
  /** The objects of a kind; none where the kind is not served. */
  list(options: ListOptions, signal?: AbortSignal): Promise<Answer<readonly LiveObject[]>>;
  /** Lists, then watches, for ever: resumes, re-lists and backs off by itself. Ends when `signal` aborts. */
  watch(options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /**
   * The same cluster for somebody else (`system:serviceaccount:<namespace>:<name>`), in whose name it gets, applies, removes, patches
   * and lists, and with whose rights alone. Which kinds there are, and what changes, is still asked for in one's own. Who may not
   * impersonate `user` is told so at each request. It shares connections and counts, and closing it closes nothing.
   */
  as(user: string): Cluster;
  /** How many requests were made since the start, dry-runs and watches included. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Which cluster. Without either: `$KUBECONFIG`, the pod's service account, or the user's own file, at its current context. */
export interface ClusterOptions {
  /** A kubeconfig file. */
  readonly kubeconfig?: string;
  /** A context of it. */
  readonly context?: string;
}

/** Where rendered branches are read from. */
export interface SourceOptions {
  /** A git URL (https, ssh) or a path. */
  readonly source: string;
  /** The branch that holds a folder for each of several environments; by default each has a branch of its own. */
  readonly branch?: string;
  /** The folder that the history is kept in between runs; by default below the user's cache folder. */
  readonly cache?: string;
}

/** What is told to whoever looks after this process, over HTTP. */
export interface ServeOptions {
  readonly listen: ListenAddress;
  /** Why this process does its work no longer; undefined when it does. */
  readonly dead: () => string | undefined;
  /** Why it does not do it yet, or ends; undefined when neither is so. */
  readonly unready: () => string | undefined;
  readonly metrics: () => { readonly mediaType: string; readonly text: string };
  /** Called when somebody says that a branch may have moved, at most once in a second. */
  readonly onHook: () => void;
}

/** A server that listens. */
export interface Server {
  /** The port that it listens at. */
  readonly port: number;
  /** Listens no longer; what is being answered is answered, within two seconds. */
  close(): Promise<void>;
}

/** What a process has used. */
export interface Usage {
  readonly residentMemoryBytes: number;
  readonly cpuSeconds: number;
  readonly started: Date;
}

/** Results that need not be made again as long as nothing has changed that they were made from. */
export interface Results {
  /** What was kept under `name`, on the day `day` (ISO 8601), if all that it was made from is as it was then, and all that was written. */
  recall(name: string, day: string): Recalled | undefined;
  /** Runs `act`, and follows what it looks at. One at a time. */
  follow<T>(act: () => Promise<T>): Promise<Followed<T>>;
  /** Keeps a result that was made from all of this, unless it cannot be compared, or may have changed meanwhile. */
  keep(name: string, result: KeptResult, from: Looked): void;
}

/** A process of this program that makes itself ready and answers questions. */
export interface Worker {
  /** Whether it has ended by itself. */
  readonly hasEnded: boolean;
  /**
   * Asks it a line, one at a time. The answer is what `read` makes of the first line that it writes and that is one; undefined when it
   * ends without. Only from the first question on is told what else it says.
   */
  ask<T>(question: string, read: (line: string) => T | undefined): Promise<T | undefined>;
  /** Ends it with all that it started, whatever it does. Resolves when all that it said is told. */
  end(): Promise<void>;
}

/** Changes of files. */
export interface Changes {
  /**
   * Looks at these files, too, from now on; relative to the project, or absolute. One that nobody looked at yet and that was changed
   * after `since`, in milliseconds since 1970, is told as if it had been looked at then.
   */
  follow(paths: readonly string[], since: number): void;
  /** The first file that changed since the last answer, once there is one and no other follows at once; undefined when it is over. */
  next(): Promise<string | undefined>;
  close(): void;
}

/** Everything outside, each part opened only when a command asks for it. Opening throws `Failure`. */
export interface World {
  readonly clock: Clock;
  readonly identity: Identity;
  readonly files: Files;
  readonly modules: Modules;
  readonly types: TypeChecker;
  /** The text of standard input, to its end. Throws `Failure`. */
  input(): Promise<string>;
  /** What a process is asked that this program started as a worker: the lines of standard input. */
  questions(): AsyncIterable<string>;
  /** How many processors there are for this process. */
  readonly processors: number;
  results(): Promise<Results>;
  /** Starts this program once more, with these arguments, and these variables in the place of its own. */
  worker(args: readonly string[], variables?: Readonly<Record<string, string>>): Worker;
  /** Changes of what is at these paths or below, and beside them. */
  changes(paths: readonly string[]): Changes;
  /** The project at commits of its repository. */
  commits(): Promise<Commits>;
  /** The project's own repository. */
  repository(): Promise<RenderedRepository>;
  /**
   * Every `reader` keeps a copy of its own: no two programs may work on one. Without a `secret` it is read as whoever this process is. With
   * `shared` this process keeps one copy of the repository, and looks once at its branches, for all readers that name the same secret, or
   * none: a look of the last `freshFor` milliseconds answers at once. It is read over the network, and no token of this
   * process is told to it. With a `folder`, which is a name, that at the root of its branches is all that they hold, and the tip of a branch
   * is the commit that changed it last; a branch without it is a `Failure`.
   */
  source(
    options: Omit<SourceOptions, 'branch'> & {
      readonly reader: string;
      readonly folder?: string;
      readonly secret?: SourceSecret;
      readonly shared?: { readonly freshFor: number };
    },
  ): Promise<RenderedSource>;
  cluster(options: ClusterOptions): Promise<Cluster>;
  /** Serves what `options` tell, over HTTP. Throws `Failure` when it cannot listen there. */
  serve(options: ServeOptions): Promise<Server>;
  /** What this process has used so far. */
  usage(): Usage;
  renderer(folder?: string): Promise<Renderer>;
  /** `insecure` are registries that may do without TLS. */
  charts(options: { readonly insecure: readonly string[] }): Promise<ChartSource>;
  /** `insecure` are registries that may do without TLS. */
  registry(options: { readonly insecure: readonly string[] }): Promise<Registry>;
  /** A repository at a forge, asked as whoever a Secret says, or the environment's token is. */
  forge(options: ForgeOptions): Promise<Forge>;
  /** The text at an https `url`. Throws `Failure`: exit 2 where it is none that is asked, 3 where there is no such text. */
  download(url: string, signal: AbortSignal): Promise<string>;
}
