import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostics } from '../../src/cli/diagnostics.ts';
import { painter } from '../../src/cli/paint.ts';
import { readStream } from '../../src/codec/yaml-stream.ts';
import { writeYaml } from '../../src/codec/yaml-write.ts';
import { accessOf } from '../../src/compile/access.ts';
import { bootstrapObjects, declaredObjects, type Installation, inClusterObjects, inClusterRights } from '../../src/compile/bootstrap.ts';
import { environmentDefinition } from '../../src/compile/environment-definition.ts';
import { judgeForeign } from '../../src/compile/foreign.ts';
import { objectsIn } from '../../src/compile/foreign-objects.ts';
import { kindsServed } from '../../src/compile/served.ts';
import { judgeExpressions } from '../../src/compile/validate/expressions/judge.ts';
import { at, type JsonObject, listAt, stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { type RenderedIndex, type RenderedTree, usualIndex, usualRules } from '../../src/model/rendered.ts';
import { builtinPacks } from '../../src/packs/policies.ts';

const index: RenderedIndex = {
  ...usualIndex,
  environment: 'prod',
  cluster: 'eu-1',
  kubernetes: '1.35',
  access: [{ namespace: 'shop', groups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }],
};

/** The rules of the role `name` among `objects`. */
function rulesOf(objects: readonly Manifest[], name: string): unknown {
  return at(
    objects.find((object) => object.kind === 'Role' && object.metadata.name === name),
    'rules',
  );
}

test('the agent may keep its state in its namespace, and one Lease there', () => {
  const objects = bootstrapObjects(index, { namespace: 'lockstep', setId: 'applyset-test-v1' });
  assert.deepEqual(rulesOf(objects, 'lockstep-prod-state'), [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['lockstep-prod.suspended'], verbs: ['list', 'watch'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['lockstep-prod'], verbs: ['get', 'create', 'patch'] },
  ]);
});

test('the agent may do what the rendered tree asks for, where it asks for it', () => {
  const objects = bootstrapObjects(index, { namespace: 'lockstep', setId: 'applyset-test-v1' });
  assert.deepEqual(rulesOf(objects, 'lockstep-prod'), [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }]);
  assert.deepEqual(
    objects.map(({ kind, metadata }) => [kind, metadata.namespace ?? '', metadata.name]),
    [
      ['Namespace', '', 'lockstep'],
      ['ServiceAccount', 'lockstep', 'lockstep-prod'],
      ['Role', 'lockstep', 'lockstep-prod-state'],
      ['RoleBinding', 'lockstep', 'lockstep-prod-state'],
      ['Role', 'shop', 'lockstep-prod'],
      ['RoleBinding', 'shop', 'lockstep-prod'],
    ],
  );
});

const rbac = 'rbac.authorization.k8s.io';

/** What the environment holds: a namespace of its own, what makes pods there, and a role with its binding. */
const manifests: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'shop' },
    rules: [{ apiGroups: [''], resources: ['endpoints'], verbs: ['list'] }],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'viewer', namespace: 'shop' },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
  },
];

const { whole, split } = accessOf(manifests, kindsServed(manifests));
const tree: RenderedTree = {
  environment: 'prod',
  files: [],
  policies: [],
  index: {
    ...index,
    access: whole,
    objects: [
      {
        path: 'shop/namespace.core._cluster.shop.yaml',
        ref: { group: '', kind: 'Namespace', namespace: '', name: 'shop' },
        apiVersion: 'v1',
        sha256: '0'.repeat(64),
        construct: 'shop/namespace',
        wave: 0,
        dependsOn: [],
        slice: '',
        rules: usualRules,
      },
    ],
  },
  access: split,
};

const installation: Installation = {
  namespace: 'lockstep',
  setId: 'applyset-test-v1',
  secret: 'git',
  reportSecret: undefined,
  signers: undefined,
  report: undefined,
  agentNamespace: undefined,
  source: 'https://git.example.com:8443/shop/deploy.git',
  branch: undefined,
  image: `ghcr.io/acme/lockstep:0.1.0@sha256:${'0'.repeat(64)}`,
  replicas: 2,
  onDelete: 'keep',
};

