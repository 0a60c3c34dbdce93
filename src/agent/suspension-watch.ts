import { parentOf, suspensionsOf } from '../model/applyset.ts';
import type { Clock, Cluster } from '../ports.ts';

/** What is told of an environment's suspensions, so that nobody has to ask while they stay as they are. */
export interface SuspensionWatch {
  /** Whether they are for certain as they were when somebody asked at `since`, in milliseconds since 1970. */
  isStill(since: number): boolean;
  /** Aborts when they change from now on. */
  moved(): AbortSignal;
  /** Resolves when it has ended after its signal aborted. */
  readonly ended: Promise<void>;
}

/** What it is watched with. */
export interface SuspensionWatchOptions {
  readonly home: Pick<Cluster, 'resource' | 'watch'>;
  readonly clock: Clock;
  readonly environment: string;
  readonly namespace: string;
  /** Called when they changed. */
  readonly onChange: () => void;
}

/** An agent whose rights are of an older version may not watch: it is tried again after this many milliseconds. Else sooner. */
const pauses = { refused: 600_000, unanswered: 30_000 } as const;

/** Watches the one object that says which slices are suspended, until `signal` aborts. While it cannot, nothing is certain. */
export function watchSuspensions(
  { home, clock, environment, namespace, onChange }: SuspensionWatchOptions,
  signal: AbortSignal,
): SuspensionWatch {
  const { name } = suspensionsOf(parentOf(environment, namespace));
  let movement = new AbortController();
  let changed = Number.POSITIVE_INFINITY;
  let isWatching = false;

  const change = (): void => {
    changed = clock.now().getTime();
    movement.abort('changed');
    onChange();
  };
  /** Watches as long as that is allowed, and tells after how many milliseconds it may be tried again. */
  const follow = async (): Promise<number> => {
    const answer = await home.resource('v1', 'ConfigMap', signal);
    if (!answer.ok || answer.value === undefined) return pauses.unanswered;
    const options = { resource: answer.value, namespace, selector: '', fields: `metadata.name=${name}`, metadataOnly: true };
    for await (const event of home.watch(options, signal)) {
      if (event.type === 'lost') {
        isWatching = false;
        // What only did not answer comes back by itself.
        if (event.isForbidden) return pauses.refused;
      } else if (event.type === 'listed') {
        isWatching = true;
        // What changed while nobody watched is not known.
        changed = clock.now().getTime();
      } else if (event.type !== 'listing' && isWatching) change();
    }
    return pauses.unanswered;
  };
  const followOn = async (): Promise<void> => {
    while (!signal.aborted) {
      // What is out of reach is told by the turns.
      const pause = await follow().catch(() => pauses.unanswered);
      isWatching = false;
      await clock.sleep(pause, signal);
    }
  };
  return {
    // Whoever asked before the clock was set back asks once more.
    isStill: (since) => isWatching && changed < since && since <= clock.now().getTime(),
    moved() {
      movement = new AbortController();
      return movement.signal;
    },
    ended: followOn(),
  };
}
