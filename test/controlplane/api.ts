import { readFileSync } from 'node:fs';
import { request } from 'node:https';

/** Whom to ask: an API server and the credentials for it. */
export interface Server {
  /** `https://127.0.0.1:40123`. */
  readonly server: string;
  /** Path of the PEM file that the server's certificate is checked with. */
  readonly caFile: string;
  /** Bearer token. */
  readonly token: string;
}

/** One request; `body` is sent as JSON. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query, if any: `/api/v1/nodes?limit=1`. */
  readonly path: string;
  readonly body?: unknown;
}

/** The server's answer: `value` is its JSON, or its text where it is none. */
export interface Answer {
  readonly status: number;
  readonly value: unknown;
  /** What it warns of. */
  readonly warnings?: readonly string[];
}

/** Asks the API server over a connection of its own. Throws what node:https reports when nobody answers within 10 s. */
export function ask(server: Server, { method, path, body }: Ask): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${server.token}`,
    accept: 'application/json',
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca: readFileSync(server.caFile), agent: false, timeout: 10_000 };
    const sent = request(new URL(path, server.server), options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const value = parsed(Buffer.concat(chunks).toString('utf8'));
        resolve({ status: response.statusCode ?? 0, value, warnings: warningsIn(response.headers['warning'] ?? '') });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} within 10 s`)));
    sent.on('error', reject);
    sent.end(text);
  });
}

/** The texts of `Warning` headers (RFC 7234): `299 - "text"`. */
function warningsIn(header: string): readonly string[] {
  return [...header.matchAll(/299 \S+ "((?:\\.|[^"\\])*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}

/** The text at a path of object keys and list indexes; undefined when there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return typeof found === 'string' ? found : undefined;
}

/** The items of a list answer; none when it is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  const items = isObject(value) ? value['items'] : undefined;
  return Array.isArray(items) ? items : [];
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
