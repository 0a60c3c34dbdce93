/**
 * Runs `task` over `items`, at most `limit` at once, and yields the outcomes as they come. Once `stopped` says so, no
 * further item is begun, and what runs is waited for. `task` must not reject for what it can tell as an outcome.
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
    running.set(
      id,
      task(item.value).then((outcome) => ({ id, outcome })),
    );
    return true;
  };
  while (running.size < limit && begin());
  while (running.size > 0) {
    const { id, outcome } = await Promise.race(running.values());
    running.delete(id);
    begin();
    yield outcome;
  }
}
