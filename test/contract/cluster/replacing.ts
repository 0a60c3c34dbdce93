import assert from 'node:assert/strict';
import { at, type JsonObject, objectAt } from '../../../src/model/json.ts';
import { type Manifest, refOf } from '../../../src/model/manifest.ts';
import { applied, appliedCustom, got, patchRefusal, refusal } from './asking.ts';
import { configMap, definition, deployment } from './manifests.ts';
import { type Case, namespace, strangeUid } from './subject.ts';

/** Two forms of an object that only a new object can change between, and the words for that. */
export type Fixed = readonly [what: string, before: Manifest, after: Manifest, words: RegExp];

/** The case that `after` is refused as immutable, and changes nothing. */
export function fixedCase([what, before, after, words]: Fixed): Case {
  return [
    `${what} is immutable`,
    async ({ cluster }) => {
      await applied(cluster, before);
      const object = await got(cluster, before);
      for (const dryRun of [true, false]) {
        const error = await refusal(cluster, after, { dryRun });
        assert.deepEqual([error.reason, error.status], ['immutable', 422], error.message);
        assert.match(error.message, words);
      }
      assert.deepEqual(await got(cluster, before), object);
    },
  ];
}

/** An object of the contract's namespace. */
export function placed(apiVersion: string, kind: string, content: JsonObject & { readonly name: string }): Manifest {
  const { name, ...rest } = content;
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

/** `manifest` with more or other fields in its spec. */
export function withSpec(manifest: Manifest, spec: JsonObject): Manifest {
  return { ...manifest, spec: { ...objectAt(manifest, 'spec'), ...spec } };
}

/** A deployment whose selector is another, and whose pods have the labels for it, so that it would be right as a new one. */
function reselected(name: string): Manifest {
  const labels = { app: `${name}-2` };
  const manifest = deployment(name, {});
  const template = { ...objectAt(manifest, 'spec', 'template'), metadata: { labels } };
  return withSpec(manifest, { selector: { matchLabels: labels }, template });
}

const binding = placed('rbac.authorization.k8s.io/v1', 'RoleBinding', {
  name: 'fixed-binding',
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  subjects: [],
});
const service = placed('v1', 'Service', { name: 'fixed-service', spec: { ports: [{ port: 80, protocol: 'TCP' }], clusterIP: '10.0.7.7' } });
const claim = placed('v1', 'PersistentVolumeClaim', {
  name: 'fixed-claim',
  spec: { storageClassName: 'slow', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const frozen = (value: string): Manifest => ({ ...configMap('fixed-data', { data: { a: value } }), immutable: true });

function job(image: string): Manifest {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image }] } };
  return placed('batch/v1', 'Job', { name: 'fixed-job', spec: { template } });
}

function statefulSet(serviceName: string): Manifest {
  const { spec } = deployment('fixed-set', {});
  return placed('apps/v1', 'StatefulSet', { name: 'fixed-set', spec: { ...objectAt({ spec: spec ?? {} }, 'spec'), serviceName } });
}

const fixed: readonly Fixed[] = [
  [
    'the selector of a Deployment',
    deployment('fixed-selector', {}),
    reselected('fixed-selector'),
    /^Deployment\.apps "fixed-selector" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
  ],
  [
    'the service of a StatefulSet',
    statefulSet('one'),
    statefulSet('two'),
    /spec: Forbidden: updates to statefulset spec for fields other than .* are forbidden$/,
  ],
  [
    'the template of a Job',
    job('registry.example/a:1'),
    job('registry.example/a:2'),
    /spec\.template: Invalid value: [\s\S]*: field is immutable$/,
  ],
  [
    'the address of a Service',
    service,
    withSpec(service, { clusterIP: '10.0.7.8' }),
    /spec\.clusterIPs\[0\]: Invalid value: \["10\.0\.7\.8"\]: may not change once set$/,
  ],
  [
    'the class of a PersistentVolumeClaim',
    claim,
    withSpec(claim, { storageClassName: 'fast' }),
    /spec: Forbidden: spec is immutable after creation except resources\.requests/,
  ],
  [
    'the role of a RoleBinding',
    binding,
    { ...binding, roleRef: { ...objectAt(binding, 'roleRef'), name: 'writer' } },
    /roleRef: Invalid value: .*: cannot change roleRef$/,
  ],
  ['data that were declared immutable', frozen('1'), frozen('2'), /data: Forbidden: field is immutable when `immutable` is set$/],
  [
    'the type of a Secret',
    placed('v1', 'Secret', { name: 'fixed-type', type: 'example.com/a' }),
    placed('v1', 'Secret', { name: 'fixed-type', type: 'example.com/b' }),
    /type: Invalid value: .*: field is immutable$/,
  ],
];

/** What only a new object can have another value of. */
export const replacing: readonly Case[] = [
  ...fixed.map(fixedCase),
  [
    'the scope of a definition is immutable once its kind is served',
    async ({ cluster }) => {
      const fixtures = definition('Fixture', 'fixed.example.com');
      await appliedCustom(cluster, fixtures, placed('fixed.example.com/v1', 'Fixture', { name: 'one' }));
      const error = await refusal(cluster, withSpec(fixtures, { scope: 'Cluster' }));
      assert.deepEqual([error.reason, error.status], ['immutable', 422]);
      assert.match(error.message, /spec\.scope: Invalid value: "Cluster": field is immutable$/);
    },
  ],
  [
    'an immutable field beside a mistake is an error of input: a new object would have the mistake too',
    async ({ cluster }) => {
      await applied(cluster, deployment('fixed-mixed', {}));
      const error = await refusal(cluster, withSpec(deployment('fixed-mixed', {}), { selector: { matchLabels: { app: 'other' } } }));
      assert.deepEqual([error.reason, error.status], ['invalid', 422]);
      assert.match(error.message, /`selector` does not match template `labels`/);
      assert.match(error.message, /field is immutable/);
    },
  ],
  [
    'an immutable field of an object that is another one is a conflict',
    async ({ cluster }) => {
      await applied(cluster, deployment('fixed-other', {}));
      const manifest = reselected('fixed-other');
      const error = await refusal(cluster, { ...manifest, metadata: { ...manifest.metadata, uid: strangeUid } });
      assert.equal(error.reason, 'conflict');
    },
  ],
  [
    'an immutable field cannot be patched either',
    async ({ cluster }) => {
      const manifest = { ...binding, metadata: { name: 'fixed-patch', namespace } };
      await applied(cluster, manifest);
      const error = await patchRefusal(cluster, manifest, [{ op: 'replace', path: '/roleRef/name', value: 'writer' }]);
      assert.deepEqual([error.reason, error.status], ['immutable', 422]);
    },
  ],
  [
    'an address that the cluster chose stays with the Service',
    async ({ cluster, edit }) => {
      const manifest = placed('v1', 'Service', { name: 'addressed', spec: { ports: [{ port: 80, protocol: 'TCP' }] } });
      const { object } = await applied(cluster, manifest);
      const address = at(object, 'spec', 'clusterIP');
      assert.ok(typeof address === 'string' && address !== '');
      await edit('v1', refOf(manifest), (now) => ({ ...now, spec: { ...objectAt(now, 'spec'), publishNotReadyAddresses: true } }));
      const again = await applied(cluster, withSpec(manifest, { ports: [{ port: 81, protocol: 'TCP' }] }));
      assert.deepEqual([at(again.object, 'spec', 'clusterIP'), at(again.object, 'spec', 'clusterIPs')], [address, [address]]);
    },
  ],
];
