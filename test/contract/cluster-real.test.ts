import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Clock, Cluster } from '../../src/ports.ts';
import { ask } from '../controlplane/api.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { answered, eventually } from './cluster/asking.ts';
import { fixedKinds } from './cluster/fixed-kinds.ts';
import { clusterContract } from './cluster.ts';
import { openReal, realSubject, resourceOf } from './real.ts';
import { passingWire, rewritingWire, tunnelWire, type Wire } from './wire.ts';

let plane: ControlPlane;
let files = 0;
before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
});
after(() => plane.stop());

clusterContract('a real API server', async () => realSubject(plane));

describe('kinds that only a real API server knows', { concurrency: false }, () => {
  for (const [title, run] of fixedKinds) {
    test(title, { timeout: 60_000 }, async () => {
      const subject = realSubject(plane);
      try {
        await run(subject);
      } finally {
        await subject.close();
      }
    });
  }
});

describe('over real connections', { concurrency: false }, () => {
  test('300 objects applied at once, and deleted, take eight connections', { timeout: 60_000 }, () =>
    through(
      passingWire(new URL(plane.server)),
      ({ port }) => ({ server: `https://127.0.0.1:${port}` }),
      async (cluster, wire) => {
        const manifests = Array.from({ length: 300 }, (_, i) => configMap(`many-${i}`, { i: `${i}` }));
        const applied = await Promise.all(manifests.map((manifest) => cluster.apply(manifest, { manager })));
        assert.ok(applied.every((answer) => answer.ok && answer.value.created));
        const removed = applied.map((answer) => {
          const { metadata, ...object } = answered(answer).object;
          return cluster.remove('v1', refOf({ ...object, metadata }), metadata);
        });
        assert.deepEqual(new Set((await Promise.all(removed)).map(answered)), new Set(['gone']));
        assert.equal(wire.connections, 8);
        // One for the discovery of v1.
        assert.equal(cluster.requests, 601);
      },
    ),
  );

  test('an aborted watch and a closed cluster leave no connection', { timeout: 60_000 }, () =>
    through(
      passingWire(new URL(plane.server)),
      ({ port }) => ({ server: `https://127.0.0.1:${port}` }),
      async (cluster, wire) => {
        const resource = await resourceOf(cluster, 'v1', 'Secret');
        const ending = new AbortController();
        const ended = Array.from({ length: 10 }, async () => {
          let listed = false;
          for await (const event of cluster.watch({ resource, namespace: '', selector: '', metadataOnly: true }, ending.signal))
            listed ||= event.type === 'listed';
          return listed;
        });
        await eventually(() => wire.open >= 10);
        ending.abort();
        await Promise.all(ended);
        await eventually(() => wire.open <= 10);
        await cluster.close();
        await eventually(() => wire.open === 0);
      },
    ),
  );

  test('a cluster behind a proxy is reached through it, over kept connections', { timeout: 60_000 }, () =>
    through(
      tunnelWire(),
      ({ port }) => ({ server: plane.server, 'proxy-url': `http://127.0.0.1:${port}` }),
      async (cluster, wire) => {
        for (let i = 0; i < 5; i++) answered(await cluster.apply(configMap('proxied', { i: `${i}` }), { manager }));
        assert.equal(wire.connections, 1);
        for (let round = 0; round < 5; round++) {
          const manifests = Array.from({ length: 8 }, (_, i) => configMap(`proxied-${round}-${i}`, {}));
          for (const answer of await Promise.all(manifests.map((manifest) => cluster.apply(manifest, { manager })))) answered(answer);
        }
        assert.ok(wire.connections <= 8, `${wire.connections} connections`);
        const resource = await resourceOf(cluster, 'v1', 'ConfigMap');
        for await (const event of cluster.watch(
          { resource, namespace: 'default', selector: '', metadataOnly: true },
          AbortSignal.timeout(30_000),
        )) {
          if (event.type === 'listed') break;
        }
      },
    ),
  );

  test('a deletion whose preconditions are wrong deletes nothing, and its connection answers the next request', { timeout: 60_000 }, () =>
    through(
      passingWire(new URL(plane.server)),
      ({ port }) => ({ server: `https://127.0.0.1:${port}` }),
      async (cluster, wire) => {
        const { object } = answered(await cluster.apply(configMap('guarded', { a: '1' }), { manager }));
        const { uid, resourceVersion } = object.metadata;
        for (const precondition of [
          { uid: '11111111-2222-3333-4444-555555555555', resourceVersion },
          { uid, resourceVersion: '1' },
        ]) {
          const answer = await cluster.remove('v1', refOf(object), precondition);
          assert.deepEqual(answer.ok ? [] : [answer.error.reason, answer.error.status], ['conflict', 409]);
          assert.deepEqual(answered(await cluster.get('v1', refOf(object))), object);
        }
        assert.equal(wire.connections, 1);
      },
    ),
  );

  test('a list of more than one page is whole', { timeout: 60_000 }, () =>
    withCluster(plane.kubeconfig, async (cluster) => {
      const names = Array.from({ length: 501 }, (_, i) => `page-${`${i}`.padStart(3, '0')}`);
      const manifests = names.map((name) => ({ ...account(name), metadata: { name, namespace: 'default', labels: { paged: 'yes' } } }));
      for (const answer of await Promise.all(manifests.map((manifest) => cluster.apply(manifest, { manager })))) answered(answer);
      const before = cluster.requests;
      const options = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', selector: 'paged=yes', metadataOnly: true };
      const objects = answered(await cluster.list(options));
      assert.deepEqual(
        objects.map(({ metadata }) => metadata.name),
        names,
      );
      assert.equal(cluster.requests - before, 2);
    }),
  );

  test('a watch from a resourceVersion that the server forgot lists anew', { timeout: 60_000 }, async () => {
    // The server remembers no events of a kind from before it was defined.
    let rewritten = 0;
    const rewrite = (path: string): string =>
      path.includes('watch=1') && rewritten++ === 0 ? path.replace(/resourceVersion=\d+/, 'resourceVersion=1') : path;
    const opening = rewritingWire(new URL(plane.server), { ca: readFileSync(plane.caFile), rewrite });
    await through(
      opening,
      ({ port }) => ({ server: `http://127.0.0.1:${port}` }),
      async (cluster) => {
        answered(await cluster.apply(definition, { manager }));
        await eventually(
          async () => (await cluster.resource('expired.example.com/v1', 'Relic')).ok && (await cluster.apply(relic('one'), { manager })).ok,
        );
        const resource = await resourceOf(cluster, 'expired.example.com/v1', 'Relic');
        const ending = new AbortController();
        const events: string[] = [];
        for await (const event of cluster.watch({ resource, namespace: 'default', selector: '', metadataOnly: false }, ending.signal)) {
          events.push('object' in event ? `${event.type} ${event.object.metadata.name}` : event.type);
          if (rewritten === 2 && events.length === 6) answered(await cluster.apply(relic('two'), { manager }));
          if (events.at(-1) === 'present two') ending.abort();
          else if (events.length === 6) void eventually(() => rewritten === 2).then(() => cluster.apply(relic('two'), { manager }));
        }
        assert.deepEqual(events, ['listing', 'present one', 'listed', 'listing', 'present one', 'listed', 'present two']);
      },
    );
  });

  test('a watch whose time is up is resumed without a list, and misses nothing', { timeout: 60_000 }, async () => {
    let watches = 0;
    let lists = 0;
    const rewrite = (path: string): string => {
      if (path.includes('limit=')) lists++;
      return path.includes('watch=1') && watches++ === 0 ? path.replace(/timeoutSeconds=\d+/, 'timeoutSeconds=2') : path;
    };
    const opening = rewritingWire(new URL(plane.server), { ca: readFileSync(plane.caFile), rewrite });
    await through(
      opening,
      ({ port }) => ({ server: `http://127.0.0.1:${port}` }),
      async (cluster) => {
        const resource = await resourceOf(cluster, 'v1', 'ServiceAccount');
        const events: string[] = [];
        for await (const event of cluster.watch(
          { resource, namespace: 'default', selector: 'resumed', metadataOnly: true },
          AbortSignal.timeout(30_000),
        )) {
          events.push('object' in event ? `${event.type} ${event.object.metadata.name}` : event.type);
          if (event.type === 'listed') void eventually(() => watches === 2).then(() => cluster.apply(account('resumed'), { manager }));
          if (event.type === 'present') break;
        }
        assert.deepEqual([events, lists, watches], [['listing', 'listed', 'present resumed'], 1, 2]);
      },
    );
  });
});

