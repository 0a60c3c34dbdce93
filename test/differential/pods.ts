import { isObject, type Json, type JsonObject, type Path } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';

/** A pod with one thing changed, told by `title`. */
export interface Case {
  readonly title: string;
  readonly pod: Manifest;
}

const image = `registry.example.com/a@sha256:${'0'.repeat(64)}`;

const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/** Good enough for `restricted`. */
const strict: JsonObject = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  initContainers: [{ name: 'before', image, securityContext: hardened }],
  containers: [{ name: 'main', image, securityContext: hardened }],
};

/** Good enough for `baseline`: it says nothing. */
const plain: JsonObject = { initContainers: [{ name: 'before', image }], containers: [{ name: 'main', image }] };

const windows: JsonObject = {
  os: { name: 'windows' },
  securityContext: { runAsNonRoot: true },
  initContainers: [{ name: 'before', image }],
  containers: [{ name: 'main', image }],
};

/** Where a field stands: in the pod's spec, in its security context, in containers, or in their security contexts. */
const places: Readonly<Record<string, readonly Path[]>> = {
  spec: [[]],
  pod: [['securityContext']],
  container: [
    ['containers', 0],
    ['initContainers', 0],
  ],
  context: [
    ['containers', 0, 'securityContext'],
    ['initContainers', 0, 'securityContext'],
  ],
  any: [['securityContext'], ['containers', 0, 'securityContext'], ['initContainers', 0, 'securityContext']],
};

const profile = (type: string): JsonObject => ({ type, ...(type === 'Localhost' ? { localhostProfile: 'own.json' } : {}) });
const profiles = ['RuntimeDefault', 'Localhost', 'Unconfined'].map(profile);
const handlers = ['127.0.0.1', 'example.com', ''].flatMap((host) => [{ httpGet: { port: 80, host } }, { tcpSocket: { port: 80, host } }]);
const sysctls = [
  'kernel.shm_rmid_forced',
  'kernel.msgmax',
  'net.core.somaxconn',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_notsent_lowat',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_slow_start_after_idle',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
];
const volumes: Readonly<Record<string, JsonObject>> = {
  awsElasticBlockStore: { volumeID: 'x' },
  azureDisk: { diskName: 'x', diskURI: 'https://example.com/x' },
  azureFile: { secretName: 'x', shareName: 'x' },
  cephfs: { monitors: ['x'] },
  cinder: { volumeID: 'x' },
  configMap: { name: 'x' },
  csi: { driver: 'example.com' },
  downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] },
  emptyDir: {},
  ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } },
  fc: { targetWWNs: ['x'], lun: 1 },
  flexVolume: { driver: 'example.com/x' },
  flocker: { datasetName: 'x' },
  gcePersistentDisk: { pdName: 'x' },
  gitRepo: { repository: 'https://example.com/x.git' },
  glusterfs: { endpoints: 'x', path: 'x' },
  hostPath: { path: '/x' },
  image: { reference: image },
  iscsi: { targetPortal: '192.0.2.1', iqn: 'iqn.2001-04.com.example:x', lun: 0 },
  nfs: { server: 'example.com', path: '/x' },
  persistentVolumeClaim: { claimName: 'x' },
  photonPersistentDisk: { pdID: 'x' },
  portworxVolume: { volumeID: 'x' },
  projected: { sources: [{ configMap: { name: 'x' } }] },
  quobyte: { registry: 'example.com:1', volume: 'x' },
  rbd: { monitors: ['x'], image: 'x' },
  scaleIO: { gateway: 'x', system: 'x', volumeName: 'x', secretRef: { name: 'x' } },
  secret: { secretName: 'x' },
  storageos: { volumeName: 'x' },
  vsphereVolume: { volumePath: 'x' },
};

