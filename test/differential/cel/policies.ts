import type { JsonObject } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';

/** A policy with its binding, both without what they always have. */
export interface PolicyCase {
  readonly policy: JsonObject;
  readonly binding?: JsonObject;
}

const apps = { resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }] };
const maps = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }] };

function on(matchConstraints: JsonObject, expression: string, more: JsonObject = {}): PolicyCase {
  return { policy: { matchConstraints, validations: [{ expression }], ...more } };
}

/** Policies by what they are about. */
export const policies: Readonly<Record<string, PolicyCase>> = {
  replicas: on(apps, 'object.spec.replicas <= 5'),
  labels: on(apps, "has(object.metadata.labels) && 'team' in object.metadata.labels"),
  images: on(apps, "object.spec.template.spec.containers.all(c, c.image.matches('^registry.example.com/'))", {
    failurePolicy: 'Fail',
  }),
  privileged: on(
    apps,
    'object.spec.template.spec.containers.all(c, !has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged)',
  ),
  limits: on(
    apps,
    'object.spec.template.spec.containers.all(c, has(c.resources) && has(c.resources.limits) && "memory" in c.resources.limits)',
  ),
  'pull-policy': on(apps, "object.spec.template.spec.containers.all(c, c.imagePullPolicy == 'Always')"),
  'host-network': on(apps, '!has(object.spec.template.spec.hostNetwork) || object.spec.template.spec.hostNetwork == false'),
  escalation: on(
    apps,
    'object.spec.template.spec.containers.all(c, has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation)',
  ),
  messages: {
    policy: {
      matchConstraints: maps,
      validations: [
        { expression: "!object.metadata.name.startsWith('bad')", messageExpression: "object.metadata.name + ' is bad'" },
        { expression: "!object.metadata.name.endsWith('worse')", message: 'it is worse' },
      ],
    },
  },
  variables: {
    policy: {
      matchConstraints: maps,
      variables: [
        { name: 'size', expression: 'has(object.data) ? object.data.size() : 0' },
        { name: 'most', expression: 'variables.size + 1' },
        { name: 'wrong', expression: 'object.data.absent' },
      ],
      validations: [{ expression: 'variables.most <= 3 || variables.wrong == "x"' }],
    },
  },
  conditions: {
    policy: {
      matchConstraints: maps,
      matchConditions: [{ name: 'tiered', expression: 'has(object.metadata.labels) && has(object.metadata.labels.tier)' }],
      validations: [{ expression: "object.metadata.labels.tier in ['a', 'b']" }],
    },
  },
  lenient: on(maps, "object.data.absent == 'x'", { failurePolicy: 'Ignore' }),
  strict: on(maps, "object.data.must == 'x' || object.metadata.name != 'config-must'"),
  'by-namespace-name': on({ ...maps, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'celjob-b' } } }, 'false'),
  'by-namespace-label': on(
    { ...maps, namespaceSelector: { matchExpressions: [{ key: 'celjob', operator: 'In', values: ['a'] }] } },
    '!has(object.immutable)',
  ),
  'by-label': on({ ...maps, objectSelector: { matchLabels: { tier: 'z' } } }, 'false'),
  'by-name': on({ resourceRules: [{ ...maps.resourceRules[0], resourceNames: ['named'] }] }, 'false'),
  excluded: on(
    { resourceRules: maps.resourceRules, excludeResourceRules: [{ ...maps.resourceRules[0], resourceNames: ['bad-one'] }] },
    "object.metadata.name != 'bad-one'",
  ),
  namespaced: on(
    { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: 'Namespaced' }] },
    "object.metadata.name != 'scoped'",
  ),
  'cluster-scoped': on(
    { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: 'Cluster' }] },
    "object.metadata.name != 'celjob-scoped'",
  ),
  updates: on({ resourceRules: [{ ...maps.resourceRules[0], operations: ['UPDATE', 'DELETE'] }] }, 'false'),
  'namespace-object': on(maps, "namespaceObject.metadata.labels['celjob'] == 'a' || object.metadata.name != 'near'"),
  request: on(
    maps,
    "request.operation == 'CREATE' && request.resource.resource == 'configmaps' && request.kind.kind == 'ConfigMap' && request.namespace == object.metadata.namespace && request.name == object.metadata.name && oldObject == null",
  ),
  users: on(maps, "request.userInfo.username != 'nobody'"),
  rights: on(maps, "authorizer.group('').resource('pods').namespace('default').check('get').allowed()"),
  params: {
    policy: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConstraints: maps,
      validations: [
        { expression: 'object.metadata.name.size() <= int(params.data.most)', messageExpression: "'more than ' + params.data.most" },
      ],
    },
    binding: { paramRef: { name: 'celjob-limits', namespace: 'celjob-a', parameterNotFoundAction: 'Deny' } },
  },
  'params-selected': {
    policy: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConstraints: maps,
      validations: [{ expression: 'object.metadata.name != params.data.taken' }],
    },
    binding: { paramRef: { selector: { matchLabels: { celjob: 'taken' } }, namespace: 'celjob-a', parameterNotFoundAction: 'Deny' } },
  },
  'bound-elsewhere': {
    policy: { matchConstraints: maps, validations: [{ expression: 'false' }] },
    binding: { matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'celjob-c' } } } },
  },
  services: on(
    { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['services'] }] },
    "object.spec.type != 'NodePort'",
  ),
  ports: on(
    { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['services'] }] },
    'object.spec.ports.all(p, p.port >= 80)',
  ),
};

