import { device, mount, mountsOf, volumesOf } from '../../../../../src/compile/validate/rules/pods/mounts.ts';
import { object } from '../../../../../src/compile/validate/rules/rule.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const all = object((spec, path) => mountsOf(spec, path, volumesOf(spec, [])));
const claimed = object((spec, path) => mountsOf(spec, path, volumesOf(spec, ['data'])));
const volumes = [
  { name: 'data', emptyDir: {} },
  { name: 'disk', persistentVolumeClaim: { claimName: 'a' } },
  { name: 'made', ephemeral: {} },
  { name: 'bare' },
];
const pod = (container: JsonObject, list = 'containers') => ({ volumes, [list]: [container] });
const mounted = (...names: readonly string[]) => ({ volumeMounts: names.map((name) => ({ name, mountPath: `/${name}` })) });
const fileOf = (volumeName: string) => ({ env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName, path: 'a', key: 'k' } } }] });

testRules({
  'a mount by itself': {
    rule: mount,
    cases: [
      [{ name: 'a', mountPath: '/a', subPath: 'b/..c', readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'None' }],
      [{ name: '', mountPath: '' }, 'field-required /name', 'field-required /mountPath'],
      [{ name: 'a', mountPath: '/a', subPath: '../b' }, 'field-invalid /subPath'],
      [{ name: 'a', mountPath: '/a', subPathExpr: '/b' }, 'field-invalid /subPathExpr'],
      [{ name: 'a', mountPath: '/a', subPath: 'b', subPathExpr: 'c' }, 'field-conflict /subPathExpr'],
      [{ name: 'a', mountPath: '/a', subPath: '', subPathExpr: 'c' }],
      [{ name: 'a', mountPath: '/a', recursiveReadOnly: 'Enabled' }, 'field-forbidden /recursiveReadOnly'],
      [{ name: 'a', mountPath: '/a', recursiveReadOnly: 'Disabled' }],
      [
        { name: 'a', mountPath: '/a', readOnly: true, recursiveReadOnly: 'IfPossible', mountPropagation: 'HostToContainer' },
        'field-forbidden /recursiveReadOnly',
      ],
      [{ name: 'a', mountPath: '/a', recursiveReadOnly: 'Yes' }, 'field-invalid /recursiveReadOnly'],
    ],
  },
  'a device by itself': {
    rule: device,
    cases: [
      [{ name: 'a', devicePath: '/dev/a' }],
      [{ name: '', devicePath: '/dev/../a' }, 'field-required /name', 'field-invalid /devicePath'],
    ],
  },
  'mounts of volumes that are there': {
    rule: all,
    cases: [
      [pod(mounted('data', 'disk'))],
      [pod(mounted('date')), 'mount-unknown /containers/0/volumeMounts/0/name'],
      [pod(mounted('date'), 'initContainers'), 'mount-unknown /initContainers/0/volumeMounts/0/name'],
      [
        pod({ volumeMounts: [{ name: 'data', mountPropagation: 'Bidirectional' }] }),
        'field-invalid /containers/0/volumeMounts/0/mountPropagation',
      ],
      [pod({ securityContext: { privileged: true }, volumeMounts: [{ name: 'data', mountPropagation: 'Bidirectional' }] })],
    ],
  },
  'devices of volumes that can be some': {
    rule: all,
    cases: [
      [
        pod({
          volumeDevices: [
            { name: 'disk', devicePath: '/dev/a' },
            { name: 'made', devicePath: '/dev/b' },
          ],
        }),
      ],
      [pod({ volumeDevices: [{ name: 'data', devicePath: '/dev/a' }] }), 'field-invalid /containers/0/volumeDevices/0/name'],
      [pod({ volumeDevices: [{ name: 'none', devicePath: '/dev/a' }] }), 'mount-unknown /containers/0/volumeDevices/0/name'],
      [
        pod({
          volumeDevices: [
            { name: 'disk', devicePath: '/a' },
            { name: 'disk', devicePath: '/b' },
          ],
        }),
        'field-duplicate /containers/0/volumeDevices/1/name',
      ],
      [
        pod({ ...mounted('disk'), volumeDevices: [{ name: 'disk', devicePath: '/a' }] }),
        'field-invalid /containers/0/volumeDevices/0/name',
      ],
      [
        pod({ ...mounted('data'), volumeDevices: [{ name: 'disk', devicePath: '/data' }] }),
        'field-invalid /containers/0/volumeDevices/0/devicePath',
      ],
    ],
  },
  'files that variables are read from': {
    rule: all,
    cases: [
      [pod(fileOf('data'))],
      [pod(fileOf('bare'))],
      [pod(fileOf('disk')), 'field-invalid /containers/0/env/0/valueFrom/fileKeyRef/volumeName'],
      [pod(fileOf('none')), 'mount-unknown /containers/0/env/0/valueFrom/fileKeyRef/volumeName'],
    ],
  },
  'volumes that claims of a StatefulSet add': {
    rule: claimed,
    cases: [
      [{ containers: [mounted('data')] }],
      [pod({ volumeDevices: [{ name: 'data', devicePath: '/dev/a' }] })],
      [{ containers: [mounted('date')] }, 'mount-unknown /containers/0/volumeMounts/0/name'],
    ],
  },
});
