import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment } from 'lockstep';
import { checksummed } from '../../compile/validate/secrets/tokens.ts';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const name of ['today', 'yesterday', 'renewed']) {
      new k8s.KubeSecret(chart, name, { metadata: { name }, stringData: { key: 'a' } });
    }
    new k8s.KubeConfigMap(chart, 'config', { metadata: { name: 'config' }, data: { a: checksummed('ghp'), b: checksummed('npm') } });
  },
});

const secret = (name: string) => ({ kind: 'Secret', namespace: 'shop', name });
const config = { kind: 'ConfigMap', namespace: 'shop', name: 'config' };
const reason = 'LK-12: until the vault is there';

const base = defineBase({
  kubernetes: '1.35',
  charts: { shop },
  external: [{ kind: 'Namespace', name: 'shop' }],
  allowedSecrets: [
    { object: secret('renewed'), pointer: '/data/key', reason, until: '2026-01-31' },
    { object: secret('yesterday'), pointer: '/data', reason, until: '2026-05-31' },
  ],
});

/** It is the first of June. */
export default defineEnvironment({
  name: 'lenient',
  cluster: 'eu-1',
  extends: base,
  allowedSecrets: [
    { object: secret('today'), pointer: '/data/key', reason, until: '2026-06-01' },
    { object: secret('renewed'), pointer: '/data/key', reason: 'LK-13: it takes longer', until: '2026-09-30' },
    { object: secret('today'), pointer: '/data/ke', reason, until: '2026-12-31' },
    { object: secret('gone'), pointer: '/data/key', reason, until: '2026-12-31' },
    { object: config, pattern: 'github-token', reason, until: '2026-12-31' },
    { object: config, pattern: 'jwt', reason, until: '2026-12-31' },
    { object: config, pattern: 'github-tokens', reason, until: '2026-12-31' },
    { object: config, pointer: '/data/b', reason: ' ', until: '2026-12-31' },
    { object: config, pointer: '/data/b', reason, until: '2026-02-30' },
    { object: { kind: 'ConfigMap', name: 'config' }, pointer: '/data/b', reason, until: '2026-12-31' },
    { object: config, pointer: 'data.b', reason, until: '2026-12-31' } as never,
    { object: config, pointer: '/data/b', pattern: 'npm-token', reason, until: '2026-12-31' } as never,
    { object: config, reason, until: '2026-12-31' } as never,
    'all' as never,
  ],
});
