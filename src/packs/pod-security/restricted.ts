import type { Finding, JudgedPod } from '../../authoring/rule.ts';
import { isObject, type Json, listAt, numberAt, stringAt } from '../../model/json.ts';
import { addedCapabilities, badProfiles, type PodRule } from './baseline.ts';
import { allContexts, containerContexts, hasOwnUsers, isWindows, podContext } from './contexts.ts';
import { outerVolumes } from './values.ts';

/** Volumes that reach out of the pod by themselves. */
export const volumeTypes: PodRule = ({ spec }) =>
  listAt(spec, 'volumes').flatMap((volume, i) =>
    outerVolumes
      .filter((type) => isObject(volume) && (volume[type] ?? null) !== null)
      .map((type) => ({
        message: `volume \`${stringAt(volume, 'name') ?? i}\` is of the type \`${type}\``,
        path: ['spec', 'volumes', i, type],
      })),
  );

/** Containers whose processes may gain privileges. */
export const privilegeEscalation: PodRule = (pod) =>
  isWindows(pod)
    ? []
    : containerContexts(pod)
        .filter(({ context }) => isUnset(context['allowPrivilegeEscalation']) || context['allowPrivilegeEscalation'] === true)
        .map(({ who, path }) => ({
          message: `${who} may gain more privileges than it begins with`,
          path: [...path, 'allowPrivilegeEscalation'],
        }));

/** Containers that may run as root. Since 1.35 a pod with users of its own may, since its root is nobody outside. */
export const runAsNonRoot: PodRule = (pod, minor) => {
  if (minor >= 35 && hasOwnUsers(pod)) return [];
  const refusing = allContexts(pod)
    .filter(({ context }) => context['runAsNonRoot'] === false)
    .map(({ who, path }) => ({ message: `\`runAsNonRoot\` of ${who} is false`, path: [...path, 'runAsNonRoot'] }));
  return [...refusing, ...unsaid(pod, { field: 'runAsNonRoot', may: 'may run as root' })];
};

/** Pods and containers that ask for root. Since 1.35 a pod with users of its own may. */
export const runAsUser: PodRule = (pod, minor) =>
  minor >= 35 && hasOwnUsers(pod)
    ? []
    : allContexts(pod)
        .filter(({ context }) => numberAt(context, 'runAsUser') === 0)
        .map(({ who, path }) => ({ message: `${who} runs as root`, path: [...path, 'runAsUser'] }));

/** Containers without a seccomp profile, or with one that lets every system call through. */
export const restrictedSeccomp: PodRule = (pod) =>
  isWindows(pod)
    ? []
    : [...badProfiles(pod, 'seccompProfile'), ...unsaid(pod, { field: 'seccompProfile', may: 'may make any system call' })];

/** Containers that do not drop all capabilities, or add another one than `NET_BIND_SERVICE`. */
export const restrictedCapabilities: PodRule = (pod) =>
  isWindows(pod)
    ? []
    : [
        ...containerContexts(pod)
          .filter(({ context }) => mayKeep(context['capabilities']))
          .map(({ who, path }) => ({ message: `${who} does not drop all capabilities`, path: [...path, 'capabilities', 'drop'] })),
        ...addedCapabilities(pod, ['NET_BIND_SERVICE']),
      ];

/** Whether not all capabilities are dropped; what has another type is told elsewhere. */
function mayKeep(given: Json | undefined): boolean {
  if (isUnset(given)) return true;
  if (!isObject(given)) return false;
  return isUnset(given['drop']) || (Array.isArray(given['drop']) && !given['drop'].includes('ALL'));
}

/** Containers that leave `field` to the pod, which does not say it either. */
function unsaid(pod: JudgedPod, { field, may }: { readonly field: string; readonly may: string }): readonly Finding[] {
  const outer = podContext(pod);
  if (outer === undefined || !isUnset(outer.context[field])) return [];
  const open = containerContexts(pod).filter(({ context }) => isUnset(context[field]));
  if (open.length === 0) return [];
  const message = `${open.map(({ who }) => who).join(', ')} ${may}: neither the pod nor the container sets \`${field}\``;
  return [{ message, path: [...outer.path, field] }];
}

function isUnset(value: Json | undefined): boolean {
  return value === undefined || value === null;
}
