import { type Json, type JsonObject, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { dnsSubdomain } from '../../../../schema/formats.ts';
import { forbidden, formatted, invalid, missing, text, without } from '../checks.ts';
import { fields, fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { containersOf } from './containers.ts';

const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsName = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** What is wrong with the name of a user of Windows, with or without a domain in front. */
function userProblem(name: string): string | undefined {
  const parts = name.split('\\');
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(name)) return 'it may not hold control characters';
  if (parts.length > 2) return 'it may hold one `\\`, between domain and user';
  if (domain !== undefined && (domain.length >= 256 || !(netBiosName.test(domain) || dnsName.test(domain)))) return 'its domain is none';
  if (user === '') return 'it names no user';
  if (user.length > 104) return 'the name of a user has at most 104 characters';
  if (/^[. ]+$/.test(user)) return 'the name of a user is more than dots and spaces';
  return /["/\\:;|=,+*?<>@[\]]/.test(user) ? 'the name of a user may hold none of `"/\\:;|=,+*?<>@[]`' : undefined;
}

/** The most bytes of a GMSA credential spec. */
const maxCredential = 64 * 1024;

/** What is said to Windows of a pod or a container (core validation, validateWindowsSecurityContextOptions). */
export const windowsOptions: Rule = fields({
  gmsaCredentialSpecName: formatted(dnsSubdomain),
  gmsaCredentialSpec: (value, path) => {
    if (typeof value !== 'string') return fine;
    if (value === '') return [missing(path)];
    return Buffer.byteLength(value) > maxCredential
      ? [{ code: 'field-range', message: `\`gmsaCredentialSpec\` has more than ${maxCredential} bytes`, path }]
      : fine;
  },
  runAsUserName: text(userProblem),
});

/** What only Linux has, of a pod and of a container (core validation, validateWindows). */
const ofLinuxPods = ['hostUsers', 'shareProcessNamespace', 'resources'];
const ofLinuxNodes = ['hostPID', 'hostIPC'];
const ofLinux = ['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'runAsUser', 'runAsGroup'];
const ofLinuxPodSecurity = [
  ...ofLinux,
  'fsGroup',
  'fsGroupChangePolicy',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const ofLinuxContainerSecurity = [
  ...ofLinux,
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
];

const onWindows = 'the pod is for Windows';

function windowsPod(spec: JsonObject, path: Path): readonly Problem[] {
  const security = objectAt(spec, 'securityContext');
  const at = [...path, 'securityContext'];
  return [
    ...without(ofLinuxPods, onWindows)(spec, path),
    ...ofLinuxNodes.filter((key) => spec[key] === true).map((key) => forbidden([...path, key], onWindows)),
    ...without(ofLinuxPodSecurity, onWindows)(security, at),
    ...(isFilled(security['sysctls']) ? [forbidden([...at, 'sysctls'], onWindows)] : fine),
    ...ofContainers(spec, path, without(ofLinuxContainerSecurity, onWindows)),
  ];
}

function linuxPod(spec: JsonObject, path: Path): readonly Problem[] {
  const none = without(['windowsOptions'], 'the pod is for Linux');
  return [...none(objectAt(spec, 'securityContext'), [...path, 'securityContext']), ...ofContainers(spec, path, none)];
}

function ofContainers(spec: JsonObject, path: Path, rule: Rule): readonly Problem[] {
  return containersOf(spec, path).flatMap((one) => rule(objectAt(one.container, 'securityContext'), [...one.path, 'securityContext']));
}

/** What a pod may have on the operating system that it names (core validation, validateOS). */
export const operatingSystem: Rule = object((spec, path) => {
  const name = objectAt(spec, 'os')['name'];
  if (typeof name !== 'string') return fine;
  if (name === 'windows') return windowsPod(spec, path);
  if (name === 'linux') return linuxPod(spec, path);
  const at = [...path, 'os', 'name'];
  return name === '' ? [missing(at)] : [invalid(at, name, 'it is `linux` or `windows`')];
});

function hostProcess(owner: Json): Json | undefined {
  return objectAt(owner, 'securityContext', 'windowsOptions')['hostProcess'];
}

/** A pod is a process of its Windows node in all of its containers or in none (core validation, validateWindowsHostProcessPod). */
export const hostProcesses: Rule = object((spec, path) => {
  const ofPod = hostProcess(spec);
  const containers = containersOf(spec, path);
  if (!isSet(ofPod) && !containers.some(({ container }) => isSet(hostProcess(container)))) return fine;
  const isOne = (one: (typeof containers)[number]) => (hostProcess(one.container) ?? ofPod) === true;
  const differing = containers.filter(({ container }) => typeof ofPod === 'boolean' && hostProcess(container) === !ofPod);
  const others = containers.some(isOne) ? containers.filter((one) => !isOne(one)) : [];
  const mixed = [...new Set([...differing, ...others])];
  return [
    ...mixed.map(
      (one): Problem => ({
        code: 'field-conflict',
        message: 'a container is a process of the node, and another one of the pod is none: `hostProcess` differs',
        path: [...one.path, 'securityContext', 'windowsOptions', 'hostProcess'],
        help: 'give all containers of the pod the same `hostProcess`',
      }),
    ),
    ...(containers.some(isOne) && spec['hostNetwork'] !== true
      ? [missing([...path, 'hostNetwork'], 'a process of the node is in its network')]
      : fine),
  ];
});
