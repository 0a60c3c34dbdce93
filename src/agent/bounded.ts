/**
 * Runs `task` over `items`, at most `limit` at once, and yields the outcomes as they come. Once `stopped` says so, no
 * further item is begun, and what runs is waited for. A task that rejects ends it with that error, once the others are done.
 */
export async function* mapBounded<Item, Outcome>(
  items: Iterable<Item>,
  task: (item: Item) => Promise<Outcome>,
  { limit, stopped }: { readonly limit: number; readonly stopped?: () => boolean },
): AsyncGenerator<Outcome, void> {
  const waiting = items[Symbol.iterator]();
  const running = new Map<number, Promise<{ readonly id: number; readonly outcome: Outcome }>>();
  let next = 0;
  const begin = (): boolean => {
    const item = stopped?.() ? { done: true as const } : waiting.next();
    if (item.done) return false;
    const id = next++;
    const outcome = task(item.value).then((value) => ({ id, outcome: value }));
    // While the one who asked is busy, a rejection is not unhandled: it is told at the next turn.
    outcome.catch(() => {});
    running.set(id, outcome);
    return true;
  };
  try {
    while (running.size < limit && begin());
    while (running.size > 0) {
      const { id, outcome } = await Promise.race(running.values());
      running.delete(id);
      begin();
      yield outcome;
    }
  } finally {
    // Nothing goes on unseen when one failed, or when nobody wants the rest.
    await Promise.allSettled(running.values());
  }
}
