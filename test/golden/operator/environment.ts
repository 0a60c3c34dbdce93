import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

/** A definition, a resource of it, and roles with bindings: of roles that are here, and of roles that are not. */
const operator = defineChart({
  namespace: 'operators',
  build(chart) {
    new ApiObject(chart, 'backup', { apiVersion: 'example.com/v1', kind: 'Backup', metadata: { name: 'nightly' }, spec: { at: '02:00' } });
    new ApiObject(chart, 'policy', { apiVersion: 'example.com/v1', kind: 'BackupPolicy', metadata: { name: 'all' }, spec: { keep: 7 } });
    for (const [kind, plural, scope] of [
      ['Backup', 'backups', 'Namespaced'],
      ['BackupPolicy', 'backuppolicies', 'Cluster'],
    ] as const) {
      new k8s.KubeCustomResourceDefinition(chart, plural, {
        metadata: { name: `${plural}.example.com` },
        spec: {
          group: 'example.com',
          names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
          scope,
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: {
                openApiv3Schema: { type: 'object', properties: { spec: { type: 'object', xKubernetesPreserveUnknownFields: true } } },
              },
            },
          ],
        },
      });
    }
    const rules = [
      { apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['b', 'a'], verbs: ['update'] },
    ];
    const subjects = [{ kind: 'ServiceAccount', name: 'operator', namespace: 'operators' }];
    const ref = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
    new k8s.KubeServiceAccount(chart, 'account', { metadata: { name: 'operator' } });
    new k8s.KubeRole(chart, 'role', { metadata: { name: 'operator' }, rules });
    new k8s.KubeRoleBinding(chart, 'binding', { metadata: { name: 'operator' }, roleRef: ref('Role', 'operator'), subjects });
    new k8s.KubeRoleBinding(chart, 'viewer', { metadata: { name: 'viewer' }, roleRef: ref('ClusterRole', 'view'), subjects });
    new k8s.KubeRoleBinding(chart, 'foreign', { metadata: { name: 'foreign' }, roleRef: ref('Role', 'somebody-elses'), subjects });
    new k8s.KubeClusterRole(chart, 'cluster-role', {
      metadata: { name: 'operator' },
      rules: [{ apiGroups: ['example.com'], resources: ['*'], verbs: ['*'] }],
    });
    new k8s.KubeClusterRoleBinding(chart, 'cluster-binding', {
      metadata: { name: 'operator' },
      roleRef: ref('ClusterRole', 'operator'),
      subjects,
    });
    new k8s.KubeClusterRole(chart, 'metrics', {
      metadata: { name: 'metrics' },
      rules: [{ nonResourceUrLs: ['/metrics'], verbs: ['get'] }],
    });
    new k8s.KubeClusterRoleBinding(chart, 'metrics-binding', {
      metadata: { name: 'metrics' },
      roleRef: ref('ClusterRole', 'metrics'),
      subjects,
    });
  },
});

export default defineEnvironment({
  name: 'tools',
  cluster: 'eu-1',
  external: [
    { kind: 'Role', namespace: 'operators', name: 'somebody-elses' },
    { kind: 'Namespace', name: 'operators' },
  ],
  kubernetes: '1.35',
  charts: { operator },
});
