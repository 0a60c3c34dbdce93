import { grouped } from '../model/grouped.ts';
import type { Health } from '../model/health.ts';
import type { FailedRollout, Inventory, InventoryEntry, Rollouts } from '../model/inventory.ts';
import type { DesiredObject, Plan, Refusal, Suspended } from '../model/plan.ts';
import { formatRef, keyOf, type ObjectKey } from '../model/ref.ts';
import { runsOnFailure } from '../model/rendered.ts';
import { formatSlice } from '../model/slice.ts';
import { compose, type DesiredTree, withoutBrought } from './desired.ts';
import { sameFingerprint } from './fingerprint.ts';
import { guardAll } from './guard.ts';
import { lateHealth } from './health/deadline.ts';
import { isHeld } from './hold.ts';
import { entryAhead, healthShown, isJob } from './inventory.ts';
import { hasLasted } from './lasting.ts';
import type { LiveState } from './live.ts';
import { makePlan } from './plan.ts';

/** What a rollout is judged by. */
export interface RolloutInput {
  readonly accepted: DesiredTree;
  readonly inventory: Inventory;
  readonly live: ReadonlyMap<ObjectKey, LiveState>;
  readonly suspended: Suspended;
  readonly now: Date;
}

/** An object that is as the revision says, and Failed. */
export interface Failing {
  readonly object: DesiredObject;
  readonly health: Health;
}

/** Nothing is known of rollouts yet. */
const noRollouts: Rollouts = { healthy: new Map(), ailing: [], failed: undefined };

/**
 * The slices that are as the revision says, and all Current: those that it counts as healthy for once that has lasted, and is not noted
 * yet. One that is suspended, or with a hold in it, is as a person says.
 */
export function healthySlices(input: RolloutInput): readonly string[] {
  const { accepted, inventory, live, suspended, now } = input;
  const { healthy } = inventory.rollouts ?? noRollouts;
  const slices = grouped(accepted.objects, ([, { slice }]) => slice);
  return [...slices].flatMap(([slice, objects]) => {
    const isHealthy = ([key, object]: readonly [ObjectKey, DesiredObject]): boolean => {
      const entry = inventory.entries.get(key);
      if (runsOnFailure(object.rules)) return true;
      return isWritten(object, entry) && !heldAt(live.get(key), now) && healthAt(object, { ...input, key }).status === 'Current';
    };
    const isOpen = healthy.get(slice) !== accepted.commit && !inventory.behind.has(slice) && !suspended.has(slice);
    return isOpen && objects.every(isHealthy) ? [slice] : [];
  });
}

/**
 * What is Failed in the slices whose rollout can still fail: they are at the revision, and were never healthy at it. While a person
 * holds something of a slice, or has suspended it, it does not fail: what they do there may be why. Nor does it by what was Failed before.
 */
export function failingSlices(input: RolloutInput): ReadonlyMap<string, readonly Failing[]> {
  const { accepted, inventory, live, suspended, now } = input;
  const { healthy } = inventory.rollouts ?? noRollouts;
  const found: Failing[] = [];
  const held = new Set<string>(suspended.keys());
  for (const [key, object] of accepted.objects) {
    const { slice } = object;
    if (healthy.get(slice) === accepted.commit || inventory.behind.has(slice) || runsOnFailure(object.rules)) continue;
    const entry = inventory.entries.get(key);
    const state = live.get(key);
    if (heldAt(state, now)) held.add(slice);
    const counts = isSettled(state, { entry, now }) && isWritten(object, entry) && !entry?.ailing;
    const health = counts ? healthAt(object, { ...input, key }) : undefined;
    if (health?.status === 'Failed') found.push({ object, health });
  }
  return grouped(
    found.filter(({ object }) => !held.has(object.slice)),
    ({ object }) => object.slice,
  );
}

/** Why nothing goes back from what was Failed when the revision was taken, and is still; undefined where nothing was. */
export function staysFor({ accepted, inventory, live }: RolloutInput): string | undefined {
  for (const [key, { ref }] of accepted.objects) {
    const entry = inventory.entries.get(key);
    if (entry?.ailing && healthShown(entry, live.get(key)).status === 'Failed')
      return `\`${formatRef(ref)}\` was Failed before the commit was taken, which does not change it`;
  }
  return undefined;
}

/** Whether how an object does is that of what was applied, and has been so for a time. */
export function isSettled(
  state: LiveState | undefined,
  { entry, now }: { readonly entry: InventoryEntry | undefined; readonly now: Date },
): boolean {
  return state === undefined || (sameFingerprint(entry?.seen ?? nobody, state.fingerprint) && hasLasted(state.since, now));
}

/** No object has it. */
const nobody = { uid: '', fields: '', version: '' };

