import { ApiObject, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment, manage } from 'lockstep';

const image = `app@sha256:${'0'.repeat(64)}`;
const template = (app: string) => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: { containers: [{ name: app, image }] } },
});

function autoscaler(chart: Chart, name: string, scaleTargetRef: k8s.CrossVersionObjectReference): void {
  new k8s.KubeHorizontalPodAutoscalerV2(chart, `${name}-autoscaler`, { metadata: { name }, spec: { maxReplicas: 9, scaleTargetRef } });
}

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    // What it says of replicas is what a new one begins with.
    const web = new k8s.KubeDeployment(chart, 'web', { metadata: { name: 'web' }, spec: { replicas: 3, ...template('web') } });
    manage(web, { ignore: ['/metadata/labels/seen'] });
    autoscaler(chart, 'web', { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' });

    new k8s.KubeStatefulSet(chart, 'queue', { metadata: { name: 'queue' }, spec: { serviceName: 'queue', ...template('queue') } });
    new k8s.KubeHorizontalPodAutoscaler(chart, 'queue-autoscaler', {
      metadata: { name: 'queue' },
      spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'queue' } },
    });

    new ApiObject(chart, 'rollout', { apiVersion: 'example.com/v2', kind: 'Rollout', metadata: { name: 'rollout' } });
    autoscaler(chart, 'rollout', { apiVersion: 'example.com/v1', kind: 'Rollout', name: 'rollout' });

    // Nobody scales these: the kind, the group and the namespace are others.
    new k8s.KubeDeployment(chart, 'fixed', { metadata: { name: 'queue' }, spec: { replicas: 1, ...template('fixed') } });
    new k8s.KubeDeployment(chart, 'foreign', { metadata: { name: 'foreign' }, spec: { replicas: 1, ...template('foreign') } });
    autoscaler(chart, 'foreign', { apiVersion: 'example.com/v1', kind: 'Deployment', name: 'foreign' });
    new k8s.KubeDeployment(chart, 'elsewhere', {
      metadata: { name: 'web', namespace: 'other' },
      spec: { replicas: 1, ...template('web') },
    });
  },
});

export default defineEnvironment({
  name: 'autoscaled',
  cluster: 'eu-1',
  external: [
    { kind: 'Service', namespace: 'shop', name: 'queue' },
    { group: 'example.com', kind: 'Deployment', namespace: 'shop', name: 'foreign' },
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Namespace', name: 'other' },
  ],
  kubernetes: '1.35',
  charts: { shop },
});
