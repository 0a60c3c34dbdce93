import type { WatchEvent } from '../../../src/ports.ts';

/** Watch events on their way to one reader. */
export interface Feed {
  push(event: WatchEvent): void;
  /** What was pushed, in order, as it comes; ends when `signal` aborts. */
  read(signal: AbortSignal): AsyncGenerator<WatchEvent, void>;
}

/** An empty feed. */
export function feed(): Feed {
  const events: WatchEvent[] = [];
  let wake = (): void => {};
  return {
    push(event) {
      events.push(event);
      wake();
    },
    async *read(signal) {
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        const event = events.shift();
        if (event !== undefined) yield event;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
