import { downwardFile, projection } from '../../../../../src/compile/validate/rules/pods/files.ts';
import { testRules } from '../said.ts';

const map = (name: string, ...paths: readonly string[]) => ({ configMap: { name, items: paths.map((path) => ({ key: 'k', path })) } });

testRules({
  'a file that tells something of the pod': {
    rule: downwardFile,
    cases: [
      [{ path: 'a', fieldRef: { fieldPath: 'metadata.labels' } }],
      [{ path: 'a', resourceFieldRef: { containerName: 'a', resource: 'limits.cpu' }, mode: 0o400 }],
      [{ path: 'a' }, 'field-required'],
      [{ path: '..a', fieldRef: { fieldPath: 'spec.nodeName' } }, 'field-invalid /path', 'field-invalid /fieldRef/fieldPath'],
      [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }, 'field-required /resourceFieldRef/containerName'],
      [
        { path: 'a', fieldRef: { fieldPath: 'metadata.name' }, resourceFieldRef: { containerName: 'a', resource: 'limits.cpu' } },
        'field-conflict /resourceFieldRef',
      ],
    ],
  },
  'sources of one volume': {
    rule: projection,
    cases: [
      [[map('a', 'x'), map('b', 'y'), { serviceAccountToken: { path: 'x', expirationSeconds: 600 } }, {}]],
      [[map('a', 'x', 'x')], 'field-duplicate /0/configMap/items/1/path'],
      [[map('a', 'x'), { secret: { name: 'b', items: [{ key: 'k', path: 'x' }] } }], 'field-duplicate /1/secret/items/0/path'],
      [[{ ...map('a'), secret: { name: 'b' } }], 'field-conflict /0/configMap'],
      [
        [{ serviceAccountToken: { path: '/x', expirationSeconds: 599 } }],
        'field-range /0/serviceAccountToken/expirationSeconds',
        'field-invalid /0/serviceAccountToken/path',
      ],
      [[{ configMap: {} }], 'field-required /0/configMap/name'],
    ],
  },
});
