import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, objectAt, pointer } from '../../src/model/json.ts';
import type { LiveObject, ManagedFieldsEntry, Manifest } from '../../src/model/manifest.ts';
import { aroundOf, fieldsOf, locate, partOf, unitedFields, without } from '../../src/reconcile/fields.ts';
import type { Judged } from '../../src/reconcile/managers.ts';
import { foreignFields, inOrder, isCoOwned, type Surplus } from '../../src/reconcile/ownership.ts';
import { heldAlone, inTheWay } from '../../src/reconcile/takeover.ts';
import { applied, inContainer, inPod, keyed, kubectls, liveOf, manager, ours, storefront, web, written } from './owners.ts';

type Rules = Partial<Judged['rules']>;

const judged = (rules: Rules): Judged => ({ manager, rules: { ignore: [], ownership: undefined, ...rules } });
const pointers = (fields: readonly Surplus[]): readonly string[] => fields.map(pointer);

/** What others lose of `live`, of which we want no more than the fields `now`, so that we hold it alone. */
function left(live: LiveObject, now: JsonObject, rules: Rules = {}): readonly string[] {
  return lost(live, heldAlone(live, manifestOf(live, now), judged(rules)));
}

/** What others lose of `live`, of which we want no more than the fields `now`, when an apply of it is refused. */
function taken(live: LiveObject, now: JsonObject, rules: Rules = {}): readonly string[] {
  return lost(live, inTheWay(live, manifestOf(live, now), judged(rules)));
}

function manifestOf(live: LiveObject, now: JsonObject): Manifest {
  const { apiVersion, kind, metadata } = live;
  const part = partOf(live, [...fieldsOf(applied(now)).values()]);
  return { ...part, apiVersion, kind, metadata: { ...objectAt(part, 'metadata'), name: metadata.name } };
}

/** The places in `live` that others own, and do not own any more by `entries`. */
function lost(live: LiveObject, entries: readonly ManagedFieldsEntry[] | undefined): readonly string[] {
  const theirs = (all: readonly ManagedFieldsEntry[] = []) =>
    fieldsOf(...all.filter((entry) => entry.manager !== manager || entry.operation !== 'Apply'));
  const kept = theirs(entries);
  const gone = entries === undefined ? new Map() : without(without(theirs(live.metadata.managedFields), kept), aroundOf(kept));
  return pointers(inOrder([...gone.values()].map((path) => locate(live, path)?.keys ?? [])));
}

const foreign = (live: LiveObject, rules: Rules = {}): readonly string[] => pointers(foreignFields(live, judged(rules)));

const image = inContainer('web', { 'f:image': {} });
const withProbe = inContainer('web', { 'f:image': {}, 'f:livenessProbe': { 'f:httpGet': { 'f:path': {}, 'f:port': {} } } });
const withMode = inContainer('web', { 'f:image': {}, 'f:env': { [keyed({ name: 'MODE' })]: { '.': {}, 'f:name': {}, 'f:value': {} } } });
const replicas: JsonObject = { 'f:spec': { 'f:replicas': {} } };
const both = (a: JsonObject, b: JsonObject): JsonObject => unitedFields(a, b);

for (const [who, entry] of [
  ['kubectl', written('kubectl-client-side-apply', kubectls)],
  ['Helm', written('helm', kubectls)],
  ['Flux', written('kustomize-controller', withMode, { operation: 'Apply' })],
  ['we ourselves by a patch', written(manager, withMode)],
] as const) {
  test(`what we drop and ${who} holds too is ours alone before`, () => {
    const live = storefront([applied(withMode), entry]);
    assert.deepEqual(left(live, image), ['/spec/template/spec/containers/0/env/0']);
    assert.deepEqual(left(live, withMode), []);
  });
}

for (const [who, entry] of [
  ['an autoscaler by the scale subresource', written('kube-controller-manager', replicas, { subresource: 'scale' })],
  ['a person by the scale subresource', written('kubectl', replicas, { subresource: 'scale' })],
  ['a controller of the cluster', written('kube-controller-manager', replicas)],
  ['nobody', written('kubectl', { 'f:spec': { 'f:paused': {} } })],
] as const) {
  test(`what we drop and ${who} holds stays theirs`, () => {
    assert.deepEqual(left(storefront([applied(both(image, replicas)), entry]), image), []);
  });
}

const probeFields = ['port', 'path'].map((name) => `/spec/template/spec/containers/0/livenessProbe/httpGet/${name}`);
const portOnly = inContainer('web', { 'f:image': {}, 'f:livenessProbe': { 'f:httpGet': { 'f:port': {} } } });

