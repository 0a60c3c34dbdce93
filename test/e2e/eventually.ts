import { statusIn } from '../../src/agent/state.ts';
import { parentOf } from '../../src/model/applyset.ts';
import type { Condition, EnvironmentStatus, SyncEvent } from '../../src/model/event.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import { later, ofType, type Running, type Stage } from './stage.ts';

/** Looks until `find` finds something, `patience` milliseconds at most: 30 seconds unless told. */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>, patience = 30_000): Promise<T> {
  for (let tries = 0; tries * 50 < patience; tries++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** The status that the agent recorded last. */
export async function statusNow(stage: Stage): Promise<EnvironmentStatus | undefined> {
  const { namespace, name } = parentOf(stage.environment, 'lockstep');
  const live = await stage.live({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } });
  return live && statusIn(live);
}

/** The status that the agent recorded, once it fits. */
export async function statusOnce(stage: Stage, fits: (status: EnvironmentStatus) => boolean, what: string): Promise<EnvironmentStatus> {
  let last: EnvironmentStatus | undefined;
  return eventually(what, async () => {
    last = await statusNow(stage);
    return last !== undefined && fits(last) ? last : undefined;
  }).catch((cause: unknown) => {
    throw new Error(`${what} never came; the status was ${JSON.stringify(last)}`, { cause });
  });
}

/** The condition Ready of a status. */
export function readyIn({ conditions }: EnvironmentStatus): Condition {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined) throw new Error('a status without the condition Ready');
  return ready;
}

/** Waits for the next event of `type` that fits, from now on. */
export function nextOf<Type extends SyncEvent['type']>(
  agent: Running,
  type: Type,
  fits?: (event: Extract<SyncEvent, { readonly type: Type }>) => boolean,
): Promise<Extract<SyncEvent, { readonly type: Type }>> {
  return agent.until(later(agent, ofType(type, fits)), `\`${type}\``);
}

/** Whether an event is about `manifest`. */
export function isAbout({ ref }: Pick<Extract<SyncEvent, { type: 'applied' }>, 'ref'>, manifest: Manifest): boolean {
  return formatRef(ref) === formatRef(refOf(manifest));
}

/** The events of an agent since `from`, each in a few words. */
export function inShort(events: readonly SyncEvent[]): readonly string[] {
  return events.flatMap((event) => {
    switch (event.type) {
      case 'applied':
      case 'pruned':
        return [`${event.outcome} ${formatRef(event.ref)}`];
      case 'failed':
        return [`failed ${formatRef(event.problem.ref)}`];
      case 'waiting':
        return [`waiting ${formatRef(event.ref)} for ${event.for}`];
      case 'refused':
        return [`refused ${event.refusal.code} ${event.slices.join(' ')}`.trim()];
      case 'outage':
        return [`outage ${event.code}`];
      default:
        return [event.type];
    }
  });
}
