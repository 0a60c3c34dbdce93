import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consequenceTypes } from '../../src/diff/consequence.ts';
import { consequences, happens, object, seen } from './judged.ts';

const pods = (spec: string, container = '', rest = ''): string => `spec:
  ${rest}
  template:
    spec:
      ${spec}
      containers: [{ name: web, image: 'web:1'${container === '' ? '' : `, ${container}`} }]
`;

const deployment = (spec: string, container = '', rest = 'replicas: 2'): string =>
  object('apps/v1 Deployment shop/web', pods(spec, container, rest));

const bare = 'automountServiceAccountToken: false';

const claim = object('v1 PersistentVolumeClaim shop/data', 'spec: { storageClassName: fast, resources: { requests: { storage: 1Gi } } }');
const service = (spec: string): string => object('v1 Service shop/web', `spec: { ports: [{ port: 80 }], ${spec} }`);

test('what holds data tells what is lost, and what is kept or handed over stays', () => {
  assert.deepEqual(happens(claim, ''), ['deletes-data: what it holds is lost, unless its volume is retained']);
  const volume = object('v1 PersistentVolume disk', 'spec: { capacity: { storage: 1Gi } }');
  assert.deepEqual(happens(volume, ''), ['deletes-data: what it holds is out of reach, and lost where its reclaim policy is `Delete`']);
  assert.deepEqual(happens(claim, '', { before: { rulesOf: () => ({ keep: true }) } }), ['lets-go: it stays in the cluster (`keep`)']);
  const ref = { group: '', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' };
  assert.deepEqual(happens(claim, '', { after: { handOver: [{ ref, to: 'store' }] } }), [
    'lets-go: it stays in the cluster, for the environment `store` to adopt',
  ]);
  assert.deepEqual(happens(claim, '', { after: { removed: 'keep' } }), ['lets-go: it stays in the cluster: the environment is dissolved']);
});

test('a Namespace and a definition tell how many objects of the environment go with them', () => {
  const namespace = object('v1 Namespace shop');
  const inside = claim + service('type: ClusterIP');
  assert.deepEqual(happens(namespace + inside, inside), ['deletes-data: 2 objects of this environment and all else in it go with it']);
  const definition = object(
    'apiextensions.k8s.io/v1 CustomResourceDefinition flags.example.com',
    'spec: { group: example.com, names: { kind: Flag, plural: flags } }',
  );
  const flags = object('example.com/v1 Flag shop/wishlist', 'spec: { percent: 1 }');
  assert.deepEqual(happens(definition + flags, flags), [
    'deletes-data: 1 object `Flag` of this environment and all others in the cluster go with it',
  ]);
});

test('claims of a StatefulSet go with it, or with its replicas, only where it says so', () => {
  const set = (replicas: number, retention: string): string =>
    object(
      'apps/v1 StatefulSet shop/db',
      `spec: { replicas: ${replicas}, persistentVolumeClaimRetentionPolicy: { ${retention} }, volumeClaimTemplates: [{ metadata: { name: data } }] }`,
    );
  assert.deepEqual(happens(set(3, ''), ''), ['deletes: its volume claims stay behind']);
  assert.deepEqual(happens(set(3, 'whenDeleted: Delete'), ''), ['deletes-data: its volume claims are deleted with it']);
  assert.deepEqual(happens(set(3, 'whenScaled: Delete'), set(1, 'whenScaled: Delete')), [
    'deletes-data: the volume claims of 2 replicas are deleted',
    'scales-down: 3 → 1 replicas',
  ]);
  assert.deepEqual(happens(set(3, ''), set(3, '').replace('name: data', 'name: disk')), [
    "refused: `spec.volumeClaimTemplates[0].metadata.name` of an object never changes: the API server refuses it, unless `replace: 'onImmutableChange'` is declared",
  ]);
});

test('fields that never change tell what becomes of the object', () => {
  const selector = (app: string): string => object('apps/v1 Deployment shop/web', `spec: { selector: { matchLabels: { app: ${app} } } }`);
  const refused = "the API server refuses it, unless `replace: 'onImmutableChange'` is declared";
  assert.deepEqual(happens(selector('web'), selector('shop')), [
    `refused: \`spec.selector.matchLabels.app\` of an object never changes: ${refused}`,
  ]);
  const after = { rulesOf: () => ({ replace: true }) };
  assert.deepEqual(happens(selector('web'), selector('shop'), { after }), [
    'recreates: `spec.selector.matchLabels.app` of an object never changes: it is deleted and made anew',
  ]);
  assert.deepEqual(happens(claim, claim.replace('fast', 'slow'), { after }), [
    'refused: `spec.storageClassName` of an object never changes: the agent refuses to replace it: what the PersistentVolumeClaim holds would be lost',
  ]);
  // More room is no other claim.
  assert.deepEqual(happens(claim, claim.replace('1Gi', '2Gi')), ['changes']);
  const settings = (value: string): string => object('v1 ConfigMap shop/settings', `immutable: true\ndata: { a: '${value}' }`);
  assert.deepEqual(happens(settings('1'), settings('2'))[0], `refused: \`data.a\` of an object never changes: ${refused}`);
});

const role = (rules: string): string => object('rbac.authorization.k8s.io/v1 Role shop/web', `rules: [${rules}]`);
const pick = (resources: string, verbs: string, more = ''): string =>
  `{ apiGroups: [''], resources: [${resources}], verbs: [${verbs}]${more} }`;

test('rules of roles count by what they grant together, not by how they are written', () => {
  assert.deepEqual(happens(role(pick('pods', 'get')), role(pick('pods', 'get, delete'))), ['widens-access: it grants `delete` `pods`']);
  assert.deepEqual(happens(role(pick('pods, secrets', 'get')), role(`${pick('secrets', 'get')}, ${pick('pods', 'get')}`)), ['changes']);
  assert.deepEqual(happens(role(pick('pods', "'*'")), role(pick('pods', 'get, list'))), ['changes']);
  assert.deepEqual(happens(role(pick("'*'", 'get')), role(pick('secrets', 'get'))), ['changes']);
  assert.deepEqual(happens(role(pick('secrets', 'get', ', resourceNames: [a]')), role(pick('secrets', 'get'))), [
    'widens-access: it grants `get` `secrets`',
  ]);
  assert.deepEqual(happens(role(pick('secrets', 'get')), role(pick('secrets', 'get', ', resourceNames: [a]'))), ['changes']);
  assert.deepEqual(happens('', role(pick('pods', 'get'))), ['creates']);
  assert.deepEqual(happens('', role(pick("'*'", "'*'"))), ['widens-access: it grants `*` `*`', 'creates']);
  const paths = (path: string): string =>
    object('rbac.authorization.k8s.io/v1 ClusterRole web', `rules: [{ nonResourceURLs: ['${path}'], verbs: [get] }]`);
  assert.deepEqual(happens(paths('/metrics/*'), paths('/metrics/cadvisor')), ['changes']);
  assert.deepEqual(happens(paths('/metrics'), paths('/debug/*')), ['widens-access: it grants `get` `/debug/*`']);
  const label = object('rbac.authorization.k8s.io/v1 ClusterRole web').replace(
    'metadata:',
    "metadata:\n  labels: { rbac.authorization.k8s.io/aggregate-to-view: 'true' }",
  );
  assert.deepEqual(happens(object('rbac.authorization.k8s.io/v1 ClusterRole web'), label), [
    'widens-access: its rules become those of `view`',
  ]);
});

test('whoever is bound to a role is told, with the role', () => {
  const binding = (kind: string, subjects: string, name = 'cluster-admin'): string =>
    object(`rbac.authorization.k8s.io/v1 ${kind}`, `roleRef: { kind: ClusterRole, name: ${name} }\nsubjects: [${subjects}]`);
  const web = '{ kind: ServiceAccount, namespace: shop, name: web }';
  const ops = '{ kind: Group, name: ops }';
  assert.deepEqual(happens('', binding('ClusterRoleBinding web', web)), [
    'widens-access: ServiceAccount `shop/web` may do what ClusterRole `cluster-admin` says in the whole cluster',
    'creates',
  ]);
  assert.deepEqual(happens(binding('RoleBinding shop/web', web), binding('RoleBinding shop/web', `${web}, ${ops}`)), [
    'widens-access: Group `ops` may do what ClusterRole `cluster-admin` says',
  ]);
  assert.deepEqual(happens(binding('RoleBinding shop/web', `${web}, ${ops}`), binding('RoleBinding shop/web', web)), ['changes']);
  assert.deepEqual(happens(binding('RoleBinding shop/web', web, 'view'), binding('RoleBinding shop/web', web)), [
    "refused: `roleRef.name` of an object never changes: the API server refuses it, unless `replace: 'onImmutableChange'` is declared",
    'widens-access: ServiceAccount `shop/web` may do what ClusterRole `cluster-admin` says',
  ]);
});

test('a NetworkPolicy that allows more is told, one that allows less is not', () => {
  const policy = (spec: string): string => object('networking.k8s.io/v1 NetworkPolicy shop/web', `spec: { podSelector: {}, ${spec} }`);
  const from = (...peers: readonly string[]): string => `ingress: [{ from: [${peers.join(', ')}] }]`;
  const [web, db] = ['web', 'db'].map((app) => `{ podSelector: { matchLabels: { app: ${app} } } }`) as [string, string];
  const more = ['widens-access: the pods that it selects may be reached by more'];
  assert.deepEqual(happens(policy(from(web)), ''), [
    'widens-access: what it kept from the pods that it selects may reach them, unless other policies do',
    'deletes',
  ]);
  assert.deepEqual(happens(policy(from(web)), policy(from(web, db))), more);
  assert.deepEqual(happens(policy(from(web, db)), policy(from(web))), ['changes']);
  assert.deepEqual(happens(policy(from(web)), policy('ingress: [{}]')), more);
  assert.deepEqual(happens(policy('ingress: [{}]'), policy(from(web))), ['changes']);
  assert.deepEqual(happens(policy('ingress: []'), policy(from(web))), more);
  assert.deepEqual(happens(policy('policyTypes: [Ingress, Egress]'), policy('policyTypes: [Ingress]')), [
    'widens-access: Egress is no longer restricted',
  ]);
  assert.deepEqual(happens(policy('policyTypes: [Egress], egress: []'), policy('policyTypes: [Egress], egress: [{}]')), [
    'widens-access: the pods that it selects may reach more',
  ]);
  const block = (except: string): string => policy(from(`{ ipBlock: { cidr: 10.0.0.0/8, except: [${except}] } }`));
  assert.deepEqual(happens(block("'10.1.0.0/16'"), block('')), more);
  assert.deepEqual(happens(block(''), block("'10.1.0.0/16'")), ['changes']);
  assert.deepEqual(happens(policy('ingress: []'), policy('ingress: []').replace('{}', '{ matchLabels: { app: web } }')), [
    'widens-access: it selects other pods: those that it selected may be open',
  ]);
});

test('what pods may do on their nodes is told where they gain it, of new ones, too', () => {
  const gains = (spec: string, container = ''): readonly string[] =>
    happens(deployment(bare), deployment(`${bare}\n      ${spec}`, container));
  const context = (text: string): readonly string[] => gains('', `securityContext: { ${text} }`);
  const told = (what: string): readonly string[] => [`widens-access: its pods may do more: ${what}`, 'rolls-out'];
  assert.deepEqual(gains('hostNetwork: true'), told('`hostNetwork`'));
  assert.deepEqual(gains('volumes: [{ name: disk, hostPath: { path: /var } }]'), told('`hostPath` `/var`'));
  assert.deepEqual(context('privileged: true'), told('`privileged` in `web`'));
  assert.deepEqual(context('capabilities: { add: [NET_ADMIN] }'), told('capability `NET_ADMIN` in `web`'));
  assert.deepEqual(context('runAsUser: 0'), told('`runAsUser: 0` in `web`'));
  assert.deepEqual(context('seccompProfile: { type: Unconfined }'), told('`seccompProfile: Unconfined` in `web`'));
  assert.deepEqual(gains('', 'ports: [{ containerPort: 80, hostPort: 80 }]'), told('`hostPort` 80 in `web`'));
  assert.deepEqual(happens('', deployment('hostPID: true')), ['widens-access: its pods may do more: `hostPID`', 'creates']);
  assert.deepEqual(happens(deployment('hostPID: true'), deployment(bare)), ['rolls-out']);
});

test('bounds that pods had set themselves are told where they lose them', () => {
  const bound =
    'securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }';
  assert.deepEqual(happens(deployment(bare, bound), deployment(bare)), [
    'widens-access: its pods are bound less: no `runAsNonRoot` in `web`, no `allowPrivilegeEscalation: false` in `web`, no `readOnlyRootFilesystem` in `web`, no `capabilities: drop: [ALL]` in `web`',
    'rolls-out',
  ]);
  assert.deepEqual(happens(deployment(bare), deployment('')), [
    'widens-access: its pods are bound less: the token of its ServiceAccount is mounted',
    'rolls-out',
  ]);
  assert.deepEqual(happens(deployment(bare), deployment(`${bare}\n      serviceAccountName: admin`)), [
    'widens-access: its pods are bound less: it has the rights of ServiceAccount `admin` in place of `default`',
    'rolls-out',
  ]);
  // Bounds may move from containers to the pod.
  const whole = `${bare}\n      securityContext: { runAsNonRoot: true }`;
  assert.deepEqual(happens(deployment(bare, 'securityContext: { runAsNonRoot: true }'), deployment(whole)), ['rolls-out']);
  const account = (mounted: boolean): string => object('v1 ServiceAccount shop/web', `automountServiceAccountToken: ${mounted}`);
  assert.deepEqual(happens(account(false), account(true)), ['widens-access: pods get its token, unless they say otherwise']);
  assert.deepEqual(happens(account(true), account(false)), ['changes']);
});

test('a Namespace that admits other pods, and what refuses and is no more, are told', () => {
  const namespace = (level: string): string =>
    object('v1 Namespace shop').replace('metadata:', `metadata:\n  labels: { pod-security.kubernetes.io/enforce: ${level} }`);
  assert.deepEqual(happens(namespace('restricted'), namespace('baseline')), [
    'widens-access: it admits pods up to `baseline`, and did up to `restricted`',
  ]);
  assert.deepEqual(happens(namespace('baseline'), namespace('restricted')), ['changes']);
  // The API server takes a level that it does not know for the widest.
  assert.deepEqual(happens(namespace('baseline'), namespace('Restricted')), [
    'widens-access: it admits pods up to `Restricted`, and did up to `baseline`',
  ]);
  assert.deepEqual(happens(namespace('Restricted'), namespace('privileged')), ['changes']);
  assert.deepEqual(happens('', namespace('privileged')), ['widens-access: it admits pods of all privileges (`privileged`)', 'creates']);
  assert.deepEqual(happens('', namespace('baseline')), ['creates']);
  const policy = object('admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy images', 'spec: {}');
  assert.deepEqual(happens(policy, ''), ['widens-access: what it refused is admitted', 'deletes']);
});

test('what can be reached from outside is told where it could not before', () => {
  assert.deepEqual(happens(service('type: ClusterIP'), service('type: LoadBalancer')), [
    'exposes: a load balancer (`LoadBalancer`), for every address',
  ]);
  assert.deepEqual(happens('', service('type: NodePort')), ['exposes: a port of every node (`NodePort`)', 'creates']);
  assert.deepEqual(happens(service('type: LoadBalancer'), service('type: ClusterIP')), ['changes']);
  const ranged = service("type: LoadBalancer, loadBalancerSourceRanges: ['10.0.0.0/8']");
  assert.deepEqual(happens(ranged, service('type: LoadBalancer'))[0], 'exposes: a load balancer (`LoadBalancer`), for every address');
  assert.deepEqual(happens(service('type: ClusterIP'), service('externalIPs: [192.0.2.1]')), ['exposes: external IP `192.0.2.1`']);
  const ingress = (...hosts: readonly string[]): string =>
    object('networking.k8s.io/v1 Ingress shop/web', `spec: { rules: [${hosts.map((host) => `{ host: ${host} }`).join(', ')}] }`);
  assert.deepEqual(happens(ingress('a.example.com'), ingress('a.example.com', 'b.example.com')), ['exposes: `b.example.com`']);
  assert.deepEqual(happens(ingress('a.example.com', 'b.example.com'), ingress('a.example.com')), ['changes']);
  const route = (hosts: string): string => object('gateway.networking.k8s.io/v1 HTTPRoute shop/web', `spec: { hostnames: [${hosts}] }`);
  assert.deepEqual(happens(route('a.example.com'), route('')), ['exposes: all hosts of its gateways']);
  const gateway = (host: string): string =>
    object('gateway.networking.k8s.io/v1 Gateway shop/web', `spec: { listeners: [{ name: a, port: 443${host} }] }`);
  assert.deepEqual(happens(gateway(', hostname: a.example.com'), gateway('')), ['exposes: port 443 for every host']);
});

test('fewer replicas are told, but not those that are left to an autoscaler', () => {
  const scaled = (replicas: string): string => deployment(bare, '', replicas);
  assert.deepEqual(happens(scaled('replicas: 3'), scaled('replicas: 0')), ['scales-to-zero: 3 → 0 replicas']);
  assert.deepEqual(happens(scaled('replicas: 3'), scaled('replicas: 2')), ['scales-down: 3 → 2 replicas']);
  assert.deepEqual(happens(scaled('replicas: 2'), scaled('replicas: 3')), ['changes']);
  assert.deepEqual(happens(scaled('replicas: 3'), scaled('paused: false')), [
    'scales-down: 3 → 1 replica: it is written no more, and resets to its default',
  ]);
  const after = { rulesOf: () => ({ ignore: ['/spec/replicas'] }) };
  assert.deepEqual(happens(scaled('replicas: 3'), scaled('paused: false'), { after }), ['changes']);
  const autoscaler = (most: number): string =>
    object('autoscaling/v2 HorizontalPodAutoscaler shop/web', `spec: { minReplicas: 2, maxReplicas: ${most} }`);
  assert.deepEqual(happens(autoscaler(9), autoscaler(4)), ['scales-down: `maxReplicas` 9 → 4']);
  const cron = (suspend: boolean): string => object('batch/v1 CronJob shop/report', `spec: { suspend: ${suspend} }`);
  assert.deepEqual(happens(cron(false), cron(true)), ['scales-to-zero: it is suspended, and runs no more']);
});

const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

test('other images and other pods are told: what is another one, and whether pods are replaced now', () => {
  const image = (text: string): string => deployment(bare).replace('web:1', text);
  assert.deepEqual(happens(image(`ghcr.io/a/web:1@${one}`), image(`ghcr.io/a/web:2@${two}`)), [
    'replaces-image: `ghcr.io/a/web` `1@sha256:111111111111` → `2@sha256:222222222222`',
    'rolls-out',
  ]);
  assert.deepEqual(
    happens(image(`web:1@${one}`), image(`web:1@${two}`))[0],
    'replaces-image: `web` `1@sha256:111111111111` → `1@sha256:222222222222`, another digest under the same tag',
  );
  assert.deepEqual(happens(image('web:1'), image(`shop:1@${one}`))[0], 'replaces-image: `web:1` → `shop:1@sha256:111111111111`');
  const strategy = (text: string): string => deployment(bare, '', `strategy: { type: Recreate }\n  replicas: 2`).replace('web:1', text);
  assert.deepEqual(happens(strategy('web:1'), strategy('web:2'))[1], 'rolls-out: all stop before new ones start');
  const set = (text: string): string =>
    object('apps/v1 DaemonSet shop/log', pods(bare, '', 'updateStrategy: { type: OnDelete }')).replace('web:1', text);
  assert.deepEqual(happens(set('web:1'), set('web:2'))[1], 'changes: its pods stay as they are until somebody deletes them (`OnDelete`)');
});

test('a ConfigMap tells whether the pods that read it notice', () => {
  const settings = (value: string): string => object('v1 ConfigMap shop/settings', `data: { level: '${value}' }`);
  const files = deployment(`${bare}\n      volumes: [{ name: settings, configMap: { name: settings } }]`);
  const variables = deployment(bare, 'envFrom: [{ configMapRef: { name: settings } }]');
  assert.deepEqual(happens(settings('a'), settings('b')), ['reconfigures: no pod of this environment reads it']);
  assert.deepEqual(happens(settings('a') + files, settings('b') + files), [
    'reconfigures: no rollout, files in running pods follow: `Deployment/shop/web`',
  ]);
  const alone = files.replace("image: 'web:1'", "image: 'web:1', volumeMounts: [{ name: settings, mountPath: /a, subPath: a }]");
  for (const reader of [variables, alone])
    assert.deepEqual(happens(settings('a') + reader, settings('b') + reader), [
      'reconfigures: no rollout, running pods keep what they read when they started: `Deployment/shop/web`',
    ]);
  assert.deepEqual(happens(settings('a') + files, settings('b') + files.replace('web:1', 'web:2')).slice(0, 1), [
    'reconfigures: read by pods that are replaced with it: `Deployment/shop/web`',
  ]);
  const hashed = (hash: string, value: string): string =>
    settings(value).replace('name: settings', `name: settings-${hash}`) +
    files.replace('{ name: settings } }', `{ name: settings-${hash} } }`);
  assert.deepEqual(consequences(hashed('a1b2c3d4', 'a'), hashed('0a1b2c3d', 'b')), [
    'ConfigMap/shop/settings-0a1b2c3d',
    '  reconfigures: what refers to it follows: `Deployment/shop/web`',
    'Deployment/shop/web',
    '  rolls-out',
  ]);
});

test('what moves to another namespace does there what it did, and leaves behind what it kept', () => {
  const more =
    'ingress: [{ from: [{ podSelector: { matchLabels: { app: web, tier: front } } }], ports: [{ port: 80 }] }], policyTypes: [Ingress]';
  const policy = (place: string): string => object(`networking.k8s.io/v1 NetworkPolicy ${place}`, `spec: { podSelector: {}, ${more} }`);
  assert.deepEqual(happens(policy('shop/web'), policy('store/web')), [
    'recreates: it is deleted, and made under another name',
    'widens-access: it selects other pods: those that it selected may be open',
  ]);
  const binding = (place: string): string =>
    object(
      `rbac.authorization.k8s.io/v1 RoleBinding ${place}`,
      'roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }\nsubjects: [{ kind: Group, name: ops }]',
    );
  assert.deepEqual(happens(binding('shop/web'), binding('store/web')), [
    'recreates: it is deleted, and made under another name',
    'widens-access: Group `ops` may do what ClusterRole `edit` says',
  ]);
  const quota = (place: string): string =>
    object(`v1 ResourceQuota ${place}`, "spec: { hard: { pods: '1', secrets: '2', configmaps: '3', services: '4' } }");
  assert.deepEqual(happens(quota('shop/web'), quota('store/web'))[1], 'widens-access: what it limited has no limit');
  assert.deepEqual(happens(quota('shop/web'), quota('shop/all')), ['recreates: it is deleted, and made under another name']);
});

test('another name is another object, and a Job with another digest runs again', () => {
  const spec = pods(bare, 'args: [a, b, c]');
  assert.deepEqual(consequences(object('apps/v1 Deployment shop/web', spec), object('apps/v1 Deployment shop/front', spec)), [
    'Deployment/shop/front',
    '  recreates: it is deleted, and made under another name',
  ]);
  const full = claim.replace('storageClassName', 'volumeMode: Block, accessModes: [ReadWriteOnce], volumeName: disk-1, storageClassName');
  assert.deepEqual(happens(full, full.replace('name: data', 'name: disk')), [
    'deletes-data: what it holds is lost, unless its volume is retained',
  ]);
  const job = (hash: string, image: string): string => object(`batch/v1 Job shop/migrate-${hash}`, spec.replace('web:1', image));
  assert.deepEqual(happens(job('33ab901e', 'web:1'), job('74c05705', 'web:2')), [
    'replaces-image: `web` `1` → `2`',
    'runs: its content is another one',
  ]);
});

const noted = (head: string, labels: string, annotations: string): string =>
  object(head).replace('metadata:', `metadata:\n  labels: { ${labels} }\n  annotations: { ${annotations} }`);

test('labels and annotations that nobody acts upon do nothing, and others may do anything', () => {
  const inert = ["app.kubernetes.io/version: '2', helm.sh/chart: web-2", 'kubernetes.io/description: a'] as const;
  for (const kind of ['v1 Service shop/web', 'v1 ServiceAccount shop/web', 'apps/v1 Deployment shop/web'])
    assert.deepEqual(happens(object(kind), noted(kind, ...inert)), ['none: only labels and annotations']);
  assert.deepEqual(happens(object('v1 Namespace shop'), noted('v1 Namespace shop', ...inert)), ['changes']);
  assert.deepEqual(happens(object('apps/v1 Deployment shop/web'), noted('apps/v1 Deployment shop/web', 'team: web', '')), ['changes']);
  const own = ['', 'example.com/who: all'] as const;
  for (const kind of ['v1 Service shop/web', 'networking.k8s.io/v1 Ingress shop/web', 'gateway.networking.k8s.io/v1 Gateway shop/web'])
    assert.deepEqual(happens(object(kind), noted(kind, ...own)), ['exposes: by annotations that are settings, perhaps: `example.com/who`']);
  assert.deepEqual(happens(noted('v1 ServiceAccount shop/web', ...own), noted('v1 ServiceAccount shop/web', '', 'example.com/who: me')), [
    'widens-access: by annotations that give rights, perhaps: `example.com/who`',
  ]);
});

test('what loses data from now on is grave, although nothing is deleted', () => {
  const volume = (policy: string): string => object('v1 PersistentVolume disk', `spec: { persistentVolumeReclaimPolicy: ${policy} }`);
  assert.deepEqual(happens(volume('Retain'), volume('Delete')), [
    'endangers-data: from now on, what it holds is lost with its claim (`Delete`)',
  ]);
  assert.deepEqual(happens(volume('Delete'), volume('Retain')), ['changes']);
  const set = (retention: string): string =>
    object(
      'apps/v1 StatefulSet shop/db',
      `spec: { persistentVolumeClaimRetentionPolicy: { ${retention} }, volumeClaimTemplates: [{ metadata: { name: data } }] }`,
    );
  assert.deepEqual(happens(set(''), set('whenDeleted: Delete, whenScaled: Delete')), [
    'endangers-data: from now on, its volume claims are deleted with it',
    'endangers-data: from now on, its volume claims are deleted with the replicas that go',
  ]);
  assert.deepEqual(happens(set('whenDeleted: Delete'), set('whenDeleted: Retain')), ['changes']);
});

test('versions of a kind that go, are served no more or are stored otherwise are told', () => {
  const schema = (field: string): string => `schema: { openAPIV3Schema: { type: object, properties: { ${field}: { type: string } } } }`;
  const kind = (versions: string, more = ''): string =>
    object('apiextensions.k8s.io/v1 CustomResourceDefinition flags.example.com', `spec: { ${more}versions: [${versions}] }`);
  const version = (name: string, served: boolean, storage: boolean, field = 'a'): string =>
    `{ name: ${name}, served: ${served}, storage: ${storage}, ${schema(field)} }`;
  const old = kind(`${version('v1', true, true)}, ${version('v2', true, false, 'b')}`);
  assert.deepEqual(happens(old, kind(`${version('v1', false, true)}, ${version('v2', true, false, 'b')}`)), [
    'deletes: `v1` is served no more: whoever asks for it fails',
  ]);
  const stored = 'objects are stored as `v2`, and no longer as `v1`';
  assert.deepEqual(happens(old, kind(`${version('v1', true, false)}, ${version('v2', true, true, 'b')}`)), [
    `endangers-data: ${stored}: without a conversion, fields that only the old one has are lost`,
  ]);
  const webhook = 'conversion: { strategy: Webhook }, ';
  assert.deepEqual(happens(old, kind(`${version('v1', true, false)}, ${version('v2', true, true, 'b')}`, webhook)), [`changes: ${stored}`]);
  assert.ok(
    happens(old, kind(version('v2', true, true, 'b'))).includes(
      'endangers-data: `v1` is no more: the API server refuses that as long as objects are stored so, and whoever asks for it fails',
    ),
  );
  assert.deepEqual(happens(old, kind(`${version('v1', true, true)}, ${version('v2', true, false, 'c')}`)), ['changes']);
});

test('what a quota, a limit or a claim allows less is told, and what it allows more is not', () => {
  const quota = (hard: string): string => object('v1 ResourceQuota shop/shop', `spec: { hard: { ${hard} } }`);
  assert.deepEqual(happens(quota('pods: 30, cpu: 2'), quota('pods: 10, cpu: 2000m, secrets: 5')), [
    'restricts: what is made from now on is refused where there is more: `pods` `30` → `10`, `secrets` `5`, which had no bound',
  ]);
  assert.deepEqual(happens(quota('pods: 10'), quota('pods: 30')), ['changes']);
  const range = (limit: string): string => object('v1 LimitRange shop/shop', `spec: { limits: [{ type: Container, ${limit} }] }`);
  assert.deepEqual(happens(range('max: { memory: 2Gi }, min: { cpu: 10m }'), range('max: { memory: 1Gi }, min: { cpu: 20m }')), [
    'restricts: pods from now on are bound by: `max memory of a Container` `2Gi` → `1Gi`, `min cpu of a Container` `10m` → `20m`',
  ]);
  const claim = (size: string): string =>
    object('v1 PersistentVolumeClaim shop/data', `spec: { resources: { requests: { storage: ${size} } } }`);
  assert.deepEqual(happens(claim('10Gi'), claim('5Gi')), [
    'refused: a claim never gets smaller, `10Gi` → `5Gi`: the API server refuses it',
  ]);
  assert.deepEqual(happens(claim('10Gi'), claim('10240Mi')), ['changes']);
  // A namespace that is new is meant so.
  const home = object('v1 Namespace shop');
  assert.ok(!consequences('', `${home}${quota('pods: 1')}`).some((line) => line.includes('restricts')));
  const lived = `${home}${object('v1 ConfigMap shop/a')}`;
  assert.equal(
    happens(lived, `${lived}${quota('pods: 1')}`)[0],
    'restricts: what is made from now on is refused where there is more: `pods` `1`, which had no bound',
  );
});

test('who serves an Ingress, and where it is without TLS, is told', () => {
  const ingress = (more: string): string =>
    object('networking.k8s.io/v1 Ingress shop/web', `spec: { rules: [{ host: shop.example.com }], ${more} }`);
  const secure = 'tls: [{ hosts: [shop.example.com], secretName: web }]';
  assert.deepEqual(happens(ingress(`ingressClassName: internal, ${secure}`), ingress('ingressClassName: public')), [
    'exposes: it is served by class `public` in place of class `internal`',
    'exposes: without TLS: `shop.example.com`',
  ]);
  assert.deepEqual(happens(ingress('ingressClassName: a'), ingress('')), [
    'exposes: it is served by the default class in place of class `a`',
  ]);
  assert.deepEqual(happens(ingress(secure), ingress(secure.replace('web', 'other'))), ['changes']);
});

test('a container under another name, or one more, tells its image; an older image is told to be that', () => {
  const pod = (...containers: readonly (readonly [name: string, image: string])[]): string =>
    object(
      'v1 Pod shop/web',
      `spec: { containers: [${containers.map(([name, image]) => `{ name: ${name}, image: "${image}" }`).join(', ')}] }`,
    );
  assert.deepEqual(
    happens(pod(['web', 'web:v1.10.0']), pod(['web', 'web:v1.9.0']))[0],
    'replaces-image: `web` `v1.10.0` → `v1.9.0`, which is older',
  );
  assert.deepEqual(happens(pod(['web', 'web:v1.9.0']), pod(['web', 'web:v1.10.0']))[0], 'replaces-image: `web` `v1.9.0` → `v1.10.0`');
  assert.deepEqual(happens(pod(['web', 'web:1-alpine']), pod(['web', 'web:0-debian']))[0], 'replaces-image: `web` `1-alpine` → `0-debian`');
  assert.deepEqual(
    happens(pod(['web', 'web:1']), pod(['app', 'evil:1']))[0],
    'replaces-image: container `app` in place of `web`: `web:1` → `evil:1`',
  );
  assert.deepEqual(
    happens(pod(['web', 'web:1']), pod(['web', 'web:1'], ['miner', 'miner:1']))[0],
    'replaces-image: a container more, `miner`, of `miner:1`',
  );
});

test('a policy for less of the same addresses is no wider, one for more is', () => {
  const policy = (cidr: string, except = ''): string =>
    object(
      'networking.k8s.io/v1 NetworkPolicy shop/web',
      `spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: "${cidr}"${except === '' ? '' : `, except: ["${except}"]`} } }] }] }`,
    );
  const wider = ['widens-access: the pods that it selects may reach more'];
  assert.deepEqual(happens(policy('10.0.0.0/8'), policy('10.1.0.0/16')), ['changes']);
  assert.deepEqual(happens(policy('10.1.0.0/16'), policy('10.0.0.0/8')), wider);
  assert.deepEqual(happens(policy('10.0.0.0/8', '10.2.0.0/16'), policy('10.1.0.0/16')), ['changes']);
  assert.deepEqual(happens(policy('10.0.0.0/8', '10.1.2.0/24'), policy('10.1.0.0/16')), wider);
  assert.deepEqual(happens(policy('10.0.0.0/8', '10.1.2.0/24'), policy('10.0.0.0/8', '10.1.0.0/16')), ['changes']);
  assert.deepEqual(happens(policy('2001:db8::/32'), policy('2001:db8:1::/48')), ['changes']);
  assert.deepEqual(happens(policy('2001:db8::/32'), policy('10.0.0.0/8')), wider);
});

test('what is kept no longer is told, although nothing of it is another', () => {
  const claim = object('v1 PersistentVolumeClaim shop/data');
  const settings = object('v1 ConfigMap shop/a');
  const kept = { rulesOf: () => ({ keep: true }) };
  const words = 'from now on, it is deleted where the branch does not hold it (`keep` is gone)';
  assert.deepEqual(happens(claim, claim, { before: kept }), [`endangers-data: ${words}`]);
  assert.deepEqual(happens(settings, settings, { before: kept }), [`changes: ${words}`]);
  for (const given of [{ before: kept, after: kept }, { after: kept }, {}]) assert.deepEqual(happens(claim, claim, given), []);
});

test('every consequence has a case', () => {
  assert.deepEqual(
    [...consequenceTypes].filter((type) => !seen.has(type)),
    [],
  );
});
