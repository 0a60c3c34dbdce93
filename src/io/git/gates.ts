import { type Gate, openGate } from '../gate.ts';
import { stoppedWaiting } from './run.ts';

/** What talks to remotes has to pass. */
export interface Gates {
  readonly looks: Gate;
  readonly fetches: Gate;
}

/** Everybody passes at once. */
export const openWide: Gates = { looks: (work) => work(), fetches: (work) => work() };

/** The gates of a process that talks to the remotes of many. A fetch takes far more memory than a look. */
export function narrowGates(): Gates {
  return { looks: openGate(16, stoppedWaiting), fetches: openGate(4, stoppedWaiting) };
}
