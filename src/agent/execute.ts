import { type Plan, refOfChange } from '../model/plan.ts';
import { keyOf } from '../model/ref.ts';
import { parallel } from './agent.ts';
import { mapBounded } from './bounded.ts';
import type { Hands, Outcome } from './outcome.ts';
import { prune } from './prune.ts';
import { write } from './write.ts';

/**
 * Carries out `plan`: writes by ascending wave, then prunes by descending wave. One object's failure stops nothing but
 * what waits for it. Changes whose next try is not due yet are left out; the plan of a later cycle holds them again.
 * When `stop` aborts, nothing more is begun.
 */
export async function* execute(plan: Plan, hands: Hands, stop: AbortSignal): AsyncGenerator<Outcome, void> {
  const limits = { limit: parallel, stopped: () => stop.aborted || hands.signal.aborted };
  const due = plan.changes.filter((change) => hands.retries.due(keyOf(refOfChange(change))));
  const writes = due.filter((change) => change.op !== 'prune');
  for (const wave of byWave(writes, (change) => change.desired.wave)) {
    yield* mapBounded(wave, (change) => write(change, hands), limits);
  }
  const prunes = due.filter((change) => change.op === 'prune');
  for (const wave of byWave(prunes, (change) => -change.entry.wave)) {
    yield* mapBounded(wave, (change) => prune(change, hands), limits);
  }
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
