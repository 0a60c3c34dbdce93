import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';
import { defaultRegistry } from '../../model/image.ts';
import { isObject, type JsonObject, objectAt, stringAt } from '../../model/json.ts';

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
export async function credentialsFor(registry: string, docker: DockerConfig): Promise<Credentials | undefined> {
  const config = readConfig(join(docker.folder, 'config.json'));
  const keys = registry === defaultRegistry ? [hubKey, 'index.docker.io', 'docker.io'] : [registry, `https://${registry}`];
  const helpers = objectAt(config, 'credHelpers');
  const helper = keys.map((key) => stringAt(helpers, key)).find((name) => name !== undefined) ?? stringAt(config, 'credsStore');
  if (helper !== undefined && helper !== '') {
    const [key = registry] = keys;
    return fromHelper(helper, key, docker);
  }
  const auths = objectAt(config, 'auths');
  const entry = keys.map((key) => auths[key] ?? auths[`${key}/`]).find((found) => found !== undefined);
  return isObject(entry) ? written(entry) : undefined;
}

function readConfig(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new Failure('registry-credentials', `\`${path}\` cannot be read: ${messageOf(cause)}`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The parser would quote what stands there.
  }
  throw new Failure('registry-credentials', `\`${path}\` is no JSON object`, { help: 'log in anew: `docker login`' });
}

function written(entry: JsonObject): Credentials | undefined {
  const identity = stringAt(entry, 'identitytoken') ?? '';
  if (identity !== '') return { by: 'identity', token: identity };
  const token = stringAt(entry, 'registrytoken') ?? '';
  if (token !== '') return { by: 'token', token };
  const decoded = Buffer.from(stringAt(entry, 'auth') ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : stringAt(entry, 'username');
  const password = colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : stringAt(entry, 'password');
  return username === undefined || password === undefined ? undefined : { by: 'password', username, password };
}

/** Milliseconds that a helper is waited for: it may ask a person to unlock something. */
const patience = 60_000;

/** What a helper says when nobody is logged in (docker-credential-helpers, credentials/error.go). */
const unknown = /credentials not found/;

/** Asks a helper, which is a program: it is told the registry, and answers as JSON (docker-credential-helpers). */
function fromHelper(name: string, registry: string, { env }: DockerConfig): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  return new Promise((resolve, reject) => {
    const failed = (why: string): void =>
      reject(new Failure('registry-credentials', `\`${program}\` does not tell who you are at \`${registry}\`: ${why}`));
    if (!/^[\w.-]+$/.test(name)) return failed('this is no name of a helper');
    const child = execFile(program, ['get'], { env: { ...env }, timeout: patience, maxBuffer: 1024 * 1024 }, (error, out) => {
      if (error !== null && unknown.test(out)) return resolve(undefined);
      // What it wrote may hold a secret.
      if (error !== null) return failed('code' in error && error.code === 'ENOENT' ? 'there is no such program' : 'it failed');
      const answer = parsed(out);
      const [username, secret] = [stringAt(answer, 'Username'), stringAt(answer, 'Secret')];
      if (username === undefined || secret === undefined) return failed('it answered something else');
      resolve(username === '<token>' ? { by: 'identity', token: secret } : { by: 'password', username, password: secret });
    });
    // One that is not there, or ends at once, does not read.
    child.stdin?.on('error', () => {});
    child.stdin?.end(registry);
  });
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
