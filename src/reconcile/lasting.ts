/**
 * That something failed, or that all is well, counts once it has lasted so many milliseconds: whoever reports it may not have looked at what
 * was applied just now, and a pod may start, and fail by what it reads.
 */
export const lasting = 10_000;

/**
 * Since when each of `names` is so (milliseconds since 1970): those that were so `before` keep their time, but where the clock was set back,
 * which would let nothing last before it is as late again.
 */
export function sinceWhen<Name extends string>(
  before: ReadonlyMap<Name, number>,
  names: Iterable<Name>,
  now: Date,
): ReadonlyMap<Name, number> {
  return new Map([...names].map((name) => [name, sinceThen(before.get(name), now)]));
}

/** The same of one: since `before`, or since now. */
export function sinceThen(before: number | undefined, now: Date): number {
  return Math.min(before ?? now.getTime(), now.getTime());
}

/** Whether what is so since `since` has lasted long enough to count. */
export function hasLasted(since: number | undefined, now: Date): boolean {
  return since !== undefined && now.getTime() - since >= lasting;
}
