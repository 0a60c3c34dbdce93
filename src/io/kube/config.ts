import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { FailureCode } from '../../model/code.ts';
import { exitCodes, Failure, messageOf } from '../../model/failure.ts';
import { stringAt } from '../../model/json.ts';
import { isLoopback } from '../../model/url.ts';
import { type Identify, identifyAs, throughLibrary } from './identify.ts';
import { type KubeconfigFile, type SelectedContext, selectContext } from './kubeconfig.ts';

/** Which cluster to talk to, and as whom. */
export interface ClusterConfig {
  /** The name of the context, for people; `in-cluster` inside a pod. */
  readonly context: string;
  /** The address of the API server: no user name, no password, perhaps a path. */
  readonly server: URL;
  /** A kubeconfig with this context alone, and absolute paths. */
  readonly kubeconfig: string;
  /** The credentials. Each call starts afresh: no token of before is remembered. */
  readonly connect: () => Identify;
  /** Where the cluster is only reached through a proxy: makes connections through it. */
  readonly throughProxy: ((tls: TlsOptions) => Promise<Agent>) | undefined;
}

/** How a server is trusted, and what it is shown: PEM. */
export type TlsOptions = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** Where to look for credentials. Nothing else is looked at. */
export interface ConfigOptions {
  /** A kubeconfig file, named by the user: nothing else is looked at then. */
  readonly kubeconfig?: string | undefined;
  /** The context to use. Without it: the current one. */
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a pod finds its service account; only tests need another place. */
  readonly serviceAccount?: string;
}

/**
 * Finds the cluster to talk to: the named kubeconfig, else $KUBECONFIG (a list, merged), else the pod's service account
 * (unless a context was named: a pod has none), else `~/.kube/config`. Throws a `Failure` with code `kubeconfig-…`.
 */
export function openConfig(options: ConfigOptions): ClusterConfig {
  const selected = find(options);
  const server = serverOf(selected);
  checkFiles(selected);
  const kubeconfig = documentOf(selected, server);
  // The same cluster with nothing but the TLS identity: client-node then builds the agent that goes through the proxy.
  const throughProxy = async (tls: TlsOptions): Promise<Agent> => {
    const { agent } = await throughLibrary(documentOf({ ...selected, user: tlsUserOf(tls) }, server))();
    if (typeof agent !== 'object') throw new Failure('kubeconfig-proxy', 'the `proxy-url` of the cluster cannot be used');
    return agent;
  };
  return {
    context: selected.name,
    server,
    kubeconfig,
    connect: () => identifyAs(selected, kubeconfig),
    throughProxy: stringAt(selected.cluster, 'proxy-url') ? throughProxy : undefined,
  };
}

function find({
  kubeconfig,
  context,
  env,
  serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount',
}: ConfigOptions): SelectedContext {
  if (kubeconfig !== undefined) return selectContext([readKubeconfig(kubeconfig)], context);
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) return selectContext(readListed(listed), context);
  if (context === undefined) {
    const pod = inCluster(env, serviceAccount);
    if (pod !== undefined) return pod;
  }
  const home = env['HOME'] ?? env['USERPROFILE'];
  const path = home === undefined ? undefined : join(home, '.kube', 'config');
  if (path === undefined || !isReadable(path)) {
    throw problem('kubeconfig-missing', 'no kubeconfig was found', 'name one with `--kubeconfig`, or set KUBECONFIG');
  }
  return selectContext([readKubeconfig(path)], context);
}

/** Of a list, files that are not there are passed over, as kubectl does, but not all of them. */
function readListed(paths: readonly string[]): readonly KubeconfigFile[] {
  const present = paths.filter((path) => existsSync(path)).map(readKubeconfig);
  if (present.length > 0) return present;
  const names = paths.map((path) => `\`${path}\``).join(', ');
  throw problem(
    'kubeconfig-missing',
    `KUBECONFIG names ${names}, which ${paths.length === 1 ? 'is' : 'are'} not there`,
    'correct KUBECONFIG, or unset it',
  );
}

function readKubeconfig(path: string): KubeconfigFile {
  const full = resolve(path);
  try {
    return { path, folder: dirname(full), text: readFileSync(full, 'utf8') };
  } catch (cause) {
    throw problem('kubeconfig-unreadable', `\`${path}\` cannot be read: ${messageOf(cause)}`, 'name another file with `--kubeconfig`');
  }
}

/** The service account of the pod that this runs in, or undefined outside of pods. */
function inCluster(env: ConfigOptions['env'], folder: string): SelectedContext | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  const tokenFile = join(folder, 'token');
  if (!host || !port || !isReadable(tokenFile)) return undefined;
  return {
    name: 'in-cluster',
    cluster: { server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, 'certificate-authority': join(folder, 'ca.crt') },
    user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } },
  };
}

function serverOf({ name, cluster }: SelectedContext): URL {
  const text = stringAt(cluster, 'server') ?? '';
  const server = URL.canParse(text) ? new URL(text) : undefined;
  if (server === undefined || !['https:', 'http:'].includes(server.protocol) || server.username !== '' || server.password !== '') {
    throw problem(
      'kubeconfig-server-invalid',
      `the cluster of context \`${name}\` has no usable \`server\``,
      'it must look like `https://host:6443`',
    );
  }
  if (server.protocol === 'http:' && !isLoopback(server.hostname)) {
    throw problem(
      'kubeconfig-plain-http',
      `\`${server.origin}\` is plain HTTP: everybody on the way could read the credentials`,
      'use https',
    );
  }
  return server;
}

function checkFiles({ name, cluster, user }: SelectedContext): void {
  const files = [
    stringAt(cluster, 'certificate-authority'),
    stringAt(user, 'client-certificate'),
    stringAt(user, 'client-key'),
    stringAt(user, 'auth-provider', 'config', 'tokenFile'),
  ];
  for (const file of files) {
    if (file !== undefined && !isReadable(file)) {
      throw problem(
        'kubeconfig-unreadable',
        `\`${file}\`, which context \`${name}\` needs, cannot be read`,
        'put the file there, or correct the kubeconfig',
      );
    }
  }
}

/** A kubeconfig with only this context, as client-node reads it. */
function documentOf({ name, cluster, user }: SelectedContext, server: URL): string {
  // client-node refuses plain HTTP unless told that TLS is not checked; only loopback gets this far.
  const plain = server.protocol === 'http:' ? { 'insecure-skip-tls-verify': true } : {};
  return JSON.stringify({
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { ...cluster, ...plain } }],
    users: [{ name, user }],
  });
}

function tlsUserOf({ cert, key }: TlsOptions): SelectedContext['user'] {
  const base64 = (pem: TlsOptions['cert'] | TlsOptions['key']): string => Buffer.from(String(pem)).toString('base64');
  return {
    ...(cert === undefined ? {} : { 'client-certificate-data': base64(cert) }),
    ...(key === undefined ? {} : { 'client-key-data': base64(key) }),
  };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function problem(code: FailureCode, message: string, help: string): Failure {
  return new Failure(code, message, { help, exit: exitCodes.input });
}
