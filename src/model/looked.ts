import type { Json } from './json.ts';

/** What was looked at while something ran: all that its result can depend on. */
export interface Looked {
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
  /** The author's files and folders, absolute, whether there are any or not. */
  readonly files: readonly string[];
  /** Those of them that were read otherwise than as modules. */
  readonly read: readonly string[];
  /** Those of them whose content was asked for: files that were read, as modules too, and folders that were listed. */
  readonly opened: readonly string[];
  /** Those of them that were there by then: what is gone since was taken away meanwhile. */
  readonly there: readonly string[];
  /** What a package manager put there, absolute. */
  readonly packages: readonly string[];
  /** Variables of the process. */
  readonly variables: readonly Asked[];
  /** What was done that cannot be looked at again, or would be missed: `the clock`, `fs.writeFileSync`. */
  readonly unsure: readonly Asked[];
}

/** Where it stands, for all copies of this package in a process, that a declared input is being read. */
export const readingInput: unique symbol = Symbol.for('lockstep.readingInput');

/** Stands for all variables; no variable can have this name. */
export const everyVariable = '=';

/** What was asked for, by name, and where it was asked for first. */
export interface Asked {
  readonly name: string;
  /** The stack of the project's own code, or of its packages; undefined where neither asked. */
  readonly stack?: string;
}

/** A result of before that is as good as a new one. */
export interface Recalled {
  readonly value: Json;
  /** The files of the author that it was made from, absolute. */
  readonly files: readonly string[];
}

/** A result that is kept, and the folder that was written for it, if there is one. */
export interface KeptResult {
  readonly day: string;
  readonly value: Json;
  readonly made: string | undefined;
}

/** What came of an act that was followed. */
export interface Followed<T> {
  readonly value: T;
  readonly looked: Looked;
}

/**
 * What one of several depends on, of all that was looked at for them: what is its `own`, and whatever is nobody's in particular
 * (`particular` are those of all of them).
 */
export function lookedFor(looked: Looked, own: readonly string[], particular: ReadonlySet<string>): Looked {
  const mine = new Set(own);
  return { ...looked, files: looked.files.filter((file) => mine.has(file) || !particular.has(file)) };
}

/** What was looked at in several acts. */
export function together(acts: readonly (Looked | undefined)[]): Looked {
  const looked = acts.filter((one) => one !== undefined);
  const all = (of: (one: Looked) => readonly string[]): readonly string[] => [...new Set(looked.flatMap(of))];
  // The first that has a place is kept.
  const first = (of: (one: Looked) => readonly Asked[]): readonly Asked[] => {
    const asked = looked.flatMap(of).toSorted((a, b) => Number(a.stack === undefined) - Number(b.stack === undefined));
    return [...new Map(asked.toReversed().map((one) => [one.name, one])).values()];
  };
  return {
    since: Math.min(...looked.map(({ since }) => since)),
    files: all(({ files }) => files),
    read: all(({ read }) => read),
    opened: all(({ opened }) => opened),
    there: all(({ there }) => there),
    packages: all(({ packages }) => packages),
    variables: first(({ variables }) => variables),
    unsure: first(({ unsure }) => unsure),
  };
}
