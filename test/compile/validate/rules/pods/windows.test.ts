import { hostProcesses, operatingSystem, windowsOptions } from '../../../../../src/compile/validate/rules/pods/windows.ts';
import { testRules } from '../said.ts';

const user = (runAsUserName: string) => ({ runAsUserName });
const process = (hostProcess: boolean) => ({ securityContext: { windowsOptions: { hostProcess } } });

testRules({
  'what is said to Windows': {
    rule: windowsOptions,
    cases: [
      [{ gmsaCredentialSpecName: 'a.b', gmsaCredentialSpec: '{}', runAsUserName: 'NT AUTHORITY\\SYSTEM' }],
      [
        { gmsaCredentialSpecName: 'A', gmsaCredentialSpec: '' },
        'field-invalid /gmsaCredentialSpecName',
        'field-required /gmsaCredentialSpec',
      ],
      [{ gmsaCredentialSpec: 'x'.repeat(64 * 1024 + 1) }, 'field-range /gmsaCredentialSpec'],
      ...['', 'a\\b\\c', 'a\\', '. .', 'a/b', 'a\u0007', `${'a'.repeat(256)}\\b`, '.a\\b', 'a'.repeat(105)].map(
        (name) => [user(name), 'field-invalid /runAsUserName'] as const,
      ),
      [user('a'.repeat(104))],
    ],
  },
  'the operating system of a pod': {
    rule: operatingSystem,
    cases: [
      [{ os: { name: 'linux' }, hostPID: true, securityContext: { fsGroup: 1 } }],
      [{ os: { name: 'windows' }, hostPID: false, securityContext: { windowsOptions: {}, sysctls: [] } }],
      [{ os: { name: 'plan9' } }, 'field-invalid /os/name'],
      [{ os: { name: '' } }, 'field-required /os/name'],
      [{ os: { name: 'linux' }, securityContext: { windowsOptions: {} } }, 'field-forbidden /securityContext/windowsOptions'],
      [
        { os: { name: 'windows' }, hostIPC: true, hostUsers: true, resources: {} },
        'field-forbidden /hostUsers',
        'field-forbidden /resources',
        'field-forbidden /hostIPC',
      ],
      [
        { os: { name: 'windows' }, securityContext: { sysctls: [{}], fsGroup: 1 } },
        'field-forbidden /securityContext/fsGroup',
        'field-forbidden /securityContext/sysctls',
      ],
      [
        { os: { name: 'windows' }, containers: [{ securityContext: { privileged: false, runAsUser: 1 } }] },
        'field-forbidden /containers/0/securityContext/runAsUser',
        'field-forbidden /containers/0/securityContext/privileged',
      ],
    ],
  },
  'pods that are processes of their node': {
    rule: hostProcesses,
    cases: [
      [{ hostNetwork: true, ...process(true), containers: [{}, process(true)] }],
      [{ containers: [process(false), {}] }],
      [{ ...process(true), containers: [{}] }, 'field-required /hostNetwork'],
      [{ hostNetwork: true, containers: [process(true), {}] }, 'field-conflict /containers/1/securityContext/windowsOptions/hostProcess'],
      [
        { hostNetwork: true, ...process(true), containers: [{}, process(false)] },
        'field-conflict /containers/1/securityContext/windowsOptions/hostProcess',
      ],
    ],
  },
});
