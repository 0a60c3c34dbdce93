import type { JsonObject } from '../../../../../src/model/json.ts';
import { type Break, container, many, testWholes } from './said.ts';

const selector = { matchLabels: { a: 'b' } };
const wrongSelector = { matchLabels: { 'a-': 'c' } };
const probe = { httpGet: { port: 80 }, initialDelaySeconds: 1, timeoutSeconds: 1, periodSeconds: 1, failureThreshold: 1 };
const term = { labelSelector: selector, namespaceSelector: selector, topologyKey: 'a', matchLabelKeys: ['c'], mismatchLabelKeys: ['d'] };
const terms = {
  requiredDuringSchedulingIgnoredDuringExecution: [term],
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }],
};
const nodes = {
  matchExpressions: [{ key: 'a', operator: 'Exists' }],
  matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }],
};
const security = {
  runAsUser: 1,
  runAsGroup: 1,
  seccompProfile: { type: 'RuntimeDefault' },
  appArmorProfile: { type: 'RuntimeDefault' },
  windowsOptions: { runAsUserName: 'a' },
};
const running = {
  ...container,
  env: [
    { name: 'A', valueFrom: { fileKeyRef: { key: 'a', volumeName: 'data', path: 'b' } } },
    { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
  ],
  envFrom: [{ configMapRef: { name: 'a' } }],
  volumeMounts: [{ name: 'data', mountPath: '/a' }],
  volumeDevices: [{ name: 'disk', devicePath: '/b' }],
  resources: { limits: { cpu: 1 }, requests: { cpu: 1 } },
  securityContext: security,
  restartPolicy: 'Never',
  restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }],
  lifecycle: { preStop: { httpGet: { port: 80 } }, postStart: { tcpSocket: { port: 80 } } },
  livenessProbe: probe,
  readinessProbe: { ...probe, successThreshold: 2 },
  startupProbe: { ...probe, httpGet: undefined, tcpSocket: { port: 80 } } as unknown as JsonObject,
};
const spec = {
  containers: [running],
  initContainers: [{ ...container, name: 'b', lifecycle: { stopSignal: 'SIGTERM' } }],
  volumes: [
    { name: 'data', emptyDir: {} },
    { name: 'disk', persistentVolumeClaim: { claimName: 'a' } },
  ],
  resources: { limits: { cpu: 2 }, requests: { cpu: 1 } },
  runtimeClassName: 'a',
  shareProcessNamespace: true,
  overhead: { cpu: 1 },
  securityContext: security,
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodes] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: nodes }],
    },
    podAffinity: terms,
    podAntiAffinity: terms,
  },
  topologySpreadConstraints: [{ maxSkew: 1, minDomains: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector }],
  tolerations: [{ key: 'a', operator: 'Exists' }],
  resourceClaims: [
    { name: 'a', resourceClaimName: 'b' },
    { name: 'b', resourceClaimTemplateName: 'b' },
  ],
  readinessGates: [{ conditionType: 'a' }],
  schedulingGates: [{ name: 'a' }],
};

const container0 = '/spec/containers/0';
const ofContainers: readonly Break[] = [
  ['/spec/containers', [], 'field-required'],
  ['/spec/initContainers/0/image', '', 'field-required'],
  ['/spec/initContainers/0/lifecycle', { preStop: { sleep: { seconds: 1 } } }, 'field-forbidden'],
  [`${container0}/env/0/name`, '', 'field-required'],
  [`${container0}/env/0/valueFrom/fileKeyRef/volumeName`, '', 'field-required'],
  [`${container0}/env/0/valueFrom/fileKeyRef/path`, '', 'field-required'],
  [`${container0}/env/1/valueFrom/resourceFieldRef/resource`, '', 'field-required'],
  [`${container0}/envFrom/0/configMapRef/name`, 'a b', 'field-invalid'],
  [`${container0}/envFrom/0/configMapRef`, undefined, 'field-required /spec/containers/0/envFrom/0'],
  [`${container0}/volumeMounts/0/mountPath`, '', 'field-required'],
  [`${container0}/volumeMounts/0/name`, 'date', 'mount-unknown'],
  [`${container0}/volumeDevices/0/devicePath`, '', 'field-required'],
  [`${container0}/resources/requests/cpu`, -1, 'field-range'],
  [`${container0}/resources/requests/a b`, 1, 'field-invalid'],
  [`${container0}/securityContext/runAsUser`, -1, 'field-range'],
  [`${container0}/securityContext/runAsGroup`, -1, 'field-range'],
  [`${container0}/securityContext/seccompProfile/localhostProfile`, 'a', 'field-forbidden'],
  [`${container0}/securityContext/appArmorProfile/localhostProfile`, 'a', 'field-forbidden'],
  [`${container0}/securityContext/windowsOptions/runAsUserName`, '', 'field-invalid'],
  [`${container0}/restartPolicyRules/0/exitCodes/operator`, 'Is', 'field-invalid'],
  [`${container0}/restartPolicyRules/0/exitCodes/values`, many(256, (i) => i), 'field-range'],
  [`${container0}/lifecycle/preStop/httpGet/port`, 0, 'field-range'],
  [`${container0}/lifecycle/postStart/tcpSocket/port`, 0, 'field-range'],
  [`${container0}/livenessProbe/httpGet/port`, 0, 'field-range'],
  [`${container0}/livenessProbe/successThreshold`, 2, 'field-invalid'],
  [`${container0}/readinessProbe/successThreshold`, -1, 'field-range'],
  [`${container0}/readinessProbe/periodSeconds`, -1, 'field-range'],
  [`${container0}/startupProbe/tcpSocket/port`, 0, 'field-range'],
  [`${container0}/startupProbe/failureThreshold`, -1, 'field-range'],
  [`${container0}/startupProbe/initialDelaySeconds`, -1, 'field-range'],
  [`${container0}/startupProbe/timeoutSeconds`, -1, 'field-range'],
];

