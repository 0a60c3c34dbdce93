import type { SyncEvent } from '../model/event.ts';
import { Failure } from '../model/failure.ts';
import type { DesiredTree } from '../reconcile/desired.ts';
import { accept, writeAhead } from '../reconcile/inventory.ts';
import { hasLasted, sinceWhen } from '../reconcile/lasting.ts';
import {
  failedBefore,
  failingSlices,
  healthySlices,
  type RolloutInput,
  staysFor,
  type WayBack,
  wayBack,
  withHealthy,
} from '../reconcile/rollout.ts';
import type { Agent, Known, Signals } from './agent.ts';
import { keepReadable, refuse } from './consider.ts';
import { readAccepted } from './memory.ts';

/** The name under which it is looked again whether to go back from a commit: its trees are not read at every turn. */
function returnRetry({ commit }: DesiredTree): string {
  return `return ${commit}`;
}

/**
 * Where the rollout of the accepted revision failed, and the environment wants it so, what failed is from now on kept equal to the last
 * commit at which it was healthy. The failed commit is not taken again. No sync window keeps it from that.
 */
export async function* goBack(agent: Agent, known: Known, { signal }: Signals): AsyncGenerator<SyncEvent, Known> {
  const input = rolloutOf(agent, known);
  const failing = input === undefined ? new Map() : failingSlices(input);
  if (input === undefined || failing.size === 0) return { ...known, staysBecause: input && staysFor(input) };
  const retry = returnRetry(input.accepted);
  if (!agent.retries.due(retry)) return known;
  const { trees, untrusted } = await healthyTrees(agent, known, { slices: failing.keys(), signal });
  const way = wayBack(input, failing, trees);
  if (way === undefined || 'staysBecause' in way) {
    agent.retries.failed(retry, { cap: 'unanswered' });
    return { ...known, staysBecause: way && (untrusted ?? way.staysBecause) };
  }
  agent.retries.succeeded(retry);
  return yield* takeBack(agent, known, { way, signal });
}

async function* takeBack(
  agent: Agent,
  known: Known,
  { way, signal }: { readonly way: WayBack; readonly signal: AbortSignal },
): AsyncGenerator<SyncEvent, Known> {
  const { tree, plan, failed } = way;
  const { rollouts } = way.inventory;
  const owned = accept(writeAhead(way.inventory, plan.changes), tree, way.inventory.behind);
  const inventory = { ...owned, rollouts: rollouts && { ...rollouts, failed } };
  await keepReadable(agent, inventory);
  await agent.store.save(inventory, signal);
  const anew = { healthySince: new Map(), doneSince: new Map() };
  const back = { ...known, ...anew, inventory, accepted: tree, staysBecause: undefined, troubles: new Map() };
  const before = failedBefore(inventory, failed.commit);
  if (before === undefined) return back;
  const told = yield* refuse(agent, back, { commit: failed.commit, problems: [], ...before });
  // Of a newer commit, which was not taken, there is more to say.
  return failed.commit === known.latest ? told : { ...told, refused: known.refused };
}

/** Notes what is healthy at the accepted revision, and has been for a time: what to go back to, and what a later failure says nothing against. */
export async function noteHealthy(agent: Agent, known: Known, { signal }: Signals): Promise<Known> {
  const input = rolloutOf(agent, known);
  if (input === undefined) return known;
  const healthySince = sinceWhen(known.healthySince, healthySlices(input), input.now);
  const lasted = [...healthySince.keys()].filter((slice) => hasLasted(healthySince.get(slice), input.now));
  const inventory = withHealthy(known.inventory, lasted);
  if (inventory === undefined) return { ...known, healthySince };
  await keepReadable(agent, inventory);
  await agent.store.save(inventory, signal);
  return { ...known, inventory, healthySince: new Map([...healthySince].filter(([slice]) => !lasted.includes(slice))) };
}

function rolloutOf({ observer, clock }: Agent, { accepted, inventory, suspended }: Known): RolloutInput | undefined {
  if (accepted?.index.onFailure !== 'return') return undefined;
  return { accepted, inventory, live: observer.live, suspended, now: clock.now() };
}

/**
 * The commits at which `slices` were healthy, as far as they can be read, and are by somebody who may sign them now; or else why one of them
 * is not.
 */
async function healthyTrees(
  agent: Agent,
  { inventory }: Known,
  { slices, signal }: { readonly slices: Iterable<string>; readonly signal: AbortSignal },
): Promise<{ readonly trees: ReadonlyMap<string, DesiredTree>; readonly untrusted: string | undefined }> {
  const trees = new Map<string, DesiredTree>();
  const read = new Map<string, DesiredTree | undefined>();
  let untrusted: string | undefined;
  for (const slice of slices) {
    const commit = inventory.rollouts?.healthy.get(slice);
    if (commit === undefined) continue;
    if (!read.has(commit)) {
      const why = await untrustedBecause(agent, commit, signal);
      untrusted ??= why;
      read.set(commit, why === undefined ? await readAccepted(agent, commit, signal) : undefined);
    }
    const tree = read.get(commit);
    if (tree !== undefined) trees.set(slice, tree);
  }
  return { trees, untrusted };
}

/** Why nothing goes back to `commit`: what cannot be found out about it is found out later. */
async function untrustedBecause({ trust }: Agent, commit: string, signal: AbortSignal): Promise<string | undefined> {
  const what = `\`${commit.slice(0, 12)}\`, which was healthy,`;
  try {
    const refusal = await trust.refusalOf(commit, signal);
    return refusal && `${what} is not taken again (${refusal.code}): ${refusal.message}`;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${what} is not taken again before it is known who signed it: ${thrown.message}`;
  }
}
