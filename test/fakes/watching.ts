import type { Changes, Worker } from '../../src/ports.ts';

/** Changes that a test makes. */
export interface FakeChanges extends Changes {
  change(path: string): void;
  readonly followed: readonly string[];
  readonly isClosed: boolean;
}

/** Changes that are told as the real ones are: those that nobody waited for are told at once, as one. */
export function fakeChanges(signal: AbortSignal): FakeChanges {
  const followed: string[] = [];
  let changed: string | undefined;
  let isClosed = false;
  let wake: (() => void) | undefined;
  signal.addEventListener('abort', () => wake?.(), { once: true });
  return {
    followed,
    get isClosed() {
      return isClosed;
    },
    follow: (paths) => void followed.push(...paths),
    async next() {
      if (changed === undefined && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const first = changed;
      changed = undefined;
      return signal.aborted ? undefined : first;
    },
    change(path) {
      changed ??= path;
      wake?.();
    },
    close() {
      isClosed = true;
    },
  };
}

/** A worker whose answer a test gives. */
export interface FakeWorker extends Worker {
  readonly isAsked: boolean;
  answer(text: string): void;
  /** As if it had ended by itself. */
  die(): void;
}

/** A worker that does nothing by itself. Ended before its answer, it answers with nothing, as a process would. */
export function fakeWorker(): FakeWorker {
  const state = { isAsked: false, hasEnded: false };
  let give: (text: string) => void = () => {};
  const said = new Promise<string>((resolve) => {
    give = resolve;
  });
  const end = (text: string): void => {
    state.hasEnded = true;
    give(text);
  };
  return {
    get isAsked() {
      return state.isAsked;
    },
    get hasEnded() {
      return state.hasEnded;
    },
    async ask<T>(_: string, read: (line: string) => T | undefined) {
      state.isAsked = true;
      return (await said)
        .split('\n')
        .map(read)
        .find((found) => found !== undefined);
    },
    answer: end,
    die: () => end(''),
    end: async () => end(''),
  };
}
