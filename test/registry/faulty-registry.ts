import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ask } from './client.ts';
import { concerned, type Fault, fail, type Passage, pass } from './faults.ts';
import type { Storage } from './images.ts';
import { listen } from './listen.ts';

/** A request as it came. */
export interface Seen {
  readonly method: string;
  /** The path with the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Stands between clients and a registry, by plain HTTP. Until it is told of a fault, everything passes. */
export interface FaultyRegistry extends Storage {
  /** What stands before the repository in an image's name. */
  readonly host: string;
  /** What was asked since the last `become`, in order, whether it passed or not. */
  readonly requests: readonly Seen[];
  /** What was asked since then at the other port, to which requests are sent by the fault `moved`. */
  readonly elsewhere: readonly Seen[];
  /** Has this fault from now on, or none; forgets what was asked before. */
  become(fault?: Fault): void;
  close(): Promise<void>;
}

/** Opens a proxy before a registry. */
export async function openFaultyRegistry(registry: Storage): Promise<FaultyRegistry> {
  const requests: Seen[] = [];
  const elsewhere: Seen[] = [];
  let fault: Fault | undefined;
  let met = 0;
  const isMet = (one: Fault, { method, path }: Seen): boolean => {
    if (!(one.on ?? concerned[one.type]).test(`${method} ${path}`)) return false;
    met++;
    return one.type !== 'answer' || met <= (one.times ?? Number.POSITIVE_INFINITY);
  };
  const other = await listen((asked, response) => {
    const seen = seenIn(asked);
    elsewhere.push(seen);
    const authorization = registry.authorization(repositoryOf(seen.path));
    const headers = { ...seen.headers, ...(authorization === undefined ? {} : { authorization }) };
    settle(pass(passageOf(asked, response, { ...seen, headers })), response);
  });
  const passageOf = (asked: IncomingMessage, response: ServerResponse, { method, path, headers }: Seen): Passage => ({
    response,
    elsewhere: `${other.url}${path}`,
    ask: async () => ask(registry, { method, path, headers, body: Buffer.concat((await asked.toArray()) as Buffer[]) }),
  });
  const server = await listen((asked, response) => {
    const seen = seenIn(asked);
    requests.push(seen);
    const passage = passageOf(asked, response, seen);
    settle(fault !== undefined && isMet(fault, seen) ? fail(fault, passage) : pass(passage), response);
  });
  return {
    url: server.url,
    host: new URL(server.url).host,
    authorization: registry.authorization,
    requests,
    elsewhere,
    become(next) {
      [fault, met, requests.length, elsewhere.length] = [next, 0, 0, 0];
    },
    async close() {
      await Promise.all([server.close(), other.close()]);
    },
  };
}

/** Where the registry itself does not answer, neither does this. */
function settle(work: Promise<void>, response: ServerResponse): void {
  work.catch(() => response.destroy());
}

function seenIn({ method = 'GET', url = '/', headers }: IncomingMessage): Seen {
  return { method, path: url, headers };
}

/** Of `/v2/shop/web/blobs/sha256:…`: `shop/web`. */
function repositoryOf(path: string): string {
  return /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(path)?.[1] ?? '';
}
