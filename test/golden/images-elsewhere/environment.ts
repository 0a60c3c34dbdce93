import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const image = 'nginx:1.27';

/** Images of custom resources and of settings: each where it is said that there is one, and nowhere else. */
const elsewhere = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeConfigMap(chart, 'runner', {
      metadata: { name: 'runner', annotations: { 'example.com/image': image } },
      data: { 'job.image': image, OTHER: image },
    });
    new k8s.KubeConfigMap(chart, 'other', { metadata: { name: 'other' }, data: { 'job.image': image } });
    new ApiObject(chart, 'rollout', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web' },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'web', image },
              { name: 'pinned', image: `redis@sha256:${'b'.repeat(64)}` },
            ],
          },
        },
        images: { a: image, b: { image }, c: '' },
        steps: [image, image],
      },
    });
  },
});

const base = defineBase({
  images: [{ group: 'argoproj.io', kind: 'Rollout', paths: ['/spec/template/spec/containers/*/image', '/spec/images/*', '/spec/steps/1'] }],
});

export default defineEnvironment({
  name: 'elsewhere',
  cluster: 'eu-1',
  kubernetes: '1.35',
  extends: base,
  external: [{ kind: 'Namespace', name: 'shop' }],
  images: [
    {
      kind: 'ConfigMap',
      namespace: 'shop',
      name: 'runner',
      paths: ['/data/job.image', '/metadata/annotations/example.com~1image', '/data/JOB_IMAGE'],
    },
    { group: 'argoproj.io', kind: 'Rollout', name: 'none', paths: ['/spec/nothing'] },
  ],
  charts: { elsewhere },
});
