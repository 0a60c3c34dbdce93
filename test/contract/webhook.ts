import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { PatchOperation } from '../../src/ports.ts';
import { filesOf } from '../controlplane/flags.ts';
import type { ControlPlane } from '../controlplane/start.ts';

/** A webhook on loopback. Its path says how it answers. */
export interface Webhook {
  /** How API servers are told to call it. */
  client(path: keyof typeof answers | '/silent'): JsonObject;
  close(): Promise<void>;
}

/** What becomes of a ConfigMap at `/rewrite`: another value than was applied, and a key that nobody applied. */
const rewriting: readonly PatchOperation[] = [
  { op: 'add', path: '/data/a', value: 'rewritten' },
  { op: 'add', path: '/data/injected', value: 'yes' },
];

const answers = {
  '/deny': { allowed: false, status: { code: 422, message: 'data: Invalid value: "x": field is immutable' } },
  '/rewrite': { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(rewriting)).toString('base64') },
  '/garbage': { uid: 'of-somebody-else', allowed: true },
} as const;

/** Starts a webhook that shows the certificate of the API server of `plane`, which is good for all of loopback. */
export async function startWebhook(plane: ControlPlane): Promise<Webhook> {
  const { certificates, ca } = filesOf(plane.folder);
  const sockets = new Set<Socket>();
  const server = createServer(
    { cert: readFileSync(ca), key: readFileSync(join(certificates, 'apiserver.key')) },
    async (asked, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of asked) chunks.push(chunk);
      const path = new URL(asked.url ?? '/', 'https://webhook').pathname;
      // What has no answer is never answered.
      if (!Object.hasOwn(answers, path)) return;
      const review = JSON.parse(Buffer.concat(chunks).toString()) as { readonly request: { readonly uid: string } };
      const answer = { uid: review.request.uid, ...answers[path as keyof typeof answers] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    client: (path) => ({ url: `https://127.0.0.1:${port}${path}`, caBundle: readFileSync(ca).toString('base64') }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A configuration that has ConfigMaps of `namespace` judged by whom `clientConfig` leads to. */
export function configuration(kind: 'Validating' | 'Mutating', namespace: string, clientConfig: JsonObject): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: `contract-${namespace}` },
    webhooks: [
      {
        name: 'guard.example.com',
        clientConfig,
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 1,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE', 'DELETE'] }],
      },
    ],
  };
}