/** Whether an object was applied as its revision says. */
export function isWritten({ blob }: DesiredObject, entry: InventoryEntry | undefined): boolean {
  return entry?.blob === blob && (entry.seen !== undefined || entry.finished !== undefined);
}

function heldAt(state: LiveState | undefined, now: Date): boolean {
  return state?.hold !== undefined && isHeld(state.hold, now);
}

/** How an object does, Failed when it is past its deadline. */
export function healthAt(
  { ref, rules }: DesiredObject,
  { inventory, live, now, key }: Pick<RolloutInput, 'inventory' | 'live' | 'now'> & { readonly key: ObjectKey },
): Health {
  const state = live.get(key);
  const shown = healthShown(inventory.entries.get(key), state);
  return state === undefined ? shown : lateHealth(shown, { ref, since: state.since, now, deadline: rules.deadline });
}

/** What is known of rollouts when `candidate` is taken by some slices, where the environment goes back from what fails. */
export function rolloutsTaken(
  candidate: DesiredTree,
  input: Pick<RolloutInput, 'inventory' | 'live' | 'now'> & { readonly isTaking: (slice: string) => boolean },
): Rollouts | undefined {
  if (candidate.index.onFailure !== 'return') return undefined;
  const { healthy, failed, ailing: before } = input.inventory.rollouts ?? noRollouts;
  const slices = new Set<string>();
  const ailing = new Set<string>();
  for (const [key, object] of candidate.objects) {
    slices.add(object.slice);
    if (runsOnFailure(object.rules) || !input.isTaking(object.slice)) continue;
    if (input.live.has(key) && healthAt(object, { ...input, key }).status !== 'Current') ailing.add(object.slice);
  }
  return {
    healthy: new Map([...healthy].filter(([slice]) => slices.has(slice))),
    ailing: [...before.filter((slice) => slices.has(slice) && !input.isTaking(slice)), ...ailing],
    failed: failed?.commit === candidate.commit ? failed : undefined,
  };
}

/** The inventory with `slices` healthy at its revision; undefined when it says so already. */
export function withHealthy(inventory: Inventory, slices: readonly string[]): Inventory | undefined {
  const { revision, rollouts = noRollouts } = inventory;
  if (revision === undefined || slices.every((slice) => rollouts.healthy.get(slice) === revision)) return undefined;
  return {
    ...inventory,
    rollouts: { ...rollouts, healthy: new Map([...rollouts.healthy, ...slices.map((one) => [one, revision] as const)]) },
  };
}

/** Why a commit is not taken whose rollout failed before, and for which slices; undefined when it did not. */
export function failedBefore(
  inventory: Inventory,
  commit: string,
): { readonly refusal: Refusal; readonly slices: readonly string[] } | undefined {
  const failed = inventory.rollouts?.failed;
  if (failed?.commit !== commit) return undefined;
  const help = 'look at the object and at its pods; the same commit is not taken again';
  const message = `its rollout failed: ${failed.message}, until a newer commit comes: mend the source and publish again, or revert the commit`;
  return { refusal: { code: 'rollout-failed', message, help }, slices: failed.slices };
}

/** What the environment goes back to. */
export interface WayBack {
  readonly tree: DesiredTree;
  /** With what is known of Jobs that ran before, and of slices that are behind. */
  readonly inventory: Inventory;
  readonly plan: Plan;
  readonly failed: FailedRollout;
}

/** What there is to go back to, or why nothing is gone back to, for people. */
type Return = WayBack | { readonly staysBecause: string };

/**
 * How the slices that fail go back to where they were healthy: `trees` are the commits where they were. Undefined when nothing that fails
 * speaks against the revision. What a commit may not delete is not deleted on the way back either: such a slice stays.
 */
export function wayBack(
  input: RolloutInput,
  failing: ReadonlyMap<string, readonly Failing[]>,
  trees: ReadonlyMap<string, DesiredTree>,
): Return | undefined {
  const ailing = new Set(input.inventory.rollouts?.ailing);
  const counted = new Map<string, Failing>();
  const staysBecause: string[] = [];
  for (const [slice, all] of failing) {
    const target = trees.get(slice);
    if (target === undefined) {
      staysBecause.push(`no commit is known at which ${formatSlice(slice)} was healthy`);
      continue;
    }
    const isNew = ({ object }: Failing): boolean => target.objects.get(keyOf(object.ref))?.blob !== object.blob;
    const reason = ailing.has(slice) ? all.find(isNew) : all[0];
    if (reason !== undefined && isOtherwise(slice, input.accepted, target)) counted.set(slice, reason);
  }
  while (counted.size > 0) {
    const way = wayOf(input, new Map([...trees].filter(([slice]) => counted.has(slice))));
    const refusals = guardAll(way.plan, { ...input, desired: way.tree, inventory: way.inventory, observed: input.live });
    const blocked = [...counted.keys()].filter((slice) => refusals.has(slice));
    const [refusal] = refusals.values();
    if (refusal === undefined) return { ...way, failed: failureOf(input, { counted, trees, isWhole: way.isWhole }) };
    staysBecause.push(`to go back would be refused (${refusal.code}): ${refusal.message}`);
    for (const slice of blocked.length > 0 ? blocked : [...counted.keys()]) counted.delete(slice);
  }
  const [why] = staysBecause;
  return why === undefined ? undefined : { staysBecause: why };
}

