import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import type { Read } from './targets.ts';

/** A list that a definition may have, and what to make of its entries. */
export interface EntryList<T> {
  /** As it stands in the definition: one entry may stand without a list. */
  readonly given: unknown;
  /** Where the list stands; `pointer` is its name. */
  readonly at: Place;
  /** The code of an entry that is none. */
  readonly code: Diagnostic['code'];
  readonly read: (given: unknown) => Read<T>;
}

/** What was read of an entry, and where that stands. */
export interface Entry<T> {
  readonly value: T;
  readonly at: Place;
}

/** The entries of a list, in order, with what is wrong with others. */
export function readEntries<T>({ given, at, code, read }: EntryList<T>): Checked<readonly Entry<T>[]> {
  const value: Entry<T>[] = [];
  const diagnostics: Diagnostic[] = [];
  [given ?? []].flat().forEach((one: unknown, i) => {
    const here = { ...at, pointer: `${at.pointer}[${i}]` };
    const outcome = read(one);
    if (outcome.ok) value.push({ value: outcome.value, at: here });
    else diagnostics.push({ code, severity: 'error', ...outcome.problem, at: here });
  });
  return { value, diagnostics };
}
