import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const key =
  '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzCHSNv8+8Z7YqXuVGxF9QGIWPWvq\nmpWy8QkwJoehjMbdR4/jLd8/hxikisLrIe9zyUN/ILPVzyal4ViQ85lncQ==\n-----END PUBLIC KEY-----\n';
const digest = `sha256:${'c'.repeat(64)}`;
const images = ['ghcr.io/acme/web:1', 'ghcr.io/acme/db:1', 'ghcr.io/acme/jobs:1', `ghcr.io/acme/mail:1@${digest}`, 'postgres:16'];

const pods = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const [i, image] of images.entries()) {
      new k8s.KubePod(chart, `pod-${i}`, { metadata: { name: `pod-${i}` }, spec: { containers: [{ name: 'main', image }] } });
    }
  },
});

const base = defineBase({
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  signatures: { 'ghcr.io/acme/*': { key: ['./keys/of-another.pub', key] } },
});

export default defineEnvironment({
  name: 'signed',
  cluster: 'eu-1',
  extends: base,
  signatures: { 'ghcr.io/acme/*': { key } },
  charts: { pods },
});
