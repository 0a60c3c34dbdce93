import { env, envFrom, fileMode, resourceField } from '../../../../../src/compile/validate/rules/pods/env.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const from = (source: JsonObject) => [{ name: 'A', valueFrom: source }];
const field = (fieldPath: string, apiVersion?: string) =>
  from({ fieldRef: { fieldPath, ...(apiVersion === undefined ? {} : { apiVersion }) } });

testRules({
  'variables of a container': {
    rule: env,
    cases: [
      [[{ name: 'A', value: '' }, { name: 'a.b c', value: 'x' }, { name: 7 }]],
      [[{ name: '' }], 'field-required /0/name'],
      [[{ name: 'A=B' }], 'field-invalid /0/name'],
      [[{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], 'field-forbidden /0/valueFrom'],
      [[{ name: 'A', value: '', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]],
      [from({}), 'field-required /0/valueFrom'],
      [
        from({ configMapKeyRef: { name: 'a', key: 'b' }, secretKeyRef: { name: 'a', key: 'b' } }),
        'field-conflict /0/valueFrom/secretKeyRef',
      ],
    ],
  },
  'variables that tell a field of the pod': {
    rule: env,
    cases: [
      [field('spec.nodeName', 'v1')],
      [field('spec.host')],
      [field("metadata.labels['a/b']")],
      [field("metadata.annotations['A.b/C']")],
      [field('metadata.labels'), 'field-invalid /0/valueFrom/fieldRef/fieldPath'],
      [field('spec.containers'), 'field-invalid /0/valueFrom/fieldRef/fieldPath'],
      [field("metadata.labels['a b']"), 'field-invalid /0/valueFrom/fieldRef/fieldPath'],
      [field("metadata.name['a']"), 'field-invalid /0/valueFrom/fieldRef/fieldPath'],
      [field(''), 'field-required /0/valueFrom/fieldRef/fieldPath'],
      [field('metadata.name', 'v2'), 'field-invalid /0/valueFrom/fieldRef/apiVersion'],
    ],
  },
  'variables that are read from an object': {
    rule: env,
    cases: [
      [from({ secretKeyRef: { name: 'a.b', key: 'K' } })],
      [from({ secretKeyRef: { key: 'K' } }), 'field-required /0/valueFrom/secretKeyRef/name'],
      [
        from({ configMapKeyRef: { name: 'A', key: '..' } }),
        'field-invalid /0/valueFrom/configMapKeyRef/name',
        'field-invalid /0/valueFrom/configMapKeyRef/key',
      ],
      [from({ fileKeyRef: { volumeName: 'v', path: 'a/b', key: 'K' } })],
      [
        from({ fileKeyRef: { volumeName: 'v', path: 'a/../b', key: '' } }),
        'field-required /0/valueFrom/fileKeyRef/key',
        'field-invalid /0/valueFrom/fileKeyRef/path',
      ],
    ],
  },
  'resources that are told': {
    rule: resourceField,
    cases: [
      [{ resource: 'limits.cpu', divisor: '1m' }],
      [{ resource: 'requests.hugepages-2Mi', divisor: '1Mi' }],
      [{ resource: 'limits.memory', divisor: '0' }],
      [{ resource: 'limits.memory', divisor: 1 }],
      [{ resource: 'limits.memory', divisor: '1000' }],
      [{ resource: 'limits.memory', divisor: '1024' }, 'field-invalid /divisor'],
      [{ resource: 'limits.memory', divisor: '2Mi' }, 'field-invalid /divisor'],
      [{ resource: 'limits.cpu', divisor: '1Ki' }, 'field-invalid /divisor'],
      [{ resource: 'cpu' }, 'field-invalid /resource'],
    ],
  },
  'objects whose keys become variables': {
    rule: envFrom,
    cases: [
      [
        [
          { prefix: '', configMapRef: { name: 'a-' } },
          { prefix: 'P_', secretRef: { name: 'a' } },
        ],
      ],
      [[{}], 'field-required /0'],
      [[{ configMapRef: { name: 'a' }, secretRef: { name: 'a' } }], 'field-conflict /0/secretRef'],
      [[{ prefix: 'a=', secretRef: {} }], 'field-invalid /0/prefix', 'field-required /0/secretRef/name'],
      [[{ secretRef: { name: 'A' } }], 'field-invalid /0/secretRef/name'],
    ],
  },
  'the mode of a file': { rule: fileMode, cases: [[0], [0o777], [0o1000, 'field-invalid'], [-1, 'field-invalid']] },
});
