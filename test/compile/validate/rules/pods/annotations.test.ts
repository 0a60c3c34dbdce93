import { podAnnotations } from '../../../../../src/compile/validate/rules/pods/annotations.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const pod = (key: string, value: string, spec: JsonObject = { containers: [{ name: 'a' }] }) => ({
  metadata: { annotations: { [key]: value } },
  spec,
});
const cost = 'controller.kubernetes.io/pod-deletion-cost';
const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';
const at = '/metadata/annotations/';

testRules({
  'annotations of a pod that mean something': {
    rule: podAnnotations,
    cases: [
      [pod('example.com/a', 'anything')],
      [pod(cost, '-5')],
      [pod(cost, '2147483647')],
      ...['', '01', '+1', '2147483648', '1.5'].map(
        (value) => [pod(cost, value), `field-invalid ${at}controller.kubernetes.io~1pod-deletion-cost`] as const,
      ),
      [pod(seccomp, 'localhost/a')],
      [pod(seccomp, 'localhost/../a'), `field-invalid ${at}seccomp.security.alpha.kubernetes.io~1pod`],
      [pod(seccomp, 'strict'), `field-invalid ${at}seccomp.security.alpha.kubernetes.io~1pod`],
      [pod(`${appArmor}a`, 'runtime/default')],
      [pod(`${appArmor}b`, 'runtime/default'), `field-invalid ${at}container.apparmor.security.beta.kubernetes.io~1b`],
      [pod(`${appArmor}a`, 'strict'), `field-invalid ${at}container.apparmor.security.beta.kubernetes.io~1a`],
      [pod('kubernetes.io/config.mirror', '', { nodeName: 'a' })],
      [pod('kubernetes.io/config.mirror', ''), 'field-required /spec/nodeName'],
    ],
  },
});
