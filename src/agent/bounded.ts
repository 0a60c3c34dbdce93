/** Items to be done. Which one is next may hang on what has ended. */
export interface Queue<Item> {
  /** The item to begin next, or undefined when none may begin before another one ends. */
  take(): Item | undefined;
  /** Is told of every item that was taken, as soon as it has ended. */
  ended(item: Item): void;
}

/** How many run at once, and when nothing more is to begin. */
export interface Limits {
  readonly limit: number;
  readonly stopped?: () => boolean;
}

/**
 * Runs `task` over `items`, at most `limit` at once, and yields the outcomes as they come. Once `stopped` says so, no
 * further item is begun, and what runs is waited for. A task that rejects ends it with that error, once the others are done.
 */
export function mapBounded<Item, Outcome>(
  items: Iterable<Item>,
  task: (item: Item) => Promise<Outcome>,
  limits: Limits,
): AsyncGenerator<Outcome, void> {
  const rest = items[Symbol.iterator]();
  const take = () => {
    const next = rest.next();
    return next.done ? undefined : next;
  };
  return mapQueue({ take, ended: () => {} }, ({ value }) => task(value), limits);
}

/** The same over the items of `queue`, until it has none left and nothing runs. */
export async function* mapQueue<Item, Outcome>(
  queue: Queue<Item>,
  task: (item: Item) => Promise<Outcome>,
  { limit, stopped }: Limits,
): AsyncGenerator<Outcome, void> {
  const running = new Map<number, Promise<{ readonly id: number; readonly item: Item; readonly outcome: Outcome }>>();
  let next = 0;
  const begin = (): boolean => {
    const item = stopped?.() ? undefined : queue.take();
    if (item === undefined) return false;
    const id = next++;
    const outcome = task(item).then((value) => ({ id, item, outcome: value }));
    // While the one who asked is busy, a rejection is not unhandled: it is told at the next turn.
    outcome.catch(() => {});
    running.set(id, outcome);
    return true;
  };
  try {
    while (running.size < limit && begin());
    while (running.size > 0) {
      const { id, item, outcome } = await Promise.race(running.values());
      running.delete(id);
      queue.ended(item);
      while (running.size < limit && begin());
      yield outcome;
    }
  } finally {
    // Nothing goes on unseen when one failed, or when nobody wants the rest.
    await Promise.allSettled(running.values());
  }
}
