import { inPod } from '../../../../../src/compile/validate/rules/pods/inpod.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const sleeping = (seconds: number) => ({ lifecycle: { preStop: { sleep: { seconds } } } });
const port = (containerPort: number, hostPort?: number, more: JsonObject = {}) => ({
  ports: [{ containerPort, ...(hostPort === undefined ? {} : { hostPort }), ...more }],
});
const claiming = { resources: { claims: [{ name: 'gpu' }] } };

testRules({
  'what a container may do depends on its pod': {
    rule: inPod,
    cases: [
      [{ containers: [sleeping(30)] }],
      [{ containers: [sleeping(31)] }, 'field-range /containers/0/lifecycle/preStop/sleep/seconds'],
      [{ terminationGracePeriodSeconds: 60, containers: [sleeping(31)] }],
      [{ terminationGracePeriodSeconds: 5, containers: [sleeping(6)] }, 'field-range /containers/0/lifecycle/preStop/sleep/seconds'],
      [{ restartPolicy: 'OnFailure', containers: [{ resizePolicy: [{ restartPolicy: 'RestartContainer' }] }] }],
      [
        { restartPolicy: 'Never', containers: [{ resizePolicy: [{ restartPolicy: 'RestartContainer' }] }] },
        'field-invalid /containers/0/resizePolicy/0/restartPolicy',
      ],
      [{ containers: [{ securityContext: { procMount: 'Unmasked' } }] }, 'field-invalid /containers/0/securityContext/procMount'],
      [{ hostUsers: false, containers: [{ securityContext: { procMount: 'Unmasked' } }] }],
      [{ hostUsers: false, containers: [{ volumeDevices: [{}] }] }, 'field-forbidden /containers/0/volumeDevices'],
      [{ resourceClaims: [{ name: 'gpu' }], containers: [claiming] }],
      [{ containers: [claiming] }, 'field-invalid /containers/0/resources/claims/0/name'],
    ],
  },
  'names of containers': {
    rule: inPod,
    cases: [
      [{ containers: [{ name: 'a' }], initContainers: [{ name: 'b' }] }],
      [{ containers: [{ name: 'a' }], initContainers: [{ name: 'a' }] }, 'field-duplicate /initContainers/0/name'],
    ],
  },
  'ports of the node': {
    rule: inPod,
    cases: [
      [
        {
          containers: [port(80, 80), port(80, 80, { protocol: 'UDP' }), port(80, 80, { hostIP: '10.0.0.1' })],
          initContainers: [port(80, 80)],
        },
      ],
      [{ containers: [port(80, 0), port(80, 0)] }],
      [{ containers: [port(80, 8080), port(81, 8080, { protocol: 'TCP' })] }, 'field-duplicate /containers/1/ports/0/hostPort'],
      [{ hostNetwork: true, containers: [port(80), port(81, 81)] }],
      [{ hostNetwork: true, containers: [port(80, 8080)] }, 'field-invalid /containers/0/ports/0/hostPort'],
    ],
  },
});
