import { containerSecurity, podSecurity, sharing } from '../../../../../src/compile/validate/rules/pods/security.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const sysctl = (name: string, more: JsonObject = {}) => ({ securityContext: { sysctls: [{ name, value: '1' }] }, ...more });

testRules({
  'the security context of a pod': {
    rule: podSecurity,
    cases: [
      [
        {
          fsGroup: 0,
          runAsUser: 2147483647,
          supplementalGroups: [1],
          seLinuxChangePolicy: 'Recursive',
          sysctls: [{ name: 'net.ipv4.a_b', value: '' }],
        },
      ],
      [{ fsGroup: -1, runAsUser: 2147483648, runAsGroup: -1 }, 'field-range /runAsUser', 'field-range /runAsGroup', 'field-range /fsGroup'],
      [{ supplementalGroups: [0, -1] }, 'field-range /supplementalGroups/1'],
      [{ seLinuxChangePolicy: 'MountOption' }, 'field-invalid /seLinuxChangePolicy'],
      [{ sysctls: [{ name: 'A' }, { name: '' }] }, 'field-invalid /sysctls/0/name', 'field-required /sysctls/1/name'],
      [{ sysctls: [{ name: 'a' }, { name: 'a' }] }, 'field-duplicate /sysctls/1/name'],
    ],
  },
  profiles: {
    rule: podSecurity,
    cases: [
      [{ seccompProfile: { type: 'Localhost', localhostProfile: 'a/b' }, appArmorProfile: { type: 'RuntimeDefault' } }],
      [{ seccompProfile: { type: 'Localhost' } }, 'field-required /seccompProfile/localhostProfile'],
      [{ seccompProfile: { type: 'Localhost', localhostProfile: '/a' } }, 'field-invalid /seccompProfile/localhostProfile'],
      [{ seccompProfile: { type: 'Unconfined', localhostProfile: 'a' } }, 'field-forbidden /seccompProfile/localhostProfile'],
      [{ appArmorProfile: { type: 'Localhost', localhostProfile: ' ' } }, 'field-invalid /appArmorProfile/localhostProfile'],
      [{ appArmorProfile: { type: 'Localhost', localhostProfile: 'a ' } }, 'field-invalid /appArmorProfile/localhostProfile'],
    ],
  },
  'the security context of a container': {
    rule: containerSecurity,
    cases: [
      [{ privileged: true, capabilities: { add: ['CAP_SYS_ADMIN'] } }],
      [{ allowPrivilegeEscalation: false, capabilities: { add: ['SYS_ADMIN'] } }],
      [{ allowPrivilegeEscalation: false, privileged: true }, 'field-invalid /allowPrivilegeEscalation'],
      [{ allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } }, 'field-invalid /allowPrivilegeEscalation'],
      [{ runAsUser: -1 }, 'field-range /runAsUser'],
    ],
  },
  'what a pod shares with its node': {
    rule: sharing,
    cases: [
      [{ hostNetwork: true, hostPID: true, hostIPC: true, hostUsers: true }],
      [{ hostUsers: false, hostNetwork: false }],
      [{ hostUsers: false, hostNetwork: true, hostIPC: true }, 'field-forbidden /hostNetwork', 'field-forbidden /hostIPC'],
      [{ shareProcessNamespace: true, hostPID: true }, 'field-forbidden /shareProcessNamespace'],
      [sysctl('net.ipv4.a')],
      [sysctl('net.ipv4.a', { hostIPC: true })],
      [sysctl('net.ipv4.a', { hostNetwork: true }), 'field-invalid /securityContext/sysctls/0/name'],
      [sysctl('net/ipv4/a', { hostNetwork: true }), 'field-invalid /securityContext/sysctls/0/name'],
      [sysctl('kernel.msgmax', { hostIPC: true }), 'field-invalid /securityContext/sysctls/0/name'],
      [sysctl('kernel.pid_max', { hostIPC: true, hostNetwork: true })],
    ],
  },
});
