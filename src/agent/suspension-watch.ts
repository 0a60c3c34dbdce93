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

/** An agent whose rights are of an older version may not watch: it is tried again after this many milliseconds. */
const refusedPause = 600_000;

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
  const follow = async (): Promise<void> => {
    const answer = await home.resource('v1', 'ConfigMap', signal);
    if (!answer.ok || answer.value === undefined) return;
    const options = { resource: answer.value, namespace, selector: '', fields: `metadata.name=${name}`, metadataOnly: true };
    for await (const event of home.watch(options, signal)) {
      if (event.type === 'lost') {
        if (!isWatching) return;
        isWatching = false;
      } else if (event.type === 'listed') {
        isWatching = true;
        // What changed while nobody watched is not known.
        changed = clock.now().getTime();
      } else if (event.type !== 'listing' && isWatching) change();
    }
  };
  const followOn = async (): Promise<void> => {
    while (!signal.aborted) {
      // What is out of reach is told by the turns.
      await follow().catch(() => {});
      isWatching = false;
      await clock.sleep(refusedPause, signal);
    }
  };
  return {
    isStill: (since) => isWatching && changed < since,
    moved() {
      movement = new AbortController();
      return movement.signal;
    },
    ended: followOn(),
  };
}
