import assert from 'node:assert/strict';
import { at, type Json, type JsonObject, objectAt } from '../../../src/model/json.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { applied, appliedCustom, refusal } from './asking.ts';
import { definition, deployment } from './manifests.ts';
import { type Fixed, fixedCase, placed, withSpec } from './replacing.ts';
import type { Case } from './subject.ts';

function global(apiVersion: string, kind: string, content: JsonObject): Manifest {
  return { apiVersion, kind, metadata: { name: 'contract-fixed' }, ...content };
}

/** Immutable wherever it stands: `field` of an object. */
function row(before: Manifest, field: string, value: Json, words = `${field}: Invalid value: .*: field is immutable$`): Fixed {
  const [first = '', ...rest] = field.split('.');
  const changed = rest.length === 0 ? value : { ...objectAt(before, first), [rest.join('.')]: value };
  return [`\`${field}\` of a ${before.kind}`, before, { ...before, [first]: changed }, new RegExp(words, 's')];
}

const { spec: workload } = deployment('fixed-kinds', {});
const pods = objectAt({ spec: workload ?? {} }, 'spec');
const otherPods = {
  selector: { matchLabels: { app: 'other' } },
  template: { ...objectAt(pods, 'template'), metadata: { labels: { app: 'other' } } },
};
const daemonSet = placed('apps/v1', 'DaemonSet', { name: 'fixed-kinds', spec: pods });
const storage = (size: string): JsonObject => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } });
const statefulSet = placed('apps/v1', 'StatefulSet', {
  name: 'fixed-kinds',
  spec: { ...pods, serviceName: 'one', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: storage('1Gi') }] },
});
const job = placed('batch/v1', 'Job', {
  name: 'fixed-kinds',
  spec: { completions: 1, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'registry.example/a:1' }] } } },
});
const service = placed('v1', 'Service', { name: 'fixed-kinds', spec: { ports: [{ port: 80, protocol: 'TCP' }] } });
const balancer = withSpec(placed('v1', 'Service', { name: 'fixed-balancer', spec: objectAt(service, 'spec') }), {
  type: 'LoadBalancer',
  loadBalancerClass: 'example.com/a',
});
const claim = placed('v1', 'PersistentVolumeClaim', { name: 'fixed-kinds', spec: { storageClassName: 'slow', ...storage('2Gi') } });
const blocks = placed('v1', 'PersistentVolumeClaim', { name: 'fixed-mode', spec: { volumeMode: 'Filesystem', ...storage('2Gi') } });
const secret = (value: string): Manifest => placed('v1', 'Secret', { name: 'fixed-kinds', immutable: true, stringData: { a: value } });
const everybody = global('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  subjects: [],
});
const storageClass = global('storage.k8s.io/v1', 'StorageClass', { provisioner: 'example.com/a', parameters: { tier: 'slow' } });
const volume = global('v1', 'PersistentVolume', {
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } },
});
const driver = { ...global('storage.k8s.io/v1', 'CSIDriver', { spec: { attachRequired: true } }), metadata: { name: 'fixed.example.com' } };
const priority = global('scheduling.k8s.io/v1', 'PriorityClass', { value: 10 });
const quota = placed('v1', 'ResourceQuota', { name: 'fixed-kinds', spec: { hard: { pods: '9' }, scopes: ['Terminating'] } });

