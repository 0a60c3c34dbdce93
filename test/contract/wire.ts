import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';

/** Something between a client and a server that sees connections pass. */
export interface Wire {
  readonly port: number;
  /** How many connections were opened, ever. */
  readonly connections: number;
  readonly open: number;
  close(): Promise<void>;
}

/** Passes bytes on to `target` as they are. */
export function passingWire(target: URL): Promise<Wire> {
  return wire(createServer((socket) => join(socket, connect(Number(target.port), target.hostname))));
}

/** A proxy for HTTPS (RFC 9110, CONNECT) that leads wherever it is asked. */
export function tunnelWire(): Promise<Wire> {
  const server = createHttpServer();
  server.on('connect', (asked: IncomingMessage, socket: Socket) => {
    const { hostname, port } = new URL(`http://${asked.url}`);
    const far = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(socket, far);
    });
    far.on('error', () => socket.destroy());
  });
  return wire(server);
}

/** Passes requests on to the HTTPS server `target`, with paths as `rewrite` makes them. */
export function rewritingWire(target: URL, { ca, rewrite }: { readonly ca: Buffer; rewrite(path: string): string }): Promise<Wire> {
  return wire(
    createHttpServer((asked, answer) => {
      const { method, headers } = asked;
      const far = request(new URL(rewrite(asked.url ?? '/'), target), { method, headers, ca }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      far.on('error', () => answer.destroy());
      answer.on('close', () => far.destroy());
      asked.pipe(far);
    }),
  );
}

function join(near: Socket, far: Socket): void {
  near.pipe(far).pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

async function wire(server: NetServer): Promise<Wire> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
