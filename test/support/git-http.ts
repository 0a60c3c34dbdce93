import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../registry/listen.ts';

/** What to serve: all repositories in `folder`; to everybody, unless there is a user name and a password, or something else that decides. */
export interface GitHttpOptions {
  readonly folder: string;
  readonly username?: string;
  readonly password?: string;
  /** Whether a request with this `Authorization` is answered. */
  readonly admits?: (authorization: string | undefined) => boolean;
  /** As PEM: the server is one of https. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A git server on loopback. */
export interface GitHttpServer {
  /** Without a slash at its end: the repository `folder/shop.git` is at `<url>/shop.git`. */
  readonly url: string;
  /** What it was asked, in order, with the path and its query: `GET /shop.git/info/refs?service=git-upload-pack`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves repositories by git's smart HTTP protocol, reading and pushing, with `git http-backend`. */
export async function startGitHttp(options: GitHttpOptions): Promise<GitHttpServer> {
  const requests: string[] = [];
  const server = await listen((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(options, request, response);
  }, options.tls);
  return { url: server.url, requests, close: () => server.close() };
}

function answer(options: GitHttpOptions, request: IncomingMessage, response: ServerResponse): void {
  if (!isWelcome(options, request.headers.authorization)) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    return;
  }
  const backend = spawn('git', ['http-backend'], { env: cgiEnvironment(options.folder, request), stdio: 'pipe' });
  backend.stdin.on('error', () => {});
  backend.stderr.resume();
  request.pipe(backend.stdin);
  respond(backend, response);
}

function isWelcome({ username, password, admits }: GitHttpOptions, authorization: string | undefined): boolean {
  if (admits !== undefined) return admits(authorization);
  if (username === undefined) return true;
  return authorization === `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
}

/** The variables of RFC 3875, and what git-http-backend(1) asks for. A named remote user is what allows pushes. */
function cgiEnvironment(folder: string, request: IncomingMessage): Record<string, string> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const protocol = request.headers['git-protocol'];
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    REMOTE_USER: 'test',
    REMOTE_ADDR: '127.0.0.1',
    ...(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
  };
}

/** Passes on what a CGI program prints: header lines, an empty line, the body. */
function respond(backend: ChildProcessWithoutNullStreams, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  let begun = false;
  backend.stdout.on('data', (chunk: Buffer) => {
    if (begun) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    begun = true;
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
  });
  backend.stdout.on('end', () => response.end());
}
