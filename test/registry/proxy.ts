import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy of HTTP on loopback, to which every host is this machine. */
export interface TestProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** What it was asked, in order: `CONNECT registry.test:5000`, `GET http://registry.test/v2/`. */
  readonly requests: readonly string[];
  /** Values of `Proxy-Authorization` and of `Authorization`, as they came. */
  readonly secrets: readonly (readonly [proxy: string | undefined, own: string | undefined])[];
  close(): Promise<void>;
}

/** Starts a proxy. With `authorization` it lets through who says that; with `refusal` it answers everything with that status. */
export async function startProxy({
  authorization,
  refusal,
}: {
  readonly authorization?: string;
  readonly refusal?: number;
} = {}): Promise<TestProxy> {
  const requests: string[] = [];
  const secrets: (readonly [string | undefined, string | undefined])[] = [];
  const sockets = new Set<Socket>();
  const statusOf = ({ method, url, headers }: IncomingMessage): number => {
    requests.push(`${method} ${url}`);
    secrets.push([headers['proxy-authorization'], headers.authorization]);
    if (refusal !== undefined) return refusal;
    return authorization !== undefined && headers['proxy-authorization'] !== authorization ? 407 : 200;
  };
  const server = createServer((asked, response) => {
    const status = statusOf(asked);
    if (status !== 200) return void response.writeHead(status).end();
    const { port, pathname, search } = new URL(asked.url ?? '');
    const options = { host: '127.0.0.1', port, path: pathname + search, method: asked.method, headers: asked.headers, agent: false };
    const passed = request(options, (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
    passed.on('error', () => response.writeHead(502).end());
    asked.pipe(passed);
  });
  server.on('connect', (asked: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const status = statusOf(asked);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const there = connect(Number(/:(\d+)$/.exec(asked.url ?? '')?.[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => void socket.end('HTTP/1.1 502 No\r\n\r\n'));
    socket.on('close', () => there.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    secrets,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
