import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as Listener } from 'node:net';
import { Failure, messageOf } from '../model/failure.ts';
import type { ListenAddress } from '../model/listen.ts';
import type { ServeOptions, Server } from '../ports.ts';
import { isSignedBy } from './hook-secret.ts';

/** What is answered, in plain text unless told otherwise. */
interface Reply {
  readonly status: number;
  readonly text: string;
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is answered at a path, and to which methods. */
interface Route {
  readonly methods: readonly string[];
  readonly answer: (request: IncomingMessage) => Reply | Promise<Reply>;
}

/** Whoever asks may be anybody in the cluster: nobody holds a connection for long, or many, or makes the process remember much. */
const bounds = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  connections: 256,
  requestsPerConnection: 1_000,
  /** The most bytes of a body. */
  body: 1_048_576,
} as const;

/** How long answers may still take after a stop, in milliseconds. */
const grace = 2_000;

/** Serves `/livez`, `/readyz`, `/metrics` and `/hook` by HTTP. A hook has to know what `secret` says at the time, unless that is undefined. */
export async function serve(options: ServeOptions & { readonly secret: () => Promise<string | undefined> }): Promise<Server> {
  const hooks = openHooks(options.onHook);
  const routes = routesOf(options, hooks.call);
  const server = createServer(bounds, (request, response) => void respond(routes, request, response));
  server.maxConnections = bounds.connections;
  server.maxRequestsPerSocket = bounds.requestsPerConnection;
  await listening(server, options.listen);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        hooks.close();
        const timer = setTimeout(() => server.closeAllConnections(), grace);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function routesOf({ dead, unready, metrics, secret }: Parameters<typeof serve>[0], onHook: () => void): ReadonlyMap<string, Route> {
  const reading = ['GET', 'HEAD'];
  return new Map<string, Route>([
    ['/livez', { methods: reading, answer: () => healthReply(dead()) }],
    ['/readyz', { methods: reading, answer: () => healthReply(unready()) }],
    ['/metrics', { methods: reading, answer: () => ({ status: 200, ...metrics() }) }],
    ['/hook', { methods: ['POST'], answer: (request) => hookReply(request, secret, onHook) }],
  ]);
}

function healthReply(problem: string | undefined): Reply {
  return problem === undefined ? { status: 200, text: 'ok\n' } : { status: 503, text: `${problem}\n` };
}

/** Stands for a secret that is there, and that nobody can tell. */
const unreadable = Symbol('unreadable');

/** A hook only says that a branch may have moved: what it says of which one is not believed, and not needed. */
async function hookReply(request: IncomingMessage, secretNow: () => Promise<string | undefined>, onHook: () => void): Promise<Reply> {
  const isTooLarge = Number(request.headers['content-length'] ?? 0) > bounds.body;
  const body = isTooLarge ? undefined : await readBody(request);
  if (body === undefined) return { status: 413, text: `a body has at most ${bounds.body} bytes\n`, headers: { connection: 'close' } };
  const secret = await secretNow().catch(() => unreadable);
  if (typeof secret === 'symbol') return { status: 503, text: 'the secret that a hook has to know cannot be read\n' };
  if (secret !== undefined && !isSignedBy(secret, { headers: request.headers, body }))
    return { status: 403, text: 'this hook has to know the secret that the agent knows\n' };
  onHook();
  return { status: 202, text: 'the branches are looked at\n' };
}

/** The whole body; undefined when it is too large: what is left of it is passed over, so that whoever sends it hears of it. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bounds.body) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the connection was closed')));
  });
}

/** Answers one request. Never rejects. */
async function respond(routes: ReadonlyMap<string, Route>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const failed = (thrown: unknown): Reply => ({ status: 500, text: `${messageOf(thrown)}\n` });
  const { status, text, mediaType = 'text/plain; charset=utf-8', headers } = await replyTo(routes, request).catch(failed);
  response.writeHead(status, {
    'content-type': mediaType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function replyTo(routes: ReadonlyMap<string, Route>, request: IncomingMessage): Promise<Reply> {
  const { method = '', url = '' } = request;
  const route = routes.get(url.replace(/\?.*$/s, ''));
  if (route === undefined) return { status: 404, text: `there is nothing here but ${[...routes.keys()].join(', ')}\n` };
  if (route.methods.includes(method)) return route.answer(request);
  const allow = route.methods.join(', ');
  return { status: 405, text: `this is asked by ${allow}\n`, headers: { allow } };
}

/** The least milliseconds between two hooks that are heard. */
const hookPause = 1_000;

/** Hears a hook at once, and those that come soon after it as one. */
function openHooks(onHook: () => void): { readonly call: () => void; readonly close: () => void } {
  let pause: NodeJS.Timeout | undefined;
  let isMissed = false;
  const hear = (): void => {
    isMissed = false;
    pause = setTimeout(() => {
      pause = undefined;
      if (isMissed) hear();
    }, hookPause);
    onHook();
  };
  return {
    call() {
      if (pause === undefined) hear();
      else isMissed = true;
    },
    close: () => clearTimeout(pause),
  };
}

function listening(server: Listener, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    // Also for what fails later, such as a connection that cannot be taken: nobody has to know of it.
    server.on('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, `${shown(host)}:${port}`)));
    server.listen({ host, port }, () => resolve());
  });
}

function shown(host = ''): string {
  return host.includes(':') ? `[${host}]` : host;
}

function listenFailure(error: NodeJS.ErrnoException, address: string): Failure {
  if (error.code === 'EADDRINUSE')
    return new Failure('address-in-use', `another program listens at \`${address}\` already`, {
      help: 'choose another port: `--listen`',
      cause: error,
    });
  return new Failure('address-unusable', `nobody can listen at \`${address}\` here: ${messageOf(error)}`, {
    help: 'give an address of this machine, or only a port for all of them: `--listen :8080`',
    cause: error,
  });
}