const rows: readonly Fixed[] = [
  ['the selector of a DaemonSet', daemonSet, withSpec(daemonSet, otherPods), /spec\.selector: Invalid value: .*: field is immutable$/],
  [
    'a volume that a StatefulSet claims',
    statefulSet,
    withSpec(statefulSet, { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: storage('2Gi') }] }),
    /spec: Forbidden: updates to statefulset spec for fields other than/,
  ],
  row(job, 'spec.completions', 3),
  row(service, 'spec.clusterIP', 'None', 'spec\\.clusterIPs\\[0\\]: Invalid value: \\["None"\\]: may not change once set$'),
  row(balancer, 'spec.loadBalancerClass', 'example.com/b', 'Invalid value: "example.com/b": may not change once set$'),
  row(claim, 'spec.resources', { requests: { storage: '1Gi' } }, 'spec: Forbidden: spec is immutable after creation except'),
  row(blocks, 'spec.volumeMode', 'Block', 'spec is immutable after creation.*volumeMode: Invalid value: "Block": field is immutable'),
  ['data of a Secret that were declared immutable', secret('first'), secret('second'), /data: Forbidden: field is immutable when/],
  row(everybody, 'roleRef.name', 'edit', 'roleRef: Invalid value: .*: cannot change roleRef$'),
  row(storageClass, 'parameters', { tier: 'fast' }, 'parameters: Forbidden: updates to parameters are forbidden\\.$'),
  row(storageClass, 'provisioner', 'example.com/b', 'provisioner: Forbidden: updates to provisioner are forbidden\\.$'),
  row(storageClass, 'reclaimPolicy', 'Retain', 'reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden\\.$'),
  row(storageClass, 'volumeBindingMode', 'WaitForFirstConsumer'),
  row(
    volume,
    'spec.hostPath',
    { path: '/b' },
    'spec\\.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
  ),
  row(driver, 'spec.attachRequired', false, 'spec\\.attachedRequired: Invalid value: false: field is immutable$'),
  row(priority, 'value', 11, 'value: Forbidden: may not be changed in an update\\.$'),
  row(priority, 'preemptionPolicy', 'Never'),
  row(global('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'example.com/a' } }), 'spec.controller', 'example.com/b'),
  row(global('node.k8s.io/v1', 'RuntimeClass', { handler: 'one' }), 'handler', 'two'),
  row(placed('discovery.k8s.io/v1', 'EndpointSlice', { name: 'fixed-kinds', addressType: 'IPv4', endpoints: [] }), 'addressType', 'IPv6'),
  row(quota, 'spec.scopes', ['NotTerminating']),
];

/** A kind of somebody's own whose objects may not change, in its author's words and in the server's. */
const stones = ((): Manifest => {
  const manifest = definition('Stone', 'stones.example.com');
  const size = { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] };
  const name = { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'field is immutable' }] };
  const spec = { type: 'object', properties: { size, name } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return withSpec(manifest, { versions: [{ name: 'v1', served: true, storage: true, schema }] });
})();

/** The same of kinds that the fake does not know, and what only sounds alike. */
export const fixedKinds: readonly Case[] = [
  ...rows.map(fixedCase),
  [
    'what a rule of somebody’s own kind keeps from changing is an error of input: it may keep a new object from being made too',
    async ({ cluster }) => {
      const stone = placed('stones.example.com/v1', 'Stone', { name: 'one', spec: { size: 1, name: 'a' } });
      await appliedCustom(cluster, stones, stone);
      for (const [spec, words] of [
        [{ size: 2 }, /spec\.size: Invalid value: 2: failed rule: self == oldSelf$/],
        [{ name: 'b' }, /spec\.name: Invalid value: "b": field is immutable$/],
      ] as const) {
        const error = await refusal(cluster, withSpec(stone, spec));
        assert.deepEqual([error.reason, error.status], ['invalid', 422]);
        assert.match(error.message, words);
      }
    },
  ],
  [
    'a policy for a network has nothing that cannot change',
    async ({ cluster }) => {
      const policy = placed('networking.k8s.io/v1', 'NetworkPolicy', { name: 'free', spec: { podSelector: {}, policyTypes: ['Ingress'] } });
      await applied(cluster, policy);
      const spec = { podSelector: { matchLabels: { app: 'x' } }, policyTypes: ['Egress'] };
      const { object } = await applied(cluster, withSpec(policy, spec));
      assert.deepEqual(at(object, 'spec'), spec);
    },
  ],
];
