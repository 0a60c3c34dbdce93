import type { Health } from '../model/health.ts';
import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import type { DesiredObject } from '../model/plan.ts';
import type { ObjectKey } from '../model/ref.ts';
import type { ObjectRules } from '../model/rendered.ts';
import type { DesiredTree } from './desired.ts';
import { sameFingerprint } from './fingerprint.ts';
import { lateHealth } from './health/deadline.ts';
import { entryAhead, healthOfAbsent, isJob } from './inventory.ts';
import type { LiveState } from './live.ts';

/** What a rollout is judged by. */
export interface HookInput {
  readonly accepted: DesiredTree;
  readonly inventory: Inventory;
  readonly live: ReadonlyMap<ObjectKey, LiveState>;
  readonly now: Date;
}

/** Whether the environment is Ready only when an object is Current: not so where it only runs when something failed. */
export function countsForHealth({ when }: ObjectRules): boolean {
  return when === undefined;
}

/**
 * The inventory with what is decided of hooks that run only when something of their chart failed: one is in it to be made as soon as
 * something has failed, and as one that is not needed once all is Current. What was decided once stays so while the hook is the same.
 * Undefined when nothing is decided anew.
 */
export function decideHooks(input: HookInput): Inventory | undefined {
  const { accepted, inventory } = input;
  const open = [...accepted.objects].filter(([key, object]) => !countsForHealth(object.rules) && !inventory.entries.has(key));
  if (open.length === 0) return undefined;
  const folders = new Map(open.map(([, { path }]) => [folderOf(path), [] as Rollout[]]));
  for (const [key, object] of accepted.objects) {
    if (countsForHealth(object.rules)) folders.get(folderOf(object.path))?.push(rolloutOf(object, key, input));
  }
  const entries = new Map<ObjectKey, InventoryEntry>(inventory.entries);
  for (const [key, object] of open) {
    const rollouts = folders.get(folderOf(object.path)) ?? [];
    if (rollouts.includes('failed')) entries.set(key, entryAhead(object, true));
    else if (rollouts.every((rollout) => rollout === 'done')) entries.set(key, { ...entryAhead(object, true), finished: 'unneeded' });
  }
  return entries.size === inventory.entries.size ? undefined : { ...inventory, entries };
}

/** The objects of a chart stand in one folder. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** How far an object is on the way to what the revision says. */
type Rollout = 'under way' | 'done' | 'failed';

/** A failure counts once it has lasted so many milliseconds: whoever reports it may not have looked at what was applied just now. */
const lasting = 10_000;

function rolloutOf(object: DesiredObject, key: ObjectKey, { inventory, live, now }: HookInput): Rollout {
  const entry = inventory.entries.get(key);
  const state = live.get(key);
  const isWritten = entry?.blob === object.blob && (entry.seen !== undefined || entry.finished !== undefined);
  if (!isWritten) return 'under way';
  const { status } = healthAt(object, { state, entry, now });
  if (status === 'Current') return 'done';
  // How a Job ended does not change any more.
  const isSure = state === undefined || isJob(object.ref) || now.getTime() - state.since >= lasting;
  const isOurs = state === undefined || (entry.seen !== undefined && sameFingerprint(entry.seen, state.fingerprint));
  return status === 'Failed' && isSure && isOurs ? 'failed' : 'under way';
}

interface Seen {
  readonly state: LiveState | undefined;
  readonly entry: InventoryEntry | undefined;
  readonly now: Date;
}

function healthAt({ ref, rules }: DesiredObject, { state, entry, now }: Seen): Health {
  if (state === undefined) return healthOfAbsent(entry);
  return lateHealth(state.health, { ref, since: state.since, now, deadline: rules.deadline });
}
