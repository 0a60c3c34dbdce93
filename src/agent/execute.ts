import { type Change, type Plan, refOfChange } from '../model/plan.ts';
import { keyOf } from '../model/ref.ts';
import { parallel } from './agent.ts';
import { mapBounded } from './bounded.ts';
import type { ApplyContext, Outcome } from './outcome.ts';
import { prune } from './prune.ts';
import { write } from './write.ts';

/**
 * Carries out `plan`: writes by ascending wave, then prunes by descending wave. One object's failure stops nothing but
 * what waits for it. Changes whose next try is not due yet are left out; the plan of a later cycle holds them again.
 * When `stop` aborts, nothing more is begun.
 */
export async function* execute(plan: Plan, agent: Omit<ApplyContext, 'unfinished'>, stop: AbortSignal): AsyncGenerator<Outcome, void> {
  const limits = { limit: parallel, stopped: () => stop.aborted || agent.signal.aborted };
  const due = plan.changes.filter((change) => agent.retries.due(keyOf(refOfChange(change))));
  const unfinished = new Set(plan.changes.flatMap((change) => (isWrite(change) ? [keyOf(refOfChange(change))] : [])));
  const context = { ...agent, unfinished };
  const writes = due.filter((change) => change.op !== 'prune');
  for (const wave of byWave(writes, (change) => change.desired.wave)) {
    for await (const outcome of mapBounded(wave, (change) => write(change, context), limits)) {
      if (outcome.record.op === 'set') unfinished.delete(keyOf(outcome.record.entry.ref));
      yield outcome;
    }
  }
  const prunes = due.filter((change) => change.op === 'prune');
  for (const wave of byWave(prunes, (change) => -change.entry.wave)) {
    yield* mapBounded(wave, (change) => prune(change, context), limits);
  }
}

/** Whether the branch changed what `change` is about. A suspicion of drift keeps nobody waiting. */
function isWrite(change: Change): boolean {
  return change.op === 'create' || change.op === 'update';
}

/** `changes` by wave, in ascending order of waves. */
function byWave<C>(changes: readonly C[], waveOf: (change: C) => number): readonly (readonly C[])[] {
  const waves = new Map<number, C[]>();
  for (const change of changes) {
    const wave = waveOf(change);
    const group = waves.get(wave);
    if (group === undefined) waves.set(wave, [change]);
    else group.push(change);
  }
  return [...waves].sort(([a], [b]) => a - b).map(([, group]) => group);
}
