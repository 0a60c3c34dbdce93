import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCluster } from '../../../src/io/kube/cluster.ts';
import type { Cluster } from '../../../src/ports.ts';
import { handClock } from '../../support/clock.ts';
import { configFor, json, type StubServer, stubServer } from './server.ts';

type Handle = Parameters<typeof stubServer>[0];

const ref = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };
const precondition = { uid: 'u', resourceVersion: '7' };

/** A cluster whose server serves ConfigMaps, and answers about objects as `handle` says. */
function scene(handle: Handle, run: (cluster: Cluster, server: StubServer) => Promise<void>): () => Promise<void> {
  return async () => {
    const server = await stubServer((request, response, index) =>
      request.path === '/api/v1'
        ? json(response, { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] })
        : handle(request, response, index),
    );
    const cluster = openCluster({ config: configFor(server.url), clock: handClock() });
    try {
      await run(cluster, server);
    } finally {
      await cluster.close();
      await server.close();
    }
  };
}

test(
  'an apply is forced, strict, and under its manager; a dry run says so',
  scene(
    (_request, response) => json(response, { ...manifest, metadata: { ...manifest.metadata, uid: 'u' } }, 201),
    async (cluster, server) => {
      const answer = await cluster.apply(manifest, { manager: 'lockstep-prod', dryRun: true });
      assert.equal(answer.ok && answer.value.created, true);
      const [, seen] = server.requests;
      assert.equal(`${seen?.method} ${seen?.path}`, 'PATCH /api/v1/namespaces/shop/configmaps/a');
      assert.equal(seen?.headers['content-type'], 'application/apply-patch+yaml');
      assert.deepEqual(Object.fromEntries(seen?.query ?? []), {
        fieldManager: 'lockstep-prod',
        force: 'true',
        fieldValidation: 'Strict',
        dryRun: 'All',
      });
      assert.deepEqual(JSON.parse(seen?.body ?? ''), manifest);
    },
  ),
);

test(
  'a deletion sends both preconditions, and deletes dependants in the background',
  scene(
    (_request, response) => json(response, { kind: 'Status', status: 'Success' }),
    async (cluster, server) => {
      assert.deepEqual(await cluster.remove('v1', ref, precondition), { ok: true, value: 'gone' });
      assert.deepEqual(JSON.parse(server.requests[1]?.body ?? ''), {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: precondition,
      });
    },
  ),
);

test(
  'a 404 that names no object does not pass for its absence, and the kind is looked for anew',
  scene(
    (_request, response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found'),
    async (cluster, server) => {
      for (const answer of [await cluster.get('v1', ref), await cluster.remove('v1', ref, precondition)]) {
        assert.deepEqual(answer, { ok: false, error: { reason: 'unavailable', status: 404, message: '404 page not found' } });
      }
      const applied = await cluster.apply(manifest, { manager: 'm' });
      assert.equal(applied.ok ? '' : applied.error.reason, 'missing');
      await cluster.resource('v1', 'ConfigMap');
      assert.equal(server.requests.filter((request) => request.path === '/api/v1').length, 4);
    },
  ),
);

test(
  'a success that is no object is an outage',
  scene(
    (_request, response) => json(response, { hello: 'world' }),
    async (cluster) => {
      for (const answer of [await cluster.get('v1', ref), await cluster.apply(manifest, { manager: 'm' })]) {
        assert.deepEqual(answer, { ok: false, error: { reason: 'unavailable', status: 0, message: 'the answer is no object' } });
      }
    },
  ),
);

test(
  'an object that comes without a kind gets it, and keeps every field',
  scene(
    (_request, response) =>
      json(response, { metadata: { name: 'a', uid: 'u', resourceVersion: '7', future: 1 }, data: { a: 'b' }, beyond: [null] }),
    async (cluster) => {
      assert.deepEqual(await cluster.get('v1', ref), {
        ok: true,
        value: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'a', uid: 'u', resourceVersion: '7', future: 1 },
          data: { a: 'b' },
          beyond: [null],
        },
      });
    },
  ),
);
