import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

/** A policy that no API server takes: nothing is judged by it. */
const policies = defineChart({
  build(chart) {
    const apiVersion = 'admissionregistration.k8s.io/v1';
    const matchConstraints = { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] };
    const spec = {
      matchConstraints,
      matchConditions: [{ name: 'a', expression: 'object.metadata.name' }],
      variables: [
        { name: 'late', expression: 'variables.later' },
        { name: 'later', expression: '1' },
      ],
      validations: [
        { expression: 'variables.later' },
        { expression: 'params.data.x == 1' },
        { expression: 'object.x >' },
        { expression: 'true', messageExpression: '1' },
        { expression: 'true', messageExpression: 'authorizer.requestResource.check("x").reason()' },
      ],
      auditAnnotations: [
        { key: 'fine', valueExpression: 'null' },
        { key: 'wrong', valueExpression: 'true' },
      ],
    };
    const metadata = { name: 'wrong.example.com' };
    new ApiObject(chart, 'policy', { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec });
    new ApiObject(chart, 'binding', {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    });
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
  },
});

export default defineEnvironment({ name: 'unguarded', cluster: 'eu-1', kubernetes: '1.35', charts: { policies } });
