import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterConfig, openConfig } from '../../../src/io/kube/config.ts';

/** A request as the stub saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server on loopback that answers as a test says. */
export interface StubServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** How many connections were opened, ever. */
  readonly connections: number;
  /** How many are open now. */
  readonly open: number;
  close(): Promise<void>;
}

/** Starts a stub; `handle` is told which request it is, from 0. */
export async function stubServer(handle: (request: SeenRequest, response: ServerResponse, index: number) => void): Promise<StubServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://stub');
    const seen = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    handle(seen, response, requests.push(seen) - 1);
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
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

/** Answers `body` as JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Answers a refusal in the form of the API server. */
export function status(response: ServerResponse, code: number, message: string): void {
  json(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }, code);
}

/** The configuration for a server at `url`, by way of a kubeconfig whose only user is `user`. */
export function configFor(url: string, user: object = { token: 'stub-token' }): ClusterConfig {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-kubeconfig-'));
  const path = join(folder, 'config');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'stub',
      contexts: [{ name: 'stub', context: { cluster: 'stub', user: 'stub' } }],
      clusters: [{ name: 'stub', cluster: { server: url } }],
      users: [{ name: 'stub', user }],
    }),
  );
  const config = openConfig({ kubeconfig: path, env: {} });
  rmSync(folder, { recursive: true });
  return config;
}

/** Waits until `check` holds; a test whose wait has no end fails after some seconds instead of hanging. */
export async function until(check: () => boolean): Promise<void> {
  for (let turns = 0; !check(); turns++) {
    if (turns > 5_000) throw new Error(`never happened: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