const container = { name: 'web', image: 'registry.example.com/web:1' };

function deployment(name: string, spec: JsonObject = {}, one: JsonObject = {}, pod: JsonObject = {}, labels?: JsonObject): Manifest {
  const app = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'celjob-a', ...(labels && { labels: labels as { [key: string]: string } }) },
    spec: {
      selector: { matchLabels: app },
      template: { metadata: { labels: app }, spec: { containers: [{ ...container, ...one }], ...pod } },
      ...spec,
    },
  };
}

function configMap(name: string, fields: JsonObject = {}, metadata: Partial<Manifest['metadata']> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'celjob-a', ...metadata }, ...fields };
}

function service(name: string, spec: JsonObject): Manifest {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'celjob-a' }, spec };
}

/** What is there before policies are asked. */
export const present: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'celjob-a', labels: { celjob: 'a' } } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'celjob-b', labels: { celjob: 'b' } } },
  configMap('celjob-limits', { data: { most: '20' } }),
  configMap('celjob-taken', { data: { taken: 'taken' } }, { labels: { celjob: 'taken' } }),
];

/** What policies judge: each keeps most of them, and breaks some. */
export const objects: readonly Manifest[] = [
  deployment('plain'),
  deployment('many', { replicas: 9 }, {}, {}, { team: 'x' }),
  deployment('few', { replicas: 2 }, { image: 'nginx', imagePullPolicy: 'Never' }, {}, { app: 'x' }),
  deployment('privileged', { replicas: 1 }, { securityContext: { privileged: true } }),
  deployment(
    'careful',
    { replicas: 1 },
    {
      securityContext: { privileged: false, allowPrivilegeEscalation: false },
      resources: { limits: { memory: '1Gi' } },
      imagePullPolicy: 'Always',
    },
  ),
  deployment('limited', { replicas: 0 }, { resources: { limits: { cpu: '1' } } }),
  deployment('on-host', {}, {}, { hostNetwork: true }),
  deployment('not-on-host', {}, {}, { hostNetwork: false }),
  configMap('bad-one'),
  configMap('even-worse'),
  configMap('sized', { data: { a: '1', b: '2', c: '3' } }),
  configMap('config-must', { data: { other: 'x' } }),
  configMap('tier-a', {}, { labels: { tier: 'a' } }),
  configMap('tier-z', { immutable: true }, { labels: { tier: 'z' } }),
  configMap('named'),
  configMap('scoped'),
  configMap('taken'),
  configMap('near', {}, { namespace: 'celjob-b' }),
  configMap('name-of-more-than-twenty-characters'),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'celjob-scoped' } },
  service('cluster-ip', { ports: [{ port: 80 }] }),
  service('node-port', {
    type: 'NodePort',
    ports: [
      { port: 8080, nodePort: 30080 },
      { port: 79, name: 'b', nodePort: 30081 },
    ].slice(0, 1),
  }),
  service('low', { type: 'ClusterIP', ports: [{ port: 79 }] }),
];

/** Both objects of a case, so that exactly what it is about is judged by it. */
export function manifestsOf(name: string, { policy, binding = {} }: PolicyCase): readonly [policy: Manifest, binding: Manifest] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: `celjob-${name}.example.com` };
  return [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: policy },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Warn'], ...binding },
    },
  ];
}
