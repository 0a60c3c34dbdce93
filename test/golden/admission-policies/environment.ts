import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

/** Policies with bindings that deny, warn and only record; with variables, parameters, and fields that the API server may set. */
const policies = defineChart({
  namespace: 'shop',
  build(chart) {
    const apiVersion = 'admissionregistration.k8s.io/v1';
    const deployments = {
      resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }],
    };
    const policy = (name: string, spec: object, ...actions: readonly string[]) => {
      const { paramRef, ...rest } = spec as { paramRef?: object };
      new ApiObject(chart, name, {
        apiVersion,
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name },
        spec: { matchConstraints: deployments, ...rest },
      });
      const bound = { policyName: name, validationActions: actions, ...(paramRef && { paramRef }) };
      new ApiObject(chart, `${name}-binding`, { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: bound });
    };
    policy(
      'images.example.com',
      {
        variables: [{ name: 'containers', expression: 'object.spec.template.spec.containers' }],
        validations: [
          {
            expression: "variables.containers.all(c, c.image.startsWith('registry.example.com/'))",
            messageExpression: "'not from our registry: ' + variables.containers.map(c, c.image).join(', ')",
          },
        ],
      },
      'Deny',
    );
    policy(
      'memory.example.com',
      {
        validations: [
          {
            expression: "object.spec.template.spec.containers.all(c, has(c.resources.limits) && 'memory' in c.resources.limits)",
            message: 'set a limit of memory',
          },
        ],
      },
      'Warn',
      'Audit',
    );
    policy('owners.example.com', { validations: [{ expression: "'owner' in object.metadata.labels" }] }, 'Audit');
    policy(
      'replicas.example.com',
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        paramRef: { name: 'limits', namespace: 'shop', parameterNotFoundAction: 'Deny' },
        validations: [{ expression: 'object.spec.replicas <= int(params.data.most)' }],
      },
      'Deny',
    );
    policy('users.example.com', { validations: [{ expression: "request.userInfo.username == 'lockstep'" }] }, 'Deny');
    new k8s.KubeNamespace(chart, 'shop', { metadata: { name: 'shop' } });
    new k8s.KubeConfigMap(chart, 'limits', { metadata: { name: 'limits' }, data: { most: '3' } });
  },
});

const web = defineChart({
  namespace: 'shop',
  build(chart) {
    const deployment = (name: string, image: string, replicas?: number) =>
      new k8s.KubeDeployment(chart, name, {
        metadata: { name },
        spec: {
          ...(replicas !== undefined && { replicas }),
          selector: { matchLabels: { app: name } },
          template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image }] } },
        },
      });
    const digest = `sha256:${'0'.repeat(64)}`;
    deployment('fine', `registry.example.com/web@${digest}`, 2);
    deployment('many', `registry.example.com/web@${digest}`, 9);
    deployment('open', `docker.io/library/nginx@${digest}`);
  },
});

export default defineEnvironment({ name: 'guarded', cluster: 'eu-1', kubernetes: '1.35', charts: { policies, web } });
