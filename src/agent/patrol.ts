import { partOfLabel } from '../model/applyset.ts';
import type { ObjectKey } from '../model/ref.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { fingerprintOf, sameFingerprint } from '../reconcile/fingerprint.ts';
import { isJob } from '../reconcile/inventory.ts';
import { foreignFields } from '../reconcile/ownership.ts';
import { rewrittenFields } from '../reconcile/rewritten.ts';
import type { Agent, Known } from './agent.ts';
import { readDesired, toApply } from './manifests.ts';

/** What a patrol looks with. It changes nothing: what it finds, the next turn puts right. */
export type PatrolPorts = Pick<Agent, 'source' | 'cluster' | 'clock' | 'observer' | 'manager' | 'setId'>;

/** Each object is looked at once in this many milliseconds. Where there are too many for that, it takes longer. */
const round = 3_600_000;

/** The least milliseconds between two looks, and the most: what is to be looked at may have become more meanwhile. */
const pauses = { least: 250, most: 600_000 } as const;

/**
 * Looks at the objects of an environment, one after the other, with their values: what a fingerprint does not show is found within
 * the hour. A label of a Deployment whose managedFields were put back leaves neither its generation nor our entry otherwise, and
 * neither does one that somebody adds where nobody may; and a watch may have missed something. It costs one GET for each object, evenly
 * spread, which passes no admission; an agent that has just begun rests first. `now` is what is known at the time; undefined while
 * another agent is at work. Ends when `signal` aborts, and never rejects.
 */
export async function patrol(ports: PatrolPorts, now: () => Known | undefined, signal: AbortSignal): Promise<void> {
  const { clock } = ports;
  const spread = (milliseconds: number): number => milliseconds * (0.75 + clock.random() / 2);
  let beat: Beat = { tree: undefined, keys: [] };
  // Those who begin again and again do not begin with the same objects.
  let next = Math.floor(clock.random() * 2 ** 31);
  await clock.sleep(spread(pauses.most), signal);
  while (!signal.aborted) {
    const known = now();
    beat = beatOf(known?.accepted, beat);
    const { length } = beat.keys;
    const key = beat.keys[next++ % length];
    if (known !== undefined && key !== undefined) await look(key, ports, { known, signal });
    await clock.sleep(spread(Math.min(pauses.most, Math.max(pauses.least, round / length))), signal);
  }
}

/** What there is to look at, in order. */
interface Beat {
  readonly tree: DesiredTree | undefined;
  readonly keys: readonly ObjectKey[];
}

function beatOf(tree: DesiredTree | undefined, before: Beat): Beat {
  return tree === before.tree ? before : { tree, keys: [...(tree?.objects.keys() ?? [])] };
}

/** Looks at one object, if nothing is known that a turn would do with it, and has it doubted where it is not as it was left. */
async function look(
  key: ObjectKey,
  ports: PatrolPorts,
  { known, signal }: { readonly known: Known; readonly signal: AbortSignal },
): Promise<void> {
  const { cluster, observer, manager, setId } = ports;
  const desired = known.accepted?.objects.get(key);
  const entry = known.inventory.entries.get(key);
  const live = observer.live.get(key);
  if (desired === undefined || entry?.seen === undefined || live === undefined || live.deleting || entry.blob !== desired.blob) return;
  if (!sameFingerprint(entry.seen, live.fingerprint)) return;
  try {
    const answer = await cluster.get(desired.apiVersion, desired.ref, signal);
    if (!answer.ok) return;
    const object = answer.value;
    // What a watch has told since is newer than this answer may be.
    if (observer.live.get(key) !== live) return;
    // Nobody would know how a Job ended that its TTL has just removed: its watch tells.
    if (object?.metadata.labels?.[partOfLabel] !== setId) return isJob(desired.ref) ? undefined : observer.forget(desired.ref);
    if (!sameFingerprint(entry.seen, fingerprintOf(object, manager))) return observer.note(object);
    const manifest = await readDesired(ports.source, desired);
    if (!manifest.ok) return;
    const rewritten = rewrittenFields(toApply(manifest.value, setId), object, manager);
    const isAsLeft =
      rewritten.join(' ') === entry.rewritten.join(' ') && foreignFields(object, { manager, rules: desired.rules }).length === 0;
    if (!isAsLeft) observer.doubt(key, object.metadata.resourceVersion);
  } catch {
    // What is out of reach is told by the turns, and the object is looked at again in the next round.
  }
}
