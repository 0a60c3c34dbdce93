import type { InventoryEntry } from '../model/inventory.ts';
import type { Plan, Refusal } from '../model/plan.ts';
import { formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import { type Approval, protectedKinds } from '../model/rendered.ts';

/** How many objects one commit may delete without an approval: the larger of the two. */
const deletionBudget = { objects: 5, share: 0.2 } as const;

/** How many objects of an environment of `size` objects one commit may delete. */
export function budgetFor(size: number): number {
  return Math.max(deletionBudget.objects, Math.floor(size * deletionBudget.share));
}

/**
 * Whether `plan` may be carried out on an environment that owns `owned` objects. A deletion that an approval names is
 * allowed whatever the budget; what was only made for a preflight, and never accepted, may go.
 */
export function guard(plan: Plan, owned: number, approvals: readonly Approval[]): Refusal | undefined {
  const approved = new Set(approvals.map((approval) => keyOf(approval.ref)));
  const prunes = plan.changes.flatMap((change) => (change.op === 'prune' && change.entry.accepted ? [change.entry] : []));
  const unapproved = prunes.filter((entry) => !approved.has(keyOf(entry.ref)));
  const keeps = plan.changes.filter((change) => change.op !== 'prune').length + plan.unchanged;
  return emptied(unapproved, keeps) ?? protectedOnes(unapproved) ?? overBudget(unapproved, owned);
}

function emptied(unapproved: readonly InventoryEntry[], keeps: number): Refusal | undefined {
  if (unapproved.length === 0 || keeps > 0) return undefined;
  return {
    code: 'branch-emptied',
    message: `the commit deletes everything that the environment owns: ${count(unapproved.length)}`,
    help: 'revert the commit, or approve the deletions in the environment (`approvals`)',
  };
}

function protectedOnes(unapproved: readonly InventoryEntry[]): Refusal | undefined {
  const found = unapproved.filter(({ ref }) => protectedKinds.some(({ group, kind }) => ref.group === group && ref.kind === kind));
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
    message: `the commit deletes ${count(unapproved.length)} of ${owned}, and ${budget} may go at once: ${names(unapproved.map((entry) => entry.ref))}`,
    help: 'delete in smaller steps, or approve the deletions in the environment (`approvals`) with a reason',
  };
}

function count(objects: number): string {
  return objects === 1 ? '1 object' : `${objects} objects`;
}

function names(refs: readonly ObjectRef[]): string {
  const shown = refs.slice(0, 5).map((ref) => `\`${formatRef(ref)}\``);
  return refs.length > shown.length ? `${shown.join(', ')} and ${refs.length - shown.length} more` : shown.join(', ');
}
