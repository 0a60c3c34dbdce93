/** A slice, for people: what nobody owns has no name. */
export function formatSlice(slice: string): string {
  return slice === '' ? 'what no team owns' : `\`${slice}\``;
}

/** `items` by the slice that `sliceOf` says they are of, in the order in which they stand. */
export function bySlice<T>(items: Iterable<T>, sliceOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const slices = new Map<string, T[]>();
  for (const item of items) {
    const slice = sliceOf(item);
    const known = slices.get(slice);
    if (known === undefined) slices.set(slice, [item]);
    else known.push(item);
  }
  return slices;
}
