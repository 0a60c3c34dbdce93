import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Policy } from '../../src/authoring/policy.ts';
import type { Draft } from '../../src/compile/draft.ts';
import { enforce } from '../../src/compile/policies.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { access } from '../../src/packs/access/access.ts';
import { cost } from '../../src/packs/cost/cost.ts';
import { network } from '../../src/packs/network.ts';
import { packRules } from '../../src/packs/packs.ts';
import { baseline, restricted } from '../../src/packs/pod-security/pod-security.ts';
import { reliability } from '../../src/packs/reliability/reliability.ts';
import { supplyChain } from '../../src/packs/supply-chain.ts';
import { draftOf } from '../compile/drafts.ts';

const bounds = { cpu: 1, memory: '1Gi' };
const packs: readonly Policy[] = [
  access,
  baseline,
  cost({ container: { requests: bounds, limits: bounds }, workload: bounds, environment: bounds, volume: '1Gi', loadBalancers: 0 }),
  network({ egress: true }),
  reliability,
  restricted,
  supplyChain({ registries: ['ghcr.io'] }),
];

function judge(policy: Policy, drafts: readonly Draft[], kubernetes = '1.35'): readonly Diagnostic[] {
  return enforce(drafts, {
    policies: [{ policy, exceptions: [] }],
    env: { name: 'x', cluster: 'x', kubernetes, locksImages: false },
    at: {},
    root: '/',
  });
}

describe('rules of packs', () => {
  test('each has its explanation, in whole sentences', () => {
    const codes = packs.flatMap(({ name, rules }) => rules.map((rule) => `policy/${name}/${rule.name}`));
    assert.deepEqual(codes.toSorted(), [...packRules.keys()].toSorted());
    for (const [code, { meaning, reason, remedy }] of packRules) {
      for (const text of [meaning, reason, remedy]) {
        assert.match(text, /^[A-Z`][^\n]{15,}[.]$/, `${code}: ${text}`);
        assert.equal(text.split('`').length % 2, 1, `${code}: an odd number of backticks`);
      }
    }
  });
});

const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'Localhost' },
};

function podOf(spec: JsonObject): Draft {
  return draftOf('Pod', 'asked', { fields: { spec } });
}

describe('the Pod Security Standards', () => {
  const unmasked = { containers: [{ name: 'main', securityContext: { ...hardened, procMount: 'Unmasked' } }] };
  for (const [kubernetes, hostUsers, codes] of [
    ['1.34', true, ['policy/baseline/proc-mount']],
    ['1.34', false, ['policy/baseline/proc-mount']],
    ['1.35', true, ['policy/baseline/proc-mount']],
    ['1.35', false, []],
    ['1.37', false, []],
  ] as const) {
    test(`baseline of ${kubernetes} about an unmasked /proc ${hostUsers ? 'with the users of the node' : 'with users of its own'}`, () => {
      const found = judge(baseline, [podOf({ ...unmasked, hostUsers })], kubernetes);
      assert.deepEqual(
        found.map(({ code }) => code),
        codes,
      );
    });
  }

  for (const [kubernetes, allowed] of [
    ['1.36', false],
    ['1.37', true],
    ['', true],
  ] as const) {
    test(`net.ipv4.tcp_notsent_lowat is ${allowed ? 'allowed' : 'not allowed'} in ${kubernetes === '' ? 'an unknown version' : kubernetes}`, () => {
      const securityContext = { sysctls: [{ name: 'net.ipv4.tcp_notsent_lowat', value: '1' }] };
      assert.equal(judge(baseline, [podOf({ securityContext, containers: [] })], kubernetes).length, allowed ? 0 : 1);
    });
  }

  test('ephemeral containers are containers', () => {
    const containers = [{ name: 'main', securityContext: hardened }];
    const ephemeralContainers = [{ name: 'debug', securityContext: { ...hardened, privileged: true } }];
    const [found, ...more] = judge(restricted, [podOf({ containers, ephemeralContainers })]);
    assert.deepEqual(more, []);
    assert.equal(found?.at.pointer, '/spec/ephemeralContainers/0/securityContext/privileged');
  });

  test('what is of another type says nothing about the rules', () => {
    const containers = [
      { name: 'main', securityContext: 'none' },
      5,
      { name: 'other', securityContext: { ...hardened, runAsNonRoot: 'yes' } },
    ];
    assert.deepEqual(judge(restricted, [podOf({ containers })]), []);
    assert.deepEqual(
      judge(restricted, [podOf({ securityContext: 7, containers: [{ securityContext: { ...hardened, runAsNonRoot: null } }] })]),
      [],
    );
  });
});

