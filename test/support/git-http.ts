import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to serve: all repositories in `folder`; to everybody, unless there is a user name and a password. */
export interface GitHttpOptions {
  readonly folder: string;
  readonly username?: string;
  readonly password?: string;
}

/** A git server on loopback. */
export interface GitHttpServer {
  /** Without a slash at its end: the repository `folder/shop.git` is at `<url>/shop.git`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves repositories by git's smart HTTP protocol, reading and pushing, with `git http-backend`. */
export async function startGitHttp(options: GitHttpOptions): Promise<GitHttpServer> {
  const server = createServer((request, response) => answer(options, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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

function isWelcome({ username, password }: GitHttpOptions, authorization: string | undefined): boolean {
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