test('of an object that we drop nothing is taken from others but what we held', () => {
  assert.deepEqual(left(storefront([applied(withProbe), written('kubectl-edit', kubectls)]), image), probeFields);
  assert.deepEqual(left(storefront([applied(withProbe), written('flux', withProbe, { operation: 'Apply' })]), image), probeFields);
  assert.deepEqual(left(storefront([applied(withProbe), written('kubectl-edit', kubectls)]), portOnly), probeFields.slice(1));
});

test('where the API server refuses what would be left of it, it is taken as a whole', () => {
  const edited = storefront([applied(withProbe), written('kubectl-edit', kubectls)]);
  assert.deepEqual(taken(edited, image), ['/spec/template/spec/containers/0/livenessProbe']);
  assert.deepEqual(taken(edited, portOnly), []);
  assert.deepEqual(taken(edited, image, { ignore: ['/spec/template/spec/containers/web/livenessProbe'] }), []);
  const tuned = written('tuner', inContainer('web', { 'f:resources': { 'f:requests': { 'f:memory': {} } } }));
  assert.deepEqual(taken(storefront([applied(withProbe), tuned]), image), []);
});

test('where one of ours got another key, the one in its place is taken', () => {
  const moved = inContainer('web', { 'f:ports': { [keyed({ containerPort: 81, protocol: 'TCP' })]: { '.': {}, 'f:containerPort': {} } } });
  const ports = [{ name: 'http', containerPort: 81, protocol: 'TCP' }];
  const live = storefront([applied(image), written('kubectl-edit', moved)], { container: { ports } });
  const wants = (containerPort: number): Manifest => ({
    ...manifestOf(live, image),
    spec: { template: { spec: { containers: [{ name: 'web', image: 'x', ports: [{ name: 'http', containerPort }] }] } } },
  });
  const of = (manifest: Manifest) => lost(live, inTheWay(live, manifest, judged({})));
  assert.deepEqual(of(wants(80)), ['/spec/template/spec/containers/0/ports/0']);
  assert.deepEqual(of(manifestOf(live, image)), []);
});

test('an item that we drop goes as a whole, its list does not', () => {
  const side = inContainer('side', { 'f:image': {}, 'f:args': {} });
  const live = storefront([applied(both(image, side)), written('helm', both(image, side))], {
    pod: { containers: [{ name: 'side', image: 'x', args: ['a'] }, web] },
  });
  assert.deepEqual(left(live, image), ['/spec/template/spec/containers/0']);
});

test('labels, annotations and data are left to whoever else has some there', () => {
  const labels = (...names: readonly string[]) => ({ 'f:labels': Object.fromEntries(names.map((name) => [`f:${name}`, {}])) });
  const live = storefront(
    [
      applied({ 'f:metadata': { ...labels('app', 'team'), 'f:annotations': { '.': {}, 'f:note': {} } } }),
      written('kubectl-label', {
        'f:metadata': { ...labels('team', 'theirs'), 'f:annotations': { '.': {}, 'f:note': {}, 'f:theirs': {} } },
      }),
    ],
    { metadata: { labels: { app: 'x', team: 'a', theirs: 'b' }, annotations: { note: '1', theirs: '2' } } },
  );
  assert.deepEqual(left(live, { 'f:metadata': labels('app') }), ['/metadata/labels/team', '/metadata/annotations/note']);
});

test('what is left to others stays, also beside what we drop', () => {
  const live = storefront([applied(both(withMode, replicas)), written('kubectl', both(withMode, replicas))]);
  assert.deepEqual(left(live, image, { ignore: ['/spec/replicas'] }), ['/spec/template/spec/containers/0/env/0']);
  const limits: JsonObject = { 'f:resources': { 'f:requests': { 'f:cpu': {} } } };
  const tuned = written('tuner', inContainer('web', { 'f:resources': { 'f:requests': { 'f:cpu': {}, 'f:memory': {} } } }));
  const sized = storefront([applied(inContainer('web', limits)), tuned]);
  const ignore = ['/spec/template/spec/containers/web/resources/requests/memory'];
  assert.deepEqual(left(sized, image, { ignore }), ['/spec/template/spec/containers/0/resources/requests/cpu']);
  assert.deepEqual(left(sized, image), ['/spec/template/spec/containers/0/resources/requests/cpu']);
});

test('what was left to others once, applied again and then dropped, is taken from our own hand-over', () => {
  const handOver = written(`${manager}:ignored`, replicas, { operation: 'Apply' });
  const live = storefront([applied(both(image, replicas)), handOver]);
  assert.deepEqual(left(live, image), ['/spec/replicas']);
  assert.deepEqual(left(live, image, { ignore: ['/spec/replicas'] }), []);
});

