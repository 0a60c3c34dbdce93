import { Deployment, Ingress, IngressBackend, Secret, ServiceType } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment, image } from 'lockstep';
import { z } from 'zod';

const web = defineChart({
  owner: 'team-shop',
  namespace: 'shop',
  values: z.object({
    image: image(),
    host: z.string(),
    replicas: z.int().min(1).default(2),
    banner: z.object({ text: z.string(), size: z.int().default(12) }),
  }),
  build(chart, { values, env }) {
    // Only to see how Secrets are written; `allowedSecrets` says so below.
    const secret = new Secret(chart, 'session', { stringData: { key: 'not-so-secret' } });
    secret.addStringData('city', 'zürich');
    const app = new Deployment(chart, 'web', {
      replicas: values.replicas,
      containers: [
        {
          image: values.image,
          portNumber: 8080,
          envVariables: { BANNER: { value: `${values.banner.text} ${values.banner.size} ${env.name}` } },
        },
      ],
    });
    const service = app.exposeViaService({ serviceType: ServiceType.CLUSTER_IP });
    new Ingress(chart, 'ingress').addHostRule(values.host, '/', IngressBackend.fromService(service));
  },
});

const base = defineBase({
  kubernetes: '1.35',
  charts: { web },
  values: { web: { image: 'nginx:1.27', replicas: 6, banner: { text: 'hello' } } },
});

export default defineEnvironment({
  name: 'prod',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  extends: base,
  source: 'https://git.example.com/shop.git',
  values: { web: { host: 'shop.example.com', banner: { size: 20 } } },
  allowedSecrets: [
    {
      object: { kind: 'Secret', namespace: 'shop', name: 'web-session' },
      pointer: '/data',
      reason: 'LK-11: a demo until the vault is there',
      until: '2026-12-31',
    },
  ],
  approvals: [
    { delete: { kind: 'StatefulSet', namespace: 'shop', name: 'old' }, reason: 'LK-12: data moved' },
    { delete: { kind: 'Namespace', name: 'gone' }, reason: 'LK-9' },
  ],
});
