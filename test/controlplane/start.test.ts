import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { type Ask, ask, itemsOf, type Server, textAt } from './api.ts';
import { findPrograms } from './find.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { progressOn } from './progress.ts';
import { until } from './ready.ts';
import { type ControlPlane, startControlPlane } from './start.ts';

let plane: ControlPlane;

// What is tested here is the control plane that is built, whatever another one KUBEBUILDER_ASSETS names.
const { KUBEBUILDER_ASSETS: _, ...env } = process.env;

before(async () => {
  const programs = await findPrograms({ env, progress: progressOn(process.stderr) });
  plane = await startControlPlane({ programs, audit: 'Metadata' });
});
after(() => plane.stop());

const eventually = (what: string, check: () => Promise<boolean>) =>
  until(what, { folder: plane.folder, seconds: 30, started: () => [] }, check);

async function get(path: string, server: Server = plane): Promise<unknown> {
  return (await ask(server, { method: 'GET', path })).value;
}

async function create(path: string, body: unknown): Promise<void> {
  const answer = await ask(plane, { method: 'POST', path, body });
  assert.equal(answer.status, 201, JSON.stringify(answer.value));
}

function createDeployment(namespace: string): Promise<void> {
  const labels = { app: 'web' };
  return create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'web', image: 'web:1' }] } },
    },
  });
}

function createNamespace(name: string): Promise<void> {
  return create('/api/v1/namespaces', { metadata: { name } });
}

async function isAvailable(namespace: string): Promise<boolean> {
  const deployment = (await get(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)) as { status?: { conditions?: unknown[] } };
  return (deployment.status?.conditions ?? []).some((one) => textAt(one, 'type') === 'Available' && textAt(one, 'status') === 'True');
}

test('all five programs run, and nothing was left out', () => {
  const names = plane.processes.map(({ name }) => name);
  assert.deepEqual(names, ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok']);
  assert.deepEqual(plane.notes, []);
});

test('the server says which Kubernetes it is, over a connection that the CA file vouches for', async () => {
  assert.equal(textAt(await get('/version'), 'gitVersion'), 'v1.35.4');
});

test('the server’s certificate is not taken on trust: without the CA file there is no connection', async () => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(plane.server).port) });
  const [thrown] = await Promise.race([
    new Promise<[Error]>((resolve) => socket.once('error', (error) => resolve([error]))),
    new Promise<[undefined]>((resolve) => socket.once('secureConnect', () => resolve([undefined]))),
  ]);
  socket.destroy();
  assert.match(String((thrown as NodeJS.ErrnoException | undefined)?.code), /CERT|SELF_SIGNED|VERIFY/);
});

test('the kubeconfig is an administrator’s, and only its owner can read it', async () => {
  assert.equal(statSync(plane.kubeconfig).mode & 0o777, 0o600);
  const review = await ask(plane, { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} });
  assert.equal(textAt(review.value, 'status', 'userInfo', 'username'), 'lockstep-admin');
});

test('somebody without a token may not read', async () => {
  assert.equal((await ask({ ...plane, token: 'guessed' }, { method: 'GET', path: '/api/v1/namespaces' })).status, 401);
});

test('a Deployment becomes Available on the played nodes', async () => {
  await createNamespace('deploys');
  await createDeployment('deploys');
  await eventually('the Deployment is Available', () => isAvailable('deploys'));
  const pods = itemsOf(await get('/api/v1/namespaces/deploys/pods'));
  assert.deepEqual(
    pods.map((pod) => textAt(pod, 'status', 'phase')),
    ['Running', 'Running', 'Running'],
  );
});

test('a claim binds to a volume of the default class, and the volume goes with it', async () => {
  await createNamespace('claims');
  const claims = '/api/v1/namespaces/claims/persistentvolumeclaims';
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await create(claims, { metadata: { name: 'data' }, spec });
  await eventually('the claim is Bound', async () => textAt(await get(`${claims}/data`), 'status', 'phase') === 'Bound');
  const claim = await get(`${claims}/data`);
  assert.equal(textAt(claim, 'spec', 'storageClassName'), 'kwok-volume');
  await ask(plane, { method: 'DELETE', path: `${claims}/data` });
  const volume: Ask = { method: 'GET', path: `/api/v1/persistentvolumes/${textAt(claim, 'spec', 'volumeName')}` };
  await eventually('the volume is gone', async () => (await ask(plane, volume)).status === 404);
});

test('deleting a namespace takes along what is in it, and finishes', async () => {
  await createNamespace('goes');
  await createDeployment('goes');
  await eventually('the Deployment is Available', () => isAvailable('goes'));
  await ask(plane, { method: 'DELETE', path: '/api/v1/namespaces/goes' });
  const look: Ask = { method: 'GET', path: '/api/v1/namespaces/goes' };
  await eventually('the namespace is gone', async () => (await ask(plane, look)).status === 404);
  assert.deepEqual(itemsOf(await get('/api/v1/namespaces/goes/pods')), []);
});

test('what an owner leaves behind is collected', async () => {
  await createNamespace('owned');
  const path = '/api/v1/namespaces/owned/configmaps';
  await create(path, { metadata: { name: 'owner' } });
  const uid = textAt(await get(`${path}/owner`), 'metadata', 'uid');
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
  await create(path, { metadata: { name: 'owned', ownerReferences } });
  await ask(plane, { method: 'DELETE', path: `${path}/owner` });
  await eventually('the owned object is gone', async () => (await ask(plane, { method: 'GET', path: `${path}/owned` })).status === 404);
});

test('a kubeconfig for a ServiceAccount acts as it, in its namespace, with no more than its rights', async () => {
  await createNamespace('agents');
  await create('/api/v1/namespaces/agents/serviceaccounts', { metadata: { name: 'lockstep' } });
  const path = await kubeconfigFor(plane, { namespace: 'agents', serviceAccount: 'lockstep' });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(textAt(config, 'contexts', 0, 'context', 'namespace'), 'agents');
  const server = { ...plane, token: textAt(config, 'users', 0, 'user', 'token') ?? '' };
  const review = await ask(server, { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} });
  assert.equal(textAt(review.value, 'status', 'userInfo', 'username'), 'system:serviceaccount:agents:lockstep');
  assert.equal((await ask(server, { method: 'GET', path: '/api/v1/namespaces/agents/secrets' })).status, 403);
});

test('there is no token for a ServiceAccount that does not exist', async () => {
  const nobody = kubeconfigFor(plane, { namespace: 'default', serviceAccount: 'nobody' });
  await assert.rejects(nobody, /no token for the ServiceAccount `default\/nobody`: serviceaccounts "nobody" not found/);
});

test('the audit log has a line for each request', async () => {
  await get('/api/v1/namespaces/default/configmaps/audited');
  assert.match(readFileSync(plane.auditLog ?? '', 'utf8'), /"requestURI":"\/api\/v1\/namespaces\/default\/configmaps\/audited"/);
});