/** The rights that `objects` bind to a ServiceAccount of the namespace `lockstep`, each in a line. */
function rightsOf(objects: readonly Manifest[], account: string): readonly string[] {
  const bindings = objects.filter(({ kind, ...rest }) => kind.endsWith('RoleBinding') && at(rest, 'subjects', 0, 'name') === account);
  return bindings.flatMap(({ kind, metadata }) => {
    const role = objects.find(
      (one) => `${one.kind}Binding` === kind && one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace,
    );
    const texts = (rule: unknown, key: string): string => listAt(rule as Manifest, key).join(',');
    return listAt(role ?? assert.fail(metadata.name), 'rules').map((rule) =>
      [metadata.namespace ?? '*', texts(rule, 'apiGroups'), texts(rule, 'resources'), texts(rule, 'verbs'), texts(rule, 'resourceNames')]
        .join(' ')
        .trim(),
    );
  });
}

test('an agent in the cluster reads what it is told, holds its state and looks on', () => {
  assert.deepEqual(rightsOf(inClusterRights(tree, installation), 'lockstep'), [
    'lockstep lockstep.dev environments get,list,watch,patch',
    'lockstep lockstep.dev environments/status patch',
    'lockstep  configmaps get,create,patch,delete',
    'lockstep  configmaps list,watch lockstep-prod.suspended',
    'lockstep coordination.k8s.io leases get,create,patch lockstep-prod',
    'lockstep  serviceaccounts impersonate lockstep-prod',
    'lockstep  secrets get git',
    '*  namespaces list,watch',
    'shop apps deployments list,watch',
    `shop ${rbac} rolebindings,roles list,watch`,
  ]);
});

test('whom it acts as changes what the tree holds, where it holds it, and may do what its roles grant', () => {
  assert.deepEqual(rightsOf(inClusterRights(tree, installation), 'lockstep-prod'), [
    '*  namespaces create,delete,get,patch',
    'shop  endpoints,events,pods list',
    'shop apps deployments create,delete,get,patch',
    `shop ${rbac} clusterroles bind view`,
    `shop ${rbac} rolebindings,roles create,delete,get,patch`,
  ]);
});

test('both together may do what one agent outside of the cluster may, and each right is that of one of them', () => {
  const each = (rules: RenderedIndex['access']): readonly string[] =>
    rules.flatMap(({ namespace, groups, resources, verbs, names = [] }) =>
      groups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => [namespace, group, resource, verb, ...names].join(' '))),
      ),
    );
  assert.deepEqual([...each(split.watching), ...each(split.acting)].sort(), [...each(whole)].sort());
});

test('no pod runs as the ServiceAccount that is acted as, so it gets no token', () => {
  const accounts = inClusterRights(tree, installation).filter(({ kind }) => kind === 'ServiceAccount');
  assert.deepEqual(
    accounts.map((account) => [account.metadata.name, account['automountServiceAccountToken']]),
    [
      ['lockstep', undefined],
      ['lockstep-prod', false],
    ],
  );
});

test('whoever prints the rights anew without the Secret takes away no role that was printed with it', () => {
  const roles = (secret: string | undefined): readonly Manifest[] =>
    inClusterRights(tree, { ...installation, secret }).filter(({ kind }) => kind === 'Role');
  const isOfSource = ({ metadata }: Manifest): boolean => metadata.name === 'lockstep-prod:source';
  assert.equal(roles('git').filter(isOfSource).length, 1);
  assert.deepEqual(
    roles('git').filter((role) => !isOfSource(role)),
    roles(undefined),
  );
});

