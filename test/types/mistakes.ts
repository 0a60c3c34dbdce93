/**
 * What the editor must refuse, each under `@ts-expect-error`, and what it must accept. `tsc -p .` is the test. The types are
 * those of the built package, as a project sees them.
 */
import { Chart } from 'cdk8s';
import { Deployment, Job, k8s } from 'cdk8s-plus-28';
import {
  agentChart,
  defineBase,
  defineChart,
  defineEnvironment,
  defineFleet,
  defineHelm,
  definePolicy,
  HelmChart,
  hook,
  image,
  jsonPatch,
  Kustomization,
  manage,
  type Policy,
  patch,
} from 'lockstep';
import { z } from 'zod';

const web = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  values: z.object({
    image: image(),
    host: z.string(),
    bucket: z.string(),
    db: z.string(),
    replicas: z.int().min(1).default(2),
    tls: z.object({ issuer: z.string(), days: z.int().default(90) }),
    hosts: z.array(z.string()).default([]),
    limits: z.record(z.string(), z.object({ cpu: z.string() })).default({}),
    mode: z.union([z.object({ fast: z.boolean() }), z.object({ slow: z.boolean(), why: z.string() })]).optional(),
  }),
  build(chart, { values, env }) {
    const host: string = values.host;
    const days: number = values.tls.days;
    new Deployment(chart, `${env.name}-${host}-${days}`, { replicas: values.replicas, containers: [{ image: values.image }] });
    // @ts-expect-error no such value
    values.hostt;
    // @ts-expect-error a chart is no environment
    env.values;
  },
});
// what becomes of a commit that fails
defineBase({ kubernetes: '1.35', onFailure: 'return' });
// @ts-expect-error no such mode
defineBase({ kubernetes: '1.35', onFailure: 'rollback' });
// @ts-expect-error no such mode
defineEnvironment({ name: 'prod', cluster: 'eu-1', kubernetes: '1.35', onFailure: true });
// Jobs that run at a time of their own
defineChart({
  build(chart) {
    const migrate = new Job(chart, 'migrate', { containers: [{ image: 'nginx:1.27' }] });
    hook(migrate, { when: 'before', once: 'job', deadline: '10m' });
    hook(new k8s.KubeJob(chart, 'smoke'), { when: 'after', deadline: '2h' });
    hook(new k8s.KubeJob(chart, 'tell'), { when: 'failure' });
    // @ts-expect-error it must be said when
    hook(migrate, { deadline: '10m' });
    // @ts-expect-error no such time
    hook(migrate, { when: 'PreSync' });
    // @ts-expect-error a time has a unit
    hook(migrate, { when: 'before', deadline: '10' });
    // @ts-expect-error unknown option
    hook(migrate, { when: 'before', weight: 1 });
    // @ts-expect-error no construct
    hook({ kind: 'Job' }, { when: 'before' });
  },
});
// a slice beside the owner, and how the agent treats objects
defineChart({
  owner: 'team-shop',
  slice: 'team-shop/web',
  build(chart) {
    manage(chart, { keep: true, ownership: 'shared', progressDeadline: 600 });
    const deployment = new Deployment(chart, 'web', { containers: [{ image: 'nginx:1.27' }] });
    manage(deployment, { ignore: ['/spec/replicas'], replace: 'onImmutableChange' });
    manage(deployment, { replace: 'never' });
    // @ts-expect-error unknown rule
    manage(deployment, { ignores: ['/spec/replicas'] });
    // @ts-expect-error one pointer is no list
    manage(deployment, { ignore: '/spec/replicas' });
    // @ts-expect-error no such word
    manage(deployment, { replace: true });
    // @ts-expect-error no such ownership
    manage(deployment, { ownership: 'loose' });
    // @ts-expect-error seconds are a number
    manage(deployment, { progressDeadline: '10m' });
    // @ts-expect-error a name is no construct
    manage('web', { keep: true });
  },
});
// @ts-expect-error a slice is a name
defineChart({ slice: true, build() {} });
const ingress = defineChart({ namespace: 'ingress', values: z.object({ replicas: z.int().default(2) }), build() {} });
const bare = defineChart({
  build(chart, { values }) {
    new Chart(chart, 'inner');
    // @ts-expect-error without a schema there are no values
    values.anything;
  },
});
const owned: Policy = definePolicy({ name: 'owned', on: ['Deployment', 'StatefulSet'], check: (o) => o.spec?.template.metadata?.name });

