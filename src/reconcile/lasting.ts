/**
 * That something failed, or that all is well, counts once it has lasted so many milliseconds: whoever reports it may not have looked at what
 * was applied just now, and a pod may start, and fail by what it reads.
 */
export const lasting = 10_000;

/** Since when each of `names` is so (milliseconds since 1970): those that were so `before` keep their time. */
export function sinceWhen<Name extends string>(
  before: ReadonlyMap<Name, number>,
  names: Iterable<Name>,
  now: Date,
): ReadonlyMap<Name, number> {
  return new Map([...names].map((name) => [name, before.get(name) ?? now.getTime()]));
}

/** Whether what is so since `since` has lasted long enough to count. */
export function hasLasted(since: number | undefined, now: Date): boolean {
  return since !== undefined && now.getTime() - since >= lasting;
}
