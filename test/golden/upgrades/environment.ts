import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';

const pods = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const image of ['ghcr.io/acme/web:2.4.1', 'postgres:16.2-alpine']) {
      const name = image.replaceAll(/[^a-z0-9]/g, '-');
      new k8s.KubePod(chart, name, { metadata: { name }, spec: { containers: [{ name: 'main', image }] } });
    }
  },
});

/** What other environments may need, and what is given another value, is no matter here. */
const base = defineBase({
  kubernetes: '1.35',
  external: [{ kind: 'Namespace', name: 'shop' }],
  upgrades: { 'quay.io/*': '^1', 'docker.io/library/postgres': '^16' },
});

export default defineEnvironment({
  name: 'upgraded',
  cluster: 'eu-1',
  extends: base,
  upgrades: { 'ghcr.io/acme/*': '~2.4', 'ghcr.io/acme/wep': '^1', postgres: /^16\.\d+-alpine$/, redis: false },
  charts: { pods },
});
