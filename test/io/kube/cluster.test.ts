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

const live = { ...manifest, metadata: { ...manifest.metadata, uid: 'u', resourceVersion: '7' } };

test(
  'a patch sends its operations, strict and under its manager; a dry run says so',
  scene(
    (_request, response) => json(response, live),
    async (cluster, server) => {
      const operations = [
        { op: 'test', path: '/metadata/resourceVersion', value: '6' },
        { op: 'remove', path: '/metadata/labels/a~1b' },
      ] as const;
      assert.deepEqual(await cluster.patch('v1', ref, operations, { manager: 'lockstep-prod', dryRun: true }), { ok: true, value: live });
      const [, seen] = server.requests;
      assert.equal(`${seen?.method} ${seen?.path}`, 'PATCH /api/v1/namespaces/shop/configmaps/a');
      assert.equal(seen?.headers['content-type'], 'application/json-patch+json');
      assert.deepEqual(Object.fromEntries(seen?.query ?? []), {
        fieldManager: 'lockstep-prod',
        fieldValidation: 'Strict',
        dryRun: 'All',
      });
      assert.deepEqual(JSON.parse(seen?.body ?? ''), operations);
    },
  ),
);

test(
  'a patch of an object that is not there is missing, one at a path that nobody serves is an outage',
  scene(
    (_request, response, index) => {
      if (index === 1) json(response, { kind: 'Status', message: 'configmaps "a" not found', details: { name: 'a' }, code: 404 }, 404);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    },
    async (cluster) => {
      const operations = [{ op: 'remove', path: '/data/a' }] as const;
      const answers = [
        await cluster.patch('v1', ref, operations, { manager: 'm' }),
        await cluster.patch('v1', ref, operations, { manager: 'm' }),
      ];
      assert.deepEqual(
        answers.map((answer) => (answer.ok ? 'done' : answer.error.reason)),
        ['missing', 'unavailable'],
      );
    },
  ),
);

const listed = { apiVersion: 'v1', kind: 'ConfigMap', namespace: '', selector: 'part=a', metadataOnly: true };

test(
  'a list asks for all pages, compressed, of metadata alone, with its selector',
  scene(
    (request, response) => {
      const next = request.query.get('continue');
      const item = { metadata: { name: next ?? 'a', uid: 'u', resourceVersion: '1' } };
      json(response, { metadata: { resourceVersion: '9', ...(next === 'b' ? {} : { continue: 'b' }) }, items: [item] });
    },
    async (cluster, server) => {
      const answer = await cluster.list(listed);
      assert.deepEqual(answer.ok && answer.value.map((object) => [object.apiVersion, object.kind, object.metadata.name]), [
        ['v1', 'ConfigMap', 'a'],
        ['v1', 'ConfigMap', 'b'],
      ]);
      const [, first, second] = server.requests;
      assert.equal(first?.path, '/api/v1/configmaps');
      assert.deepEqual(Object.fromEntries(first?.query ?? []), { labelSelector: 'part=a', limit: '500' });
      assert.deepEqual(Object.fromEntries(second?.query ?? []), { labelSelector: 'part=a', limit: '500', continue: 'b' });
      assert.equal(first?.headers['accept-encoding'], 'gzip');
      assert.equal(first?.headers.accept, 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json');
    },
  ),
);

test(
  'a list of a kind that is not served is empty, and asks for nothing more',
  scene(
    (_request, response) => json(response, {}, 500),
    async (cluster, server) => {
      assert.deepEqual(await cluster.list({ ...listed, kind: 'Gadget' }), { ok: true, value: [] });
      assert.equal(server.requests.length, 1);
    },
  ),
);

test(
  'a list at a path that is served no longer is an outage, and the kind is looked for anew',
  scene(
    (_request, response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found'),
    async (cluster, server) => {
      for (let i = 0; i < 2; i++) {
        assert.deepEqual(await cluster.list(listed), {
          ok: false,
          error: { reason: 'unavailable', status: 404, message: '404 page not found' },
        });
      }
      assert.equal(server.requests.filter((request) => request.path === '/api/v1').length, 2);
    },
  ),
);

test(
  'a list that breaks in the middle has no objects',
  scene(
    (request, response) =>
      request.query.has('continue')
        ? json(response, { message: 'The provided continue parameter is too old' }, 410)
        : json(response, { metadata: { continue: 'b' }, items: [live] }),
    async (cluster) => {
      const answer = await cluster.list(listed);
      assert.deepEqual(answer.ok ? [] : [answer.error.reason, answer.error.status], ['unavailable', 410]);
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