test('what defines the kind of the last object comes first, then who may, then who does', () => {
  assert.deepEqual(
    inClusterObjects(tree, installation).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`),
    [
      'CustomResourceDefinition  environments.lockstep.dev',
      'Namespace  lockstep',
      'Namespace  shop',
      'ServiceAccount lockstep lockstep',
      'ServiceAccount lockstep lockstep-prod',
      ...[
        'lockstep lockstep',
        'lockstep lockstep-prod:state',
        'lockstep lockstep-prod:source',
        ' lockstep-prod:watch',
        'shop lockstep-prod:watch',
        ' lockstep-prod',
        'shop lockstep-prod',
      ].flatMap((name) => {
        const prefix = name.startsWith(' ') ? 'Cluster' : '';
        return [`${prefix}Role ${name}`, `${prefix}RoleBinding ${name}`];
      }),
      'Deployment lockstep lockstep',
      'Service lockstep lockstep',
      'NetworkPolicy lockstep lockstep',
      'PodDisruptionBudget lockstep lockstep',
      'NetworkPolicy lockstep lockstep-prod',
      'Environment lockstep prod',
    ],
  );
});

test('the object says which branch the environment shares, and nothing where it has one of its own', () => {
  const sourceOf = (branch: string | undefined) => at(declaredObjects(tree, { ...installation, branch }).at(-1), 'spec', 'source');
  const url = installation.source;
  assert.deepEqual(sourceOf(undefined), { url, secretName: 'git' });
  assert.deepEqual(sourceOf('environments/fleet'), { url, branch: 'environments/fleet', secretName: 'git' });
});

/** Kind, namespace and name of each object. */
function listed(objects: readonly Manifest[]): readonly string[] {
  return objects.map(({ kind, metadata }) => [kind, metadata.namespace ?? '*', metadata.name].join(' '));
}

test('an agent for all namespaces stands in its own, and may list environments everywhere, but write their status where it keeps some', () => {
  const apart = { ...installation, namespace: 'team-a', agentNamespace: 'lockstep' };
  const objects = inClusterObjects(tree, apart);
  assert.deepEqual(rightsOf(objects, 'lockstep'), [
    '* lockstep.dev environments list,watch',
    'team-a lockstep.dev environments get,patch',
    'team-a lockstep.dev environments/status patch',
    'lockstep  configmaps get,create,patch lockstep',
    'team-a  configmaps get,create,patch,delete',
    'team-a  configmaps list,watch lockstep-prod.suspended',
    'team-a coordination.k8s.io leases get,create,patch lockstep-prod',
    'team-a  serviceaccounts impersonate lockstep-prod',
    'team-a  secrets get git',
    '*  namespaces list,watch',
    'shop apps deployments list,watch',
    `shop ${rbac} rolebindings,roles list,watch`,
  ]);
  const subjects = objects.filter(({ kind }) => kind.endsWith('Binding')).map((binding) => at(binding, 'subjects', 0));
  assert.deepEqual([...new Set(subjects.map((subject) => `${at(subject, 'namespace')} ${at(subject, 'name')}`))].sort(), [
    'lockstep lockstep',
    'team-a lockstep-prod',
  ]);
  assert.deepEqual(
    listed(objects).filter((one) => !/Role/.test(one)),
    [
      'CustomResourceDefinition * environments.lockstep.dev',
      'Namespace * lockstep',
      'Namespace * team-a',
      'Namespace * shop',
      'ServiceAccount lockstep lockstep',
      'ServiceAccount team-a lockstep-prod',
      'Deployment lockstep lockstep',
      'Service lockstep lockstep',
      'NetworkPolicy lockstep lockstep',
      'PodDisruptionBudget lockstep lockstep',
      'NetworkPolicy lockstep lockstep-prod.team-a',
      'Environment team-a prod',
    ],
  );
});

test('an agent keeps the environments of all namespaces when its own is told, even if they are the same', () => {
  const args = (agentNamespace: string | undefined): readonly unknown[] => {
    const deployment = inClusterObjects(tree, { ...installation, agentNamespace }).find(({ kind }) => kind === 'Deployment');
    return listAt(deployment ?? assert.fail(), 'spec', 'template', 'spec', 'containers', 0, 'args').slice(0, 4);
  };
  const here = ['agent', '--namespace', '$(POD_NAMESPACE)'];
  assert.deepEqual(args(undefined), [...here, '--listen']);
  for (const own of ['lockstep', 'agents']) assert.deepEqual(args(own), [...here, '--all-namespaces']);
});

test('environments of the same name in two namespaces share nothing but the agent', () => {
  const shared = (['lockstep', undefined] as const).map((agentNamespace) => {
    const of = (namespace: string) =>
      new Set(listed(declaredObjects(tree, { ...installation, namespace, agentNamespace })).filter((one) => !one.startsWith('Namespace ')));
    const other = of('team-b');
    return [...of('team-a')].filter((one) => other.has(one));
  });
  const agent = ['ServiceAccount lockstep lockstep', 'ClusterRole * lockstep', 'ClusterRoleBinding * lockstep'];
  assert.deepEqual(shared, [[...agent, 'Role lockstep lockstep:roster', 'RoleBinding lockstep lockstep:roster'], []]);
  // An agent outside of the cluster, too.
  const outside = (namespace: string) => listed(bootstrapObjects(tree.index, { ...installation, namespace }));
  assert.deepEqual(
    outside('team-a').filter((one) => outside('team-b').includes(one)),
    ['Namespace * shop'],
  );
});

test('a single replica has no budget: it would protect it from nothing, or hold every node', () => {
  const kinds = inClusterObjects(tree, { ...installation, replicas: 1 }).map(({ kind }) => kind);
  assert.ok(!kinds.includes('PodDisruptionBudget') && kinds.includes('Deployment'));
});

/** What the network policies among `objects` let out, by their names. */
function letOut(objects: readonly Manifest[]): readonly (readonly [string, ...string[]])[] {
  return objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((policy) => [
      policy.metadata.name,
      ...listAt(policy, 'spec', 'egress').flatMap((rule) =>
        listAt(rule, 'ports').map((one) => `${at(one, 'protocol')} ${at(one, 'port')}`),
      ),
    ]);
}

const usual = ['lockstep', 'UDP 53', 'TCP 53', 'TCP 22', 'TCP 443', 'TCP 6443'];

test('the ports of the API server and of git are let out, and that of the source by a policy of its own', () => {
  assert.deepEqual(letOut(inClusterObjects(tree, installation)), [usual, ['lockstep-prod', 'TCP 8443']]);
  assert.deepEqual(letOut(inClusterObjects(tree, { ...installation, source: 'git@git.example.com:shop.git' })), [usual]);
});

test('an agent that tells a forge reads the Secret for that, is let out to it, and told which it is', () => {
  const report = { forge: 'gitea', url: 'https://forge.example.com:3000', api: 'https://forge.example.com:3000/api/v1' } as const;
  const objects = inClusterObjects(tree, { ...installation, report, reportSecret: 'forge' });
  assert.deepEqual(letOut(objects)[1], ['lockstep-prod', 'TCP 3000', 'TCP 8443']);
  const role = objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'lockstep-prod:report');
  assert.deepEqual(role && listAt(role, 'rules'), [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['forge'], verbs: ['get'] }]);
  const specOf = (printed: readonly Manifest[]) => printed.find(({ kind }) => kind === 'Environment')?.['spec'];
  assert.deepEqual(at(specOf(objects), 'report'), {
    forge: 'gitea',
    url: 'https://forge.example.com:3000',
    secretName: 'forge',
  });
  // That of the source does, and GitHub's own port is let out anyhow.
  const hosted = { forge: 'github', url: undefined, api: 'https://api.github.com' } as const;
  const alike = inClusterObjects(tree, { ...installation, source: 'https://github.com/acme/shop.git', report: hosted });
  assert.deepEqual(letOut(alike), [usual]);
  assert.deepEqual(at(specOf(alike), 'report'), { forge: 'github' });
  assert.ok(!alike.some(({ metadata }) => metadata.name === 'lockstep-prod:report'));
});

test('an agent whose commits have to be signed reads the ConfigMap that says by whom, and no other one', () => {
  const objects = inClusterObjects(tree, { ...installation, signers: 'signers' });
  const role = objects.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'lockstep-prod:signers');
  assert.deepEqual(role && listAt(role, 'rules'), [
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['signers'], verbs: ['get'] },
  ]);
  const spec = objects.find(({ kind }) => kind === 'Environment')?.['spec'];
  assert.deepEqual(at(spec, 'source', 'signers'), { configMapName: 'signers' });
  assert.deepEqual(letOut(objects), letOut(inClusterObjects(tree, installation)));
});

test('one more environment brings its rights, its way out and its object, and nothing that others have brought', () => {
  const dev: RenderedTree = { ...tree, environment: 'dev', index: { ...tree.index, environment: 'dev' } };
  const objects = declaredObjects(dev, { ...installation, source: 'https://git.example.com:9443/dev.git' });
  assert.deepEqual(objects.slice(0, -2), inClusterRights(dev, { ...installation }));
  assert.deepEqual(
    objects.slice(-2).map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`),
    ['NetworkPolicy lockstep lockstep-dev', 'Environment lockstep dev'],
  );
  const keys = (some: readonly Manifest[]) =>
    new Map(some.map((object) => [`${object.kind} ${object.metadata.namespace} ${object.metadata.name}`, object]));
  const before = keys(inClusterObjects(tree, installation));
  // What both print is the same, so that whoever is applied last changes nothing of the other.
  const shared = [...keys(objects)].filter(([key]) => before.has(key));
  assert.ok(shared.length > 0);
  for (const [key, object] of shared) assert.deepEqual(object, before.get(key), key);
});

