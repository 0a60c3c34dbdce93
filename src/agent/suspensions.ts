import { parentOf, suspensionsOf } from '../model/applyset.ts';
import type { ObjectProblem } from '../model/event.ts';
import type { LiveObject } from '../model/manifest.ts';
import type { Hold, Suspended } from '../model/plan.ts';
import type { ObjectRef } from '../model/ref.ts';
import type { Clock, Cluster } from '../ports.ts';
import { suspensionData, suspensionsIn } from '../reconcile/suspended.ts';
import { maxLooks } from './outcome.ts';
import { type StoreOptions, stateFailure } from './state.ts';

/** Which slices of an environment are suspended, and what is wrong with what else is said of some. */
export interface SuspendedNow {
  readonly suspended: Suspended;
  readonly wronglySuspended: readonly ObjectProblem[];
  /** When the API server was asked, in milliseconds since 1970. */
  readonly suspensionsAsked: number;
  readonly areSuspensionsOld: false;
}

/** What it takes to know which slices of an environment are suspended: its state stands in the cluster `home`. */
interface SuspensionOptions extends Omit<StoreOptions, 'cluster'> {
  readonly home: Pick<Cluster, 'get' | 'apply' | 'remove'>;
  readonly clock: Clock;
}

/** Which slices are suspended now. The API server is asked, and no watch: whoever suspends a slice may edit it at once. */
export async function suspendedNow({ clock, ...options }: SuspensionOptions, signal: AbortSignal): Promise<SuspendedNow> {
  const suspensionsAsked = clock.now().getTime();
  const { ref, live } = await readSuspensions(options, signal);
  const { suspended, problems } = suspensionsIn(live, clock.now());
  return {
    suspended,
    wronglySuspended: problems.map((message) => ({ ref, path: '', message })),
    suspensionsAsked,
    areSuspensionsOld: false,
  };
}

/** Suspends `slice` as `hold` says, or ends that where there is none. What is over by now goes, too. */
export async function suspendSlice(
  { clock, ...options }: SuspensionOptions,
  { slice, hold, manager }: { readonly slice: string; readonly hold: Hold | undefined; readonly manager: string },
  signal: AbortSignal,
): Promise<void> {
  const { home } = options;
  for (let looks = 1; ; looks++) {
    const { ref, live } = await readSuspensions(options, signal);
    const next = new Map(suspensionsIn(live, clock.now()).suspended);
    if (hold === undefined) next.delete(slice);
    else next.set(slice, hold);
    if (live === undefined && next.size === 0) return;
    const { uid, resourceVersion } = live?.metadata ?? {};
    const isSame = uid === undefined || resourceVersion === undefined ? {} : { uid, resourceVersion };
    const metadata = { name: ref.name, namespace: ref.namespace, ...isSame };
    const answer =
      live !== undefined && next.size === 0
        ? await home.remove('v1', ref, live.metadata, signal)
        : await home.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: suspensionData(next) }, { manager, signal });
    if (answer.ok) return;
    // Somebody else suspends another slice at the same time.
    if (answer.error.reason !== 'conflict' || looks === maxLooks) throw stateFailure(ref, answer.error);
  }
}

async function readSuspensions(
  { home, environment, namespace }: Omit<SuspensionOptions, 'clock'>,
  signal: AbortSignal,
): Promise<{ readonly ref: ObjectRef; readonly live: LiveObject | undefined }> {
  const ref = suspensionsOf(parentOf(environment, namespace));
  const answer = await home.get('v1', ref, signal);
  if (!answer.ok) throw stateFailure(ref, answer.error);
  return { ref, live: answer.value };
}
