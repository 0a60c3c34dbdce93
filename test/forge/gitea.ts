import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../controlplane/port.ts';
import { endProcesses, type ProcessRecord } from '../controlplane/processes.ts';
import { until } from '../controlplane/ready.ts';
import { type Started, startProgram, tailOf } from '../controlplane/spawn.ts';
import { startWatchdog } from '../controlplane/watchdog.ts';
import { findGitea, type GiteaProgram } from './program.ts';

/** A Gitea that runs on loopback, with one user who may do everything. */
export interface Gitea {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly user: string;
  readonly token: string;
  readonly process: ProcessRecord;
  /** Asks its interface as `user`; the answer's JSON. Throws where it is no success. */
  api(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Makes a repository of `user`, with one commit on `main`. */
  repository(name: string): Promise<GiteaRepository>;
  /** Makes another user, who may do nothing yet, and a token with these scopes (`write:repository`). */
  another(name: string, scopes: readonly string[]): Promise<{ readonly token: string }>;
  /** The end of what it logged. */
  log(): string;
  /** Ends it. Can be called again. */
  close(): Promise<void>;
}

/** How a pull request becomes commits of its base. */
export type MergeStyle = 'merge' | 'rebase' | 'squash' | 'fast-forward-only';

/** A repository there. */
export interface GiteaRepository {
  /** `owner/name`. */
  readonly name: string;
  /** The URL for git, without credentials. */
  readonly remote: string;
  /** The same with those of the user, for `git push`. */
  readonly remoteOfUser: string;
  /** Makes or changes a file on a branch, which begins at `main` where there is none. Returns the commit. */
  commit(branch: string, path: string, text: string): Promise<string>;
  /** Lets nobody push to a branch: only pull requests change it. */
  protect(branch: string): Promise<void>;
  /** Merges a pull request, as soon as that can be. */
  merge(number: number, how?: MergeStyle): Promise<void>;
  /** Tells `url` of pushes, signed with `secret`. */
  webhook(url: string, secret: string): Promise<void>;
}

/** Starts a Gitea in `folder`, and waits until it answers. It does not outlive this process. */
export async function startGitea({ folder }: { readonly folder: string }): Promise<Gitea> {
  const found = await findGitea();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = writeConfiguration(folder, { port, url, statics: found.statics });
  const means = { found, folder, config };
  run(means, ['migrate']);
  const user = 'acme';
  const token = makeUser(means, user, ['all'], ['--admin']);
  const watchdog = startWatchdog({ remove: undefined });
  const running: Started[] = [];
  const close = async (): Promise<void> => {
    await endProcesses(running.map(({ record }) => record));
    watchdog.dismiss();
  };
  try {
    const started = await startProgram({
      name: 'gitea',
      program: found.program,
      flags: ['--config', config, 'web'],
      folder,
      env: variables(folder),
    });
    running.push(started);
    watchdog.watch(started);
    const isAnswering = async (): Promise<boolean> => (await fetch(`${url}/api/healthz`)).ok;
    await until('Gitea answers', { folder, seconds: 60, started: () => running }, isAnswering);
    const api = apiOf(url, token);
    return {
      url,
      user,
      token,
      process: started.record,
      api,
      repository: (name) => makeRepository({ url, user, token, api }, name),
      another: async (name, scopes) => ({ token: makeUser(means, name, scopes) }),
      log: () => tailOf(folder, 'gitea'),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Starts a Gitea for a test, or for all of a file, in a folder that goes with it. */
export async function giteaFor(t: { after(end: () => Promise<void>): void }): Promise<Gitea> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
  const opened: Gitea[] = [];
  t.after(async () => {
    await Promise.all(opened.map((one) => one.close()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const gitea = await startGitea({ folder });
  opened.push(gitea);
  return gitea;
}

interface Means {
  readonly found: GiteaProgram;
  readonly folder: string;
  readonly config: string;
}

function run({ found, folder, config }: Means, args: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...variables(folder) };
  return execFileSync(found.program, ['--config', config, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** It refuses to run as root, as tests in a container do, unless it is told that this is known; it is on loopback, for a moment. */
function variables(folder: string): Readonly<Record<string, string>> {
  return { GITEA_WORK_DIR: folder, GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: 'true', USER: userInfo().username };
}

function makeUser(means: Means, name: string, scopes: readonly string[], more: readonly string[] = []): string {
  const who = ['--username', name, '--email', `${name}@example.com`, '--random-password', '--must-change-password=false'];
  const token = ['--access-token', '--access-token-name', 'tests', '--access-token-scopes', scopes.join(',')];
  const said = run(means, ['admin', 'user', 'create', ...who, ...token, ...more]);
  const found = /\b[0-9a-f]{40}\b/.exec(said)?.[0];
  if (found === undefined) throw new Error(`Gitea told no token: ${said}`);
  return found;
}

function writeConfiguration(
  folder: string,
  { port, url, statics }: { readonly port: number; readonly url: string; readonly statics: string },
): string {
  mkdirSync(join(folder, 'custom', 'conf'), { recursive: true });
  const path = join(folder, 'custom', 'conf', 'app.ini');
  const sections = {
    server: {
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      ROOT_URL: `${url}/`,
      STATIC_ROOT_PATH: statics,
      APP_DATA_PATH: join(folder, 'data'),
      DISABLE_SSH: true,
      OFFLINE_MODE: true,
    },
    database: { DB_TYPE: 'sqlite3', PATH: join(folder, 'data', 'gitea.db'), SQLITE_TIMEOUT: 10_000 },
    security: { INSTALL_LOCK: true, SECRET_KEY: randomBytes(32).toString('hex'), PASSWORD_HASH_ALGO: 'pbkdf2_hi' },
    service: { DISABLE_REGISTRATION: true },
    oauth2: { ENABLED: false },
    webhook: { ALLOWED_HOST_LIST: 'loopback' },
    indexer: { ISSUE_INDEXER_TYPE: 'db' },
    actions: { ENABLED: false },
    packages: { ENABLED: false },
    cron: { ENABLED: false },
    log: { MODE: 'console', LEVEL: 'warn' },
    'repository.pull-request': { TEST_CONFLICTING_PATCHES_WITH_GIT_APPLY: false },
  };
  const text = Object.entries(sections).map(([name, settings]) => {
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
    return `[${name}]\n${lines.join('')}\n`;
  });
  writeFileSync(path, `RUN_USER = ${userInfo().username}\nRUN_MODE = prod\nWORK_PATH = ${folder}\n\n${text.join('')}`);
  return path;
}

function apiOf(url: string, token: string): Gitea['api'] {
  return async (method, path, body) => {
    const headers = { authorization: `token ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

async function makeRepository(
  { url, user, token, api }: Pick<Gitea, 'url' | 'user' | 'token' | 'api'>,
  name: string,
): Promise<GiteaRepository> {
  await api('POST', '/user/repos', { name, auto_init: true, default_branch: 'main' });
  const root = `/repos/${user}/${name}`;
  return {
    name: `${user}/${name}`,
    remote: `${url}/${user}/${name}.git`,
    remoteOfUser: `${url.replace('//', `//${user}:${token}@`)}/${user}/${name}.git`,
    async commit(branch, path, text) {
      const branches = (await api('GET', `${root}/branches?limit=50`)) as readonly { readonly name: string }[];
      const isThere = branches.some((one) => one.name === branch);
      const onto = isThere ? { branch } : { branch: 'main', new_branch: branch };
      const content = Buffer.from(text).toString('base64');
      const operation = { operation: 'upload', path, content };
      const said = await api('POST', `${root}/contents`, { ...onto, message: `Write ${path}`, files: [operation] });
      return (said as { readonly commit: { readonly sha: string } }).commit.sha;
    },
    async protect(branch) {
      await api('POST', `${root}/branch_protections`, { rule_name: branch, enable_push: false });
    },
    async merge(number, how = 'merge') {
      // It looks in the background whether a pull request can be merged, and refuses until it knows.
      for (let tries = 1; ; tries++) {
        try {
          await api('POST', `${root}/pulls/${number}/merge`, { Do: how });
          return;
        } catch (thrown) {
          if (tries === 100 || !/try again later/.test(String(thrown))) throw thrown;
          await sleep(200);
        }
      }
    },
    async webhook(target, secret) {
      const config = { url: target, content_type: 'json', secret };
      await api('POST', `${root}/hooks`, { type: 'gitea', config, events: ['push'], active: true });
    },
  };
}