/** Each field that a rule looks at, where it stands, and each value that is of interest. */
const fields: readonly (readonly [place: keyof typeof places, field: string, values: readonly Json[]])[] = [
  ['spec', 'hostNetwork', [true, false]],
  ['spec', 'hostPID', [true, false]],
  ['spec', 'hostIPC', [true, false]],
  ['spec', 'hostUsers', [true, false]],
  ['spec', 'volumes', [...Object.entries(volumes).map(([type, source]) => [{ name: 'v', [type]: source }]), [{ name: 'v' }], []]],
  ['pod', 'sysctls', [...sysctls.map((name) => [{ name, value: '1' }]), []]],
  ['any', 'runAsNonRoot', [true, false]],
  ['any', 'runAsUser', [0, 1, 1000]],
  ['any', 'seccompProfile', profiles],
  ['any', 'appArmorProfile', profiles],
  [
    'any',
    'seLinuxOptions',
    [
      ...['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', 'spc_t'].map((type) => ({ type })),
      { user: 'u' },
      { role: 'r' },
      { level: 's0' },
      { type: '', user: '', role: '' },
      {},
    ],
  ],
  ['any', 'windowsOptions', [{ hostProcess: true }, { hostProcess: false }, { runAsUserName: 'x' }]],
  ['context', 'privileged', [true, false]],
  ['context', 'allowPrivilegeEscalation', [true, false, null]],
  ['context', 'procMount', ['Default', 'Unmasked']],
  [
    'context',
    'capabilities',
    [
      null,
      {},
      { drop: [] },
      { drop: ['ALL'] },
      { drop: ['all'] },
      { drop: ['NET_RAW', 'ALL'] },
      { drop: ['NET_RAW'] },
      ...['NET_BIND_SERVICE', 'CHOWN', 'SYS_CHROOT', 'NET_RAW', 'SYS_ADMIN', 'ALL', 'CAP_CHOWN'].map((added) => ({
        drop: ['ALL'],
        add: [added],
      })),
    ],
  ],
  ['container', 'securityContext', [null, {}]],
  ['container', 'ports', [[{ containerPort: 80 }], [{ containerPort: 80, hostPort: 80 }], [{ containerPort: 80, hostPort: 0 }]]],
  ['container', 'lifecycle', handlers.flatMap((handler) => [{ preStop: handler }, { postStart: handler }])],
];

/** Probes are for containers that go on running. */
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
  handlers.map((handler) => [['containers', 0, probe], handler] as const),
);

const annotations: readonly JsonObject[] = ['runtime/default', 'localhost/own', 'unconfined'].map((value) => ({
  'container.apparmor.security.beta.kubernetes.io/main': value,
}));

/** Those whose verdict differs between versions of the standards: what they change is named like this. */
export const versioned = (all: readonly Case[]): readonly Case[] =>
  all.filter(({ title }) => /users of its own|procMount|sysctls|seLinuxOptions|Probe|lifecycle/.test(title));

/** Pods that differ from a good one in one field each, and good ones. */
export const cases: readonly Case[] = Object.entries({ strict, plain, windows }).flatMap(([name, base]) => [
  caseOf(name, base),
  ...fields.flatMap(([place, field, values]) =>
    (places[place] ?? []).flatMap((path) => values.map((value) => changed(name, base, [[...path, field], value]))),
  ),
  ...probes.map((change) => changed(name, base, change)),
  ...annotations.map((one) => caseOf(`${name} with ${JSON.stringify(one)}`, base, one)),
  // What users of its own make of root.
  ...[{ runAsUser: 0, runAsNonRoot: false }, { runAsUser: 0 }].map((context) =>
    caseOf(`${name} with users of its own and ${JSON.stringify(context)}`, { ...base, hostUsers: false, securityContext: context }),
  ),
  changed(`${name} with users of its own`, { ...base, hostUsers: false }, [['containers', 0, 'securityContext', 'procMount'], 'Unmasked']),
]);

function changed(name: string, base: JsonObject, [path, value]: readonly [Path, Json]): Case {
  return caseOf(`${name} with ${path.join('.')} ${JSON.stringify(value)}`, put(base, path, value) as JsonObject);
}

function caseOf(title: string, spec: JsonObject, annotations: JsonObject = {}): Case {
  const metadata = { name: 'asked', annotations: annotations as Readonly<Record<string, string>> };
  return { title, pod: { apiVersion: 'v1', kind: 'Pod', metadata, spec } };
}

/** `value` with `put` under `path`; null takes the field away. */
function put(value: Json | undefined, path: Path, given: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return given;
  if (Array.isArray(value)) return value.map((item: Json, i) => (i === key ? put(item, rest, given) : item));
  const { [key]: old, ...others } = isObject(value) ? value : {};
  return rest.length === 0 && given === null ? others : { ...others, [key]: put(old, rest, given) };
}
