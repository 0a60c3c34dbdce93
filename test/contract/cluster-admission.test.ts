import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiError } from '../../src/model/apierror.ts';
import { at, type JsonObject, objectAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { fingerprintOf } from '../../src/reconcile/fingerprint.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { applied, appliedCustom, eventually, got, ours, patchRefusal, refusal, removed } from './cluster/asking.ts';
import { definition } from './cluster/manifests.ts';
import { manager } from './cluster/subject.ts';
import { openReal } from './real.ts';
import { configuration, startWebhook, type Webhook } from './webhook.ts';

let plane: ControlPlane;
let cluster: Cluster;
let webhook: Webhook;
before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  cluster = openReal(plane.kubeconfig);
  webhook = await startWebhook(plane);
});
after(async () => {
  await webhook.close();
  await cluster.close();
  await plane.stop();
});

function configMap(namespace: string, name: string, data: JsonObject = { a: '1' }): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

async function makeNamespace(name: string): Promise<void> {
  await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Waits until an apply is refused for `reason`: a webhook is called from a little later than it is configured. */
async function refusedFor(reason: ApiError['reason'], manifest: Manifest): Promise<ApiError> {
  let error: ApiError | undefined;
  await eventually(async () => {
    const answer = await cluster.apply(manifest, { manager, dryRun: true });
    error = answer.ok ? undefined : answer.error;
    return error?.reason === reason;
  });
  assert.ok(error !== undefined);
  return error;
}

/** Ways not to answer, by the name of the namespace that is guarded so. */
const dead: Readonly<Record<string, readonly [client: () => JsonObject, words: RegExp]>> = {
  refusing: [() => ({ url: 'https://127.0.0.1:1/' }), /connect: connection refused$/],
  silent: [() => webhook.client('/silent'), /context deadline exceeded/],
  garbled: [() => webhook.client('/garbage'), /received invalid webhook response/],
  unserved: [() => ({ service: { namespace: 'default', name: 'nobody' } }), /service "nobody" not found$/],
};

describe('admission webhooks', { concurrency: false }, () => {
  for (const [way, [client, words]] of Object.entries(dead)) {
    for (const kind of ['Validating', 'Mutating'] as const) {
      test(`a ${kind.toLowerCase()} webhook that is ${way} holds up what it guards, and nothing else`, { timeout: 60_000 }, async () => {
        const namespace = `${way}-${kind.toLowerCase()}`;
        await makeNamespace(namespace);
        const { object } = await applied(cluster, configMap(namespace, 'there'));
        const guard = await applied(cluster, configuration(kind, namespace, client()));
        const told = await refusedFor('webhook', configMap(namespace, 'new'));
        assert.equal(told.status, 500);
        assert.match(told.message, /^Internal error occurred: failed calling webhook "guard\.example\.com": /);
        assert.match(told.message, words);
        const write = await refusal(cluster, configMap(namespace, 'there', { a: '2' }));
        const patch = await patchRefusal(cluster, object, [{ op: 'add', path: '/data/b', value: '2' }]);
        const removal = await cluster.remove('v1', refOf(object), object.metadata);
        assert.deepEqual([write.reason, patch.reason, removal.ok ? '' : removal.error.reason], ['webhook', 'webhook', 'webhook']);
        assert.deepEqual(await got(cluster, object), object);
        assert.equal((await applied(cluster, configMap('default', namespace))).created, true);
        await removed(cluster, guard.object);
        await eventually(async () => (await cluster.apply(configMap(namespace, 'new'), { manager })).ok);
      });
    }
  }

  test('a webhook that says no makes an error of input, whatever its words are', { timeout: 60_000 }, async () => {
    await makeNamespace('denied');
    await applied(cluster, configuration('Validating', 'denied', webhook.client('/deny')));
    const error = await refusedFor('invalid', configMap('denied', 'a'));
    assert.match(error.message, /^admission webhook "guard\.example\.com" denied the request: .*field is immutable$/);
  });

  test('what a webhook makes of an object is in no entry, and an apply of the same writes nothing', { timeout: 60_000 }, async () => {
    await makeNamespace('rewritten');
    await applied(cluster, configMap('rewritten', 'a'));
    await applied(cluster, configuration('Mutating', 'rewritten', webhook.client('/rewrite')));
    await eventually(async () => {
      const shown = await applied(cluster, configMap('rewritten', 'b'), { dryRun: true });
      return at(shown.object, 'data', 'a') === 'rewritten';
    });
    const { object } = await applied(cluster, configMap('rewritten', 'b'));
    assert.deepEqual(at(object, 'data'), { a: 'rewritten', injected: 'yes' });
    assert.deepEqual(ours(object), { 'f:data': { 'f:a': {} } });
    assert.equal(object.metadata.managedFields?.length, 1);
    const again = await applied(cluster, configMap('rewritten', 'b'));
    assert.deepEqual(again.object, object);
  });
});

test('what admission fills in is in no entry, and leaves the fingerprint alone', { timeout: 60_000 }, async () => {
  await makeNamespace('limited');
  await applied(cluster, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'limited' } });
  const limits = { type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '1' } };
  const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits', namespace: 'limited' }, spec: { limits: [limits] } };
  await applied(cluster, range);
  const pod: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'filled', namespace: 'limited' },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image: 'registry.example/web:1' }] },
  };
  await eventually(async () => {
    const { object } = await applied(cluster, pod, { dryRun: true });
    return at(object, 'spec', 'containers', 0, 'resources', 'limits', 'cpu') === '1';
  });
  const { object } = await applied(cluster, pod);
  assert.equal(at(object, 'spec', 'containers', 0, 'resources', 'limits', 'cpu'), '1');
  assert.doesNotMatch(JSON.stringify(object.metadata.managedFields), /f:resources|f:limits/);
  const again = await applied(cluster, pod);
  assert.deepEqual(fingerprintOf(again.object, manager), fingerprintOf(object, manager));
});

test('a conversion webhook that does not answer holds up the other versions of its kind', { timeout: 60_000 }, async () => {
  const turners = definition('Turner', 'conversion.example.com');
  const turner = (version: string, name = 'one'): Manifest => ({
    apiVersion: `conversion.example.com/${version}`,
    kind: 'Turner',
    metadata: { name, namespace: 'default' },
    spec: { size: 1 },
  });
  await appliedCustom(cluster, turners, turner('v1'));
  const conversion = {
    strategy: 'Webhook',
    webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:1/' } },
  };
  await applied(cluster, { ...turners, spec: { ...objectAt(turners, 'spec'), conversion } });
  const told = await refusedFor('webhook', turner('v2', 'new'));
  assert.match(
    told.message,
    /^conversion webhook for conversion\.example\.com\/v2, Kind=Turner failed: Post .*: connect: connection refused$/,
  );
  const listing = { apiVersion: 'conversion.example.com/v2', kind: 'Turner', namespace: '', selector: '', metadataOnly: false };
  const ref = refOf(turner('v2'));
  const answers = [await cluster.get(listing.apiVersion, ref), await cluster.list(listing), await cluster.apply(turner('v2'), { manager })];
  assert.deepEqual(
    answers.map((answer) => (answer.ok ? 'done' : answer.error.reason)),
    ['webhook', 'webhook', 'webhook'],
  );
  assert.equal((await applied(cluster, turner('v1', 'two'))).created, true);
});
