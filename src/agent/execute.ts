import { type Change, isRepair, isWrite, type Plan, refOfChange } from '../model/plan.ts';
import { keyOf, type ObjectKey } from '../model/ref.ts';
import { countdown, deletionGraph, type Graph, writeGraph } from '../reconcile/graph.ts';
import { parallel } from './agent.ts';
import { mapQueue, type Queue } from './bounded.ts';
import type { ApplyContext, Outcome } from './outcome.ts';
import { prune } from './prune.ts';
import { release } from './release.ts';
import { write } from './write.ts';

/** How many requests about objects of one kind in one namespace run at once while others could: a dead webhook holds up these. */
const share = parallel / 2;

/**
 * Carries out `plan`: all writes, then what the branch holds no longer. One object's failure stops nothing but what waits
 * for it, and one that takes long delays nothing else. Changes whose next try is not due yet are left out; the plan of a
 * later cycle holds them again. When `stop` aborts, nothing more is begun.
 */
export async function* execute(plan: Plan, agent: Omit<ApplyContext, 'unfinished'>, stop: AbortSignal): AsyncGenerator<Outcome, void> {
  yield* carryOut(plan, {
    due: (change) => isDue(change, agent),
    task: (change, unfinished) => changeOne(change, { ...agent, unfinished }),
    stopped: () => stop.aborted || agent.signal.aborted,
  });
}

/** How a plan is carried out. */
export interface CarryOutOptions {
  /** Whether a change of an object may be tried now. */
  readonly due: (change: Change) => boolean;
  /** Carries out one change; `unfinished` are the objects that are not yet what the branch made of them. */
  readonly task: (change: Change, unfinished: ReadonlySet<ObjectKey>) => Promise<Outcome>;
  readonly stopped: () => boolean;
}

/** Carries out those changes of `plan` that are due, each once what it has to come after has ended, however it did. */
export async function* carryOut({ changes }: Plan, { due, task, stopped }: CarryOutOptions): AsyncGenerator<Outcome, void> {
  const unfinished = new Set(changes.filter(isChanged).map((change) => keyOf(refOfChange(change))));
  const run = async ({ change }: Turn): Promise<Outcome> => {
    const outcome = await task(change, unfinished);
    // Before anything that waits for it begins.
    if (outcome.record.op === 'set') unfinished.delete(keyOf(outcome.record.entry.ref));
    return outcome;
  };
  const now = changes.filter(due);
  const limits = { limit: parallel, stopped };
  yield* mapQueue(turnsOf(writeGraph(now.filter(isWrite))), run, limits);
  yield* mapQueue(turnsOf(deletionGraph(now.filter((change) => !isWrite(change)))), run, limits);
}

/** What the branch changed waits for no fight. */
function isDue(change: Change, { retries, contests }: Pick<ApplyContext, 'retries' | 'contests'>): boolean {
  const key = keyOf(refOfChange(change));
  return retries.due(key) && (!isRepair(change) || contests.due(key));
}

function changeOne(change: Change, context: ApplyContext): Promise<Outcome> {
  if (change.op === 'prune') return prune(change, context);
  return change.op === 'release' ? release(change, context) : write(change, context);
}

/** Whether the branch changed what `change` is about. A suspicion of drift keeps nobody waiting. */
function isChanged(change: Change): boolean {
  return change.op === 'create' || change.op === 'update';
}

/** A change that waits for its turn, or has it. */
interface Turn {
  readonly change: Change;
  readonly node: number;
  /** How many of the same kind run in the same namespace. */
  readonly peers: { running: number };
}

/** The changes of `graph`, each handed out when nothing is left that it waits for. */
function turnsOf(graph: Graph): Queue<Turn> {
  const peersOf = kindPeers();
  const { free, ended } = countdown(graph);
  const turns = graph.changes.map((change, node): Turn => ({ change, node, peers: peersOf(change) }));
  const waiting = new Set(turns);
  const ready = free.flatMap((node) => turns[node] ?? []);
  let running = 0;

  const next = (): Turn | undefined => {
    const roomy = ready.findIndex((turn) => turn.peers.running < share);
    return ready.splice(Math.max(roomy, 0), 1)[0];
  };
  /** What is left when nothing is ready and nothing runs waits in a circle for itself: the first goes ahead. */
  const stuck = (): Turn | undefined => (running === 0 ? waiting.values().next().value : undefined);

  return {
    take() {
      const turn = next() ?? stuck();
      if (turn === undefined) return undefined;
      waiting.delete(turn);
      turn.peers.running += 1;
      running += 1;
      return turn;
    },
    ended(turn) {
      turn.peers.running -= 1;
      running -= 1;
      for (const freed of ended(turn.node).flatMap((node) => turns[node] ?? [])) {
        if (waiting.has(freed)) ready.splice(ready.findLastIndex(({ node }) => node < freed.node) + 1, 0, freed);
      }
    },
  };
}

/** Tells those of one kind in one namespace from others: what delays one of them may well delay them all. */
function kindPeers(): (change: Change) => Turn['peers'] {
  const known = new Map<string, Turn['peers']>();
  return (change) => {
    const { group, kind, namespace } = refOfChange(change);
    const name = `${group}/${kind}/${namespace}`;
    const peers = known.get(name) ?? { running: 0 };
    known.set(name, peers);
    return peers;
  };
}
