import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Health, HealthByKind } from '../../src/model/health.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { ask } from '../controlplane/api.ts';
import { eventually, readyIn, statusOnce } from './eventually.ts';
import { configMap, namespace } from './manifests.ts';
import { openStage, type Rest, type Running, type Stage } from './stage.ts';

/** Whether an agent judges a custom resource by the expressions that its branch carries, and what waits for it. */
let stage: Stage;
let agent: Running;

const yard = namespace('yard');
const definition: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ships.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Ship', plural: 'ships', singular: 'ship', listKind: 'ShipList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { masts: { type: 'integer' } } },
              status: { type: 'object', properties: { phase: { type: 'string' }, masts: { type: 'integer' }, why: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};
const ship: Manifest = { apiVersion: 'example.com/v1', kind: 'Ship', metadata: { name: 'ada', namespace: 'yard' }, spec: { masts: 3 } };
const cargo = configMap('yard', 'cargo', 'tea');
const all = [yard, definition, ship, cargo];

const shipPath = 'harbour/ship.example.com.yard.ada.yaml';
const afloat: HealthByKind = {
  group: 'example.com',
  kind: 'Ship',
  current: "status.phase == 'Afloat'",
  failed: "status.phase == 'Sunk'",
  inProgress: undefined,
  message: 'status.why',
};
/** A tree in which the cargo waits for the ship. */
function judgedBy(health: HealthByKind): Rest {
  const ordered = { path: shipPath, wave: 1 };
  return { health: [health], objects: { 'ship/ada': ordered, 'configmap/cargo': { wave: 2, dependsOn: [shipPath] } } };
}

/** Writes the status of the ship, as its controller would. */
async function report(status: JsonObject): Promise<void> {
  const path = '/apis/example.com/v1/namespaces/yard/ships/ada/status';
  const live = await stage.live(ship);
  const answer = await ask(stage.plane, { method: 'PUT', path, body: { ...live, status } });
  assert.equal(answer.status, 200, JSON.stringify(answer.value));
}

before(async () => {
  stage = await openStage('health-expressions');
  await stage.allow(all);
});
after(async () => {
  await stage?.close();
});

test('what depends on an object waits until its expression is true', async () => {
  const commit = await stage.publish(all, judgedBy(afloat));
  agent = stage.agent();
  await statusOnce(stage, (status) => status.revision === commit && readyIn(status).reason === 'Waiting', 'the cargo that waits');
  assert.equal(await stage.live(cargo), undefined);
  await report({ phase: 'Building', why: 'masts: 1/3' });
  const isWaiting = ({ status, message }: Health): boolean => status === 'InProgress' && message === 'masts: 1/3';
  await statusOnce(stage, ({ unhealthy }) => unhealthy.some(({ health }) => isWaiting(health)), 'why it is not');
  await report({ phase: 'Afloat', why: 'masts: 3/3' });
  await eventually('the cargo', () => stage.live(cargo));
  await statusOnce(stage, (status) => readyIn(status).status === 'True', 'everything Current');
});

test('what failed by its expression is told with its own words', async () => {
  await report({ phase: 'Sunk', why: 'a leak in the hull' });
  const status = await statusOnce(stage, (found) => readyIn(found).reason === 'HealthFailed', 'the failure');
  assert.equal(readyIn(status).message, '`Ship/yard/ada`: a leak in the hull');
});

test('other expressions of a later commit count at once, although no object changes', async () => {
  const before = await stage.live(ship);
  const commit = await stage.publish(all, judgedBy({ ...afloat, failed: undefined, current: 'has(status.phase)' }));
  await statusOnce(stage, (status) => status.revision === commit && readyIn(status).status === 'True', 'everything Current');
  assert.equal((await stage.live(ship))?.metadata.resourceVersion, before?.metadata.resourceVersion);
  const next = await stage.publish(all, judgedBy(afloat));
  await statusOnce(stage, (status) => status.revision === next && readyIn(status).reason === 'HealthFailed', 'the failure again');
});

test('an agent that starts anew judges by the expressions of what it keeps', async () => {
  await agent.stop();
  await report({ phase: 'Afloat', why: 'raised' });
  agent = stage.agent({ once: true });
  const { exit, status } = await agent.ended;
  assert.equal(exit, 0, JSON.stringify(status));
});
