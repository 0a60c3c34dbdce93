import { ApiObject } from 'cdk8s';
import { baseline, defineChart, defineEnvironment, restricted } from 'lockstep';

const image = `registry.example.com/a:1@sha256:${'0'.repeat(64)}`;
const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const pod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

/** For each rule a pod that does not keep it, and keeps all others. */
const broken: Readonly<
  Record<string, { readonly pod?: object; readonly spec?: object; readonly container?: object; readonly context?: object }>
> = {
  'app-armor': { context: { appArmorProfile: { type: 'Unconfined' } } },
  capabilities: { context: { capabilities: { drop: ['NET_RAW'], add: ['NET_BIND_SERVICE', 'SYS_TIME'] } } },
  'host-namespaces': { spec: { hostNetwork: true, hostPID: true, hostIPC: true } },
  'host-path': { spec: { volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] } },
  'host-ports': { container: { ports: [{ containerPort: 80, hostPort: 8080 }] } },
  'host-probes': { container: { livenessProbe: { httpGet: { port: 80, host: '127.0.0.1' } } } },
  'privilege-escalation': { context: { allowPrivilegeEscalation: true } },
  privileged: { context: { privileged: true, allowPrivilegeEscalation: true } },
  'proc-mount': { spec: { hostUsers: false }, context: { procMount: 'Unmasked' } },
  'run-as-non-root': { pod: { runAsNonRoot: null } },
  'run-as-user': { pod: { runAsUser: 0 } },
  'se-linux': { pod: { seLinuxOptions: { type: 'spc_t', role: 'admin' } } },
  seccomp: { pod: { seccompProfile: { type: 'Unconfined' } } },
  'seccomp-unsaid': { pod: { seccompProfile: null } },
  sysctls: {
    pod: {
      sysctls: [
        { name: 'kernel.shm_rmid_forced', value: '1' },
        { name: 'kernel.msgmax', value: '1' },
      ],
    },
  },
  'volume-types': {
    spec: {
      volumes: [
        { name: 'share', nfs: { server: 'nfs.example.com', path: '/' } },
        { name: 'tmp', emptyDir: {} },
      ],
    },
  },
  'windows-host-process': { pod: { windowsOptions: { hostProcess: true } }, spec: { hostNetwork: true } },
};

const pods = defineChart({
  namespace: 'shop',
  build(chart) {
    const add = (name: string, { pod: own, spec, container, context }: (typeof broken)[string]) =>
      new ApiObject(chart, name, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: {
          securityContext: { ...pod, ...own },
          containers: [{ name: 'main', image, securityContext: { ...hardened, ...context }, ...container }],
          ...spec,
        },
      });
    for (const [name, change] of Object.entries(broken)) add(name, change);
    add('good', {});
    // Windows knows none of this; the image brings its user along.
    const windows = { os: { name: 'windows' }, securityContext: { runAsNonRoot: true }, containers: [{ name: 'main', image }] };
    new ApiObject(chart, 'windows', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'windows' }, spec: windows });
    const spec = { initContainers: [{ name: 'first', image }], containers: [{ name: 'main', image, securityContext: hardened }] };
    new ApiObject(chart, 'template', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly' },
      spec: {
        schedule: '@daily',
        jobTemplate: { spec: { template: { spec: { ...spec, restartPolicy: 'Never', securityContext: pod } } } },
      },
    });
  },
});

export default defineEnvironment({
  name: 'hardened',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { pods },
  external: [{ kind: 'Namespace', name: 'shop' }],
  policies: { baseline, restricted },
});
