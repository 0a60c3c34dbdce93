import { writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import { json } from 'node:stream/consumers';
import type { ClusterConfig } from '../../src/io/kube/config.ts';
import type { Answer } from '../controlplane/api.ts';
import { type Account, requestToken } from '../controlplane/kubeconfig.ts';

/**
 * Writes a kubeconfig, mode 0600, for a ServiceAccount of the cluster of `config`, with a fresh token from the TokenRequest
 * API. How the cluster is reached and trusted is taken over, whatever the user's own credentials are: a certificate, a
 * plugin, a token. Throws a Failure when there is no token to be had.
 */
export async function writeKubeconfig(config: ClusterConfig, account: Account, path: string): Promise<void> {
  const token = await requestToken((at, body) => post(config, at, body), account);
  const document = JSON.parse(config.kubeconfig) as {
    readonly contexts: readonly [{ readonly context: { readonly user: string } }];
  };
  const [{ context }] = document.contexts;
  writeFileSync(path, JSON.stringify({ ...document, users: [{ name: context.user, user: { token } }] }), { mode: 0o600 });
}

/** The cluster's own port cannot ask for tokens: the agent never does. */
async function post(config: ClusterConfig, path: string, body: unknown): Promise<Answer> {
  const { server } = config;
  const text = JSON.stringify(body);
  const identity = await config.connect()();
  const options: RequestOptions = {
    ...identity,
    method: 'POST',
    headers: { ...identity.headers, 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(text)}` },
    timeout: 30_000,
  };
  // A server may live below a path (Rancher: /k8s/clusters/…).
  const url = new URL(server.pathname.replace(/\/$/, '') + path, server);
  return new Promise((resolve, reject) => {
    const sending = (url.protocol === 'http:' ? plainRequest : tlsRequest)(url, options, (response) =>
      json(response).then((value) => resolve({ status: response.statusCode ?? 0, value }), reject),
    );
    sending.on('timeout', () => sending.destroy(new Error('no answer within 30 s')));
    sending.on('error', reject);
    sending.end(text);
  });
}
