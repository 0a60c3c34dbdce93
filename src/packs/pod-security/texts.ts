import type { RuleTexts } from '../pack.ts';

/** The rules of `baseline`: known ways out of a container into its node. */
export const baselineTexts = {
  'windows-host-process': {
    meaning: 'A pod or a container is a process of its Windows node.',
    reason: 'A Windows host process runs as a process of the node: whoever gets into the container has the node, and every pod on it.',
    remedy: 'Remove `windowsOptions.hostProcess`, or run what needs the node in a namespace for it, with an exception.',
  },
  'host-namespaces': {
    meaning: 'A pod shares the network, the processes or the memory of its node.',
    reason:
      'With `hostNetwork` a pod sees the traffic of its node and passes by network policies; with `hostPID` it sees and can end all processes of the node; with `hostIPC` it reads their shared memory.',
    remedy: 'Remove the field. Agents of the node that need it belong in a namespace of their own, with an exception.',
  },
  privileged: {
    meaning: 'A container is privileged.',
    reason: 'A privileged container has all devices and all capabilities of its node: it is root there with another name.',
    remedy: 'Remove `privileged`, and add the single capability or the device plugin that is really needed.',
  },
  capabilities: {
    meaning:
      'A container adds capabilities that it does not have by itself. Under `restricted`: it does not drop `ALL`, or adds another one than `NET_BIND_SERVICE`.',
    reason:
      'Capabilities beyond what a container has by itself (NET_ADMIN, SYS_ADMIN, …) let it change its node, or what other pods see. Under `restricted`, even those that it begins with are dropped, since hardly any program needs them.',
    remedy:
      "For `restricted`, write `capabilities: { drop: ['ALL'] }`, and add at most `NET_BIND_SERVICE`. For `baseline`, remove what is added.",
  },
  'host-path': {
    meaning: 'A volume is a path of the node.',
    reason:
      'A path of the node mounted into a pod is readable, and mostly writable, from there: `/`, the socket of the container runtime and the files of the kubelet each are the whole node.',
    remedy: 'Use a claim, an `emptyDir` or a projected volume instead.',
  },
  'host-ports': {
    meaning: 'A container takes a port of its node.',
    reason: 'A port of the node is taken by one pod only, is reached past Services, and on most networks past network policies, too.',
    remedy: 'Remove `hostPort` and reach the pod through a Service.',
  },
  'host-probes': {
    meaning: 'A probe or a hook names a `host`.',
    reason:
      'A probe or hook with a `host` has the kubelet send requests to any address that the author names, from the network of the node. Enforced since Kubernetes 1.34.',
    remedy: 'Remove `host`: without it the pod itself is asked.',
  },
  'app-armor': {
    meaning: 'An AppArmor profile is neither of the type `RuntimeDefault` nor `Localhost`.',
    reason: 'AppArmor limits what a container may do on its node. A profile of another type switches that off.',
    remedy: 'Remove the profile, or use the type `RuntimeDefault` or `Localhost`.',
  },
  'se-linux': {
    meaning: 'SELinux options name a user, a role, or a type that is not made for containers.',
    reason:
      'SELinux keeps containers apart by type. Another type, user or role lets a container reach files of the node or of other containers.',
    remedy:
      'Remove `user` and `role`, and use one of the types for containers: `container_t`, `container_init_t`, `container_kvm_t` or, since 1.31, `container_engine_t`.',
  },
  'proc-mount': {
    meaning: 'A container has `/proc` with what the runtime hides of it.',
    reason:
      'The container runtime hides parts of `/proc` that tell of the node or change it. An unmasked `/proc` shows them. Since 1.35 `baseline` lets pods with `hostUsers: false` have it.',
    remedy: 'Remove `procMount`.',
  },
  seccomp: {
    meaning: 'A seccomp profile is neither of the type `RuntimeDefault` nor `Localhost`. Under `restricted`: or there is none.',
    reason:
      'Seccomp keeps system calls from the kernel that no ordinary program makes, and many break-outs need. `Unconfined` lets all of them through; under `restricted`, so does saying nothing.',
    remedy: "Write `seccompProfile: { type: 'RuntimeDefault' }` into the security context of the pod.",
  },
  sysctls: {
    meaning: 'A pod sets kernel parameters that are not only its own.',
    reason: 'Most kernel parameters belong to the whole node: a pod that sets them changes it for all others.',
    remedy: 'Use only those that Kubernetes counts as safe, or have the parameter set on the node.',
  },
} as const satisfies RuleTexts;

/** What `restricted` adds: what a hardened pod looks like. */
const hardenedTexts = {
  'volume-types': {
    meaning: 'A volume names a disk, a server or a path of the node by itself.',
    reason:
      'Volumes that name a disk or a server by themselves pass by storage classes and claims, and by the rights and quotas on them; a `hostPath` is the node itself.',
    remedy: 'Use a claim, or one of `configMap`, `csi`, `downwardAPI`, `emptyDir`, `ephemeral`, `image`, `projected`, `secret`.',
  },
  'privilege-escalation': {
    meaning: 'A container does not forbid its processes to gain privileges.',
    reason:
      'Programs with the set-user-ID bit let a process that runs as nobody become root in its container, which is the first step out of it.',
    remedy: 'Write `allowPrivilegeEscalation: false` into the security context of every container.',
  },
  'run-as-non-root': {
    meaning: 'A container is not kept from running as root.',
    reason:
      'Root in a container is root on the node as soon as anything else fails. Without `runAsNonRoot`, the image decides. Since 1.35 pods with `hostUsers: false` are left out, since their root is nobody outside.',
    remedy: 'Write `runAsNonRoot: true` into the security context of the pod, and `runAsUser` where the image names no number.',
  },
  'run-as-user': {
    meaning: 'A pod or a container asks for the user 0.',
    reason: 'The user 0 is root, whatever the image says. Since 1.35 pods with `hostUsers: false` are left out.',
    remedy: 'Give another number, or leave it to the image.',
  },
} as const satisfies RuleTexts;

const { 'host-path': _, ...kept } = baselineTexts;

/** The rules of `restricted`; its `volume-types` knows of `hostPath`, too. */
export const restrictedTexts = { ...kept, ...hardenedTexts } as const satisfies RuleTexts;
