import { pod, podTemplate, podTemplateWith, runsForEver } from '../../../../../src/compile/validate/rules/pods/template.ts';
import { testRules } from '../said.ts';

const a = { name: 'a', image: 'a' };
const mounting = { containers: [{ ...a, volumeMounts: [{ name: 'data', mountPath: '/a' }] }] };

testRules({
  'the template of a pod': {
    rule: podTemplate,
    cases: [
      [{ metadata: { labels: { a: 'b' } }, spec: { containers: [{ ...a, image: ' a' }] } }],
      [{}, 'field-required /spec'],
      [
        { metadata: { labels: { 'a b': 'c' } }, spec: { containers: [a], hostname: 'A' } },
        'field-invalid /metadata/labels/a b',
        'field-invalid /spec/hostname',
      ],
      [{ spec: mounting }, 'mount-unknown /spec/containers/0/volumeMounts/0/name'],
    ],
  },
  'the template of a StatefulSet': {
    rule: podTemplateWith(['data']),
    cases: [
      [{ spec: { ...mounting, hostname: 'A' } }],
      [{ spec: { ...mounting, dnsPolicy: 'None' } }, 'field-required /spec/dnsConfig/nameservers'],
    ],
  },
  'a pod': {
    rule: pod,
    cases: [
      [{ metadata: {}, spec: { containers: [a] } }],
      [
        { spec: { containers: [{ ...a, image: ' a' }], subdomain: 'A' } },
        'field-invalid /spec/subdomain',
        'field-invalid /spec/containers/0/image',
      ],
    ],
  },
  'pods that run for ever': {
    rule: runsForEver('Deployment'),
    cases: [
      [{ spec: { restartPolicy: '' } }],
      [{ spec: { restartPolicy: 'Always' } }],
      [
        { spec: { restartPolicy: 'Never', activeDeadlineSeconds: 1 } },
        'field-invalid /spec/restartPolicy',
        'field-forbidden /spec/activeDeadlineSeconds',
      ],
    ],
  },
});
