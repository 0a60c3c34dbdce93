import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const image = 'nginx:1.27';
const containers = [{ name: 'main', image }];
const template = { metadata: { labels: { a: 'b' } }, spec: { containers } };
const selector = { matchLabels: { a: 'b' } };

const everywhere = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeDaemonSet(chart, 'daemons', { spec: { selector, template } });
    new k8s.KubeStatefulSet(chart, 'stateful', { spec: { selector, serviceName: 's', template } });
    new k8s.KubeReplicaSet(chart, 'replicas', { spec: { selector, template } });
    new k8s.KubeReplicationController(chart, 'controller', { spec: { template } });
    new k8s.KubePodTemplate(chart, 'template', { template });
    new k8s.KubeCronJob(chart, 'cron', {
      spec: {
        schedule: '0 2 * * *',
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', initContainers: [{ name: 'first', image }], containers } } } },
      },
    });
    new ApiObject(chart, 'pod', {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: {
        containers: [
          { name: 'pinned', image: 'redis:7@sha256:bb186d083732f669da90be8b0f975a37812b15e913465bb14d845db72a4e3e08' },
          { name: 'untagged', image: 'redis@sha256:bb186d083732f669da90be8b0f975a37812b15e913465bb14d845db72a4e3e08' },
        ],
        volumes: [{ name: 'files', image: { reference: image } }],
      },
    });
    // Not a pod's: its images are its own business.
    new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', data: { image } });
  },
});

export default defineEnvironment({
  name: 'everywhere',
  cluster: 'eu-1',
  external: [
    { kind: 'Service', namespace: 'shop', name: 's' },
    { kind: 'Namespace', name: 'shop' },
  ],
  kubernetes: '1.35',
  charts: { everywhere },
});
