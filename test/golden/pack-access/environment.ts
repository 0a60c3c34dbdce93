import { k8s } from 'cdk8s-plus-28';
import { access, defineChart, defineEnvironment } from 'lockstep';

const image = `registry.example.com/a:1@sha256:${'0'.repeat(64)}`;
const apiGroup = 'rbac.authorization.k8s.io';
const clusterRole = (name: string) => ({ apiGroup, kind: 'ClusterRole', name });
const someone = [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }];

const rights = defineChart({
  namespace: 'shop',
  build(chart) {
    const role = (name: string, rules: k8s.PolicyRule[]) => new k8s.KubeClusterRole(chart, `role-${name}`, { metadata: { name }, rules });
    const bind = (name: string, to: string, subjects: k8s.Subject[] = someone) =>
      new k8s.KubeClusterRoleBinding(chart, `binding-${name}`, { metadata: { name }, roleRef: clusterRole(to), subjects });

    role('good', [
      { apiGroups: ['apps'], resources: ['deployments', 'deployments/status'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['tls'], verbs: ['list', 'watch'] },
      { apiGroups: [apiGroup], resources: ['roles'], resourceNames: ['view'], verbs: ['bind'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['bind'] },
    ]);
    bind('good', 'good');
    role('wild', [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceUrLs: ['*'], verbs: ['get'] },
    ]);
    role('escalating', [
      { apiGroups: [apiGroup], resources: ['clusterroles'], verbs: ['get', 'escalate', 'bind'] },
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
    ]);
    role('secretive', [{ apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'watch'] }]);
    bind('secretive', 'secretive');
    bind('editors', 'edit');
    bind('admins', 'cluster-admin');
    bind('nobody', 'cluster-admin', []);
    bind('world', 'good', [
      { apiGroup, kind: 'User', name: 'system:anonymous' },
      { apiGroup, kind: 'Group', name: 'system:unauthenticated' },
      { apiGroup, kind: 'Group', name: 'system:authenticated' },
      { apiGroup, kind: 'Group', name: 'system:masters' },
    ]);
    // In one namespace only: whoever may read its Secrets is told by the binding.
    new k8s.KubeRoleBinding(chart, 'inside', { metadata: { name: 'inside' }, roleRef: clusterRole('secretive'), subjects: someone });
    new k8s.KubeRoleBinding(chart, 'local', { metadata: { name: 'local' }, roleRef: clusterRole('cluster-admin'), subjects: someone });
    new k8s.KubeRoleBinding(chart, 'defaults', {
      metadata: { name: 'defaults' },
      roleRef: clusterRole('good'),
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'shop' }],
    });
    new k8s.KubeServiceAccount(chart, 'account', { metadata: { name: 'web' } });
    const pod = (name: string, spec: Omit<k8s.PodSpec, 'containers'>) =>
      new k8s.KubePod(chart, `pod-${name}`, { metadata: { name }, spec: { ...spec, containers: [{ name, image }] } });
    pod('default', {});
    pod('own-account', { serviceAccountName: 'web' });
    pod('without-token', { automountServiceAccountToken: false });
  },
});

/** Its ServiceAccount `default` has rights, and gives nobody its token. */
const quiet = defineChart({
  namespace: 'quiet',
  build(chart) {
    new k8s.KubeServiceAccount(chart, 'account', { metadata: { name: 'default' }, automountServiceAccountToken: false });
    const subjects = [{ apiGroup, kind: 'Group', name: 'system:serviceaccounts:quiet' }];
    new k8s.KubeRoleBinding(chart, 'binding', { metadata: { name: 'all' }, roleRef: clusterRole('good'), subjects });
    new k8s.KubePod(chart, 'pod', { metadata: { name: 'silent' }, spec: { containers: [{ name: 'silent', image }] } });
    const spec = { automountServiceAccountToken: true, containers: [{ name: 'loud', image }] };
    new k8s.KubePod(chart, 'loud', { metadata: { name: 'loud' }, spec });
  },
});

export default defineEnvironment({
  name: 'accessed',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { rights, quiet },
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Namespace', name: 'quiet' },
  ],
  policies: { access },
});
