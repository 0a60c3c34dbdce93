import type { Answer } from '../../model/apierror.ts';
import { listAt, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import type { ListOptions, WatchOptions } from '../../ports.ts';
import type { Pool } from './connections.ts';
import { outage, refusal } from './errors.ts';
import { liveObject } from './live.ts';
import { collectionPath, withQuery } from './paths.ts';
import type { Reply, Transport } from './transport.ts';

/** Which objects to list, and over whose connections. */
export interface Listing extends WatchOptions, Pick<ListOptions, 'fields' | 'most'> {
  readonly pool: Pool;
}

/** Objects of one page of a list. */
const pageSize = 500;

/** Lists all pages, and returns the resourceVersion that the list is of. */
export async function* listObjects(
  transport: Pick<Transport, 'send'>,
  options: Listing,
  signal?: AbortSignal,
): AsyncGenerator<LiveObject, Answer<string>> {
  let next: string | undefined;
  do {
    const answer = await sendPage(transport, { ...options, next }, signal);
    if (!answer.ok) return answer;
    if (answer.value.status !== 200) return { ok: false, error: refusal(answer.value) };
    const page = answer.value.body;
    for (const item of listAt(page, 'items')) {
      const object = liveObject(item, options.resource);
      if (object === undefined) return { ok: false, error: outage('the list holds something that is no object') };
      yield object;
    }
    next = stringAt(page, 'metadata', 'continue') || undefined;
    if (next === undefined) return { ok: true, value: stringAt(page, 'metadata', 'resourceVersion') ?? '' };
  } while (!signal?.aborted);
  return { ok: false, error: outage('interrupted') };
}

function sendPage(
  transport: Pick<Transport, 'send'>,
  { resource, namespace, pool, next, fields, most = pageSize, ...options }: Listing & { readonly next: string | undefined },
  signal: AbortSignal | undefined,
): Promise<Answer<Reply>> {
  const limit = Math.min(most, pageSize);
  const path = withQuery(collectionPath(resource, namespace), { ...selection(options), fieldSelector: fields, limit, continue: next });
  const headers = { accept: acceptOf(options, 'PartialObjectMetadataList'), 'accept-encoding': 'gzip' };
  return transport.send({ method: 'GET', path, headers, pool, timeout: 60_000, signal });
}

/** The part of a query that selects by labels. */
export function selection({ selector }: Pick<WatchOptions, 'selector'>): Readonly<Record<string, string | undefined>> {
  return { labelSelector: selector === '' ? undefined : selector };
}

/** Asks for metadata alone (KEP-2161 as it was; api-concepts, "Alternate representations"); a server that cannot sends all. */
export function acceptOf(
  { metadataOnly }: Pick<WatchOptions, 'metadataOnly'>,
  as: 'PartialObjectMetadata' | 'PartialObjectMetadataList',
): string {
  return metadataOnly ? `application/json;as=${as};g=meta.k8s.io;v=v1,application/json` : 'application/json';
}
