import { counted } from '../model/count.ts';
import { budgetFor, isProtected } from '../model/protected.ts';
import { formatRef, keyOf, type ObjectRef } from '../model/ref.ts';
import type { ObjectChange } from './compare.ts';
import { listed, quoted } from './consequence.ts';
import type { Scene } from './scene.ts';

/** Why the agent would refuse the tree after, and what to write into the environment where that is meant. */
export interface ExpectedRefusal {
  readonly code: 'branch-emptied' | 'deletion-protected' | 'deletion-budget';
  readonly message: string;
  /** Entries of `approvals`. */
  readonly lines: readonly string[];
}

/**
 * What the agent would refuse of `changes`, as far as trees tell: it counts what it owns in the cluster, and it counts Jobs only while they
 * run, of which nothing is known here.
 */
export function refusalsOf(changes: readonly ObjectChange[], { before, after, rulesOf }: Scene): readonly ExpectedRefusal[] {
  if (after.index.removed !== undefined) return [];
  const excused = new Set([...after.index.approvals, ...after.index.handOver].map(({ ref }) => keyOf(ref)));
  const deleted = changes.flatMap(deletedBy).filter((ref) => !excused.has(keyOf(ref)) && !rulesOf(ref).keep);
  if (deleted.length === 0) return [];
  if (after.index.objects.length === 0)
    return [
      refusal('branch-emptied', `everything that the environment owns would be deleted: ${counted(deleted.length, 'object')}`, deleted),
    ];
  const owned = before.index.objects.length;
  const budget = budgetFor(owned);
  const found: ExpectedRefusal[] = [];
  if (deleted.length > budget) {
    const message = `${counted(deleted.length, 'object')} of ${owned} would be deleted, and ${budget} may go at once`;
    found.push(refusal('deletion-budget', message, deleted));
  }
  const kept = deleted.filter(isProtected);
  if (kept.length > 0) {
    const names = listed(kept.map((ref) => quoted(formatRef(ref))));
    found.push(refusal('deletion-protected', `${names} would be deleted, and what these hold cannot be brought back`, kept));
  }
  return found;
}

function deletedBy(change: ObjectChange): readonly ObjectRef[] {
  if (change.op === 'remove') return [change.ref];
  // A Job that ended goes with its next version.
  return change.op === 'rename' && !(change.isHashed && change.ref.kind === 'Job') ? [change.from] : [];
}

function refusal(code: ExpectedRefusal['code'], message: string, refs: readonly ObjectRef[]): ExpectedRefusal {
  return { code, message, lines: refs.map(approvalLine) };
}

/** The line of an environment that approves a deletion. */
function approvalLine({ group, kind, namespace, name }: ObjectRef): string {
  const parts = [
    ['kind', kind],
    ['group', group],
    ['namespace', namespace],
    ['name', name],
  ] as const;
  const fields = parts.filter(([, value]) => value !== '').map(([key, value]) => `${key}: '${value}'`);
  return `{ delete: { ${fields.join(', ')} }, reason: '…' },`;
}
