import type { SynthesizedEnvironment } from '../cli/synth.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import type { Looked } from '../model/looked.ts';
import { compareText } from '../model/ref.ts';
import type { Results } from '../ports.ts';

/** Below which folder environments are rendered, on which day. */
export interface Where {
  readonly out: string;
  /** ISO 8601. */
  readonly day: string;
}

/** An environment whose tree is in its folder already, as of now. */
export interface KnownEnvironment extends Entry, SynthesizedEnvironment {
  /** What was said of it, none of it an error. */
  readonly diagnostics: readonly Diagnostic[];
  /** The files of the author that it was made from, absolute. */
  readonly files: readonly string[];
}

/** An environment that there is. */
export interface Entry {
  readonly name: string;
  readonly cluster: string;
  /** The module that exports it, relative to the project. */
  readonly file: string;
  /** The commit that the module is of; undefined: the work tree. */
  readonly commit?: string | undefined;
}

/** Orders environments by name. */
export function byName(a: Pick<Entry, 'name'>, b: Pick<Entry, 'name'>): number {
  return compareText(a.name, b.name);
}

/** The environments that modules export, of those modules of which that is known without loading them. */
export function knownModules(
  results: Results,
  files: readonly string[],
  { day }: Pick<Where, 'day'>,
): ReadonlyMap<string, readonly Entry[]> {
  return new Map(
    files.flatMap((file) => {
      const entries = results.recall(moduleKey(file), day)?.value as readonly Entry[] | undefined;
      return entries === undefined ? [] : [[file, entries]];
    }),
  );
}

/** An environment that need not be rendered again; undefined when it has to be. */
export function knownEnvironment(results: Results, name: string, { out, day }: Where): KnownEnvironment | undefined {
  const recalled = results.recall(environmentKey(out, name), day);
  // It was written by this very program, as the results make sure.
  return recalled && { ...(recalled.value as unknown as Kept), files: recalled.files };
}

type Kept = Omit<KnownEnvironment, 'files'>;

/** Keeps which environments a module exports. */
export function keepModule(
  results: Results,
  file: string,
  { entries, day, looked }: { readonly entries: readonly Entry[]; readonly day: string; readonly looked: Looked },
): void {
  const value = entries.map(({ name, cluster }) => ({ name, cluster, file }));
  results.keep(moduleKey(file), { day, value, made: undefined }, looked);
}

/** Keeps an environment that was written just now. */
export function keepEnvironment(
  results: Results,
  { written, unchanged, ...environment }: Kept,
  { out, day, looked }: Where & { readonly looked: Looked },
): void {
  // There will be nothing to write any more.
  const known: Kept = { ...environment, written: 0, removed: 0, unchanged: written + unchanged };
  results.keep(environmentKey(out, environment.name), { day, value: known as unknown as Json, made: `${out}/${environment.name}` }, looked);
}

function moduleKey(file: string): string {
  return JSON.stringify(['module', file]);
}

function environmentKey(out: string, name: string): string {
  return JSON.stringify(['environment', out, name]);
}
