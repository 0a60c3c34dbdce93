/** Facts about an object, each with a text for people. A fact is the same as before when its key is. */
export type Facts = ReadonlyMap<string, string>;

/** The texts of the facts that `before` does not have. */
export function newFacts(before: Facts, after: Facts): readonly string[] {
  return [...after].flatMap(([key, text]) => (before.has(key) ? [] : [text]));
}

/** Facts of entries, some of which may say nothing. */
export function factsOf(entries: readonly (readonly [key: string, text: string] | undefined)[]): Facts {
  return new Map(entries.filter((entry) => entry !== undefined));
}
