import { ApiObject } from 'cdk8s';
import { Job, k8s, Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { defineChart, defineEnvironment, hook, manage } from 'lockstep';

/**
 * Hooks of a chart: a migration before all else, with what it needs before it, a smoke test after all else, and what tells of a failure,
 * for which nothing waits.
 */
const image = `registry.example.com/shop@sha256:${'0'.repeat(64)}`;
const template = (container: object, pod: object = {}) => ({
  metadata: { labels: { app: 'shop' } },
  spec: { ...pod, containers: [{ name: 'main', image, ...container }] },
});

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
    new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'settings' }, data: { mode: 'quick' } });
    new ApiObject(chart, 'web', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: { app: 'shop' } }, template: template({ envFrom: [{ configMapRef: { name: 'settings' } }] }) },
    });

    // What the migration refers to, and what that needs, is there before it.
    new ApiObject(chart, 'database', {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'database' },
      spec: { target: { name: 'database' }, data: [{ secretKey: 'url', remoteRef: { key: 'shop' } }] },
    });
    new k8s.KubeServiceAccount(chart, 'account', { metadata: { name: 'migrate' } });
    new k8s.KubeRole(chart, 'role', { metadata: { name: 'migrate' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] });
    new k8s.KubeRoleBinding(chart, 'binding', {
      metadata: { name: 'migrate' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'migrate' },
      subjects: [{ kind: 'ServiceAccount', name: 'migrate', namespace: 'shop' }],
    });
    new k8s.KubeNetworkPolicy(chart, 'ways', {
      metadata: { name: 'migrate' },
      spec: { podSelector: { matchLabels: { app: 'migrate' } }, policyTypes: ['Egress'], egress: [{}] },
    });
    new k8s.KubePersistentVolumeClaim(chart, 'scratch', {
      metadata: { name: 'scratch' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } } },
    });
    const migrate = new ApiObject(chart, 'migrate', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate' },
      spec: {
        template: {
          metadata: { labels: { app: 'migrate' } },
          spec: {
            serviceAccountName: 'migrate',
            restartPolicy: 'Never',
            containers: [{ name: 'main', image, env: [{ name: 'URL', valueFrom: { secretKeyRef: { name: 'database', key: 'url' } } }] }],
            volumes: [{ name: 'scratch', persistentVolumeClaim: { claimName: 'scratch' } }],
          },
        },
      },
    });
    hook(migrate, { when: 'before', deadline: '10m' });

    // One after the other, where that is said.
    const backfill = new k8s.KubeJob(chart, 'backfill', {
      metadata: { name: 'backfill' },
      spec: { activeDeadlineSeconds: 7200, template: template({}, { restartPolicy: 'Never' }) },
    });
    backfill.addDependency(migrate);
    hook(backfill, { when: 'before', once: 'job' });
    manage(backfill, { progressDeadline: 900 });

    // A construct of cdk8s-plus, inside another one.
    const smoke = new Construct(chart, 'smoke');
    new Secret(smoke, 'token', { metadata: { name: 'smoke' } });
    new Job(smoke, 'job', { metadata: { name: 'smoke' }, containers: [{ image, securityContext: { user: 1000 } }] });
    hook(smoke, { when: 'after' });
    new k8s.KubeServiceAccount(chart, 'teller', { metadata: { name: 'tell' } });
    const tell = new k8s.KubeJob(chart, 'tell', {
      metadata: { name: 'tell' },
      spec: { template: template({}, { restartPolicy: 'Never', serviceAccountName: 'tell' }) },
    });
    hook(tell, { when: 'failure', deadline: '90s' });
    new k8s.KubeJob(chart, 'plain', { metadata: { name: 'plain' }, spec: { template: template({}, { restartPolicy: 'Never' }) } });
  },
});

/** All of it comes after the smoke test. */
const front = defineChart({
  namespace: 'shop',
  after: [shop],
  build(chart) {
    new k8s.KubeConfigMap(chart, 'front', { metadata: { name: 'front' } });
  },
});

export default defineEnvironment({ name: 'hooks', cluster: 'eu-1', kubernetes: '1.35', charts: { shop, front } });
