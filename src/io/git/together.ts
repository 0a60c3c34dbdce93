import { allAborted } from '../../model/abort.ts';
import { unlessAborted } from '../abort.ts';
import { stoppedWaiting } from './run.ts';

/** Has something done for `item`. Whoever wants no more of it leaves; what has begun goes on for the others. */
export type Together<Item> = (item: Item, signal?: AbortSignal) => Promise<void>;

/** What is done for several at once. */
export interface TogetherOptions<Item> {
  /** Does it for all of `items`, or for none. */
  readonly act: (items: readonly Item[], signal: AbortSignal) => Promise<void>;
  /** How many there are at once, at most. */
  readonly most: number;
  /** Whether what `act` threw is about all that might have been asked for: nobody would fare better alone. */
  readonly isForAll: (thrown: unknown) => boolean;
}

/** One who waits. */
interface Place<Item> {
  readonly item: Item;
  /** Aborts when it waits no more. */
  readonly left: AbortSignal;
  readonly done: () => void;
  readonly failed: (thrown: unknown) => void;
}

/**
 * Does one thing at a time, for all who came meanwhile. Where it fails for several, each half is tried by itself, until it is known whose
 * fault it is: the others get what they asked for.
 */
export function together<Item>({ act, most, isForAll }: TogetherOptions<Item>): Together<Item> {
  const waiting: Place<Item>[] = [];
  let isRunning = false;

  const carryOut = async (places: readonly Place<Item>[]): Promise<void> => {
    const wanted = places.filter((place) => !place.left.aborted);
    if (wanted.length === 0) return;
    try {
      await act(
        wanted.map(({ item }) => item),
        allAborted(wanted.map(({ left }) => left)),
      );
      for (const { done } of wanted) done();
    } catch (thrown) {
      if (wanted.length === 1 || isForAll(thrown)) for (const { failed } of wanted) failed(thrown);
      else {
        const half = Math.ceil(wanted.length / 2);
        await carryOut(wanted.slice(0, half));
        await carryOut(wanted.slice(half));
      }
    }
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) await carryOut(waiting.splice(0, most));
    isRunning = false;
  };
  return async (item, signal) => {
    if (signal?.aborted) stoppedWaiting();
    const leaving = new AbortController();
    const work = new Promise<void>((done, failed) => {
      waiting.push({ item, left: leaving.signal, done, failed });
    });
    if (!isRunning) void run();
    try {
      await unlessAborted(work, signal, stoppedWaiting);
    } finally {
      leaving.abort('left');
    }
  };
}
