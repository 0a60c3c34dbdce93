import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, defineEnvironment, definePolicy } from 'lockstep';

const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const name of ['settings', 'prices', 'texts']) new k8s.KubeConfigMap(chart, name, { metadata: { name }, data: { name } });
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'x', image: `x@sha256:${'0'.repeat(64)}` }] } };
    new k8s.KubeJob(chart, 'migration', { metadata: { name: 'migration' }, spec: { template } });
  },
});
const on = ['ConfigMap', 'Job'] as const;
const small = definePolicy({ name: 'small', on, check: ({ metadata }) => `${metadata?.name?.slice(0, 9)} is large` });
const clear = definePolicy({ name: 'clear', on, check: ({ metadata }) => `${metadata?.name?.slice(0, 9)} is dark` });
const soft = definePolicy({ name: 'soft', on: ['ConfigMap'], check: () => 'hard' });
const hard = definePolicy({ name: 'hard', on: ['ConfigMap'], severity: 'warning', check: () => 'soft' });
const weak = definePolicy({ name: 'weak', on: ['ConfigMap'], check: () => 'strong again' });
const thrown = definePolicy({
  name: 'thrown',
  on: ['ConfigMap'],
  check() {
    throw new Error('no idea');
  },
});

const object = (name: string, kind = 'ConfigMap') => ({ kind, namespace: 'shop', name });
const base = defineBase({
  kubernetes: '1.35',
  charts: { shop },
  policies: {
    small: {
      policy: small,
      except: [
        { object: object('settings'), reason: 'LK-1: they are', until: '2026-06-01' },
        { object: object('elsewhere'), reason: 'another environment has it', until: '2026-07-01' },
        { object: object('migration', 'Job'), reason: 'named by its content', until: '2026-07-01' },
      ],
    },
    clear: { policy: clear, severity: 'warning', reason: 'LK-2: until they are read', until: '2026-12-31' },
    soft,
    hard,
    weak,
    thrown,
  },
});

export default defineEnvironment({
  name: 'excepted',
  cluster: 'eu-1',
  external: [{ kind: 'Namespace', name: 'shop' }],
  extends: base,
  policies: {
    small: {
      except: [
        { object: object('prices'), reason: 'LK-4: for May', until: '2026-05-31' },
        { object: object('nowhere'), reason: 'LK-5: gone since', until: '2026-07-01' },
      ],
    },
    soft: {
      severity: 'warning',
      reason: 'LK-6: new',
      until: '2026-06-01',
      except: [{ object: object('texts'), reason: 'LK-7', until: '2026-06-02' }],
    },
    hard: { severity: 'error' },
    weak: { severity: 'warning', reason: 'LK-8', until: '2026-05-31' },
    thrown: {
      severity: 'warning',
      reason: 'LK-9',
      until: '2026-12-31',
      except: [{ object: object('texts'), reason: 'LK-9', until: '2026-12-31' }],
    },
  },
});
