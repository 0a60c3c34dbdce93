import type { Finding, JudgedPod } from '../../authoring/rule.ts';
import { at, isObject, type JsonObject, listAt, numberAt, objectAt, type Path, stringAt } from '../../model/json.ts';
import { containersOf } from '../pods.ts';
import { allContexts, containerContexts, hasOwnUsers, textAt } from './contexts.ts';
import { capabilities, profiles, seLinuxTypes, sysctlsSince } from './values.ts';

/** What a rule of the Pod Security Standards finds in a pod, as the minor `minor` of Kubernetes enforces it. */
export type PodRule = (pod: JudgedPod, minor: number) => readonly Finding[];

/** Pods and containers that are processes of their Windows node. */
export const windowsHostProcess: PodRule = (pod) =>
  allContexts(pod)
    .filter(({ context }) => at(context, 'windowsOptions', 'hostProcess') === true)
    .map(({ who, path }) => ({ message: `${who} is a process of its Windows node`, path: [...path, 'windowsOptions', 'hostProcess'] }));

/** Pods that share namespaces of their node. */
export const hostNamespaces: PodRule = ({ spec }) =>
  ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((field) => spec[field] === true)
    .map((field) => ({ message: `\`${field}\` shares a namespace of the node with the pod`, path: ['spec', field] }));

/** Containers that are privileged. */
export const privileged: PodRule = (pod) =>
  containerContexts(pod)
    .filter(({ context }) => context['privileged'] === true)
    .map(({ who, path }) => ({ message: `${who} is privileged`, path: [...path, 'privileged'] }));

/** Containers that add capabilities which they do not have by themselves. */
export const baselineCapabilities: PodRule = (pod) => addedCapabilities(pod, capabilities);

/** The capabilities that containers add and that are not in `allowed`. */
export function addedCapabilities(pod: JudgedPod, allowed: readonly string[]): readonly Finding[] {
  return containerContexts(pod).flatMap(({ who, path, context }) =>
    listAt(context, 'capabilities', 'add').flatMap((added, i) =>
      typeof added === 'string' && !allowed.includes(added)
        ? [{ message: `${who} adds the capability \`${added}\``, path: [...path, 'capabilities', 'add', i] }]
        : [],
    ),
  );
}

/** Volumes that are paths of the node. */
export const hostPath: PodRule = ({ spec }) =>
  listAt(spec, 'volumes').flatMap((volume, i) =>
    (at(volume, 'hostPath') ?? null) === null
      ? []
      : [
          {
            message: `volume \`${stringAt(volume, 'name') ?? i}\` is a path of the node`,
            path: ['spec', 'volumes', i, 'hostPath'],
          },
        ],
  );

/** Containers that take ports of their node. */
export const hostPorts: PodRule = (pod) =>
  containersOf(pod).flatMap(({ who, path, container }) =>
    listAt(container, 'ports').flatMap((port, i) => {
      const taken = numberAt(port, 'hostPort') ?? 0;
      return taken === 0 ? [] : [{ message: `${who} takes port ${taken} of its node`, path: [...path, 'ports', i, 'hostPort'] }];
    }),
  );

const askers: readonly Path[] = [
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((probe) => [probe]),
  ...['postStart', 'preStop'].map((hook) => ['lifecycle', hook]),
];

/** Since 1.34: probes and hooks that name a host. */
export const hostProbes: PodRule = (pod, minor) =>
  minor < 34
    ? []
    : containersOf(pod).flatMap(({ who, path, container }) =>
        askers
          .filter((keys) => at(container, ...keys) !== undefined)
          .flatMap((keys) => ['httpGet', 'tcpSocket'].map((handler) => [...keys, handler, 'host']))
          .flatMap((keys) => {
            const host = textAt(container, ...keys) ?? '';
            return host === '' ? [] : [{ message: `${who} has the kubelet ask \`${host}\``, path: [...path, ...keys] }];
          }),
      );

const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';

/** AppArmor profiles that switch the default off, in fields and in the annotations of before 1.30. */
export const appArmor: PodRule = (pod) => [
  ...badProfiles(pod, 'appArmorProfile'),
  ...Object.entries(objectAt(pod.metadata, 'annotations')).flatMap(([key, value]) => {
    const isMeant = key.startsWith(appArmorAnnotation) && typeof value === 'string';
    if (!isMeant || value === '' || value === 'runtime/default' || value.startsWith('localhost/')) return [];
    const who = `container \`${key.slice(appArmorAnnotation.length)}\``;
    return [{ message: `${who} has the AppArmor profile \`${value}\``, path: ['metadata', 'annotations', key] }];
  }),
];

/** Profiles that are neither the runtime's own nor one of the node's. */
export function badProfiles(pod: JudgedPod, field: 'appArmorProfile' | 'seccompProfile'): readonly Finding[] {
  return allContexts(pod).flatMap(({ who, path, context }) => {
    const type = isObject(context[field]) ? textAt(context[field], 'type') : undefined;
    if (type === undefined || profiles.includes(type)) return [];
    const said = type === '' ? 'no type' : `the type \`${type}\``;
    return [{ message: `\`${field}\` of ${who} has ${said}`, path: [...path, field, 'type'] }];
  });
}

/** SELinux options that are not made for containers. */
export const seLinux: PodRule = (pod, minor) =>
  allContexts(pod).flatMap(({ who, path, context }) => {
    const options = objectAt(context, 'seLinuxOptions');
    return ['type', 'user', 'role'].flatMap((field) => {
      const value = textAt(options, field) ?? '';
      if (value === '' || (field === 'type' && seLinuxTypes(minor).includes(value))) return [];
      return [{ message: `${who} sets the SELinux ${field} \`${value}\``, path: [...path, 'seLinuxOptions', field] }];
    });
  });

/** Since 1.35 a pod with users of its own may unmask `/proc`. */
export const baselineProcMount: PodRule = (pod, minor) => (minor >= 35 && hasOwnUsers(pod) ? [] : procMount(pod, minor));

/** Containers with an unmasked `/proc`. */
export const procMount: PodRule = (pod) =>
  containerContexts(pod).flatMap(({ who, path, context }) => {
    const mount = stringAt(context, 'procMount') ?? 'Default';
    return mount === 'Default' ? [] : [{ message: `${who} mounts \`/proc\` as \`${mount}\``, path: [...path, 'procMount'] }];
  });

/** Seccomp profiles that let every system call through. */
export const baselineSeccomp: PodRule = (pod) => badProfiles(pod, 'seccompProfile');

/** Kernel parameters that are not only the pod's own. */
export const sysctls: PodRule = ({ spec }, minor) =>
  listAt(objectAt(spec, 'securityContext'), 'sysctls').flatMap((sysctl, i) => {
    const name = textAt(sysctl as JsonObject, 'name');
    if (name === undefined || !isObject(sysctl) || minor >= (sysctlsSince[name] ?? Number.POSITIVE_INFINITY)) return [];
    return [{ message: `the pod sets the kernel's \`${name}\``, path: ['spec', 'securityContext', 'sysctls', i, 'name'] }];
  });