describe('with a real API server', { concurrency: false }, () => {
  test('an object is found and deleted by a version that is served no longer', { timeout: 60_000 }, () =>
    withCluster(plane.kubeconfig, async (cluster) => {
      const { object } = answered(await cluster.apply(scaler, { manager }));
      const found = answered(await cluster.get('autoscaling/v2beta1', refOf(scaler)));
      assert.equal(found?.metadata.uid, object.metadata.uid);
      assert.equal(answered(await cluster.remove('autoscaling/v2beta1', refOf(scaler), object.metadata)), 'gone');
      assert.equal(answered(await cluster.get('autoscaling/v2', refOf(scaler))), undefined);
    }),
  );

  test('what is too large is an error of input', { timeout: 60_000 }, () =>
    withCluster(plane.kubeconfig, async (cluster) => {
      for (const [size, status] of [
        [1.5, 422],
        [4, 413],
      ] as const) {
        const answer = await cluster.apply(configMap('large', { text: 'x'.repeat(size * 1024 * 1024) }), { manager });
        assert.deepEqual(answer.ok ? [] : [answer.error.reason, answer.error.status], ['invalid', status]);
        assert.ok(!answer.ok && answer.error.message.length <= 2_000);
      }
    }),
  );

  test('what is not allowed is forbidden, for reading, writing and watching', { timeout: 60_000 }, async () => {
    await ask(plane, { method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: { metadata: { name: 'nobody' } } });
    await withCluster(await kubeconfigFor(plane, { namespace: 'default', serviceAccount: 'nobody' }), async (cluster) => {
      const read = await cluster.get('v1', refOf(configMap('a', {})));
      const written = await cluster.apply(configMap('a', {}), { manager, dryRun: true });
      for (const answer of [read, written]) assert.equal(answer.ok ? '' : answer.error.reason, 'forbidden');
      const resource = await resourceOf(cluster, 'v1', 'ConfigMap');
      for await (const event of cluster.watch(
        { resource, namespace: '', selector: '', metadataOnly: false },
        AbortSignal.timeout(30_000),
      )) {
        if (event.type === 'listing') continue;
        assert.match(event.type === 'lost' ? event.message : event.type, /configmaps is forbidden.*cannot list/);
        break;
      }
    });
  });

  test('nothing of a Secret stands in what is told about it', { timeout: 60_000 }, () =>
    withCluster(plane.kubeconfig, async (cluster) => {
      const secrets = [
        { data: { key: 'hunter2-is-no-base64!' } },
        { data: 'hunter2 is no map' },
        { data: { key: 42424242 } },
        { data: { 'hunter2 key': 'aGVsbG8=' } },
      ];
      for (const content of secrets) {
        const answer = await cluster.apply(
          { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'leak', namespace: 'default' }, ...content },
          { manager },
        );
        assert.equal(answer.ok ? '' : answer.error.reason, 'invalid');
        assert.doesNotMatch(answer.ok ? '' : answer.error.message.replaceAll('data[hunter2 key]', ''), /hunter2|42424242/);
      }
    }),
  );

  test('a credential plugin runs once for 200 requests', { timeout: 60_000 }, async () => {
    const log = join(plane.folder, 'plugin.log');
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: plane.token } };
    const script = `require('node:fs').appendFileSync(${JSON.stringify(log)}, '.'); console.log(${JSON.stringify(JSON.stringify(credential))});`;
    const user = { exec: { apiVersion: credential.apiVersion, command: process.execPath, args: ['-e', script], interactiveMode: 'Never' } };
    await withCluster(kubeconfig({ server: plane.server }, user), async (cluster) => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => cluster.get('v1', refOf(configMap(`none-${i}`, {})))));
      assert.ok(answers.every((answer) => answer.ok && answer.value === undefined));
      assert.equal(readFileSync(log, 'utf8'), '.');
    });
  });

  test('a token file that was rotated is read again', { timeout: 60_000 }, async () => {
    const tokenFile = join(plane.folder, 'rotated-token');
    writeFileSync(tokenFile, 'expired\n');
    let ahead = 0;
    const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + ahead) };
    const config = openConfig({ kubeconfig: kubeconfig({ server: plane.server }, { tokenFile }), env: {} });
    const cluster = openCluster({ config, clock });
    const before = await cluster.get('v1', refOf(configMap('a', {})));
    assert.deepEqual(before.ok ? [] : [before.error.reason, before.error.status], ['forbidden', 401]);
    writeFileSync(tokenFile, `${plane.token}\n`);
    ahead = 5_000;
    assert.equal((await cluster.apply(configMap('rotated', {}), { manager })).ok, true);
    await cluster.close();
  });
});

