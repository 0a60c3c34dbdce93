import type { Clock } from '../ports.ts';
import { whenAborted } from './abort.ts';

/** The date as it is before anybody follows who asks for it: what this program wants to know is no matter of what it compiles. */
const TrueDate = Date;

/** The system's clock and chance. */
export const systemClock: Clock = {
  now: () => new TrueDate(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const over = (): void => {
        letGo();
        resolve();
      };
      // Timers take at most 31 bits.
      const timer = setTimeout(over, Math.min(ms, 2_147_483_647));
      const letGo = whenAborted(signal, () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};
