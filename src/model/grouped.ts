/** `items` by the name that `nameOf` gives each, in the order in which they stand. What gets no name is in no group. */
export function grouped<T, Name extends string>(
  items: Iterable<T>,
  nameOf: (item: T) => Name | undefined,
): ReadonlyMap<Name, readonly T[]> {
  const groups = new Map<Name, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    if (name === undefined) continue;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [item]);
    else known.push(item);
  }
  return groups;
}
