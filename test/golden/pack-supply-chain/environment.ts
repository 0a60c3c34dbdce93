import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment, supplyChain } from 'lockstep';

const digest = `@sha256:${'0'.repeat(64)}`;

const images = defineChart({
  namespace: 'shop',
  build(chart) {
    const add = (name: string, container: Omit<k8s.Container, 'name'>) =>
      new k8s.KubePod(chart, name, { metadata: { name }, spec: { containers: [{ name, ...container }] } });
    add('good', { image: `registry.example.com/team/app:1.0${digest}`, imagePullPolicy: 'IfNotPresent' });
    add('good-without-tag', { image: `registry.example.com/team/app${digest}` });
    add('library', { image: `nginx:1.27${digest}` });
    add('elsewhere', { image: `ghcr.io/acme/web:2${digest}` });
    add('nearly', { image: `registry.example.com/teams/app:1.0${digest}` });
    add('latest', { image: `registry.example.com/team/app:latest${digest}` });
    add('never', { image: `registry.example.com/team/app:1.0${digest}`, imagePullPolicy: 'Never' });
    add('always', { image: `registry.example.com/team/app:1.0${digest}`, imagePullPolicy: 'Always' });
    add('tag', { image: 'registry.example.com/team/app:1.0' });
    add('nothing', { image: 'registry.example.com/team/app' });
  },
});
const base = defineBase({
  kubernetes: '1.35',
  policies: { supplyChain, ours: supplyChain({ registries: ['docker.io/library', 'registry.example.com/team'] }) },
});

export default defineEnvironment({
  name: 'supplied',
  cluster: 'eu-1',
  extends: base,
  charts: { images },
  external: [{ kind: 'Namespace', name: 'shop' }],
  policies: { supplyChain: { off: 'the stricter one is asked', until: '2026-12-31' } },
});
