import { counted } from '../model/count.ts';
import { grouped } from '../model/grouped.ts';
import type { InventoryEntry } from '../model/inventory.ts';
import type { Plan, Refusal } from '../model/plan.ts';
import { budgetFor, isProtected } from '../model/protected.ts';
import { formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import type { RenderedIndex } from '../model/rendered.ts';
import { makePlan, type PlanInput } from './plan.ts';

/** The last time that a Date can tell: no hold lasts until then. */
const afterAllHolds = new Date(8.64e15);

/**
 * The slices for which `plan`, made of `input`, may not be carried out, and why. A hold puts a deletion off and does not
 * allow it: nobody asks again when the hold is over.
 */
export function guardAll(plan: Plan, input: Omit<PlanInput, 'now'>): ReadonlyMap<string, Refusal> {
  const whole = plan.held.length === 0 ? plan : makePlan({ ...input, now: afterAllHolds });
  return guard(whole, input.inventory.entries.size, input.desired.index);
}

/**
 * The slices of an environment that owns `owned` objects for which `plan` may not be carried out, and why. A deletion that
 * an approval names is allowed whatever the budget; what was only made for a preflight, and never accepted, may go, and so may
 * a Job that ended: its next version replaces it. One that is under way already can be stopped by nobody.
 */
export function guard(
  plan: Plan,
  owned: number,
  { objects, approvals, removed }: Pick<RenderedIndex, 'objects' | 'approvals' | 'removed'>,
): ReadonlyMap<string, Refusal> {
  if (removed !== undefined) return new Map();
  const approved = new Set(approvals.map((approval) => keyOf(approval.ref)));
  const prunes = plan.changes.flatMap((change) => (change.op === 'prune' && !change.live?.deleting ? [change.entry] : []));
  const counted = prunes.filter(({ accepted, finished }) => accepted && finished === undefined);
  const unapproved = counted.filter((entry) => !approved.has(keyOf(entry.ref)));
  const whole = emptied(unapproved, objects.length) ?? overBudget(unapproved, owned);
  return new Map(
    [...grouped(unapproved, ({ slice }) => slice)].flatMap(([slice, entries]) => {
      const refusal = whole ?? protectedOnes(entries);
      return refusal === undefined ? [] : [[slice, refusal] as const];
    }),
  );
}

function emptied(unapproved: readonly InventoryEntry[], wanted: number): Refusal | undefined {
  if (unapproved.length === 0 || wanted > 0) return undefined;
  return {
    code: 'branch-emptied',
    message: `the commit deletes everything that the environment owns: ${counted(unapproved.length, 'object')}`,
    help: 'revert the commit, approve the deletions in the environment (`approvals`), or declare that it is no more (`removed`)',
  };
}

function protectedOnes(unapproved: readonly InventoryEntry[]): Refusal | undefined {
  const found = unapproved.filter(({ ref }) => isProtected(ref));
  if (found.length === 0) return undefined;
  return {
    code: 'deletion-protected',
    message: `the commit deletes ${names(found.map((entry) => entry.ref))}, and what these hold cannot be brought back`,
    help: 'revert the commit, or approve the deletion in the environment (`approvals`) with a reason',
  };
}

function overBudget(unapproved: readonly InventoryEntry[], owned: number): Refusal | undefined {
  const budget = budgetFor(owned);
  if (unapproved.length <= budget) return undefined;
  return {
    code: 'deletion-budget',
    message: `the commit deletes ${counted(unapproved.length, 'object')} of ${owned}, and ${budget} may go at once: ${names(unapproved.map((entry) => entry.ref))}`,
    help: 'delete in smaller steps, or approve the deletions in the environment (`approvals`) with a reason',
  };
}

function names(refs: readonly ObjectRef[]): string {
  const shown = refs.slice(0, 5).map((ref) => `\`${formatRef(ref)}\``);
  return refs.length > shown.length ? `${shown.join(', ')} and ${refs.length - shown.length} more` : shown.join(', ');
}
