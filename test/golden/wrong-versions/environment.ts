import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const old = defineChart({
  namespace: 'shop',
  build(chart) {
    const make = (id: string, apiVersion: string, kind: string, rest: object = {}): ApiObject =>
      new ApiObject(chart, id, { apiVersion, kind, ...rest });

    // Removed long before the first version that is supported, and in a supported one.
    make('ingress', 'extensions/v1beta1', 'Ingress');
    make('budget', 'policy/v1beta1', 'PodDisruptionBudget');
    make('flow', 'flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema');
    make('flow-3', 'flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', {
      spec: { priorityLevelConfiguration: { name: 'workload-low' } },
    });
    // Not there yet.
    make('claim', 'resource.k8s.io/v1', 'ResourceClaim');
    make('policy', 'admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy');
    make('service', 'v1', 'Service', { spec: { ports: [{ port: 80 }], trafficDistribution: 'PreferClose' } });
    // Never there.
    make('typo', 'apps/v2', 'Deployment');
    make('nonsense', 'apps/v1', 'Statefulset');
    // Only where the API server is told to.
    make('alpha', 'admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicyBinding', { spec: { policyName: 'policy' } });
  },
});

export default defineEnvironment({
  name: 'versions',
  cluster: 'eu-1',
  kubernetes: '1.29',
  charts: { old },
  external: [
    { kind: 'ValidatingAdmissionPolicy', name: 'policy' },
    { kind: 'Namespace', name: 'shop' },
  ],
});
