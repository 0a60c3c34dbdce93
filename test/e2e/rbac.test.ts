import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessOf } from '../../src/compile/access.ts';
import { inClusterObjects } from '../../src/compile/bootstrap.ts';
import { kindsServed } from '../../src/compile/served.ts';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { type RenderedIndex, usualIndex } from '../../src/model/rendered.ts';
import { ask } from '../controlplane/api.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { forbiddenRequests, readAudit, unusedRights } from '../support/rights.ts';
import { eventually, isAbout, nextOf, statusOnce } from './eventually.ts';
import { configMap, deployment, namespace } from './manifests.ts';
import { ofType, openStage, type Running, type Stage } from './stage.ts';

/** The rights that `lockstep bootstrap` prints, compared with what an API server was asked for. */
let plane: ControlPlane;
let stage: Stage;

before(async () => {
  plane = await startControlPlane({ audit: 'Request' });
  stage = await openStage('rights', { plane });
});
after(async () => {
  await stage?.close();
  await plane?.stop();
});

const rbac = 'rbac.authorization.k8s.io';
const ns = 'rights';
/** A namespace with nothing in it, so that no rights go with it. */
const empty = 'rights-empty';

const widgets: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
        },
      },
    ],
  },
};
const widget: Manifest = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one', namespace: ns }, spec: { size: 1 } };
const account: Manifest = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: ns } };
const role: Manifest = {
  apiVersion: `${rbac}/v1`,
  kind: 'Role',
  metadata: { name: 'reader', namespace: ns },
  rules: [{ apiGroups: [''], resources: ['endpoints'], resourceNames: ['web'], verbs: ['get'] }],
};
/** A role whose rights no access rule can say. */
const urls: Manifest = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'rights-metrics' },
  rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
};

function binding(name: string, roleRef: { readonly kind: string; readonly name: string }): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace: ns },
    roleRef: { apiGroup: rbac, ...roleRef },
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: ns }],
  };
}

const own = binding('reader', { kind: 'Role', name: 'reader' });
const foreign = binding('viewer', { kind: 'ClusterRole', name: 'view' });
const web = deployment(ns, 'web', { replicas: 1 });

function tree(value: string, workload: Manifest): readonly Manifest[] {
  return [namespace(ns), namespace(empty), widgets, widget, account, role, urls, own, foreign, configMap(ns, 'config', value), workload];
}

/** A new version that finds no node. */
const stuck: Manifest = {
  ...web,
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'web', image: 'registry.k8s.io/pause:3.10' }] },
    },
  },
};

const objects = { 'customresourcedefinition/widgets.example.com': { wave: 0 }, 'widget/one': { wave: 2 } };

async function synced(agent: Running, revision: string): Promise<void> {
  await agent.until(
    ofType('synced', (event) => event.revision === revision),
    `the sync of ${revision}`,
  );
}

test('an agent is refused nothing in all of its life, and asks for each of its rights', async () => {
  const printed = await stage.allow(tree('one', web));

  const agent = stage.agent();
  await synced(agent, await stage.publish(tree('one', web), { objects }));

  const changed = await stage.publish(tree('two', stuck), { objects });
  const isExplained = ({ revision, unhealthy }: EnvironmentStatus): boolean =>
    revision === changed && unhealthy.some(({ health }) => health.message.includes('Unschedulable'));
  await statusOnce(stage, isExplained, 'the reason of its pod');

  const repaired = nextOf(agent, 'applied', (event) => isAbout(event, configMap(ns, 'config', 'two')));
  await stage.admin.apply(configMap(ns, 'config', 'tampered'), { manager: 'somebody' });
  await repaired;
  const made = nextOf(agent, 'applied', (event) => isAbout(event, namespace(empty)));
  await stage.remove(namespace(empty));
  await made;

  await stage.publish([], { removed: 'keep' });
  await agent.until(ofType('removed'), 'the release');
  await agent.stop();

  const back = stage.agent();
  await synced(back, await stage.publish(tree('three', web), { objects, adopt: [{ object: 'all', reason: 'it is back' }] }));
  await stage.publish([], { removed: 'prune' });
  await back.until(ofType('removed'), 'the end');
  await back.stop();

  const audit = readAudit(plane.auditLog ?? assert.fail('no audit log'));
  const user = 'system:serviceaccount:lockstep:lockstep-rights';
  assert.deepEqual(forbiddenRequests(audit, user), []);
  assert.deepEqual(unusedRights(audit, printed, user), []);
});

/** What may do what, as the API server decides. */
async function isAllowed(user: string, attributes: Readonly<Record<string, string>>): Promise<unknown> {
  const spec = { user, resourceAttributes: attributes };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const { value } = await ask(plane, { method: 'POST', path: '/apis/authorization.k8s.io/v1/subjectaccessreviews', body });
  return (value as { readonly status: { readonly allowed: boolean } }).status.allowed;
}

test('the API server takes all that an agent in a cluster needs, and its pods under the restricted standard', async () => {
  const manifests = tree('one', web);
  const { whole, split } = accessOf(manifests, kindsServed(manifests));
  const index: RenderedIndex = {
    ...usualIndex,
    environment: 'inside',
    cluster: 'test',
    kubernetes: '1.35',
    access: whole,
  };
  const objects = inClusterObjects(
    { environment: 'inside', files: [], index, access: split, policies: [] },
    {
      namespace: 'agents',
      setId: 'applyset-test-v1',
      secret: 'git',
      reportSecret: 'forge',
      signers: 'signers',
      report: { forge: 'gitea', url: undefined, api: 'https://git.example.com/api/v1' },
      agentNamespace: undefined,
      source: 'https://git.example.com/shop/deploy.git',
      branch: undefined,
      image: 'registry.example.com/lockstep:0.1.0',
      replicas: 2,
      onDelete: 'keep',
    },
  );
  const strict: Manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'agents', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
  // The rights are in the namespaces of the tree, of which an environment that has none of its own tells nothing.
  for (const manifest of [strict, namespace(ns), ...objects]) {
    await eventually(`${manifest.kind} ${manifest.metadata.name}`, async () => {
      const answer = await stage.admin.apply(manifest, { manager: 'administrator' });
      // What defines a kind is served some moments after it was applied.
      if (!answer.ok && manifest.kind !== 'Environment') assert.fail(answer.error.message);
      return answer.ok ? true : undefined;
    });
  }
  await eventually('the pods of the agent', async () => {
    const selector = 'app.kubernetes.io/name=lockstep';
    const pods = await stage.admin.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'agents', selector, metadataOnly: true });
    return pods.ok && pods.value.length === 2 ? true : undefined;
  });

  const agent = 'system:serviceaccount:agents:lockstep';
  const actor = 'system:serviceaccount:agents:lockstep-inside';
  const acting = { namespace: 'agents', verb: 'impersonate', resource: 'serviceaccounts' };
  const patching = { namespace: ns, group: 'apps', resource: 'deployments', verb: 'patch' };
  const decisions = [
    isAllowed(agent, { ...acting, name: 'lockstep-inside' }),
    isAllowed(agent, { ...acting, name: 'default' }),
    isAllowed(agent, patching),
    isAllowed(agent, { ...patching, verb: 'watch' }),
    isAllowed(actor, patching),
    isAllowed(actor, { ...patching, verb: 'watch' }),
  ];
  assert.deepEqual(await Promise.all(decisions), [true, false, false, true, true, false]);
});
