import type { SyncEvent } from '../model/event.ts';
import { type DesiredTree, isRefusal, recompose, withoutBrought } from '../reconcile/desired.ts';
import { failedBefore, hooksUnderWay } from '../reconcile/rollout.ts';
import { type Agent, type Known, nothingKnown } from './agent.ts';
import { nowhere } from './dissolved.ts';
import { readTree } from './manifests.ts';

/** What the cluster has recorded. What is lost of it is rebuilt from what the cluster and the branch show. */
export async function remember(
  { store }: Agent,
  { report, signal }: { readonly report: (event: SyncEvent) => void; readonly signal: AbortSignal },
): Promise<Known> {
  const { inventory, lost } = await store.load(signal);
  if (lost.length > 0) {
    const what = lost.map((name) => `\`${name}\``).join(', ');
    const message = `the inventory is damaged (${what}): it is rebuilt from labels and the branch, and nothing is deleted that nobody recorded`;
    report({ type: 'outage', code: 'inventory-lost', message, retryIn: 0 });
  }
  // Whoever thought better of dissolving goes on with any commit. What is recorded is what is left.
  const revision = inventory.revision === nowhere ? undefined : inventory.revision;
  return { ...nothingKnown, inventory: { ...inventory, revision } };
}

/**
 * What is known, with the tree of the revision that the inventory is at. While that cannot be read, or what a slice is kept
 * equal to, nothing can be repaired, so it is tried in every turn. A revision that the branch lost is found out when the next
 * commit is verified.
 */
export async function withAccepted(agent: Agent, known: Known, signal: AbortSignal): Promise<Known> {
  const { revision, behind } = known.inventory;
  if (revision === undefined || known.accepted !== undefined) return known;
  const next = await readAccepted(agent, revision, signal);
  const trees = new Map<string, DesiredTree>();
  for (const [slice, commit] of behind) {
    const tree = commit === '' ? undefined : await readAccepted(agent, commit, signal);
    // Without it, all that the slice has would be taken for dropped.
    if (tree === undefined && commit !== '') return known;
    if (tree !== undefined) trees.set(slice, tree);
  }
  if (next === undefined) return known;
  const failed = failedBefore(known.inventory, revision);
  const wentBack = new Map([...trees].filter(([slice]) => failed?.slices.includes(slice)));
  const accepted = withoutBrought(recompose(next, trees, known.inventory), wentBack);
  const last = known.inventory.rollouts?.failed?.commit;
  if (last === undefined) return { ...known, accepted };
  const failing = last === revision ? next : await readAccepted(agent, last, signal);
  // Without it, what runs because it failed would be taken for dropped.
  if (failing === undefined) return known;
  return { ...known, accepted: { ...accepted, objects: new Map([...hooksUnderWay(failing, known.inventory), ...accepted.objects]) } };
}

/** What a commit wants that was accepted once, or undefined when it cannot be read. */
export async function readAccepted({ source, branch }: Agent, commit: string, signal: AbortSignal): Promise<DesiredTree | undefined> {
  if (!(await source.has(commit))) await source.fetch(branch, commit, signal).catch(() => undefined);
  const tree = (await source.has(commit)) ? await readTree(source, commit) : undefined;
  return tree === undefined || isRefusal(tree) ? undefined : tree;
}
