import { ApiObject, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, image } from 'lockstep';
import { z } from 'zod';
import { addWorkload } from './workload.js';

const group = 'shop.example.com';

/**
 * Feature flags as objects of the cluster: their kind, the flags of this environment, and the controller that serves them to
 * the shop. A flag is switched by a commit, like everything else.
 */
export const flags = defineChart({
  owner: 'team-platform',
  namespace: 'shop',
  values: z.object({
    image: image(),
    /** By the flag's name, the share of customers that it is on for, in percent. */
    flags: z.record(z.string(), z.int().min(0).max(100)).default({}),
  }),
  build(chart, { values }) {
    addKind(chart);
    for (const [name, percent] of Object.entries(values.flags)) {
      new ApiObject(chart, `flag-${name}`, {
        apiVersion: `${group}/v1`,
        kind: 'FeatureFlag',
        metadata: { name },
        spec: { percent },
      });
    }
    addWorkload(chart, {
      name: 'flags',
      team: 'team-platform',
      image: values.image,
      scale: { replicas: 1 },
      port: 9898,
      ready: '/readyz',
      callers: ['web', 'catalog', 'orders'],
    });
    addRights(chart);
  },
});

function addKind(chart: Chart): void {
  const spec = {
    type: 'object',
    required: ['percent'],
    properties: { percent: { type: 'integer', minimum: 0, maximum: 100, description: 'The share of customers that it is on for.' } },
  };
  new k8s.KubeCustomResourceDefinition(chart, 'kind', {
    metadata: { name: `featureflags.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'FeatureFlag', listKind: 'FeatureFlagList', plural: 'featureflags', singular: 'featureflag', shortNames: ['flag'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: [{ name: 'Percent', type: 'integer', jsonPath: '.spec.percent' }],
          schema: { openApiv3Schema: { type: 'object', required: ['spec'], properties: { spec } } },
        },
      ],
    },
  });
}

/** The controller reads flags, and nothing else. */
function addRights(chart: Chart): void {
  new k8s.KubeRole(chart, 'reader', {
    metadata: { name: 'flags' },
    rules: [{ apiGroups: [group], resources: ['featureflags'], verbs: ['get', 'list', 'watch'] }],
  });
  new k8s.KubeRoleBinding(chart, 'reading', {
    metadata: { name: 'flags' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'flags' },
    subjects: [{ kind: 'ServiceAccount', name: 'flags', namespace: 'shop' }],
  });
}
