import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../src/model/failure.ts';
import { ask, type Server, textAt } from './api.ts';
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
export async function tokenFor(server: Server, account: Account): Promise<string> {
  const answer = await ask(server, {
    method: 'POST',
    path: `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.serviceAccount}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: account.expirationSeconds ?? 3600 } },
  });
  const token = textAt(answer.value, 'status', 'token');
  if (token !== undefined) return token;
  const said = textAt(answer.value, 'message') ?? `status ${answer.status}`;
  throw new Failure('no-token', `no token for the ServiceAccount \`${account.namespace}/${account.serviceAccount}\`: ${said}`);
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
