import { containers } from '../../../../../src/compile/validate/rules/pods/container.ts';
import { fields } from '../../../../../src/compile/validate/rules/rule.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const a = { name: 'a', image: 'a' };
const containersOf = (...more: readonly JsonObject[]) => ({ containers: more.map((one) => ({ ...a, ...one })) });
const initOf = (more: JsonObject) => ({ initContainers: [{ ...a, ...more }] });
const rule = fields(containers);
const exits = { exitCodes: { operator: 'In', values: [1] }, action: 'Restart' };

testRules({
  'a container': {
    rule,
    cases: [
      [containersOf({})],
      [{ containers: [] }, 'field-required /containers'],
      [containersOf({ name: 'A' }), 'field-invalid /containers/0/name'],
      [containersOf({ name: '' }), 'field-required /containers/0/name'],
      [containersOf({ image: '' }), 'field-required /containers/0/image'],
      [{ containers: [7, 'a', []] }],
      [{ containers: [null] }, 'field-required /containers/0/image'],
    ],
  },
  'the ports of a container': {
    rule,
    cases: [
      [
        containersOf({
          ports: [
            { containerPort: 80, hostPort: 0, name: '' },
            { containerPort: 81, name: '' },
            { containerPort: 82, name: 'http' },
          ],
        }),
      ],
      [containersOf({ ports: [{ containerPort: 0 }] }), 'field-range /containers/0/ports/0/containerPort'],
      [
        containersOf({ ports: [{ containerPort: 80, hostPort: 70_000, name: 'HTTP' }] }),
        'field-invalid /containers/0/ports/0/name',
        'field-range /containers/0/ports/0/hostPort',
      ],
      [
        containersOf({
          ports: [
            { containerPort: 80, name: 'a' },
            { containerPort: 81, name: 'a' },
          ],
        }),
        'field-duplicate /containers/0/ports/1/name',
      ],
    ],
  },
  'how a container is started again': {
    rule,
    cases: [
      [containersOf({ restartPolicy: 'Never', restartPolicyRules: [exits] })],
      [containersOf({ restartPolicy: 'Sometimes' }), 'field-invalid /containers/0/restartPolicy'],
      [containersOf({ restartPolicyRules: [exits] }), 'field-required /containers/0/restartPolicy'],
      [
        containersOf({ restartPolicy: 'Never', restartPolicyRules: [{ action: 'Stop' }] }),
        'field-required /containers/0/restartPolicyRules/0/exitCodes',
        'field-invalid /containers/0/restartPolicyRules/0/action',
      ],
      [
        containersOf({ restartPolicy: 'Never', restartPolicyRules: Array.from({ length: 21 }, () => exits) }),
        'field-range /containers/0/restartPolicyRules',
      ],
    ],
  },
  'what is resized': {
    rule,
    cases: [
      [
        containersOf({
          resizePolicy: [
            { resourceName: 'cpu', restartPolicy: 'NotRequired' },
            { resourceName: 'memory', restartPolicy: 'RestartContainer' },
          ],
        }),
      ],
      [
        containersOf({ resizePolicy: [{ resourceName: 'disk', restartPolicy: 'Never' }] }),
        'field-invalid /containers/0/resizePolicy/0/resourceName',
        'field-invalid /containers/0/resizePolicy/0/restartPolicy',
      ],
      [
        containersOf({
          resizePolicy: [
            { resourceName: 'cpu', restartPolicy: 'NotRequired' },
            { resourceName: 'cpu', restartPolicy: 'NotRequired' },
          ],
        }),
        'field-duplicate /containers/0/resizePolicy/1/resourceName',
      ],
    ],
  },
  'a container that comes before the others': {
    rule,
    cases: [
      [initOf({})],
      [initOf({ restartPolicy: 'Always', livenessProbe: { tcpSocket: { port: 80 } }, lifecycle: {} })],
      [
        initOf({ livenessProbe: {}, lifecycle: {} }),
        'field-forbidden /initContainers/0/livenessProbe',
        'field-forbidden /initContainers/0/lifecycle',
      ],
      [initOf({ restartPolicy: 'Always', readinessProbe: {} }), 'field-required /initContainers/0/readinessProbe'],
      [initOf({ restartPolicy: 'Always', restartPolicyRules: [exits] }), 'field-forbidden /initContainers/0/restartPolicyRules'],
      [initOf({ restartPolicy: 'Never', restartPolicyRules: [exits] })],
    ],
  },
});
