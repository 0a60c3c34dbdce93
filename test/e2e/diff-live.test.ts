import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { openRepository } from '../../src/io/git/repository.ts';
import { openCluster } from '../../src/io/kube/cluster.ts';
import { openConfig } from '../../src/io/kube/config.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { readAudit } from '../support/rights.ts';
import { configMap, deployment, namespace, service } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

// No controllers are at work: what changes is changed by those who are named here.
let stage: Stage;
let agent: Running;
/** A user who may read everything and write nothing. */
let reader: string;

const credentials: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'credentials', namespace: 'shop' },
  data: { password: Buffer.from('hunter2-hunter2').toString('base64') },
};
const limits = { cpu: '1000m', memory: '1024Mi' };
const web: Manifest = withResources(deployment('shop', 'web', { image: 'registry.example/web:1' }));
const kept: readonly Manifest[] = [
  namespace('shop'),
  configMap('shop', 'settings', 'info'),
  configMap('shop', 'lost', 'a'),
  configMap('shop', 'old', 'a'),
  configMap('shop', 'retained', 'a'),
  service('shop', 'web'),
  credentials,
  web,
];

function withResources(manifest: Manifest): Manifest {
  const text = JSON.stringify(manifest).replace('"ports":', `"resources":${JSON.stringify({ limits })},"ports":`);
  return JSON.parse(text) as Manifest;
}

before(async () => {
  stage = await openStage('shop', { controlPlane: { audit: 'Metadata', without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] } });
  await stage.allow(kept);
  agent = stage.agent();
  await synced(await stage.publish(kept, { objects: { 'configmap/retained': { rules: { keep: true } } } }));
  await agent.stop();
  reader = await makeReader();
});
after(() => stage.close());

async function synced(commit: string): Promise<void> {
  await agent.until(
    ofType('synced', ({ revision }) => revision === commit),
    'the sync',
  );
}