const base = defineBase({
  kubernetes: '1.35',
  charts: { web, ingress, bare },
  policies: { owned },
  values: { web: { image: 'ghcr.io/acme/web:2.4.1', tls: { issuer: 'le' } } },
});
const prod = defineBase({ extends: base, values: { web: { replicas: 6, db: 'prod/shop' } } });
const ok = { web: { host: 'a', bucket: 'b' } };

// complete
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok });
// complete over base, with what prod gave
defineEnvironment({ name: 'x', cluster: 'c', extends: base, values: { web: { host: 'a', bucket: 'b', db: 'd' } } });
// overriding what an ancestor gave is allowed
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { web: { host: 'a', bucket: 'b', replicas: 9, image: 'i:1' } } });
// overriding inside an object, without giving the rest again
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { web: { host: 'a', bucket: 'b', tls: { days: 30 } } } });
// unions, lists and records are whole values
defineEnvironment({
  name: 'x',
  cluster: 'c',
  extends: prod,
  values: { web: { ...ok.web, mode: { slow: true, why: 'y' }, hosts: ['a'], limits: { a: { cpu: '1' } } } },
});
// a base may give part of an object
defineBase({ extends: base, values: { web: { tls: { days: 1 } } } });
// readonly lists are lists
const hosts = ['a', 'b'] as const;
defineBase({ extends: base, values: { web: { hosts } } });

// @ts-expect-error host is still owed
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { web: { bucket: 'b' } } });
// @ts-expect-error values are owed at all
defineEnvironment({ name: 'x', cluster: 'c', extends: prod });
// @ts-expect-error db is owed when base is extended directly
defineEnvironment({ name: 'x', cluster: 'c', extends: base, values: ok });
// @ts-expect-error the cluster is owed
defineEnvironment({ name: 'x', extends: prod, values: ok });
// @ts-expect-error typo in an environment
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { web: { host: 'a', bucket: 'b', replcias: 9 } } });
// @ts-expect-error wrong type in an environment
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { web: { host: 'a', bucket: 9 } } });
// @ts-expect-error half a union
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { web: { host: 'a', bucket: 'b', mode: { slow: true } } } });
// @ts-expect-error unknown chart in an environment
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: { ...ok, wbe: { replicas: 9 } } });
// @ts-expect-error unknown option
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, polices: {} });
// @ts-expect-error typo in a base
defineBase({ extends: base, values: { web: { replcias: 9 } } });
// @ts-expect-error typo deep in a base
defineBase({ extends: base, values: { web: { tls: { isuer: 'x' } } } });
// @ts-expect-error wrong type in a base
defineBase({ extends: base, values: { web: { replicas: '9' } } });
// @ts-expect-error unknown chart in a base
defineBase({ extends: base, values: { wbe: { replicas: 9 } } });
// @ts-expect-error a chart without a schema takes no values
defineBase({ extends: base, values: { bare: { a: 1 } } });
defineEnvironment({
  name: 'y',
  cluster: 'c',
  // @ts-expect-error an environment is no ground for others
  extends: defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok }),
  values: ok,
});
// @ts-expect-error no such Kubernetes
defineBase({ extends: base, kubernetes: '1.355' });

// a chart of the environment's own
defineEnvironment({ name: 'x', cluster: 'c', kubernetes: '1.35', charts: { ingress } });
defineEnvironment({
  name: 'x',
  cluster: 'c',
  charts: { web },
  values: { web: { ...ok.web, db: 'd', image: 'i:1', tls: { issuer: 'i' } } },
});
// @ts-expect-error what it owes, it owes at once
defineEnvironment({ name: 'x', cluster: 'c', charts: { web }, values: { web: ok.web } });

