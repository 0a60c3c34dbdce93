import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { SelectedContext } from './kubeconfig.ts';

/** Asks for what a request needs to be let in: certificates, headers, a name and a password. What cannot be had is thrown. */
export type Identify = () => Promise<RequestOptions>;

/** What a user may have that nobody has to be asked for: it stands in the kubeconfig, or in files that it names. */
const plainFields: ReadonlySet<string> = new Set([
  'as',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'extensions',
  'password',
  'token',
  'username',
]);

/**
 * How to be let in as the user of `context`. What stands in the kubeconfig and its files, and in a pod, is read here; for
 * credential plugins, OpenID Connect and the clouds' own ways there is client-node, which is large, and loaded only then.
 */
export function identifyAs(context: SelectedContext, document: string): Identify {
  return isPlain(context.user) ? async () => plainOptions(context) : throughLibrary(document);
}

/** The same by client-node, whatever the user is: its requests also go through the proxy that the cluster names. */
export function throughLibrary(document: string): Identify {
  let config: Promise<{ applyToHTTPSOptions(request: RequestOptions): Promise<void> }> | undefined;
  const load = async () => {
    const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
    const loaded = new KubeConfig();
    loaded.loadFromString(document);
    return loaded;
  };
  return async () => {
    config ??= load();
    const request: RequestOptions = {};
    await (await config).applyToHTTPSOptions(request);
    return request;
  };
}

function isPlain(user: JsonObject): boolean {
  return Object.keys(user).every((field) => plainFields.has(field) || (field === 'auth-provider' && tokenFileOf(user) !== undefined));
}

function tokenFileOf(user: JsonObject): string | undefined {
  return stringAt(user, 'auth-provider', 'name') === 'tokenFile' ? stringAt(user, 'auth-provider', 'config', 'tokenFile') : undefined;
}

function plainOptions({ cluster, user }: SelectedContext): RequestOptions {
  const tokenFile = tokenFileOf(user);
  const token = tokenFile === undefined ? stringAt(user, 'token') : readFileSync(tokenFile, 'utf8');
  const [as, username] = [stringAt(user, 'as'), stringAt(user, 'username')];
  const servername = stringAt(cluster, 'tls-server-name');
  return {
    ...pemIn(cluster, 'certificate-authority', 'ca'),
    ...pemIn(user, 'client-certificate', 'cert'),
    ...pemIn(user, 'client-key', 'key'),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
    ...(servername ? { servername } : {}),
    ...(username ? { auth: `${username}:${stringAt(user, 'password') ?? ''}` } : {}),
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(as ? { 'impersonate-user': as } : {}) },
  };
}

/** PEM that stands in `entry` as base64, or in a file that it names. */
function pemIn(entry: JsonObject, field: string, option: 'ca' | 'cert' | 'key'): RequestOptions {
  const [data, file] = [stringAt(entry, `${field}-data`), stringAt(entry, field)];
  if (data) return { [option]: Buffer.from(data, 'base64') };
  return file ? { [option]: readFileSync(file) } : {};
}