async function makeReader(): Promise<string> {
  const account = { name: 'reader', namespace: 'lockstep' };
  const objects: readonly Manifest[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'reader' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
  for (const manifest of objects) assert.ok((await stage.admin.apply(manifest, { manager: 'administrator' })).ok);
  return kubeconfigFor(stage.plane, { namespace: 'lockstep', serviceAccount: 'reader' });
}

/** What `lockstep diff shop --live --to environments/shop` tells. */
async function look(kubeconfig = stage.plane.kubeconfig, ...args: readonly string[]): Promise<Ended> {
  const world = {
    repository: () => openRepository({ folder: stage.repository, env: { PATH: process.env['PATH'] ?? '' } }),
    cluster: async () => openCluster({ config: openConfig({ env: {}, kubeconfig }), clock: systemClock }),
  };
  return runCommand(world, ['diff', 'shop', '--to', 'environments/shop', '--live', ...args]);
}

const lines = ({ out }: Ended): readonly string[] => out.replaceAll(/\b[0-9a-f]{7}\b/g, 'COMMIT').split('\n');

test('after a sync an apply changes nothing, as the API server says, and as fields say to who may not apply', async () => {
  const asked = await look();
  assert.deepEqual(
    [asked.exit, ...lines(asked)],
    [0, 'shop: no object changes, 8 objects as before  the cluster, kept at COMMIT → environments/shop at COMMIT'],
    asked.said,
  );
  const read = await look(reader);
  assert.deepEqual(
    [read.exit, ...lines(read)],
    [
      0,
      'note: you may not apply 8 objects, so the API server was not asked: fields were compared, and no defaults (shop)',
      'shop: no object changes, 8 objects as before  the cluster, kept at COMMIT → environments/shop at COMMIT',
    ],
    read.said,
  );
});

test('what a commit changes, what others changed, and what goes are told, with who did it; a secret is not', async () => {
  const other = configMap('shop', 'foreign', 'theirs');
  await stage.make(other, { manager: 'helm', operation: 'Update' });
  await stage.remove(configMap('shop', 'lost', 'a'));
  const edits = [
    { op: 'replace', path: '/spec/replicas', value: 5 },
    { op: 'add', path: '/metadata/annotations', value: { 'example.com/on-call': 'ada' } },
  ] as const;
  assert.ok((await stage.admin.patch('apps/v1', refOf(web), edits, { manager: 'kubectl-edit' })).ok);
  const changed = kept
    .filter(({ metadata }) => metadata.name !== 'old' && metadata.name !== 'retained')
    .map((one) => (one.metadata.name === 'settings' ? configMap('shop', 'settings', 'debug') : one))
    .map((one) => (one === credentials ? { ...one, data: { password: Buffer.from('correct-horse').toString('base64') } } : one));
  await stage.publish([...changed, configMap('shop', 'new', 'a'), configMap('shop', 'foreign', 'ours')]);

  const told = [
    '+ ConfigMap/shop/lost, ConfigMap/shop/new: creates',
    '- ConfigMap/shop/retained: lets go',
    '    it stays in the cluster (`keep`)',
    '~ ConfigMap/shop/settings: changes configuration',
    '    no pod of this environment reads it',
    '    ~ data.value: info → debug',
    '~ Secret/shop/credentials: changes configuration',
    '    no pod of this environment reads it',
    '    ~ data.password: another value (not shown)',
    '- ConfigMap/shop/old: deletes',
    '~ Deployment/shop/web: scales down',
    '    5 → 2 replicas',
    '    ~ spec.replicas: 5 → 2',
    'drift: `ConfigMap/shop/lost`: somebody deleted it, and an apply makes it again',
    'drift: `Deployment/shop/web`: `kubectl-edit` changed `spec.replicas`, and an apply takes that back',
    'drift: `Deployment/shop/web`: `kubectl-edit` added `metadata.annotations["example.com/on-call"]`, and an apply leaves that',
    '! ConfigMap/shop/foreign: an object of this name exists already, and it is not part of this environment (written by `helm`); to take it over, declare it in the environment (`adopt`)',
  ];
  const summary = 'shop: 2 added, 2 removed, 3 changed, 3 objects as before  the cluster, kept at COMMIT → environments/shop at COMMIT';
  const asked = await look();
  assert.deepEqual(new Set(lines(asked)), new Set([...told, summary]), asked.said);
  assert.equal(asked.exit, 1);
  const read = await look(reader);
  assert.deepEqual(
    lines(read).filter((line) => !line.startsWith('note: ')),
    lines(asked),
  );
  for (const { out, said } of [asked, await look(reader, '--output', 'json'), await look(reader, '--output', 'markdown')])
    for (const secret of ['hunter2', 'correct-horse', btoa('hunter2-hunter2'), btoa('correct-horse')])
      assert.ok(!`${out}${said}`.includes(secret), `${secret} in ${out}`);
});

test('what the API server refuses is told of each object, with what it says', async () => {
  const refused = [
    JSON.parse(JSON.stringify(web).replaceAll('{"app":"web"}', '{"app":"other"}')) as Manifest,
    { ...service('shop', 'web'), spec: { ports: [{ port: 80, protocol: 'SMOKE' }] } } as Manifest,
    configMap('nowhere', 'stray', 'a'),
  ];
  await stage.publish([...kept.filter(({ metadata }) => metadata.name !== 'web'), ...refused]);
  const { exit, out } = await look();
  assert.equal(exit, 1);
  assert.match(out, /^! Deployment\/shop\/web: .*field is immutable.*declare `replace: 'onImmutableChange'`/m);
  assert.match(out, /^! Service\/shop\/web: .*Unsupported value: "SMOKE"/m);
  assert.match(out, /^! ConfigMap\/nowhere\/stray: .*namespaces "nowhere" not found/m);
});

test('nothing was written by anybody who looked', () => {
  const users = ['system:serviceaccount:lockstep:reader'];
  const asked = readAudit(stage.plane.auditLog ?? '').filter(({ user }) => users.includes(user.username));
  assert.ok(asked.length > 20);
  const writes = asked.filter(({ verb, requestURI }) => !['get', 'list'].includes(verb) && !requestURI.includes('dryRun=All'));
  assert.deepEqual(writes, []);
});