/** Whether a slice has anything else in `target` than it has now: otherwise to go back would change nothing. */
function isOtherwise(slice: string, { objects }: DesiredTree, target: DesiredTree): boolean {
  const of = (tree: DesiredTree['objects']): readonly string[] =>
    [...tree].flatMap(([key, object]) => (object.slice === slice ? [`${key} ${object.blob}`] : [])).sort();
  return of(objects).join('\n') !== of(target.objects).join('\n');
}

/** The way of the slices of `trees`, whatever stands against it. When all go back to one commit, the environment is at that one again. */
function wayOf(
  { accepted, inventory, live, suspended, now }: RolloutInput,
  trees: ReadonlyMap<string, DesiredTree>,
): Omit<WayBack, 'failed'> & { readonly isWhole: boolean } {
  const targets = [...new Set(trees.values())];
  const [only] = targets;
  const isWhole =
    only !== undefined &&
    targets.every(({ commit }) => commit === only.commit) &&
    inventory.behind.size === 0 &&
    [...accepted.objects.values()].every(({ slice }) => trees.has(slice));
  const kept = [...trees].flatMap(([slice, { objects }]) => [...objects].filter(([, object]) => object.slice === slice));
  const tree = isWhole ? only : withoutBrought(compose(accepted, { ...accepted, objects: new Map(kept) }, new Set(trees.keys())), trees);
  const behind = isWhole
    ? inventory.behind
    : new Map([...inventory.behind, ...[...trees].map(([slice, { commit }]) => [slice, commit] as const)]);
  const entries = new Map(inventory.entries);
  for (const [key, desired] of isWhole ? only.objects : kept) {
    const entry = entries.get(key);
    // It ran to its end when the commit was healthy. What another commit made of it is not undone by running it again.
    if (isJob(desired.ref) && entry?.blob !== desired.blob)
      entries.set(key, { ...(entry ?? entryAhead(desired, true)), blob: desired.blob, finished: 'earlier' });
  }
  const before = { ...inventory, behind, entries };
  const withHooks = { ...tree, objects: new Map([...hooksUnderWay(accepted, inventory), ...tree.objects]) };
  const plan = makePlan({ desired: withHooks, inventory: before, observed: live, suspended, now });
  return { isWhole, tree: withHooks, inventory: before, plan };
}

/**
 * What runs, or is to run, because `failed` failed is the last of that commit that is carried out: it stays until the next commit, and what
 * it needs until it has ended.
 */
export function hooksUnderWay(failed: DesiredTree, { entries }: Inventory): ReadonlyMap<ObjectKey, DesiredObject> {
  const found = new Map<ObjectKey, DesiredObject>();
  const add = (key: ObjectKey): void => {
    const object = failed.objects.get(key);
    if (object === undefined || found.has(key)) return;
    found.set(key, object);
    if (entries.get(key)?.finished === undefined) for (const needed of object.dependsOn) add(keyOf(needed));
  };
  for (const [key, { rules }] of failed.objects) {
    const entry = entries.get(key);
    if (runsOnFailure(rules) && entry !== undefined && entry.finished !== 'unneeded') add(key);
  }
  return found;
}

function failureOf(
  { accepted, inventory }: RolloutInput,
  {
    counted,
    trees,
    isWhole,
  }: { readonly counted: ReadonlyMap<string, Failing>; readonly trees: ReadonlyMap<string, DesiredTree>; readonly isWhole: boolean },
): FailedRollout {
  const before = inventory.rollouts?.failed;
  const earlier = before?.commit === accepted.commit ? before : undefined;
  const words = [...counted].slice(0, isWhole ? 1 : named).map(([slice, { object, health }]) => {
    const at = trees.get(slice)?.commit.slice(0, 12) ?? '';
    const what = isWhole ? 'the environment' : formatSlice(slice);
    return `\`${formatRef(object.ref)}\` failed: ${health.message}; ${what} is back at ${at}, where it was healthy`;
  });
  return {
    commit: accepted.commit,
    slices: isWhole ? [] : [...new Set([...(earlier?.slices ?? []), ...counted.keys()])],
    message: [...(earlier === undefined ? [] : [earlier.message]), ...words].join('; '),
  };
}

/** A status does not grow with what failed: this many are named. */
const named = 5;
