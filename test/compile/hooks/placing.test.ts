import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft, DraftHook } from '../../../src/compile/draft.ts';
import { placeHooks } from '../../../src/compile/hooks/placing.ts';
import { kindsServed } from '../../../src/compile/served.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { draftOf } from '../drafts.ts';

/** What the objects of `drafts` depend on because of hooks, by construct; those that depend on nothing are left out. */
function dependencies(drafts: readonly Draft[]): Readonly<Record<string, readonly string[]>> {
  const { value } = placeHooks(drafts, kindsServed([]));
  return Object.fromEntries(value.flatMap(({ construct, dependsOn }) => (dependsOn.length === 0 ? [] : [[construct, dependsOn]])));
}

function hookOf(when: DraftHook['when'], more: Partial<DraftHook> = {}): Pick<Draft, 'hook'> {
  return { hook: { when, weight: 0, once: 'chart', ...more } };
}

/** A Job with a pod that has `spec`. */
function job(name: string, more: Partial<Draft> = {}, spec: JsonObject = {}): Draft {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [], ...spec } };
  return draftOf('Job', name, { apiVersion: 'batch/v1', fields: { spec: { template } }, ...more });
}

test('all else of its chart waits for a hook that comes before it, but for what others stand on', () => {
  const drafts = [
    draftOf('ConfigMap', 'map'),
    draftOf('CustomResourceDefinition', 'definition', { apiVersion: 'apiextensions.k8s.io/v1' }),
    draftOf('Namespace', 'home'),
    draftOf('ConfigMap', 'other', { chart: { name: 'other', slice: '' } }),
    job('migrate', hookOf('before')),
    job('plain'),
  ];
  assert.deepEqual(dependencies(drafts), { map: ['migrate'], plain: ['migrate'] });
});

test('what a hook refers to comes before it, with the rights of its account and the policies of its pods', () => {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' };
  const policy = (name: string, app: string): Draft =>
    draftOf('NetworkPolicy', name, {
      apiVersion: 'networking.k8s.io/v1',
      fields: { spec: { podSelector: { matchLabels: { app } } } },
    });
  const drafts = [
    draftOf('ServiceAccount', 'account'),
    draftOf('Role', 'role', rbac),
    draftOf('RoleBinding', 'binding', {
      ...rbac,
      fields: { roleRef: { kind: 'Role', name: 'role' }, subjects: [{ kind: 'ServiceAccount', name: 'account', namespace: 'shop' }] },
    }),
    draftOf('ConfigMap', 'settings'),
    draftOf('ConfigMap', 'rest'),
    draftOf('SealedSecret', 'sealed', { apiVersion: 'bitnami.com/v1alpha1' }),
    draftOf('PersistentVolumeClaim', 'claim'),
    policy('of-hook', 'migrate'),
    policy('of-web', 'web'),
    job('migrate', hookOf('before'), {
      serviceAccountName: 'account',
      volumes: [
        { name: 'a', configMap: { name: 'settings' } },
        { name: 'b', secret: { secretName: 'sealed' } },
        { name: 'c', persistentVolumeClaim: { claimName: 'claim' } },
      ],
    }),
  ];
  assert.deepEqual(dependencies(drafts), {
    rest: ['migrate'],
    'of-web': ['migrate'],
    // Its claim may be bound only when its pod is there, and the binding depends on the role by itself.
    migrate: ['account', 'binding', 'of-hook', 'sealed', 'settings'],
  });
});

test('what a hook depends on comes before it, with all that this needs, also in other charts', () => {
  const other = { chart: { name: 'other', slice: '', namespace: 'shop' } };
  const database = draftOf('StatefulSet', 'database', { apiVersion: 'apps/v1', dependsOn: ['seed'] });
  const drafts = [
    database,
    draftOf('ConfigMap', 'seed'),
    draftOf('ConfigMap', 'bridge', { ...other, dependsOn: ['pier'] }),
    draftOf('ConfigMap', 'pier'),
    draftOf('ConfigMap', 'rest'),
    job('migrate', { ...hookOf('before'), dependsOn: ['database', 'bridge'] }),
  ];
  assert.deepEqual(dependencies(drafts), {
    database: ['seed'],
    bridge: ['pier'],
    rest: ['migrate'],
    migrate: ['bridge', 'database'],
  });
});

