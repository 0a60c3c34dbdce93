import { defineBase, defineEnvironment, definePolicy, network, type Policies, restricted } from 'lockstep';

const plain = definePolicy({ name: 'plain', on: ['ConfigMap'], check: () => undefined });
const base = defineBase({
  kubernetes: '1.35',
  policies: { restricted, a: plain, b: plain, c: plain, d: plain, e: plain, f: plain, g: plain },
});

/** Modules are run without being type-checked. */
const policies = {
  restricted: {
    except: [
      { rule: 'priviledged', reason: 'x', until: '2026-12-31' },
      { object: { kind: 'Deployment', name: 'web' }, reason: 'x', until: '2026-12-31' },
      { object: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
      { object: 'web', reason: 'x', until: '2026-12-31' },
      { reason: 'x', until: '2026-12-31' },
      'web',
    ],
  },
  a: { severity: 'warning' },
  b: { severity: 'note' },
  c: { severty: 'error' },
  d: {},
  e: { policy: 'plain' },
  f: { except: [{ rule: 'f', reason: 'x', until: '2026-12-31' }] },
  g: { severity: 'warning', reason: ' ', until: '2026-02-30' },
  h: { severity: 'error' },
} as unknown as Policies;

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  extends: base,
  // A pack can be called, and is no chart for all that.
  charts: { network: network as never },
  policies,
});
