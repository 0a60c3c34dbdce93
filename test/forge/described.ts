import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../registry/listen.ts';
import { type Asked, type Operation, operationOf, problemsOf } from './openapi/operation.ts';

/** What a server answers. */
export interface Said {
  /** That of the operation's success unless told. */
  readonly status?: number;
  readonly value: unknown;
}

/** What a server makes of an operation, by its id. `values` stand in the path. */
export type Acts = Readonly<Record<string, (call: Call) => Said>>;

export interface Call {
  readonly values: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Laid over the description's example of the answer, or of an item of it: all that a real server tells. */
  readonly example: (over: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** A server that takes nothing that its interface's description does not have. */
export interface Described {
  /** Where the interface is. */
  readonly url: string;
  /** What was asked, `GET /repos/acme/web/pulls`, and answered. */
  readonly requests: readonly string[];
  /** What was asked and is not described: there should be nothing. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Items of a page, at most: few, so that there are pages. */
const pageSize = 2;

/**
 * Serves an interface by its description, below `base`. Lists are told page by page, as the header `Link` says, which is also how a list in
 * an object is told: `list` names its key.
 */
export async function serveDescribed({
  base,
  operations,
  acts,
  token,
  headers = {},
  list = '',
}: {
  readonly base: string;
  readonly operations: readonly Operation[];
  readonly acts: Acts;
  readonly token: string;
  /** What every request has to say, beside the token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly list?: string;
}): Promise<Described> {
  const requests: string[] = [];
  const problems: string[] = [];
  const answer = async (request: IncomingMessage): Promise<Said & { readonly link?: string }> => {
    const asked = await readRequest(request, base);
    const found = asked === undefined ? undefined : operationOf(operations, asked);
    if (asked === undefined || found === undefined) {
      problems.push(`there is no ${request.method} ${request.url}`);
      return { status: 404, value: { message: 'Not Found' } };
    }
    requests.push(`${asked.method} ${asked.path}`);
    problems.push(...problemsOf(found.operation, asked).map((one) => `${found.operation.id}: ${one}`));
    problems.push(
      ...Object.entries(headers).flatMap(([name, value]) => (request.headers[name] === value ? [] : [`${name} is not ${value}`])),
    );
    if (request.headers['user-agent'] === undefined) problems.push('it does not say which program asks');
    if (request.headers.authorization !== `Bearer ${token}`) return { status: 401, value: { message: 'Bad credentials' } };
    const { operation, values } = found;
    const act = acts[operation.id];
    if (act === undefined) throw new Error(`nobody does ${operation.id}`);
    const body = (asked.body ?? {}) as Readonly<Record<string, unknown>>;
    const said = act({ values, query: asked.query, body, example: (over) => ({ ...exampleOf(operation, list), ...over }) });
    return said.status === undefined && operation.method === 'GET'
      ? paged(said.value, { asked, base, list })
      : { status: operation.status, ...said };
  };
  const server = await listen(
    (request, response) =>
      void answer(request).then(
        ({ status = 200, value, link }) => {
          response.writeHead(status, { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) });
          response.end(JSON.stringify(value));
        },
        (thrown: unknown) => response.writeHead(500).end(String(thrown)),
      ),
  );
  return { url: `${server.url}${base}`, requests, problems, close: server.close };
}

async function readRequest(request: IncomingMessage, base: string): Promise<Asked | undefined> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await text(request);
  if (!url.pathname.startsWith(`${base}/`)) return undefined;
  return {
    method: request.method ?? '',
    path: url.pathname.slice(base.length),
    query: url.searchParams,
    body: body === '' ? undefined : JSON.parse(body),
  };
}

function exampleOf({ example }: Operation, list: string): Readonly<Record<string, unknown>> {
  const items = Array.isArray(example) ? example : (example as Readonly<Record<string, unknown>>)[list];
  return (Array.isArray(items) ? items[0] : example) as Readonly<Record<string, unknown>>;
}

/** One page of a list, and where the next one is. */
function paged(value: unknown, { asked, base, list }: { readonly asked: Asked; readonly base: string; readonly list: string }) {
  const isBare = Array.isArray(value);
  const all = (isBare ? value : (value as Readonly<Record<string, unknown>>)[list]) as readonly unknown[];
  const page = Number(asked.query.get('page') ?? 1);
  const items = all.slice((page - 1) * pageSize, page * pageSize);
  const next = new URLSearchParams([...asked.query].filter(([name]) => name !== 'page').concat([['page', String(page + 1)]]));
  // As behind a proxy, where a server does not know its own name.
  const link = page * pageSize < all.length ? { link: `<https://inside.invalid${base}${asked.path}?${next}>; rel="next"` } : {};
  return { value: isBare ? items : { ...(value as object), [list]: items }, ...link };
}
