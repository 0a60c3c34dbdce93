import { lifecycle, probes } from '../../../../../src/compile/validate/rules/pods/probes.ts';
import { fields } from '../../../../../src/compile/validate/rules/rule.ts';
import { testRules } from '../said.ts';

const get = { httpGet: { port: 80 } };

testRules({
  'how a probe asks': {
    rule: fields(probes),
    cases: [
      [{ livenessProbe: { httpGet: { port: 'http', path: '', httpHeaders: [{ name: 'X-A', value: '' }] } } }],
      [{ readinessProbe: { tcpSocket: { port: 1 } }, startupProbe: { grpc: { port: 65_535 } } }],
      [{ livenessProbe: { exec: { command: ['a'] } } }],
      [{ livenessProbe: {} }, 'field-required /livenessProbe'],
      [{ livenessProbe: { ...get, exec: { command: ['a'] } } }, 'field-conflict /livenessProbe/httpGet'],
      [{ livenessProbe: { exec: {} } }, 'field-required /livenessProbe/exec/command'],
      [{ livenessProbe: { httpGet: { port: 0 } } }, 'field-range /livenessProbe/httpGet/port'],
      [{ livenessProbe: { httpGet: { port: '80' } } }, 'field-invalid /livenessProbe/httpGet/port'],
      [
        { livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'a:' }] } } },
        'field-invalid /livenessProbe/httpGet/httpHeaders/0/name',
      ],
      [{ livenessProbe: { grpc: { port: 65_536 } } }, 'field-range /livenessProbe/grpc/port'],
    ],
  },
  'how often a probe asks': {
    rule: fields(probes),
    cases: [
      [{ livenessProbe: { ...get, periodSeconds: 0, successThreshold: 0, failureThreshold: 1, terminationGracePeriodSeconds: 1 } }],
      [{ readinessProbe: { ...get, successThreshold: 3 } }],
      [{ livenessProbe: { ...get, periodSeconds: -1 } }, 'field-range /livenessProbe/periodSeconds'],
      [{ livenessProbe: { ...get, terminationGracePeriodSeconds: 0 } }, 'field-range /livenessProbe/terminationGracePeriodSeconds'],
      [{ livenessProbe: { ...get, successThreshold: 2 } }, 'field-invalid /livenessProbe/successThreshold'],
      [{ startupProbe: { ...get, successThreshold: 2 } }, 'field-invalid /startupProbe/successThreshold'],
      [{ readinessProbe: { ...get, terminationGracePeriodSeconds: 1 } }, 'field-forbidden /readinessProbe/terminationGracePeriodSeconds'],
    ],
  },
  'what is done at the start and at the end': {
    rule: lifecycle,
    cases: [
      [{ preStop: { sleep: { seconds: 0 } }, postStart: { exec: { command: ['a'] } } }],
      [{ preStop: {} }, 'field-required /preStop'],
      [{ preStop: { sleep: { seconds: -1 } } }, 'field-range /preStop/sleep/seconds'],
      [
        { postStart: { exec: { command: [] }, httpGet: { port: 80 } } },
        'field-conflict /postStart/httpGet',
        'field-required /postStart/exec/command',
      ],
    ],
  },
});
