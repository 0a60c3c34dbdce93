import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { PatchOperation } from '../../src/ports.ts';
import { filesOf } from '../controlplane/flags.ts';
import type { ControlPlane } from '../controlplane/start.ts';

/** What an admission webhook says to an object: a denial in words, or what it makes otherwise. */
export type Verdict = { readonly denied: string } | { readonly patch: readonly PatchOperation[] };

/** An admission webhook on loopback. */
export interface Webhook {
  /** The configuration that has it judge writes to `resources` in `namespace`. */
  configuration(kind: 'Validating' | 'Mutating', about: { readonly namespace: string; readonly resources: readonly string[] }): Manifest;
  /** From now on it answers, takes requests and never answers, or is not there: connections are refused. */
  become(state: 'answering' | 'silent' | 'gone'): Promise<void>;
  close(): Promise<void>;
}

/** Starts a webhook that says what `judge` makes of an object. Its certificate is that of the API server of `plane`, which is good for all of loopback. */
export async function startWebhook(plane: ControlPlane, judge: (object: JsonObject) => Verdict): Promise<Webhook> {
  const { certificates, ca } = filesOf(plane.folder);
  const certificate = readFileSync(ca);
  const sockets = new Set<Socket>();
  let isSilent = false;
  const listen = async (port: number): Promise<HttpsServer> => {
    const server = createServer({ cert: certificate, key: readFileSync(join(certificates, 'apiserver.key')) }, async (asked, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of asked) chunks.push(chunk);
      if (isSilent) return;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answerTo(JSON.parse(Buffer.concat(chunks).toString()), judge)));
    });
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  let server: HttpsServer | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (closing !== undefined) await new Promise((resolve) => closing.close(resolve));
  };
  return {
    configuration: (kind, about) =>
      configuration(kind, about, { url: `https://127.0.0.1:${port}/`, caBundle: certificate.toString('base64') }),
    async become(state) {
      isSilent = state === 'silent';
      if (state === 'gone') await close();
      else server ??= await listen(port);
    },
    close,
  };
}

function configuration(
  kind: 'Validating' | 'Mutating',
  { namespace, resources }: { readonly namespace: string; readonly resources: readonly string[] },
  clientConfig: JsonObject,
): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: namespace },
    webhooks: [
      {
        name: `${namespace}.example.com`,
        clientConfig,
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 2,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources, operations: ['CREATE', 'UPDATE', 'DELETE'] }],
      },
    ],
  };
}

/** The answer to an AdmissionReview (admission.k8s.io/v1). A deletion has no object. */
function answerTo({ request: { uid, object } }: Review, judge: (object: JsonObject) => Verdict): JsonObject {
  const verdict: Verdict = isObject(object) ? judge(object) : { patch: [] };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...inReview(verdict) } };
}

function inReview(verdict: Verdict): JsonObject {
  if ('denied' in verdict) return { allowed: false, status: { code: 403, message: verdict.denied } };
  // Who only validates may not even return an empty patch.
  if (verdict.patch.length === 0) return { allowed: true };
  return { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(verdict.patch)).toString('base64') };
}

interface Review {
  readonly request: { readonly uid: string; readonly object: unknown };
}
