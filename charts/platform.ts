import { ApiObject, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart } from 'lockstep';
import { z } from 'zod';

/** The ground that the shop stands on: its namespace, what it may use, a closed network, and a law for its images. */
export const platform = defineChart({
  owner: 'team-platform',
  namespace: 'shop',
  values: z.object({
    /** The most pods that the shop may run. */
    pods: z.int().min(1),
  }),
  build(chart, { values }) {
    new k8s.KubeNamespace(chart, 'namespace', {
      metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    new k8s.KubePriorityClass(chart, 'priority', {
      metadata: { name: 'shop' },
      value: 1000,
      description: 'What customers wait for goes before what runs at night.',
    });
    new k8s.KubeResourceQuota(chart, 'quota', {
      metadata: { name: 'shop' },
      spec: { hard: { pods: k8s.Quantity.fromNumber(values.pods), 'services.loadbalancers': k8s.Quantity.fromNumber(0) } },
    });
    new k8s.KubeLimitRange(chart, 'limits', {
      metadata: { name: 'shop' },
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: k8s.Quantity.fromString('500m'), memory: k8s.Quantity.fromString('256Mi') },
            defaultRequest: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
          },
        ],
      },
    });
    new k8s.KubeNetworkPolicy(chart, 'default-deny', {
      metadata: { name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] },
    });
    addImageLaw(chart);
  },
});

/** Whoever makes a pod in the shop, by whatever means: its images have digests. Lockstep's always have. */
function addImageLaw(chart: Chart): void {
  const metadata = { name: 'shop-images' };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  new ApiObject(chart, 'image-law', {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }],
      },
      validations: [
        {
          expression: "object.spec.containers.all(container, container.image.contains('@sha256:'))",
          message: 'every image in the shop is pinned by its digest',
        },
      ],
    },
  });
  new ApiObject(chart, 'image-law-binding', {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: {
      policyName: metadata.name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
    },
  });
}