test('an image without a digest is told in manifests of others, in containers and in volumes', () => {
  const volumes = [{ name: 'data', image: { reference: 'ghcr.io/acme/data:1' } }];
  const found = judge(supplyChain, [
    podOf({ volumes, containers: [{ image: 'nginx:1.27' }, { image: `nginx@sha256:${'0'.repeat(64)}` }] }),
  ]);
  assert.deepEqual(
    found.map(({ code, message, at }) => [code, message, at.pointer]),
    [
      ['policy/supply-chain/digest', 'image `nginx:1.27` has no digest', '/spec/containers/0/image'],
      ['policy/supply-chain/digest', 'image `ghcr.io/acme/data:1` has no digest', '/spec/volumes/0/image/reference'],
    ],
  );
});

test('a bound that is no quantity is told where it is written', () => {
  for (const options of [{ volume: 'much' }, { workload: { cpu: '1 core' } }, { container: { limits: { memory: '1 GB' } } }]) {
    assert.throws(() => cost(options), /is no quantity: write it like `500m` or `2Gi`/);
  }
});

/** The fields that rules look at, so that what is made up has some of them at the places where they belong. */
const keys = [
  'spec',
  'template',
  'metadata',
  'labels',
  'annotations',
  'containers',
  'initContainers',
  'volumes',
  'securityContext',
  'capabilities',
  'drop',
  'add',
  'seccompProfile',
  'type',
  'sysctls',
  'ports',
  'hostPort',
  'image',
  'resources',
  'requests',
  'limits',
  'cpu',
  'memory',
  'replicas',
  'selector',
  'matchLabels',
  'matchExpressions',
  'rules',
  'subjects',
  'roleRef',
  'name',
  'kind',
  'verbs',
  'resourceNames',
  'apiGroups',
  'ingress',
  'from',
  'ipBlock',
  'cidr',
  'except',
  'policyTypes',
  'podSelector',
  'minAvailable',
  'maxUnavailable',
  'minReplicas',
  'maxReplicas',
  'scaleTargetRef',
  'livenessProbe',
  'readinessProbe',
  'httpGet',
  'externalIPs',
  'jobTemplate',
  'volumeClaimTemplates',
  'storage',
  'limits',
  'affinity',
  'strategy',
  'parallelism',
  'app',
]; // prettier-ignore

const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'LimitRange'],
  ['v1', 'ServiceAccount'],
  ['v1', 'PersistentVolumeClaim'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'CronJob'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
]; // prettier-ignore

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, 0, -1, 2, 1.5, '', '*', 'web', '50%', '500m', '0.0.0.0/0', 'ALL'),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('json'), { maxKeys: 6 }),
  ),
}));

const manifest: fc.Arbitrary<Manifest> = fc
  .tuple(fc.constantFrom(...kinds), fc.dictionary(fc.constantFrom(...keys), json, { maxKeys: 6 }))
  .map(([[apiVersion, kind], fields]) => ({ ...fields, apiVersion, kind, metadata: { name: 'web', namespace: 'shop' } }));

test('no pack throws, whatever stands in the objects', () => {
  fc.assert(
    fc.property(fc.array(manifest, { maxLength: 8 }), (manifests) => {
      const drafts = manifests.map((one) => ({ ...draftOf(one.kind, 'web'), manifest: one }));
      for (const pack of packs) {
        const threw = judge(pack, drafts).filter(({ message }) => /threw|returned/.test(message));
        assert.deepEqual(threw, []);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});
