import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HttpProxy } from './proxy.ts';

/** Sends a request to a server. */
export type Way = (options: RequestOptions, answered: (answer: IncomingMessage) => void) => ClientRequest;

/** That a proxy does not do what it is asked for. */
export class ProxyError extends Error {
  readonly proxy: HttpProxy;
  /** What Node calls the error, or `PROXY_` and the status. */
  readonly code: string;

  constructor(proxy: HttpProxy, cause: number | Error) {
    super(typeof cause === 'number' ? `it answers ${cause}` : cause.message, typeof cause === 'number' ? undefined : { cause });
    this.proxy = proxy;
    this.code = typeof cause === 'number' ? `PROXY_${cause}` : 'code' in cause ? String(cause.code) : '';
  }
}

/** How a connection is made. */
interface Connecting {
  /** Certificates of authorities, in PEM; undefined is those of Node. */
  readonly trusted: string[] | undefined;
  readonly signal: AbortSignal;
}

/** The way to the server of `url`: directly, or by a proxy, through which what is encrypted stays so. */
export async function wayTo(url: URL, proxy: HttpProxy | undefined, connecting: Connecting): Promise<Way> {
  const { trusted } = connecting;
  const ca = trusted === undefined ? {} : { ca: trusted };
  if (url.protocol === 'http:') {
    if (proxy === undefined) return (options, answered) => requestHttp(url, options, answered);
    return (options, answered) => {
      const headers = { ...options.headers, host: url.host, ...authorizationOf(proxy) };
      return requestOf(proxy)(
        { ...options, ...addressOf(proxy.url), path: `${url.origin}${url.pathname}${url.search}`, headers },
        answered,
      );
    };
  }
  if (proxy === undefined) return (options, answered) => requestHttps(url, { ...options, ...ca }, answered);
  const socket = await tunnelTo(url, proxy, connecting);
  const { host } = addressOf(url);
  const named = isIP(host) === 0 ? { servername: host } : {};
  return (options, answered) =>
    requestHttps(url, { ...options, createConnection: () => connectTls({ socket, host, ...named, ...ca }) }, answered);
}

/** A connection through a proxy (RFC 9110, section 9.3.6). */
function tunnelTo(url: URL, proxy: HttpProxy, { signal }: Connecting): Promise<Socket> {
  const { host, port } = addressOf(url);
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const headers = { host: authority, ...authorizationOf(proxy) };
    const asked = requestOf(proxy)({ ...addressOf(proxy.url), method: 'CONNECT', path: authority, headers, signal, agent: false });
    asked.on('connect', (answer, socket: Socket) => {
      socket.on('error', () => {});
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new ProxyError(proxy, answer.statusCode ?? 0));
    });
    asked.on('error', (cause) => reject(signal.aborted ? cause : new ProxyError(proxy, cause)));
    asked.end();
  });
}

function requestOf({ url }: HttpProxy): typeof requestHttp {
  return url.protocol === 'https:' ? requestHttps : requestHttp;
}

function authorizationOf({ authorization }: HttpProxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}

function addressOf({ hostname, port, protocol }: URL): { readonly host: string; readonly port: number } {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}
