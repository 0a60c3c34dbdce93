import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { openCluster } from '../../../src/io/kube/cluster.ts';
import type { Cluster } from '../../../src/ports.ts';
import { handClock } from '../../support/clock.ts';
import { configFor, json, type SeenRequest, type StubServer, status, stubServer, until } from './server.ts';

const writer = 'system:serviceaccount:shop:writer';
const config = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'config' };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'shop', uid: 'u', resourceVersion: '1' } };

/** A cluster on a stub, whose kubeconfig has `user`; all that is asked about ConfigMaps is answered by `answer`. */
async function on(
  { user, answer }: { readonly user: object; readonly answer: (response: ServerResponse, request: SeenRequest) => void },
  run: (cluster: Cluster, server: StubServer) => Promise<void>,
): Promise<void> {
  const server = await stubServer((request, response) => {
    if (request.path === '/api/v1') json(response, { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] });
    else answer(response, request);
  });
  const cluster = openCluster({ config: configFor(server.url, user), clock: handClock() });
  try {
    await run(cluster, server);
  } finally {
    await cluster.close();
    await server.close();
  }
}

function impersonated({ requests }: StubServer): readonly (string | undefined)[] {
  return requests.map(({ headers }) => headers['impersonate-user']?.toString());
}

test('what is asked for in the name of another user says so, on the way with the own credentials; kinds are asked for without', () =>
  on({ user: { token: 'own' }, answer: (response) => json(response, object) }, async (cluster, server) => {
    await cluster.as(writer).get('v1', config);
    await cluster.get('v1', config);
    assert.deepEqual(impersonated(server), [undefined, writer, undefined]);
    assert.ok(server.requests.every(({ headers }) => headers.authorization === 'Bearer own'));
  }));

test('another user takes the place of whom the kubeconfig impersonates', () =>
  on({ user: { token: 'own', as: 'ada' }, answer: (response) => json(response, object) }, async (cluster, server) => {
    await cluster.as(writer).get('v1', config);
    await cluster.as('bob').as(writer).get('v1', config);
    assert.deepEqual(impersonated(server), ['ada', writer, writer]);
  }));

test('not to be allowed to impersonate is told apart from what the other user is not allowed', async () => {
  const words = {
    impersonation:
      'serviceaccounts "writer" is forbidden: User "ada" cannot impersonate resource "serviceaccounts" in API group "" in shop',
    get: `configmaps "config" is forbidden: User "${writer}" cannot get resource "configmaps" in API group "" in the namespace "shop"`,
  };
  const said = async (message: string): Promise<string> => {
    let told = '';
    await on({ user: { token: 'own' }, answer: (response) => status(response, 403, message) }, async (cluster) => {
      const answer = await cluster.as(writer).get('v1', config);
      assert.ok(!answer.ok && answer.error.reason === 'forbidden' && answer.error.status === 403);
      told = answer.error.message;
    });
    return told;
  };
  const missing = 'it lacks the right to `impersonate` `serviceaccounts` named `writer` in the namespace `shop`';
  assert.equal(await said(words.impersonation), `the agent may not impersonate \`${writer}\`: ${missing}: ${words.impersonation}`);
  assert.equal(await said(words.get), words.get);
});

test('who asks much in the name of one user leaves connections to others at once, however silent the server is to it', () =>
  on(
    { user: { token: 'own' }, answer: (response, { method }) => (method === 'GET' ? json(response, object) : undefined) },
    async (cluster, server) => {
      const slow = cluster.as(writer);
      for (let i = 0; i < 20; i++) void slow.apply(object, { manager: 'lockstep-slow' });
      const patches = () => server.requests.filter(({ method }) => method === 'PATCH').length;
      await until(() => patches() === 6);
      assert.equal((await cluster.as(writer).get('v1', config)).ok, true);
      assert.equal((await cluster.get('v1', config)).ok, true);
      assert.equal(patches(), 6);
    },
  ));