test('finalizers and owners are taken away by whoever put them there', () => {
  const ties = { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"example.com/wait"': {} } } };
  const live = storefront([applied(both(image, ties)), written('operator', ties)], { metadata: { finalizers: ['example.com/wait'] } });
  assert.deepEqual(left(live, image), []);
  assert.deepEqual(foreign(storefront([applied(image), written('operator', ties)]), { ownership: 'strict' }), []);
});

test('a container, a volume and rights that others add to pods are foreign; variables, replicas and notes are not', () => {
  const added = [
    both(
      inPod({
        'f:containers': {
          [keyed({ name: 'side' })]: { '.': {}, 'f:image': {}, 'f:imagePullPolicy': {}, 'f:name': {}, 'f:resources': {} },
          [keyed({ name: 'web' })]: {
            'f:env': { '.': {}, [keyed({ name: 'DEBUG' })]: { '.': {}, 'f:name': {}, 'f:value': {} } },
            'f:command': {},
            'f:securityContext': { 'f:privileged': {} },
          },
        },
        'f:hostNetwork': {},
        'f:priorityClassName': {},
        'f:volumes': { [keyed({ name: 'host' })]: { '.': {}, 'f:hostPath': { '.': {}, 'f:path': {} }, 'f:name': {} } },
      }),
      { 'f:spec': { 'f:replicas': {} }, 'f:metadata': { 'f:annotations': { '.': {}, 'f:note': {} } } },
    ),
  ];
  const live = storefront([applied(ours), ...added.map((fields) => written('kubectl-edit', fields))], {
    metadata: { annotations: { note: 'x' } },
    pod: {
      containers: [
        { name: 'side', image: 'evil' },
        {
          ...web,
          command: ['sh'],
          env: [
            { name: 'MODE', value: 'live' },
            { name: 'DEBUG', value: '1' },
          ],
          securityContext: { privileged: true },
        },
      ],
      hostNetwork: true,
      priorityClassName: 'high',
      volumes: [
        { name: 'host', hostPath: { path: '/' } },
        { name: 'cache', emptyDir: {} },
      ],
    },
  });
  assert.deepEqual(foreign(live), [
    '/spec/template/spec/volumes/0',
    '/spec/template/spec/hostNetwork',
    '/spec/template/spec/containers/1/securityContext/privileged',
    '/spec/template/spec/containers/1/command',
    '/spec/template/spec/containers/0',
  ]);
  assert.deepEqual(foreign(live, { ownership: 'shared' }), []);
  assert.deepEqual(foreign(live, { ignore: ['/spec/template/spec/containers/side', '/spec/template/spec/hostNetwork'] }), [
    '/spec/template/spec/volumes/0',
    '/spec/template/spec/containers/1/securityContext/privileged',
    '/spec/template/spec/containers/1/command',
  ]);
});

const kinds: readonly (readonly [string, string, JsonObject, JsonObject, JsonObject, readonly string[]])[] = [
  [
    'a rule that opens a NetworkPolicy which denies all',
    'networking.k8s.io/v1/NetworkPolicy',
    { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] } },
    { 'f:spec': { 'f:podSelector': {}, 'f:policyTypes': {} } },
    { 'f:spec': { 'f:ingress': {} } },
    ['/spec/ingress'],
  ],
  [
    'subjects of a RoleBinding that has none',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    { roleRef: { kind: 'Role', name: 'r', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'User', name: 'eve' }] },
    { 'f:roleRef': {} },
    { 'f:subjects': {}, 'f:metadata': { 'f:labels': { 'f:x': {} } } },
    ['/subjects'],
  ],
  [
    'rules of a ClusterRole that has none',
    'rbac.authorization.k8s.io/v1/ClusterRole',
    { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
    { 'f:metadata': { 'f:labels': { 'f:x': {} } } },
    { 'f:rules': {} },
    ['/rules'],
  ],
  [
    'what the pods of a Namespace may do',
    'v1/Namespace',
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged', team: 'web' } } },
    { 'f:metadata': { 'f:labels': { 'f:part': {} } } },
    { 'f:metadata': { 'f:labels': { 'f:pod-security.kubernetes.io/enforce': {}, 'f:team': {} } } },
    ['/metadata/labels/pod-security.kubernetes.io~1enforce'],
  ],
  [
    'a volume of the pods of a CronJob',
    'batch/v1/CronJob',
    { spec: { jobTemplate: { spec: { template: { spec: { volumes: [{ name: 'v' }] } } } } } },
    { 'f:spec': { 'f:schedule': {} } },
    {
      'f:spec': { 'f:jobTemplate': { 'f:spec': { 'f:template': { 'f:spec': { 'f:volumes': { [keyed({ name: 'v' })]: { '.': {} } } } } } } },
    },
    ['/spec/jobTemplate/spec/template/spec/volumes/0'],
  ],
  ['nothing that would harm a ConfigMap', 'v1/ConfigMap', { data: { a: '1' } }, {}, { 'f:data': { '.': {}, 'f:a': {} } }, []],
];
for (const [what, id, content, own, theirs, removed] of kinds) {
  test(`without being asked, others may not add ${what}`, () => {
    assert.deepEqual(foreign(liveOf(id, content, [applied(own), written('kubectl-edit', theirs)])), removed);
  });
}

