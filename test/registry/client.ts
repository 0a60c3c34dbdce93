import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Where a server answers: its address without a slash at its end, and the authority that vouches for it, as PEM. */
export interface Place {
  readonly url: string;
  readonly ca?: string;
}

/** A request; a GET without a body unless told. */
export interface Question {
  readonly method?: string;
  /** The path with the query. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request on a connection of its own. Follows nothing, tries nothing twice; rejects when the answer does not come whole. */
export function ask({ url, ca }: Place, { method = 'GET', path, headers = {}, body }: Question): Promise<Answer> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { method, headers, agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
      response
        .toArray()
        .then(
          (chunks: readonly Buffer[]) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          reject,
        );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
