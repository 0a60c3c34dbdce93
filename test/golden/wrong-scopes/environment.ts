import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const inNamespace = defineChart({
  namespace: 'shop',
  build(chart) {
    // The chart's namespace does not land on it.
    new k8s.KubeNamespace(chart, 'stripped', { metadata: { name: 'shop' } });
    new k8s.KubeClusterRole(chart, 'explicit', { metadata: { name: 'reader', namespace: 'other' }, rules: [] });
    new ApiObject(chart, 'unknown', { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } });
    new ApiObject(chart, 'typo', { apiVersion: 'apps/v1', kind: 'Deploymnet', metadata: { name: 'd' } });
    new k8s.KubeConfigMap(chart, 'bad-name', { metadata: { name: 'Not_A_Name' } });
    new k8s.KubeConfigMap(chart, 'bad-namespace', { metadata: { name: 'a', namespace: 'not.one' } });
    new k8s.KubeService(chart, 'bad-service', { metadata: { name: 'a.b' }, spec: { ports: [{ port: 80 }] } });
    const spec = { restartPolicy: 'Never', containers: [{ name: 'night', image: `night@sha256:${'0'.repeat(64)}` }] };
    new k8s.KubeCronJob(chart, 'long', {
      metadata: { name: `c${'0'.repeat(52)}` },
      spec: { schedule: '@daily', jobTemplate: { spec: { template: { spec } } } },
    });
  },
});
const nowhere = defineChart({
  build(chart) {
    new k8s.KubeConfigMap(chart, 'config', { metadata: { name: 'lost' } });
    new k8s.KubeNamespace(chart, 'fine', { metadata: { name: 'fine' } });
  },
});
const again = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'shop' } });
  },
});

export default defineEnvironment({ name: 'scopes', cluster: 'eu-1', kubernetes: '1.35', charts: { inNamespace, nowhere, again } });
