import { barePod, ownNames, podSpec } from '../../../../../src/compile/validate/rules/pods/pod.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const containers = [{ name: 'a', image: 'a' }];
const spec = (more: JsonObject) => ({ containers, ...more });

testRules({
  'the fields of a pod': {
    rule: podSpec,
    cases: [
      [spec({ activeDeadlineSeconds: 1, nodeName: '', priorityClassName: 'a.b', runtimeClassName: 'a', nodeSelector: { a: 'b' } })],
      [spec({ activeDeadlineSeconds: 0 }), 'field-range /activeDeadlineSeconds'],
      [
        spec({ nodeName: 'A', priorityClassName: 'A', runtimeClassName: '' }),
        'field-invalid /nodeName',
        'field-invalid /priorityClassName',
        'field-invalid /runtimeClassName',
      ],
      [spec({ nodeSelector: { 'a b': 'c' } }), 'field-invalid /nodeSelector/a b'],
      [
        spec({ readinessGates: [{ conditionType: 'a b' }], schedulingGates: [{ name: '' }] }),
        'field-invalid /readinessGates/0/conditionType',
        'field-invalid /schedulingGates/0/name',
      ],
      [spec({ hostAliases: [{ ip: '::1', hostnames: ['a.b'] }] })],
      [
        spec({ hostAliases: [{ ip: '10.0.0', hostnames: ['A'] }] }),
        'field-invalid /hostAliases/0/ip',
        'field-invalid /hostAliases/0/hostnames/0',
      ],
      [spec({ serviceAccountName: 'a', serviceAccount: 'B' })],
      [spec({ serviceAccount: 'B' }), 'field-invalid /serviceAccount'],
      [spec({ serviceAccountName: 'B' }), 'field-invalid /serviceAccountName'],
      [spec({ ephemeralContainers: [] })],
      [spec({ ephemeralContainers: [{}] }), 'field-forbidden /ephemeralContainers'],
    ],
  },
  'how a pod finds others': {
    rule: podSpec,
    cases: [
      [spec({ dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.1'], searches: ['.', 'a_b.c.'], options: [{ name: 'ndots' }] } })],
      [spec({ dnsPolicy: 'None' }), 'field-required /dnsConfig/nameservers'],
      [spec({ dnsConfig: { nameservers: ['a'] } }), 'field-invalid /dnsConfig/nameservers/0'],
      [spec({ dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] } }), 'field-range /dnsConfig/nameservers'],
      [
        spec({ dnsConfig: { searches: ['a b'], options: [{ value: '1' }] } }),
        'field-invalid /dnsConfig/searches/0',
        'field-required /dnsConfig/options/0/name',
      ],
      [spec({ dnsConfig: { searches: Array.from({ length: 33 }, () => 'a') } }), 'field-range /dnsConfig/searches'],
      [spec({ dnsConfig: { searches: Array.from({ length: 9 }, () => 'a'.repeat(250)) } }), 'field-range /dnsConfig/searches'],
    ],
  },
  'what a pod calls itself': {
    rule: podSpec,
    cases: [
      [spec({ hostnameOverride: 'a.b' })],
      [spec({ hostnameOverride: 'a'.repeat(65) }), 'field-invalid /hostnameOverride'],
      [spec({ hostnameOverride: 'a', hostNetwork: true }), 'field-forbidden /hostnameOverride'],
      [spec({ hostnameOverride: 'a', setHostnameAsFQDN: true }), 'field-forbidden /hostnameOverride'],
    ],
  },
  'host name and subdomain': {
    rule: ownNames,
    cases: [
      [{ hostname: 'a', subdomain: '' }],
      [{ hostname: 'a.b', subdomain: 'A' }, 'field-invalid /hostname', 'field-invalid /subdomain'],
    ],
  },
  'claims of a pod': {
    rule: podSpec,
    cases: [
      [spec({ resourceClaims: [{ name: 'a', resourceClaimName: 'b' }] })],
      [spec({ resourceClaims: [{ name: 'a' }] }), 'field-required /resourceClaims/0'],
      [
        spec({ resourceClaims: [{ name: 'A', resourceClaimTemplateName: '' }] }),
        'field-invalid /resourceClaims/0/name',
        'field-invalid /resourceClaims/0/resourceClaimTemplateName',
      ],
    ],
  },
  tolerations: {
    rule: podSpec,
    cases: [
      [spec({ tolerations: [{ operator: 'Exists' }, { key: 'a', value: 'b', effect: 'NoExecute', tolerationSeconds: 1 }] })],
      [spec({ tolerations: [{ key: 'a', operator: 'Gt', value: '1' }] }), 'field-invalid /tolerations/0/operator'],
      [spec({ tolerations: [{ operator: 'Equal', value: 'b' }] }), 'field-invalid /tolerations/0/operator'],
      [spec({ tolerations: [{ key: 'a', tolerationSeconds: 1, effect: 'NoSchedule' }] }), 'field-invalid /tolerations/0/effect'],
      [spec({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }), 'field-invalid /tolerations/0/value'],
    ],
  },
  'a pod that is no template': {
    rule: barePod,
    cases: [
      [spec({ nodeName: 'a', volumes: [{ image: { reference: 'a' } }] })],
      [spec({ nodeName: 'a', schedulingGates: [{ name: 'a' }] }), 'field-forbidden /nodeName'],
      [{ containers: [{ image: ' a' }] }, 'field-invalid /containers/0/image'],
      [spec({ volumes: [{ image: {} }] }), 'field-required /volumes/0/image/reference'],
      [spec({ overhead: { cpu: '1' } }), 'field-forbidden /overhead'],
      [spec({ overhead: { cpu: '1' }, runtimeClassName: 'a' })],
    ],
  },
});