/** What Lockstep says of `objects` as of files that are all there is, by these packs. */
function judged(objects: readonly Manifest[], packs: readonly string[]): string {
  const text = objects.map((object) => writeYaml(object)).join('---\n');
  const { value, diagnostics } = objectsIn({ path: 'bootstrap.yaml', text, documents: readStream(text) });
  const policies = builtinPacks.filter(({ name }) => packs.includes(name)).map((policy) => ({ policy, exceptions: [] }));
  assert.equal(policies.length, packs.length);
  const found = judgeForeign(value, { kubernetes: '1.35', policies, isComplete: true, root: '/' }, judgeExpressions);
  assert.equal(value.length, objects.length);
  return formatDiagnostics([...diagnostics, ...found], painter(false)).join('\n');
}

test('all that is printed passes what Lockstep asks of others: its validation, and its packs', () => {
  const secret: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'git', namespace: 'lockstep' } };
  const printed = [...inClusterObjects(tree, installation), secret];
  const packs = ['access', 'baseline', 'reliability', 'restricted', 'supply-chain'];
  assert.equal(judged(printed, packs), '');
  assert.match(
    judged(
      printed.map((object) => JSON.parse(JSON.stringify(object).replace('"runAsNonRoot":true', '"runAsNonRoot":false')) as Manifest),
      packs,
    ),
    /policy\/restricted\/run-as-non-root/,
  );
});

