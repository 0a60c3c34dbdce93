import { listAt, objectAt, stringAt } from '../../../../model/json.ts';
import type { TextFormat } from '../../../../schema/formats.ts';
import { between, forbidden, invalid, missing, named, oneOf, text, without } from '../checks.ts';
import { once } from '../once.ts';
import { all, each, fields, fine, isSet, object, type Rule, when } from '../rule.ts';
import { pathBelow } from './paths.ts';
import { windowsOptions } from './windows.ts';

/** The id of a user or a group (apimachinery, IsValidUserID). */
const id: Rule = between(0, 2 ** 31 - 1);

/** A profile that lies on the node, or one of those that are known by name. */
function profile(localhostProfile: Rule): Rule {
  return all(
    fields({ localhostProfile }),
    object((value, path) => {
      if (value['type'] !== 'Localhost') return without(['localhostProfile'], 'only the type `Localhost` has one')(value, path);
      return isSet(value['localhostProfile']) ? fine : [missing([...path, 'localhostProfile'], 'the type is `Localhost`')];
    }),
  );
}

const seccompProfile = profile(pathBelow);

const appArmorProfile = profile(
  text((value) => {
    if (value.trim() === '') return 'the type `Localhost` needs one';
    if (value.trim() !== value) return 'it may not have spaces around it';
    return value.length > 4095 ? 'it has more than 4095 characters' : undefined;
  }),
);

/** The names of kernel parameters (core validation, SysctlContainSlashFmt). */
const sysctlName: TextFormat = {
  test: /^(?:[a-z0-9](?:[_a-z0-9-]*[a-z0-9])?[./])*[a-z0-9](?:[_a-z0-9-]*[a-z0-9])?$/,
  max: 253,
  what: 'may hold lower-case letters, digits, `-` and `_`, in parts with `.` or `/` between them',
};

/** Parameters that belong to a namespace of the kernel, which a pod can share with its node (component-helpers, sysctl). */
const ofNetwork = /^net\./;
const ofMessages = /^(?:kernel\.(?:sem|shm|shmall|shmmax|shmmni|shm_rmid_forced|msg|msgmax|msgmnb|msgmni)$|fs\.mqueue\.)/;

/** Slashes are dots, where a slash comes first. */
function withDots(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === '/' ? name.replace(/[./]/g, (mark) => (mark === '.' ? '/' : '.')) : name;
}

const sysctls: Rule = all(
  each(fields({ name: named(sysctlName) })),
  once('sysctls', (entry) => objectAt(entry)['name'], 'name'),
);

/** Kernel parameters that a pod shares with its node cannot be its own (core validation, ValidateHostSysctl). */
const sysctlsOfNode: Rule = object((spec, path) =>
  listAt(spec, 'securityContext', 'sysctls').flatMap((entry, i) => {
    const name = withDots(stringAt(entry, 'name') ?? '');
    const sharing = [ofNetwork.test(name) && 'hostNetwork', ofMessages.test(name) && 'hostIPC'].find(
      (key) => key !== false && spec[key] === true,
    );
    if (typeof sharing !== 'string') return fine;
    return [invalid([...path, 'securityContext', 'sysctls', i, 'name'], name, `with \`${sharing}\` it is one of the node`)];
  }),
);

const shared = { runAsUser: id, runAsGroup: id, seccompProfile, appArmorProfile, windowsOptions };

/** The security context of a pod (core validation, validatePodSpecSecurityContext). */
export const podSecurity: Rule = fields({
  ...shared,
  fsGroup: id,
  supplementalGroups: each(id),
  sysctls,
  // `MountOption` needs the feature SELinuxMount, which is off unless it is switched on.
  seLinuxChangePolicy: oneOf('Recursive'),
});

const escalation: Rule = when(
  (context) => context['allowPrivilegeEscalation'] === false,
  object((context, path) => {
    const at = [...path, 'allowPrivilegeEscalation'];
    if (context['privileged'] === true) return [invalid(at, false, 'a privileged container can always gain more')];
    return listAt(context, 'capabilities', 'add').includes('CAP_SYS_ADMIN')
      ? [invalid(at, false, '`CAP_SYS_ADMIN` can always gain more')]
      : fine;
  }),
);

/** The security context of a container (core validation, ValidateSecurityContext). */
export const containerSecurity: Rule = all(fields(shared), escalation);

/** What a pod may not share with its node, and with whom (core validation, validateHostUsers and validatePodSpecSecurityContext). */
export const sharing: Rule = all(
  sysctlsOfNode,
  object((spec, path) => {
    const own = spec['hostUsers'] === false ? ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true) : [];
    return [
      ...own.map((key) => forbidden([...path, key], '`hostUsers` is false')),
      ...(spec['shareProcessNamespace'] === true && spec['hostPID'] === true
        ? [forbidden([...path, 'shareProcessNamespace'], '`hostPID` shares the processes of the node')]
        : fine),
    ];
  }),
);
