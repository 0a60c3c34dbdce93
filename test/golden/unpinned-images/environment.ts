import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

const pods = defineChart({
  namespace: 'shop',
  build(chart) {
    const images = ['nginx:1.27', 'nginx', 'ghcr.io/acme/web:2.0', 'Not An Image', 'ghcr.io/acme/web:2.0'];
    images.forEach((image, i) => {
      new k8s.KubePod(chart, `pod-${i}`, { spec: { containers: [{ name: 'main', image }] } });
    });
  },
});

export default defineEnvironment({
  name: 'loose',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  kubernetes: '1.35',
  charts: { pods },
});
