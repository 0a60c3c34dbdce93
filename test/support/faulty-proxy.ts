import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A write on which a client dies, and when: before the API server gets it, or after it was done and before the client knows. */
export interface Trap {
  /** The number of the write, from 1. */
  readonly write: number;
  readonly moment: 'before' | 'after';
  /** Ends the client. */
  readonly spring: () => void;
}

/** Stands between one client and an API server. Plain HTTP, which is for this machine alone: requests can be seen. */
export interface FaultyProxy {
  /** Its address. */
  readonly server: string;
  /** How many requests since the last `arm` asked for a change. */
  readonly writes: number;
  /** Counts from now on, until the trap springs, if one is set; then nothing passes any more. */
  arm(trap?: Trap): void;
  close(): Promise<void>;
}

/** Opens a proxy before the HTTPS server `target`. */
export async function openFaultyProxy(target: { readonly server: string; readonly caFile: string }): Promise<FaultyProxy> {
  const upstream = { url: new URL(target.server), ca: readFileSync(target.caFile) };
  let trap: Trap | undefined;
  let writes = 0;
  let isSprung = false;
  const spring = (): void => {
    isSprung = true;
    trap?.spring();
  };
  const server = createServer((asked, answer) => {
    if (isSprung) return;
    if (isWrite(asked)) writes++;
    const fatal = isWrite(asked) && writes === trap?.write ? trap.moment : undefined;
    if (fatal === 'before') spring();
    else pass({ asked, answer, upstream, ...(fatal === undefined ? {} : { done: spring }) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get writes() {
      return writes;
    },
    arm(next) {
      [trap, writes, isSprung] = [next, 0, false];
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function isWrite({ method, url = '' }: IncomingMessage): boolean {
  return method !== 'GET' && !new URL(url, 'http://localhost').searchParams.has('dryRun');
}

interface Passage {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  readonly upstream: { readonly url: URL; readonly ca: Buffer };
  /** Called when the server has answered, in place of the client. */
  readonly done?: () => void;
}

function pass({ asked, answer, upstream, done }: Passage): void {
  const { method, headers } = asked;
  const far = request(new URL(asked.url ?? '/', upstream.url), { method, headers, ca: upstream.ca }, (response) => {
    if (done !== undefined) {
      response.on('end', done).resume();
      return;
    }
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  far.on('error', () => answer.destroy());
  answer.on('close', () => far.destroy());
  asked.pipe(far);
}
