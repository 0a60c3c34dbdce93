import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';
import { defaultRegistry } from '../../model/image.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { objectIn } from './json.ts';

/** Who one is at a registry. Nothing of it is ever shown. */
export type Credentials =
  | { readonly by: 'password'; readonly username: string; readonly password: string }
  /** A token that buys others (OAuth 2, `refresh_token`). */
  | { readonly by: 'identity'; readonly token: string }
  /** A token that the registry itself takes. */
  | { readonly by: 'token'; readonly token: string };

/** Where Docker keeps credentials. */
export interface DockerConfig {
  /** The folder of `config.json`. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How Docker calls its own registry there. */
const hubKey = 'https://index.docker.io/v1/';

/**
 * Who one is at `registry`, by Docker's `config.json`: what the helper of the registry says, or the store, or what stands in it
 * (docker/cli, cli/config). Undefined when nobody is logged in. Throws `Failure` when it cannot be told.
 */
export async function credentialsFor(registry: string, docker: DockerConfig, signal?: AbortSignal): Promise<Credentials | undefined> {
  const given = written(entryOf(objectAt(objectIn(docker.env['DOCKER_AUTH_CONFIG'] ?? ''), 'auths'), registry));
  if (given !== undefined) return given;
  const config = readConfig(join(docker.folder, 'config.json'));
  const own = entryOf(objectAt(config, 'credHelpers'), registry);
  const helper = typeof own === 'string' ? own : stringAt(config, 'credsStore');
  if (helper !== undefined && helper !== '')
    return fromHelper(helper, registry === defaultRegistry ? hubKey : registry, { ...docker, signal });
  return written(entryOf(objectAt(config, 'auths'), registry));
}

/** What stands under a registry, whose keys may also be URLs: then their host counts (docker/cli, ConvertToHostname). */
function entryOf(entries: JsonObject, registry: string): Json | undefined {
  const hosts = registry === defaultRegistry ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [registry];
  const found = Object.keys(entries).find((key) => hosts.includes(key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')));
  return found === undefined ? undefined : entries[found];
}

function readConfig(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new Failure('registry-credentials', `\`${path}\` cannot be read: ${messageOf(cause)}`, { cause });
  }
  const config = objectIn(text);
  if (config !== undefined) return config;
  throw new Failure('registry-credentials', `\`${path}\` is no JSON object`, { help: 'log in anew: `docker login`' });
}

function written(entry: Json | undefined): Credentials | undefined {
  if (!isObject(entry)) return undefined;
  const identity = stringAt(entry, 'identitytoken') ?? '';
  if (identity !== '') return { by: 'identity', token: identity };
  const token = stringAt(entry, 'registrytoken') ?? '';
  if (token !== '') return { by: 'token', token };
  const decoded = Buffer.from(stringAt(entry, 'auth') ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : stringAt(entry, 'username');
  const password = colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : stringAt(entry, 'password');
  return named(username, password);
}

/** A password; one that is empty, of nobody, is none. */
function named(username: string | undefined, password: string | undefined): Credentials | undefined {
  if (username === undefined || password === undefined || (username === '' && password === '')) return undefined;
  return { by: 'password', username, password };
}

/** Milliseconds that a helper is waited for: it may ask a person to unlock something. */
const patience = 60_000;

/** What a helper says when nobody is logged in (docker-credential-helpers, credentials/error.go). */
const unknown = /credentials not found/;

/** Asks a helper, which is a program: it is told the registry, and answers as JSON (docker-credential-helpers). */
function fromHelper(
  name: string,
  registry: string,
  { env, signal }: Pick<DockerConfig, 'env'> & { readonly signal: AbortSignal | undefined },
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  return new Promise((resolve, reject) => {
    const failed = (why: string): void =>
      reject(new Failure('registry-credentials', `\`${program}\` does not tell who you are at \`${registry}\`: ${why}`));
    if (!/^[\w.-]+$/.test(name)) return failed('this is no name of a helper');
    const options = { env: { ...env }, timeout: patience, maxBuffer: 1024 * 1024, signal, killSignal: 'SIGKILL' } as const;
    const child = execFile(program, ['get'], options, (error, out) => {
      if (error !== null && unknown.test(out)) return resolve(undefined);
      // What it wrote may hold a secret.
      if (error !== null) return failed('code' in error && error.code === 'ENOENT' ? 'there is no such program' : 'it failed');
      const answer = objectIn(out);
      const [username, secret] = [stringAt(answer, 'Username'), stringAt(answer, 'Secret')];
      if (username === undefined || secret === undefined) return failed('it answered something else');
      resolve(username === '<token>' ? { by: 'identity', token: secret } : named(username, secret));
    });
    // One that is not there, or ends at once, does not read.
    child.stdin?.on('error', () => {});
    child.stdin?.end(registry);
  });
}
