import type { Clock } from '../ports.ts';

/** Turns of many environments, of which only so many are taken at once. */
export interface Turns {
  /** Room for one environment, whose `signal` says that it ends: it waits no more then. */
  room(signal: AbortSignal): Room;
}

/** Where an environment takes its turns. */
export interface Room {
  /** Resolves when there is room, in the order in which they came, or when the environment ends. */
  enter(): Promise<void>;
  /** Lets the next one in. Of no effect on who is not in. Who stays very long has left, whether or not the turn is over. */
  leave(): void;
}

/**
 * How many take a turn at once: far more than there are connections, which they share, so that one whose server is slow holds up no other;
 * far fewer than there may be environments. When all of a thousand have a new commit, what has begun is brought to its end before more is
 * begun: the first are done early, and what turns hold in memory is that of a few.
 */
const usualPlaces = 32;

/**
 * Who has been in for so many milliseconds takes up no place any more: a webhook that does not answer lets a turn wait for long, and may do so
 * to as many as there are places.
 */
const longest = 30_000;

/** Lets `places` environments take a turn at once. */
export function openTurns(clock: Pick<Clock, 'sleep'>, places: number = usualPlaces): Turns {
  const waiting = new Set<() => void>();
  let free = places;
  const giveUp = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  return {
    room(signal) {
      let isIn = false;
      let stay = new AbortController();
      const leave = (): void => {
        if (!isIn) return;
        isIn = false;
        stay.abort();
        giveUp();
      };
      const leaveInTime = async ({ signal: over }: AbortController): Promise<void> => {
        await clock.sleep(longest, over);
        if (!over.aborted) leave();
      };
      return {
        async enter() {
          if (signal.aborted || isIn) return;
          isIn = free > 0;
          if (isIn) free -= 1;
          else
            isIn = await new Promise<boolean>((resolve) => {
              const call = (): void => decide(true);
              const abort = (): void => decide(false);
              const decide = (isCalled: boolean): void => {
                waiting.delete(call);
                signal.removeEventListener('abort', abort);
                resolve(isCalled);
              };
              waiting.add(call);
              signal.addEventListener('abort', abort, { once: true });
            });
          if (!isIn) return;
          stay = new AbortController();
          void leaveInTime(stay);
        },
        leave,
      };
    },
  };
}