const affinity = '/spec/affinity';
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const ofScheduling: readonly Break[] = [
  [`${affinity}/podAffinity/${required}/0/labelSelector`, wrongSelector, 'field-invalid ./matchLabels/a-'],
  [`${affinity}/podAffinity/${required}/0/namespaceSelector`, wrongSelector, 'field-invalid ./matchLabels/a-'],
  [`${affinity}/podAffinity/${required}/0/matchLabelKeys/0`, 'a b', 'field-invalid'],
  [`${affinity}/podAffinity/${required}/0/mismatchLabelKeys/0`, 'a b', 'field-invalid'],
  [`${affinity}/podAffinity/${preferred}/0/weight`, 0, 'field-range'],
  [`${affinity}/podAffinity/${preferred}/0/podAffinityTerm/topologyKey`, '', 'field-required'],
  [`${affinity}/podAntiAffinity/${required}/0/topologyKey`, '', 'field-required'],
  [`${affinity}/nodeAffinity/${required}/nodeSelectorTerms`, [], 'field-required'],
  [`${affinity}/nodeAffinity/${required}/nodeSelectorTerms/0/matchFields/0/values`, [], 'field-required'],
  [`${affinity}/nodeAffinity/${required}/nodeSelectorTerms/0/matchFields/0/values/0`, 'a b', 'field-invalid'],
  [`${affinity}/nodeAffinity/${preferred}/0/weight`, 101, 'field-range'],
  [`${affinity}/nodeAffinity/${preferred}/0/preference/matchExpressions/0/key`, 'a b', 'field-invalid'],
  ['/spec/topologySpreadConstraints/0/maxSkew', 0, 'field-range'],
  ['/spec/topologySpreadConstraints/0/labelSelector', wrongSelector, 'field-invalid ./matchLabels/a-'],
  ['/spec/tolerations/0/key', 'a b', 'field-invalid'],
];

/** What only Linux has. */
const ofContext = ['appArmorProfile', 'seccompProfile', 'runAsUser', 'runAsGroup'].map((field) => `securityContext/${field}`);
const ofLinux = ['shareProcessNamespace', 'resources', ...ofContext, ...ofContext.map((field) => `containers/0/${field}`)];

const ofThePod: readonly Break[] = [
  ['/spec', undefined, 'field-required'],
  ['/metadata/finalizers', ['a'], 'field-invalid ./0'],
  ['/metadata/annotations/controller.kubernetes.io~1pod-deletion-cost', 'a', 'field-invalid'],
  [
    '/spec/volumes/0/name',
    'A',
    'field-invalid',
    'mount-unknown /spec/containers/0/volumeMounts/0/name',
    'mount-unknown /spec/containers/0/env/0/valueFrom/fileKeyRef/volumeName',
  ],
  ['/spec/resources/limits/ephemeral-storage', 1, 'field-invalid'],
  ['/spec/resources/requests/cpu', 0.5, 'field-invalid'],
  ['/spec/overhead/hugepages-2Mi', 1, 'field-invalid'],
  ['/spec/securityContext/runAsGroup', -1, 'field-range'],
  ['/spec/securityContext/windowsOptions/runAsUserName', '', 'field-invalid'],
  ['/spec/resourceClaims/0/resourceClaimName', 'a b', 'field-invalid'],
  ['/spec/resourceClaims/1/resourceClaimTemplateName', 'a b', 'field-invalid'],
  ['/spec/readinessGates/0/conditionType', 'a b', 'field-invalid'],
  ['/spec/schedulingGates/0/name', 'a b', 'field-invalid'],
  ['/spec/hostPID', true, 'field-forbidden /spec/shareProcessNamespace'],
  ['/spec/initContainers/0/name', 'a', 'field-duplicate'],
  ['/spec/os', { name: 'windows' }, ...ofLinux.map((field) => `field-forbidden /spec/${field}`)],
  ['/spec/securityContext/windowsOptions/hostProcess', true, 'field-required /spec/hostNetwork'],
];

testWholes({
  'a pod': {
    right: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', finalizers: ['example.com/a'] }, spec },
    breaks: [...ofContainers, ...ofScheduling, ...ofThePod],
  },
});