test('what one of several hooks needs waits for none of them, so that they never wait for each other', () => {
  const spec = (name: string): JsonObject => ({ volumes: [{ name: 'a', configMap: { name } }] });
  const drafts = [
    draftOf('ConfigMap', 'one'),
    draftOf('ConfigMap', 'two'),
    draftOf('ConfigMap', 'rest'),
    job('first', hookOf('before'), spec('one')),
    job('second', hookOf('before'), spec('two')),
  ];
  assert.deepEqual(dependencies(drafts), { rest: ['first', 'second'], first: ['one'], second: ['two'] });
});

test('a hook that comes after all else waits for it, and for no claim that only its own pod would bind', () => {
  const volumes = [{ name: 'a', persistentVolumeClaim: { claimName: 'scratch' } }];
  const drafts = [
    draftOf('ConfigMap', 'map'),
    draftOf('PersistentVolumeClaim', 'scratch'),
    draftOf('PersistentVolumeClaim', 'data'),
    job('migrate', hookOf('before')),
    job('smoke', hookOf('after'), { volumes }),
    job('tell', hookOf('after')),
  ];
  assert.deepEqual(dependencies(drafts), {
    map: ['migrate'],
    scratch: ['migrate'],
    data: ['migrate'],
    smoke: ['data', 'map', 'migrate'],
    tell: ['data', 'map', 'migrate', 'scratch'],
  });
});

test('nothing waits for a hook that runs when something failed, and what it refers to waits for no hook', () => {
  const drafts = [
    draftOf('ServiceAccount', 'account'),
    draftOf('ConfigMap', 'rest', { dependsOn: ['tell'] }),
    draftOf('ConfigMap', 'named', { chart: { name: 'other', slice: '' }, dependsOn: ['rest', 'tell'] }),
    job('migrate', hookOf('before')),
    job('smoke', hookOf('after')),
    job('tell', { ...hookOf('failure'), dependsOn: ['rest'] }, { serviceAccountName: 'account' }),
  ];
  assert.deepEqual(dependencies(drafts), {
    rest: ['migrate'],
    named: ['rest'],
    smoke: ['account', 'migrate', 'rest'],
    tell: ['account', 'rest'],
  });
});

test('of hooks of a release the lighter come first, whatever kind they are of, and those of a chart see what they wait for', () => {
  const release = 'shop/release';
  const inRelease = (kind: string, name: string, hook?: Partial<DraftHook> & Pick<DraftHook, 'when'>): Draft =>
    draftOf(kind, name, {
      construct: `${release}/${name}`,
      ...(hook === undefined ? {} : hookOf(hook.when, { once: 'job', release, ...hook })),
    });
  const drafts = [
    inRelease('ConfigMap', 'early', { when: 'before', weight: -5 }),
    inRelease('ConfigMap', 'late', { when: 'before', weight: 5 }),
    inRelease('ConfigMap', 'needed'),
    inRelease('ConfigMap', 'last', { when: 'after' }),
    draftOf('ConfigMap', 'rest'),
    job('migrate', { ...hookOf('before'), dependsOn: [`${release}/needed`] }),
  ];
  const both = [`${release}/early`, `${release}/late`];
  assert.deepEqual(dependencies(drafts), {
    [`${release}/late`]: [`${release}/early`],
    [`${release}/needed`]: both,
    [`${release}/last`]: [...both, 'migrate', `${release}/needed`].toSorted(),
    rest: ['migrate'],
    migrate: [`${release}/needed`],
  });
});
