import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Discovery, openDiscovery } from '../../../src/io/kube/discovery.ts';
import { openTransport } from '../../../src/io/kube/transport.ts';
import { type HandClock, handClock } from '../../support/clock.ts';
import { configFor, json, type SeenRequest, type StubServer, status, stubServer, until } from './server.ts';

type Handle = Parameters<typeof stubServer>[0];

function scene(
  handle: Handle,
  run: (scene: { discovery: Discovery; server: StubServer; clock: HandClock }) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const server = await stubServer(handle);
    const clock = handClock();
    const transport = openTransport({ config: configFor(server.url), clock });
    try {
      await run({ discovery: openDiscovery(transport, clock), server, clock });
    } finally {
      await transport.close();
      await server.close();
    }
  };
}

const apps = {
  kind: 'APIResourceList',
  groupVersion: 'apps/v1',
  resources: [
    { name: 'deployments', namespaced: true, kind: 'Deployment' },
    { name: 'deployments/scale', group: 'autoscaling', version: 'v1', namespaced: true, kind: 'Scale' },
    { name: 'deployments/status', namespaced: true, kind: 'Deployment' },
  ],
};
const deployments = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true, status: true };

const serveApps: Handle = (request, response) => (request.path === '/apis/apps/v1' ? json(response, apps) : unknownPath(request, response));

function unknownPath(_request: SeenRequest, response: Parameters<Handle>[1]): void {
  response.writeHead(404, { 'content-type': 'text/plain', 'audit-id': '1b6e4fe4' }).end('404 page not found\n');
}

test(
  'a kind is found by its plural, and subresources are no kinds',
  scene(serveApps, async ({ discovery }) => {
    assert.deepEqual(await discovery.find('apps/v1', 'Deployment'), { ok: true, value: deployments });
    assert.deepEqual(await discovery.find('apps/v1', 'Scale'), { ok: true, value: undefined });
  }),
);

test(
  'many who ask at once make one request, and later ones none',
  scene(serveApps, async ({ discovery, server, clock }) => {
    await Promise.all(Array.from({ length: 50 }, () => discovery.find('apps/v1', 'Deployment')));
    await clock.advance(3_600_000);
    await discovery.find('apps/v1', 'Deployment');
    assert.equal(server.requests.length, 1);
  }),
);

test(
  'a kind that is missing is asked for again after two seconds',
  scene(
    (request, response, index) => (index < 2 ? unknownPath(request, response) : json(response, apps)),
    async ({ discovery, server, clock }) => {
      for (let i = 0; i < 20; i++) assert.deepEqual(await discovery.find('apps/v1', 'Deployment'), { ok: true, value: undefined });
      assert.equal(server.requests.length, 1);
      await clock.advance(2_000);
      assert.deepEqual(await discovery.find('apps/v1', 'Deployment'), { ok: true, value: undefined });
      await clock.advance(2_000);
      assert.deepEqual(await discovery.find('apps/v1', 'Deployment'), { ok: true, value: deployments });
    },
  ),
);

test(
  'what is forgotten is asked for again',
  scene(serveApps, async ({ discovery, server }) => {
    await discovery.find('apps/v1', 'Deployment');
    discovery.forget('apps/v1');
    await discovery.find('apps/v1', 'Deployment');
    assert.equal(server.requests.length, 2);
  }),
);

test(
  'a server that cannot answer is no server without the kind',
  scene(
    (_request, response) => status(response, 500, 'etcdserver: no leader'),
    async ({ discovery, server }) => {
      const error = { reason: 'unavailable', status: 500, message: 'etcdserver: no leader' } as const;
      assert.deepEqual(await discovery.find('apps/v1', 'Deployment'), { ok: false, error });
      assert.deepEqual(await discovery.find('apps/v1', 'Deployment'), { ok: false, error });
      assert.equal(server.requests.length, 2);
    },
  ),
);

test(
  'a 404 of something in between is no word of the server',
  scene(
    (_request, response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'),
    async ({ discovery }) => {
      const answer = await discovery.find('apps/v1', 'Deployment');
      assert.equal(answer.ok ? '' : answer.error.reason, 'unavailable');
    },
  ),
);

test(
  'an object of a version that is dropped is found in another one',
  scene(
    (request, response) => {
      if (request.path === '/apis/apps') return json(response, { versions: [{ groupVersion: 'apps/v2' }, { groupVersion: 'apps/v1' }] });
      return serveApps(request, response, 0);
    },
    async ({ discovery }) => {
      assert.deepEqual(await discovery.find('apps/v1beta2', 'Deployment'), { ok: true, value: undefined });
      assert.deepEqual(await discovery.findAny('apps/v1beta2', 'Deployment'), { ok: true, value: deployments });
      assert.deepEqual(await discovery.findAny('apps/v1beta2', 'Gadget'), { ok: true, value: undefined });
    },
  ),
);

test('who wants no more leaves at once, the others get their answer', async () => {
  let open: Parameters<Handle>[1] | undefined;
  await scene(
    (_request, response) => {
      open = response;
    },
    async ({ discovery }) => {
      const ending = new AbortController();
      const leaving = discovery.find('apps/v1', 'Deployment', ending.signal);
      const staying = discovery.find('apps/v1', 'Deployment');
      await until(() => open !== undefined);
      ending.abort();
      assert.deepEqual(await leaving, { ok: false, error: { reason: 'unavailable', status: 0, message: 'interrupted' } });
      if (open !== undefined) json(open, apps);
      assert.deepEqual(await staying, { ok: true, value: deployments });
    },
  )();
});

test(
  'a kind that was missing is looked for again, also when the clock is set back',
  scene(serveApps, async ({ discovery, server, clock }) => {
    await discovery.find('apps/v1', 'Rollout');
    await discovery.find('apps/v1', 'Rollout');
    assert.equal(server.requests.length, 1);
    await clock.advance(-3_600_000);
    await discovery.find('apps/v1', 'Rollout');
    assert.equal(server.requests.length, 2);
  }),
);