// the agent of a cluster, as it is or somebody's
const agent = { image: 'ghcr.io/acme/lockstep:0.1.0' };
defineEnvironment({ name: 'x', cluster: 'c', charts: { agent: agentChart }, values: { agent } });
defineEnvironment({
  name: 'x',
  cluster: 'c',
  charts: { agent: defineChart({ ...agentChart, owner: 'platform' }) },
  values: { agent: { ...agent, namespace: 'agents', replicas: 3, sources: ['https://git.example.com:8443/shop.git'] } },
});
// @ts-expect-error the image is owed
defineEnvironment({ name: 'x', cluster: 'c', charts: { agent: agentChart }, values: { agent: { replicas: 3 } } });
// @ts-expect-error permissions are no value
defineEnvironment({ name: 'x', cluster: 'c', charts: { agent: agentChart }, values: { agent: { ...agent, rules: [] } } });

// an existing cdk8s chart fits unchanged and takes no values
class LegacyChart extends Chart {}
const withLegacy = defineBase({ extends: prod, charts: { legacy: (scope) => new LegacyChart(scope, 'legacy') } });
defineEnvironment({ name: 'x', cluster: 'c', extends: withLegacy, values: ok });
// @ts-expect-error a legacy chart takes no values
defineBase({ extends: withLegacy, values: { legacy: { a: 1 } } });
// @ts-expect-error that is no chart
defineBase({ charts: { x: 42 } });

// one definition over many clusters
defineFleet({
  clusters: { 'eu-1': { region: 'eu-west-1' }, 'us-1': { region: 'us-east-1' } },
  environment: ({ id, region }) =>
    defineEnvironment({ name: `prod-${id}`, cluster: id, extends: prod, values: { web: { host: `${id}.${region}`, bucket: 'b' } } }),
});
defineFleet({
  clusters: { a: { region: 'x' } },
  // @ts-expect-error the clusters have no such field
  environment: ({ id, regoin }) => defineEnvironment({ name: `${id}${regoin}`, cluster: id, extends: prod, values: ok }),
});

// policies: narrowing by kind, in the words of the YAML
definePolicy({
  name: 'p',
  on: ['ConfigMap', 'Service'],
  check: (o) => (o.kind === 'Service' && o.spec?.type === 'LoadBalancer' ? o.spec.clusterIP : undefined),
});
// @ts-expect-error a ConfigMap has no spec
definePolicy({ name: 'p', on: ['ConfigMap'], check: (o) => o.spec });
// @ts-expect-error cdk8s' spelling, not the YAML's
definePolicy({ name: 'p', on: ['Service'], check: (o) => o.spec?.clusterIp });
// @ts-expect-error no such kind
definePolicy({ name: 'p', on: ['Deploymnet'], check: () => undefined });
definePolicy({
  name: 'p',
  on: ['Deployment'],
  severity: 'warning',
  check(o, { chart, env }) {
    const [container] = o.spec?.template.spec?.containers ?? [];
    // int-or-string and quantities are what they are in YAML
    const port: string | number | undefined = container?.livenessProbe?.httpGet?.port;
    const cpu: string | number | undefined = container?.resources?.limits?.['cpu'];
    // fields that only look like them are not
    const header: string | undefined = container?.livenessProbe?.httpGet?.httpHeaders?.[0]?.value;
    return `${port}${cpu}${header}${chart.name}${chart.owner ?? ''}${env.cluster}`;
  },
});
definePolicy({ name: 'p', on: ['PriorityClass'], check: (o) => (o.value > 1 ? o.description : undefined) });

// findings have paths and helps; pods are typed wherever they stand; an environment gives its objects by kind
definePolicy({
  name: 'p',
  on: ['Node'],
  check: (o) => [{ message: 'm', path: ['spec', 'taints', 0], help: o.spec?.podCIDR ?? '' }, 'more'],
});
definePolicy({
  name: 'p',
  on: 'pods',
  check: ({ spec, object, containers }, { chart }) =>
    containers.map(({ container, path, list }) => ({
      message: `${spec.hostPID}${container.image}${object.metadata.name}${list}${chart.name}`,
      path,
    })),
});
definePolicy({
  name: 'p',
  check: (environment, { env }) =>
    environment
      .all('Service')
      .map((object) => ({ object, message: `${object.spec?.clusterIP}${env.kubernetes}${environment.chartOf(object)?.owner}` })),
});
// @ts-expect-error no such kind
definePolicy({ name: 'p', check: (environment) => environment.all('Servcie').map((object) => ({ object, message: 'm' })) });
// @ts-expect-error a finding has a message
definePolicy({ name: 'p', on: 'pods', check: () => ({ path: [] }) });
// @ts-expect-error everything at once has no one chart
definePolicy({ name: 'p', check: (_, { chart }) => chart.name });

