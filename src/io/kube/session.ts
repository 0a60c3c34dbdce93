import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Clock } from '../../ports.ts';
import type { Gate } from '../gate.ts';
import type { ClusterConfig } from './config.ts';
import { openConnections, type Pool } from './connections.ts';
import { type Identity, openCredentials } from './credentials.ts';

/** One request to the API server. */
export interface Request {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  /** From the root of the server, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly pool?: Pool;
  /** The user to impersonate, in the place of whoever the kubeconfig impersonates. */
  readonly as?: string;
  /** What requests pass first of one who shares the connections with many others. */
  readonly share?: Gate;
  /** Milliseconds for all of it; for a stream, until it begins. 30 seconds unless told. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a connection to an API server is made of. */
export interface SessionOptions {
  readonly config: ClusterConfig;
  readonly clock: Clock;
  /** For the server's audit log: name and version of this program. */
  readonly userAgent?: string;
  /** How many connections there are for everything but watches while the server answers soon; `usualConnections` unless told. */
  readonly connections?: number;
}

/** Authenticated HTTP over shared connections; what fails is thrown. */
export interface Session {
  /** Sends `request`, and resolves when its answer begins. */
  begin(request: Request, signal: AbortSignal): Promise<IncomingMessage>;
  /** How many requests were sent. */
  readonly requests: number;
  close(): Promise<void>;
}

/** How many connections there are for everything but watches, while the server answers soon. */
export const usualConnections = 8;

/** How many there may be, those that wait long for their answer among them: eight who ask for all that they may at once. */
export function mostConnections(usual: number): number {
  return 8 * usual;
}

/** Opens a session; nothing is sent yet. */
export function openSession({ config, clock, userAgent = 'lockstep', connections = usualConnections }: SessionOptions): Session {
  const credentials = openCredentials(config, clock);
  const pools = openConnections(config, mostConnections(connections));
  let requests = 0;

  const beginAs = async (identity: Identity, request: Request, signal: AbortSignal): Promise<IncomingMessage> => {
    const agent = await pools.agent(request.pool ?? 'calls', identity);
    const headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...request.headers,
      ...lengthOf(request),
      ...headersOf(identity, request),
    };
    requests++;
    return answerTo(start(request, { ...target(config, request), agent, signal, headers }), request);
  };

  return {
    get requests() {
      return requests;
    },
    async begin(request, signal) {
      const identity = await credentials.current();
      const response = await beginAs(identity, request, signal);
      if (response.statusCode !== 401) return response;
      // The credentials may have been rotated since they were read. The server did nothing, so it can be asked once more.
      credentials.refused(identity);
      const renewed = await credentials.current();
      if (renewed === identity) return response;
      response.resume();
      return beginAs(renewed, request, signal);
    },
    close: () => pools.close(),
  };
}

function headersOf({ headers }: Identity, { as }: Request): Readonly<Record<string, string>> {
  if (as === undefined) return headers;
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('impersonate-'));
  return { ...Object.fromEntries(own), 'impersonate-user': as };
}

function target({ server }: ClusterConfig, { method, path }: Request): RequestOptions {
  const { protocol, hostname, port } = urlToHttpOptions(server);
  // A server may live below a path (Rancher: /k8s/clusters/…).
  return { protocol, hostname, port, method, path: server.pathname.replace(/\/$/, '') + path };
}

/**
 * The length of a body is always told: node:http leaves it out for DELETE, the API server then does not see the body,
 * ignores the preconditions in it, and takes it for the next request of the connection.
 */
function lengthOf({ body }: Request): Record<string, string> {
  return body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
}

function start({ body }: Request, options: RequestOptions): ClientRequest {
  const sending = options.protocol === 'http:' ? plainRequest(options) : tlsRequest(options);
  sending.end(body);
  return sending;
}

function answerTo(sending: ClientRequest, { pool }: Request): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.once('response', resolve);
    // Stays after the answer began: an error then ends the answer too, and one that nobody hears ends the process.
    sending.on('error', reject);
    // Probes find out about a peer that vanished, and keep networks from forgetting a silent connection.
    if (pool === 'watches') sending.once('socket', (socket) => socket.setKeepAlive(true, 30_000));
  });
}
