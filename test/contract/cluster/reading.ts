import assert from 'node:assert/strict';
import type { LiveObject } from '../../../src/model/manifest.ts';
import type { Cluster, WatchEvent, WatchOptions } from '../../../src/ports.ts';
import { answered } from './asking.ts';
import { namespace } from './subject.ts';

export async function watchOf(cluster: Cluster, options: Partial<WatchOptions>): Promise<WatchOptions> {
  const resource = answered(await cluster.resource('v1', 'ConfigMap'));
  assert.ok(resource !== undefined);
  return { resource, namespace, selector: '', metadataOnly: false, ...options };
}

export interface Reader {
  /** Reads on until an event of this description, and tells what came. */
  until(description: string): Promise<readonly string[]>;
  /** Reads to the end. */
  rest(): Promise<readonly string[]>;
  readonly objects: readonly LiveObject[];
}

export function reader(events: AsyncIterable<WatchEvent>): Reader {
  const iterator = events[Symbol.asyncIterator]();
  const objects: LiveObject[] = [];
  const read = async (isLast: (description: string) => boolean): Promise<readonly string[]> => {
    const came: string[] = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      if ('object' in next.value) objects.push(next.value.object);
      came.push(describeEvent(next.value));
      if (isLast(came.at(-1) ?? '')) break;
    }
    return came;
  };
  return { until: (description) => read((came) => came === description), rest: () => read(() => false), objects };
}

export function describeEvent(event: WatchEvent): string {
  if ('object' in event) return `${event.type} ${event.object.metadata.name}`;
  return event.type === 'lost' ? `lost: ${event.message}` : event.type;
}