// a policy is made weaker only with a reason and a date
defineBase({ extends: prod, policies: { owned: { severity: 'error' } } });
defineBase({ extends: prod, policies: { owned: { severity: 'warning', reason: 'LK-12', until: '2027-01-31' } } });
// @ts-expect-error no reason
defineBase({ extends: prod, policies: { owned: { severity: 'warning' } } });
const target = { kind: 'Deployment', namespace: 'shop', name: 'web' };
defineBase({ extends: prod, policies: { owned: { except: [{ object: target, rule: 'r', reason: 'LK-12', until: '2027-01-31' }] } } });
defineBase({ policies: { owned: { policy: owned, except: [{ rule: 'r', reason: 'LK-12', until: '2027-01-31' }] } } });
// @ts-expect-error neither an object nor a rule
defineBase({ extends: prod, policies: { owned: { except: [{ reason: 'LK-12', until: '2027-01-31' }] } } });
// @ts-expect-error no date
defineBase({ extends: prod, policies: { owned: { except: [{ object: target, reason: 'LK-12' }] } } });
// a policy is switched off only with a reason and a date
defineBase({ extends: prod, policies: { owned: { off: 'migration LK-12', until: '2027-01-31' } } });
// @ts-expect-error no reason
defineBase({ extends: prod, policies: { owned: false } });
// @ts-expect-error no date
defineBase({ extends: prod, policies: { owned: { off: 'migration LK-12' } } });

// deletions are approved in an environment, with a reason
defineEnvironment({
  name: 'x',
  cluster: 'c',
  extends: prod,
  values: ok,
  approvals: [{ delete: { kind: 'Namespace', name: 'old' }, reason: 'LK-7: moved away' }],
});
// @ts-expect-error no reason
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, approvals: [{ delete: { kind: 'Namespace', name: 'old' } }] });
// what exists outside is told in a base or an environment, as far as it is known
defineBase({
  extends: prod,
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Secret', namespace: 'shop', name: 'database', keys: ['password'] },
    { kind: 'ConfigMap', namespace: 'shop', name: 'settings' },
    { kind: 'Service', namespace: 'shop', name: 'mail', ports: ['smtp', 465] },
    { kind: 'Pod', namespace: 'shop', labels: { app: 'cron' } },
    { kind: 'Deployment', namespace: 'shop', name: 'web', labels: { app: 'web' } },
    { kind: 'Cluster', group: 'postgresql.cnpg.io', namespace: 'shop', name: 'db', labels: { 'cnpg.io/cluster': 'db' } },
    ...['a', 'b'].map((name) => ({ kind: 'Secret', namespace: 'shop', name, keys: ['token'] }) as const),
  ],
});
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, external: [{ kind: 'StorageClass', name: 'fast' }] });
// @ts-expect-error an object has a name
defineBase({ external: [{ kind: 'Secret', namespace: 'shop' }] });
// @ts-expect-error no such field
defineBase({ external: [{ kind: 'Secret', namespace: 'shop', name: 'database', key: 'password' }] });
// @ts-expect-error a Service has no keys
defineBase({ external: [{ kind: 'Service', namespace: 'shop', name: 'mail', keys: ['smtp'] }] });
// @ts-expect-error a Secret has no ports
defineBase({ external: [{ kind: 'Secret', namespace: 'shop', name: 'database', ports: [80] }] });
// @ts-expect-error keys are a list
defineBase({ external: [{ kind: 'Secret', namespace: 'shop', name: 'database', keys: 'password' }] });
// @ts-expect-error pods that are known by nothing
defineBase({ external: [{ kind: 'Pod', namespace: 'shop' }] });
// @ts-expect-error one object is no list
defineBase({ external: { kind: 'Namespace', name: 'shop' } });

// @ts-expect-error not in a base
defineBase({ extends: prod, approvals: [] });

