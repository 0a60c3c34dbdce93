import type { Code, FailureCode, PolicyCode } from './code.ts';
import type { ObjectRef } from './ref.ts';

/** Where a diagnostic points: as many of these as are known. */
export interface Place {
  /** The file, relative to the project, or `standardInput`; with line and column (both from 1) when known. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The commit that the file is of, in full; undefined: it is the one of the work tree. */
  readonly commit?: string;
  readonly environment?: string;
  /** The path of the construct that made the object, as `construct.node.path` gives it. */
  readonly construct?: string;
  readonly object?: ObjectRef;
  /** A JSON pointer (RFC 6901) into the object, or a path into an environment's values. */
  readonly pointer?: string;
}

/** What stands in the place of a file for what was read from standard input. */
export const standardInput = 'standard input';

/** How much a diagnostic matters: an error stops what is made, a warning needs a person's eye, a note is only good to know. */
export type Severity = 'error' | 'warning' | 'note';

/**
 * One thing that is wrong, or that a person should know. `message` says what and why: lower case, no final period,
 * names in backticks, the user's own value quoted. `help` says what to do next. `code` is stable, and
 * `lockstep explain` tells more of it.
 */
export interface Diagnostic {
  readonly code: Code | FailureCode | PolicyCode;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Place;
  readonly help?: string;
}

/** The value of a stage, with what it found. A value beside an error is for the next checks only, never for writing. */
export interface Checked<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether anything in `diagnostics` is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** The entry of `known` that `given` is most likely a typo of: within a third of its length, or undefined. */
export function didYouMean(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(given.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row[j] = cost;
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