test('an Environment that names the ServiceAccount of another one is refused by its definition', () => {
  const naming = (serviceAccountName: string): string =>
    judged(
      inClusterObjects(tree, installation).map((object) =>
        object.kind === 'Environment' ? { ...object, spec: { ...(object['spec'] as JsonObject), serviceAccountName } } : object,
      ),
      [],
    );
  assert.equal(naming('lockstep-prod'), '');
  assert.equal(naming('lockstep-prod.deployer'), '');
  for (const other of ['lockstep', 'lockstep-dev', 'lockstep-prod-eu'])
    assert.match(naming(other), /it would be another environment's\n.*Environment\/lockstep\/prod/, other);
});

test('the definition tells whoever asks for `onDelete: prune` what is to be deleted first, and what helps afterwards', () => {
  const description = stringAt(
    environmentDefinition(),
    ...['spec', 'versions', 0, 'schema', 'openAPIV3Schema', 'properties', 'spec', 'properties', 'onDelete', 'description'],
  );
  assert.match(description ?? '', /delete this object before its namespace.*"finalizers":null/);
});

test('its network policy lets nobody in from outside; that the whole namespace is closed is for whoever owns it', () => {
  assert.match(judged(inClusterObjects(tree, installation), ['network']), /^error\[policy\/network\/default-deny\][\s\S]*1 error$/);
});
