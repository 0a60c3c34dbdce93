import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

/** Kinds with the characters that their names may have at most. */
const longest = [
  { apiVersion: 'v1', kind: 'ConfigMap', max: 253 },
  { apiVersion: 'v1', kind: 'Namespace', max: 63 },
  {
    apiVersion: 'v1',
    kind: 'Service',
    max: 63,
    spec: { type: 'ExternalName', externalName: 'a.example.com' },
  },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', max: 253, rules: [] },
];

const names = defineChart({
  namespace: 'shop',
  build(chart) {
    for (const { max, ...object } of longest) {
      for (const length of [max, max + 1]) {
        new ApiObject(chart, `${object.kind}-${length}`, { ...object, metadata: { name: 'n'.repeat(length) } });
      }
    }
    // cdk8s shortens a name that it makes: this one would have 64 characters.
    new ApiObject(chart, `i${'d'.repeat(57)}`, { apiVersion: 'v1', kind: 'ConfigMap' });
  },
});

export default defineEnvironment({
  name: 'longest-names',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { names },
  external: [{ kind: 'Namespace', name: 'shop' }],
});