for (const who of [
  'kube-controller-manager',
  'clusterrole-aggregation-controller',
  'openshift.io/image-registry-pull-secrets_service-account-controller',
]) {
  test(`what ${who} adds is its office`, () => {
    const fields = { 'f:rules': {}, 'f:imagePullSecrets': {} };
    for (const id of ['rbac.authorization.k8s.io/v1/ClusterRole', 'v1/ServiceAccount']) {
      const live = liveOf(id, { rules: [], imagePullSecrets: [] }, [applied({}), written(who, fields, { operation: 'Apply' })]);
      assert.deepEqual(foreign(live, { ownership: 'strict' }), []);
      assert.equal(foreign({ ...live, metadata: { ...live.metadata, managedFields: [written('eve', fields)] } }).length, 1);
    }
  });
}

test('where nothing is shared, all that others add is foreign, but for marks, ties, status and what a subresource writes', () => {
  const restarted = { 'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {}, 'f:note': {} } } };
  const entries: readonly ManagedFieldsEntry[] = [
    applied(image),
    written('kubectl-edit', {
      'f:metadata': { 'f:annotations': { '.': {}, 'f:lockstep.dev/hold': {} }, 'f:labels': { 'f:team': {} }, 'f:generateName': {} },
      'f:spec': { 'f:minReadySeconds': {}, 'f:template': restarted },
      'f:status': { 'f:phase': {} },
    }),
    written('kubectl', replicas, { subresource: 'scale' }),
    written('kube-controller-manager', { 'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': {} } } }),
  ];
  const live = storefront(entries, {
    metadata: { labels: { team: 'web' }, annotations: { 'lockstep.dev/hold': '{}', 'deployment.kubernetes.io/revision': '2' } },
    spec: { minReadySeconds: 3 },
    template: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now', note: 'x' } },
  });
  assert.deepEqual(foreign({ ...live, status: { phase: 'x' } }, { ownership: 'strict' }), [
    '/spec/template/metadata/annotations/note',
    '/spec/minReadySeconds',
    '/metadata/labels/team',
  ]);
});

test('where nothing is shared, an object that others added goes as a whole, whatever way they wrote it', () => {
  const hook = { 'f:lifecycle': { 'f:preStop': { 'f:exec': { 'f:command': {} } } } };
  const live = storefront([applied(image), written('flux', inContainer('web', hook), { operation: 'Apply' })], {
    container: { lifecycle: { preStop: { exec: { command: ['sh'] } } } },
  });
  assert.deepEqual(foreign(live, { ownership: 'strict' }), ['/spec/template/spec/containers/0/lifecycle']);
});

test('an object that we apply empty stays when what others put into it goes', () => {
  const live = storefront(
    [applied(inPod({ 'f:securityContext': {} })), written('eve', inPod({ 'f:securityContext': { 'f:runAsUser': {} } }))],
    {
      pod: { securityContext: { runAsUser: 0 } },
    },
  );
  assert.deepEqual(foreign(live), ['/spec/template/spec/securityContext/runAsUser']);
});

test('an object is co-owned when people or tools hold a field that we apply', () => {
  const held = (entry: ManagedFieldsEntry): boolean => isCoOwned(storefront([applied(withMode), entry]), manager);
  assert.equal(held(written('helm', kubectls)), true);
  assert.equal(held(written('kustomize-controller', image, { operation: 'Apply' })), true);
  assert.equal(held(written(manager, image)), true);
  assert.equal(held(written(`${manager}:ignored`, image, { operation: 'Apply' })), true);
  assert.equal(held(written('kubectl-edit', replicas)), false);
  assert.equal(held(written('kube-controller-manager', image)), false);
  assert.equal(held(written('kubectl', image, { subresource: 'scale' })), false);
  assert.equal(isCoOwned(storefront([applied(withMode)]), manager), false);
  assert.equal(isCoOwned(storefront([written('helm', kubectls)]), manager), false);
});

test('fields are removed from the end of each list, and none twice', () => {
  const fields: readonly Surplus[] = [
    ['spec', 'containers', 2, 'image'],
    ['spec', 'containers', 10],
    ['spec', 'containers', 2],
    ['spec', 'containers', 1, 'env', 0],
    ['spec', 'containers', 1, 'env', 3],
    ['spec', 'containers', 1, 'env', 3],
    ['metadata', 'labels', 'a'],
  ];
  assert.deepEqual(inOrder(fields), [
    ['spec', 'containers', 10],
    ['spec', 'containers', 2],
    ['spec', 'containers', 1, 'env', 3],
    ['spec', 'containers', 1, 'env', 0],
    ['metadata', 'labels', 'a'],
  ]);
  assert.deepEqual(inOrder([]), []);
});
