import type { Inventory, InventoryEntry } from '../model/inventory.ts';
import type { DesiredObject, Suspended, Write } from '../model/plan.ts';
import type { ObjectKey } from '../model/ref.ts';
import { runsOnFailure } from '../model/rendered.ts';
import type { DesiredTree } from './desired.ts';
import { entryAhead, isJob } from './inventory.ts';
import { hasLasted, sinceWhen } from './lasting.ts';
import type { Observed } from './plan.ts';
import { healthAt, isSettled, isWritten, type RolloutInput } from './rollout.ts';

/** What is decided of hooks that run only when something failed. */
export interface HookDecisions {
  /** Undefined when nothing is decided anew. */
  readonly inventory: Inventory | undefined;
  /** The hooks that are undecided although all of their chart is Current, with since when it is. */
  readonly doneSince: ReadonlyMap<ObjectKey, number>;
}

/**
 * The inventory with what is decided of hooks that run only when something of their chart failed: one is in it to be made as soon as
 * something has failed, and as one that is not needed once all has been Current for a time. What was decided once stays so while the hook
 * is the same.
 */
export function decideHooks(input: RolloutInput, before: HookDecisions['doneSince']): HookDecisions {
  const { accepted, inventory, suspended } = input;
  const open: (readonly [ObjectKey, DesiredObject])[] = [];
  // At every turn, and most environments have no such hook: nothing is made for those.
  for (const [key, object] of accepted.objects) {
    // Of a slice that is suspended, nothing is decided either.
    if (runsOnFailure(object.rules) && !inventory.entries.has(key) && !suspended.has(object.slice)) open.push([key, object]);
  }
  if (open.length === 0) return { inventory: undefined, doneSince: new Map() };
  const folders = new Map(open.map(([, { path }]) => [folderOf(path), [] as Progress[]]));
  for (const [key, object] of accepted.objects) {
    if (!runsOnFailure(object.rules)) folders.get(folderOf(object.path))?.push(progressOf(object, { ...input, key }));
  }
  const othersOf = ({ path }: DesiredObject): readonly Progress[] => folders.get(folderOf(path)) ?? [];
  const done = open.filter(([, object]) => othersOf(object).every((progress) => progress === 'done'));
  const doneSince = sinceWhen(
    before,
    done.map(([key]) => key),
    input.now,
  );
  const decided = open.flatMap(([key, object]): readonly (readonly [ObjectKey, InventoryEntry])[] => {
    if (othersOf(object).includes('failed')) return [[key, entryAhead(object, true)]];
    return hasLasted(doneSince.get(key), input.now) ? [[key, { ...entryAhead(object, true), finished: 'unneeded' }]] : [];
  });
  if (decided.length === 0) return { inventory: undefined, doneSince };
  const entries = new Map([...inventory.entries, ...decided]);
  return { inventory: { ...inventory, entries }, doneSince: new Map([...doneSince].filter(([key]) => !entries.has(key))) };
}

/**
 * What would be made of `desired` if something of it failed, and that is new with it: no plan has it, and yet it must not turn out to be
 * wrong only when it is needed.
 */
export function hooksAhead(
  desired: DesiredTree,
  {
    accepted,
    inventory,
    observed,
    suspended,
  }: {
    readonly accepted: DesiredTree | undefined;
    readonly inventory: Inventory;
    readonly observed: Observed;
    readonly suspended: Suspended;
  },
): readonly Write[] {
  const found: Write[] = [];
  for (const [key, object] of desired.objects) {
    if (!runsOnFailure(object.rules) || suspended.has(object.slice)) continue;
    // One that is there, or was decided of, is in the plan if anything is to be done about it; one that was accepted was asked for then.
    const isOld = observed.has(key) || inventory.entries.has(key) || accepted?.objects.get(key)?.blob === object.blob;
    if (!isOld) found.push({ op: 'create', desired: object, because: 'new' });
  }
  return found;
}

/** The objects of a chart stand in one folder. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** How far an object is on the way to what the revision says. */
type Progress = 'under way' | 'done' | 'failed';

function progressOf(object: DesiredObject, input: RolloutInput & { readonly key: ObjectKey }): Progress {
  const entry = input.inventory.entries.get(input.key);
  const { status } = healthAt(object, input);
  if (!isWritten(object, entry)) return 'under way';
  if (status === 'Current') return 'done';
  // What was Failed before has not failed because of the revision, which may be what mends it.
  if (entry?.ailing) return 'under way';
  // How a Job ended does not change any more.
  const isSure = isJob(object.ref) || isSettled(input.live.get(input.key), { entry, now: input.now });
  return status === 'Failed' && isSure ? 'failed' : 'under way';
}