// taking over, handing over and dissolving are told in an environment
const shopWeb = { kind: 'Deployment', namespace: 'shop', name: 'web' };
defineEnvironment({
  name: 'x',
  cluster: 'c',
  extends: prod,
  values: ok,
  adopt: [
    { object: shopWeb, reason: 'LK-8: made by hand' },
    { all: true, reason: 'LK-9: came with Helm' },
  ],
  handOver: [{ object: { ...shopWeb, group: 'apps' }, to: 'other' }],
  removed: 'prune',
});
// @ts-expect-error no reason
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, adopt: [{ object: shopWeb }] });
// @ts-expect-error one, or all
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, adopt: [{ object: shopWeb, all: true, reason: 'LK-8' }] });
// @ts-expect-error it goes somewhere
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, handOver: [{ object: shopWeb }] });
// @ts-expect-error an object has a name
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, handOver: [{ object: { kind: 'Service' }, to: 'other' }] });
// @ts-expect-error kept, or pruned
defineEnvironment({ name: 'x', cluster: 'c', extends: prod, values: ok, removed: true });
// @ts-expect-error a base is not dissolved
defineBase({ extends: prod, removed: 'keep' });
// secrets in clear text, each for a reason until a day, by its field or by a pattern
const demo = { kind: 'Secret', namespace: 'shop', name: 'demo' };
defineBase({ allowedSecrets: [{ object: demo, pointer: '/data/key', reason: 'LK-12', until: '2027-01-31' }] });
defineEnvironment({
  name: 'x',
  cluster: 'c',
  extends: prod,
  values: ok,
  allowedSecrets: [{ object: demo, pattern: 'jwt', reason: 'LK-12', until: '2027-01-31' }],
});
// @ts-expect-error no reason
defineBase({ allowedSecrets: [{ object: demo, pointer: '/data/key', until: '2027-01-31' }] });
// @ts-expect-error no day
defineBase({ allowedSecrets: [{ object: demo, pointer: '/data/key', reason: 'LK-12' }] });
// @ts-expect-error neither a field nor a pattern
defineBase({ allowedSecrets: [{ object: demo, reason: 'LK-12', until: '2027-01-31' }] });
// @ts-expect-error both
defineBase({ allowedSecrets: [{ object: demo, pointer: '/data', pattern: 'jwt', reason: 'LK-12', until: '2027-01-31' }] });
// @ts-expect-error a base adopts nothing
defineBase({ extends: prod, adopt: [] });

// charts of others, and patches of what they render
const controller = defineHelm({
  owner: 'platform',
  chart: 'oci://registry.example.com/charts/ingress',
  version: '4.13.2',
  values: z.object({ replicas: z.int().default(2) }),
  helm: ({ values }) => ({ controller: { replicaCount: values.replicas } }),
  hooks: 'keep',
});
defineEnvironment({ name: 'e', cluster: 'c', kubernetes: '1.35', charts: { controller }, values: { controller: { replicas: 3 } } });
// @ts-expect-error no such value
defineEnvironment({ name: 'e', cluster: 'c', kubernetes: '1.35', charts: { controller }, values: { controller: { replica: 3 } } });
defineChart({
  build(chart) {
    const patches = [
      patch('Deployment', '*-controller', {
        spec: { replicas: 2, paused: null, template: { spec: { containers: [{ name: 'a', tty: true }] } } },
      }),
      jsonPatch('Service', 'web', [{ op: 'remove', path: '/spec/ports/0' }]),
    ];
    new HelmChart(chart, 'local', { chart: './charts/web', values: { a: 1 }, patches });
    new Kustomization(chart, 'extra', { path: './extra', patches });
    // @ts-expect-error a chart that is fetched has a version
    new HelmChart(chart, 'fetched', { chart: 'oci://registry.example.com/charts/web' });
    // @ts-expect-error a chart of the project has none
    new HelmChart(chart, 'own', { chart: './charts/web', version: '1.0.0' });
    // @ts-expect-error no such field
    patch('Deployment', 'web', { spec: { replica: 2 } });
    // @ts-expect-error no such kind
    patch('Deploiment', 'web', {});
    // @ts-expect-error no such operation
    jsonPatch('Service', 'web', [{ op: 'delete', path: '/spec' }]);
  },
});
