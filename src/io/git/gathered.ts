/** Has something done for `item`, and throws what came of it where that is a failure. */
export type Gathered<Item> = (item: Item) => Promise<void>;

/** What is done for several at once. */
export interface GatheredOptions<Item> {
  /** Does it for all of `items`: what failed stands at the place of its item, and nothing at that of the others. */
  readonly act: (items: readonly Item[]) => Promise<readonly unknown[]>;
  /** How many there are at once, at most. */
  readonly most: number;
  /** Of those that are called alike, one is done at a time. */
  readonly nameOf: (item: Item) => string;
}

interface Place<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (thrown: unknown) => void;
}

/** Does one thing at a time, for all who came meanwhile, each of whom fails alone. What `act` throws is about all of them. */
export function gathered<Item>({ act, most, nameOf }: GatheredOptions<Item>): Gathered<Item> {
  let waiting: readonly Place<Item>[] = [];
  let isRunning = false;

  const carryOut = async (places: readonly Place<Item>[]): Promise<void> => {
    try {
      const failures = await act(places.map(({ item }) => item));
      for (const [i, { done, failed }] of places.entries()) failures[i] === undefined ? done() : failed(failures[i]);
    } catch (thrown) {
      for (const { failed } of places) failed(thrown);
    }
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const first = new Map(waiting.toReversed().map((place) => [nameOf(place.item), place]));
      const next = waiting.filter((place) => first.get(nameOf(place.item)) === place).slice(0, most);
      waiting = waiting.filter((place) => !next.includes(place));
      await carryOut(next);
    }
    isRunning = false;
  };
  return (item) =>
    new Promise<void>((done, failed) => {
      waiting = [...waiting, { item, done, failed }];
      if (!isRunning) void run();
    });
}
