import { allAborted } from '../model/abort.ts';
import { partOfLabel } from '../model/applyset.ts';
import type { ObjectKey } from '../model/ref.ts';
import type { Clock, Cluster, WatchEvent, WatchOptions } from '../ports.ts';
import { delayAfter } from './retry.ts';
import type { WatchQueue } from './watch-queue.ts';

/** Somebody who wants to know what there is of one ApplySet now. */
export interface Latecomer {
  /** The set. */
  readonly id: string;
  readonly queue: WatchQueue;
  /** Aborts when it need not be told any more. */
  readonly signal: AbortSignal;
  /** What was told meanwhile, which comes after the list; asked for when that was told. */
  readonly meanwhile: () => ReadonlyMap<ObjectKey, WatchEvent> | undefined;
}

/** How many sets one list is of at most: their ids stand in its URL. */
const setsAtOnce = 50;

/**
 * Lists the objects of one kind for those who come late to a watch of it. Those who come while a list goes on share the next one, which
 * begins after all of them came: to pick out one set costs the server as much as to pick out many. What fails is told, and tried again after
 * a pause that holds up nobody else.
 */
export function lateLists(
  { cluster, clock }: { readonly cluster: Pick<Cluster, 'list'>; readonly clock: Clock },
  { resource, ...selected }: WatchOptions,
): (latecomer: Latecomer) => void {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const waiting: { readonly one: Latecomer; readonly attempt: number }[] = [];
  let isRunning = false;

  const add = (one: Latecomer, attempt: number): void => {
    waiting.push({ one, attempt });
    if (!isRunning) void run();
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) await listFor(waiting.splice(0, setsAtOnce).filter(({ one }) => !one.signal.aborted));
    isRunning = false;
  };
  const listFor = async (late: typeof waiting): Promise<void> => {
    if (late.length === 0) return;
    const selector = selectorOf(late.map(({ one }) => one.id));
    try {
      const signal = allAborted(late.map(({ one }) => one.signal));
      const answer = await cluster.list({ ...selected, apiVersion, kind: resource.kind, selector }, signal);
      for (const { one, attempt } of late) {
        if (one.signal.aborted) continue;
        if (answer.ok) tell(one, answer.value);
        else {
          one.queue.push({ type: 'lost', message: answer.error.message });
          const pause = Math.max(delayAfter(attempt, clock.random(), 'unanswered'), answer.error.retryAfter ?? 0);
          void clock.sleep(pause, one.signal).then(() => add(one, attempt + 1));
        }
      }
    } catch (error) {
      for (const { one } of late) one.queue.end({ error });
    }
  };
  return (latecomer) => add(latecomer, 1);
}

function selectorOf(ids: readonly string[]): string {
  const [first, ...others] = new Set(ids);
  return others.length === 0 ? `${partOfLabel}=${first}` : `${partOfLabel} in (${[first, ...others].join(',')})`;
}

function tell({ id, queue, meanwhile }: Latecomer, objects: readonly Extract<WatchEvent, { readonly type: 'present' }>['object'][]): void {
  queue.push({ type: 'listing' });
  for (const object of objects) if (object.metadata.labels?.[partOfLabel] === id) queue.push({ type: 'present', object });
  queue.push({ type: 'listed' });
  for (const event of meanwhile()?.values() ?? []) queue.push(event);
}
