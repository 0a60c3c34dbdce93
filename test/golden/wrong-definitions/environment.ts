import { defineBase, defineChart, defineEnvironment, definePolicy } from 'lockstep';

const chart = defineChart({ namespaces: 'shop', build() {} } as never);
const other = defineChart({ build() {} });
const owned = definePolicy({ name: 'owned', on: ['Deployment'], check: () => undefined });
const named = definePolicy({ name: 'named', on: ['Deployment'], check: () => undefined });

const options = {
  charts: { web: chart, 'no/name': chart, junk: 42 as never },
  policies: { owned, junk: false as never, early: { off: 'x', until: '2026-01-01' } },
  polices: {},
  preflight: 'update',
  onFailure: 'returns',
  source: 'https://token@git.example.com/shop.git',
};
const base = defineBase(options as object);

export default defineEnvironment({
  name: 'wrong',
  cluster: '',
  kubernetes: '1.99' as never,
  extends: base,
  charts: { web: other as never },
  policies: {
    owned: named,
    ownd: { off: 'LK-1', until: '2027-01-01' },
    quiet: { off: ' ', until: '2027-01-01' },
    dated: { off: 'LK-1', until: '2027-02-30' },
  },
  approvals: [
    { delete: { kind: 'StatefulSet', name: 'a' }, reason: 'LK-1' },
    { delete: { kind: 'Namespace', name: 'a', namespace: 'b' }, reason: 'LK-1' },
    { delete: { kind: 'Widget', name: 'a' }, reason: 'LK-1' },
    { delete: { kind: 'Namespace', name: 'a' }, reason: '' },
    { delete: 'everything' } as never,
  ],
});
