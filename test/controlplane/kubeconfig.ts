import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, messageOf } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { type Answer, ask, type Server, textAt } from './api.ts';
import { filesOf } from './flags.ts';

/** Whose kubeconfig to make. The ServiceAccount must exist. */
export interface Account {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** How long the token is good for, in seconds; an hour unless told, ten minutes at least. */
  readonly expirationSeconds?: number;
}

/** A kubeconfig with one context, `lockstep`, as JSON, which is YAML too. It holds a token: write it with mode 0600. */
export function kubeconfigText({ server, caFile, token }: Server, namespace?: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lockstep', cluster: { server, 'certificate-authority-data': readFileSync(caFile).toString('base64') } }],
    users: [{ name: 'lockstep', user: { token } }],
    contexts: [{ name: 'lockstep', context: { cluster: 'lockstep', user: 'lockstep', ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': 'lockstep',
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** Gets a token for a ServiceAccount from the TokenRequest API. */
export function tokenFor(server: Server, account: Account): Promise<string> {
  return requestToken((path, body) => ask(server, { method: 'POST', path, body }), account);
}

/** The same, where `post` knows how to ask. Throws a Failure when there is no token to be had. */
export async function requestToken(post: (path: string, body: unknown) => Promise<Answer>, account: Account): Promise<string> {
  const { namespace, serviceAccount, expirationSeconds = 3600 } = account;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } };
  const noToken = (said: string, cause?: unknown): Failure =>
    new ToolFailure('no-token', `no token for the ServiceAccount \`${namespace}/${serviceAccount}\`: ${said}`, { cause });
  const answer = await post(`/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`, body).catch((cause: unknown) => {
    throw noToken(messageOf(cause), cause);
  });
  const token = textAt(answer.value, 'status', 'token');
  if (token === undefined) throw noToken(textAt(answer.value, 'message') ?? `status ${answer.status}`);
  return token;
}

/** Writes a kubeconfig with a fresh token of a ServiceAccount into the control plane's folder, and returns its path. */
export async function kubeconfigFor(controlPlane: Server & { readonly folder: string }, account: Account): Promise<string> {
  const token = await tokenFor(controlPlane, account);
  const folder = filesOf(controlPlane.folder).kubeconfigs;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${account.namespace}.${account.serviceAccount}`);
  writeFileSync(path, kubeconfigText({ ...controlPlane, token }, account.namespace), { mode: 0o600 });
  return path;
}
