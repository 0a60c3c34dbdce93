import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A server of this process on a loopback port of its own. */
export interface Listening {
  /** `http://127.0.0.1:PORT`, or with `https`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on loopback; by TLS with a certificate and its key, as PEM. */
export async function listen(answer: RequestListener, tls?: { readonly certificate: string; readonly key: string }): Promise<Listening> {
  const server = tls === undefined ? createServer(answer) : createTlsServer({ cert: tls.certificate, key: tls.key }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