const manager = 'lockstep-real';

const scaler: Manifest = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'default' },
  spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
};

const definition: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'relics.expired.example.com' },
  spec: {
    group: 'expired.example.com',
    scope: 'Namespaced',
    names: { kind: 'Relic', plural: 'relics' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

function relic(name: string): Manifest {
  return { apiVersion: 'expired.example.com/v1', kind: 'Relic', metadata: { name, namespace: 'default' } };
}

function account(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default', labels: { resumed: 'yes' } } };
}

function configMap(name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

/** A kubeconfig for the control plane, reached as `cluster` says. */
function kubeconfig(cluster: object, user: object = { token: plane.token }): string {
  const path = join(plane.folder, `kubeconfig-${files++}`);
  const authority = { 'certificate-authority': plane.caFile };
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'real',
      contexts: [{ name: 'real', context: { cluster: 'real', user: 'real' } }],
      clusters: [{ name: 'real', cluster: { ...authority, ...cluster } }],
      users: [{ name: 'real', user }],
    }),
    { mode: 0o600 },
  );
  return path;
}

async function withCluster(path: string, run: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = openReal(path);
  try {
    await run(cluster);
  } finally {
    await cluster.close();
  }
}

async function through(
  opening: Promise<Wire>,
  cluster: (wire: Wire) => object,
  run: (cluster: Cluster, wire: Wire) => Promise<void>,
): Promise<void> {
  const wire = await opening;
  try {
    await withCluster(kubeconfig(cluster(wire)), (opened) => run(opened, wire));
  } finally {
    await wire.close();
  }
}
