import { at, type Json, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { sidesOf } from '../compare.ts';
import { type Consequence, listed, quoted } from '../consequence.ts';
import { type Facts, factsOf, newFacts } from '../facts.ts';
import { containersOf, type Judge, podOf } from '../scene.ts';

/** What pods may do on their nodes, and with the API: what they gain, and which of their own bounds they lose. */
export const privileges: Judge = (change) => {
  const { before, after } = sidesOf(change);
  const kind = formatGroupKind(change.ref);
  if (kind === 'ServiceAccount') return account(before, after);
  if (kind === 'Namespace') return admitted(before, after);
  const pod = podOf(after);
  if (pod === undefined) return [];
  const old = podOf(before);
  const gained = newFacts(old === undefined ? new Map() : powersOf(old), powersOf(pod));
  const lost = old === undefined ? [] : lostBounds(old, pod);
  return [...widens('its pods may do more: ', gained), ...widens('its pods are bound less: ', lost)];
};

function widens(beginning: string, found: readonly string[]): readonly Consequence[] {
  return found.length === 0 ? [] : [{ type: 'widens-access', message: `${beginning}${listed(found)}` }];
}

/** What a pod may do that an ordinary one may not. */
function powersOf(pod: Json): Facts {
  const spec = objectAt(pod, 'spec');
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const paths = listAt(spec, 'volumes').flatMap((volume) => stringAt(volume, 'hostPath', 'path') ?? []);
  return factsOf([
    ...host.map((field) => [field, quoted(field)] as const),
    ...paths.map((path) => [`hostPath ${path}`, `\`hostPath\` ${quoted(path)}`] as const),
    ...containersOf(pod).flatMap((container) => powersOfContainer(pod, container)),
  ]);
}

function powersOfContainer(pod: Json, container: Json): readonly (readonly [string, string] | undefined)[] {
  const name = stringAt(container, 'name') ?? '';
  const context = objectAt(container, 'securityContext');
  const fact = (is: boolean, text: string): readonly [string, string] | undefined =>
    is ? [`${name} ${text}`, `${text} in ${quoted(name)}`] : undefined;
  const user = numberAt(context, 'runAsUser') ?? numberAt(pod, 'spec', 'securityContext', 'runAsUser');
  return [
    fact(context['privileged'] === true, '`privileged`'),
    fact(user === 0, '`runAsUser: 0`'),
    fact(stringAt(context, 'procMount') === 'Unmasked', '`procMount: Unmasked`'),
    fact(contextOf(pod, container, 'seccompProfile', 'type') === 'Unconfined', '`seccompProfile: Unconfined`'),
    fact(at(context, 'windowsOptions', 'hostProcess') === true, '`hostProcess`'),
    ...listAt(context, 'capabilities', 'add').map((one) => fact(true, `capability ${quoted(one)}`)),
    ...listAt(container, 'ports').map((port) => fact(numberAt(port, 'hostPort') !== undefined, `\`hostPort\` ${at(port, 'hostPort')}`)),
  ];
}

function contextOf(pod: Json, container: Json, ...path: readonly string[]): Json | undefined {
  return at(container, 'securityContext', ...path) ?? at(pod, 'spec', 'securityContext', ...path);
}

/** The bounds that a container has set itself, and that not every one has. */
const bounds: readonly { readonly text: string; readonly isSet: (pod: Json, container: Json) => boolean }[] = [
  { text: '`runAsNonRoot`', isSet: (pod, container) => contextOf(pod, container, 'runAsNonRoot') === true },
  {
    text: '`allowPrivilegeEscalation: false`',
    isSet: (_, container) => at(container, 'securityContext', 'allowPrivilegeEscalation') === false,
  },
  { text: '`readOnlyRootFilesystem`', isSet: (_, container) => at(container, 'securityContext', 'readOnlyRootFilesystem') === true },
  {
    text: '`capabilities: drop: [ALL]`',
    isSet: (_, container) => listAt(container, 'securityContext', 'capabilities', 'drop').includes('ALL'),
  },
  { text: '`seccompProfile`', isSet: (pod, container) => contextOf(pod, container, 'seccompProfile', 'type') !== undefined },
];

/** Bounds that are there no longer, of containers that stay. */
function lostBounds(before: Json, after: Json): readonly string[] {
  const stayed = containersOf(before).flatMap((was) => {
    const now = containersOf(after).find((one) => stringAt(one, 'name') === stringAt(was, 'name'));
    return now === undefined ? [] : [{ was, now }];
  });
  const lost = stayed.flatMap(({ was, now }) =>
    bounds.flatMap(({ text, isSet }) =>
      isSet(before, was) && !isSet(after, now) ? [`no ${text} in ${quoted(stringAt(now, 'name') ?? '')}`] : [],
    ),
  );
  const token = (pod: Json): boolean => at(pod, 'spec', 'automountServiceAccountToken') !== false;
  const [was, now] = [before, after].map((pod) => stringAt(pod, 'spec', 'serviceAccountName') ?? 'default') as [string, string];
  return [
    ...lost,
    ...(token(after) && !token(before) ? ['the token of its ServiceAccount is mounted'] : []),
    ...(was === now ? [] : [`it has the rights of ServiceAccount ${quoted(now)} in place of ${quoted(was)}`]),
  ];
}

/** A ServiceAccount whose token its pods did not get, and do now. */
function account(before: Manifest | undefined, after: Manifest | undefined): readonly Consequence[] {
  const isMounted = (manifest: Manifest): boolean => manifest['automountServiceAccountToken'] !== false;
  if (before === undefined || after === undefined || isMounted(before) || !isMounted(after)) return [];
  return [{ type: 'widens-access', message: 'pods get its token, unless they say otherwise' }];
}

const levels: readonly string[] = ['restricted', 'baseline', 'privileged'];

/** Which pods a Namespace admits (Pod Security Admission): without a label, by the API server's own setting, all of them. */
function admitted(before: Manifest | undefined, after: Manifest | undefined): readonly Consequence[] {
  if (after === undefined) return [];
  const label = 'pod-security.kubernetes.io/enforce';
  if (before === undefined) {
    const said = after.metadata.labels?.[label];
    return said === undefined || levelOf(said) < levels.length - 1
      ? []
      : [{ type: 'widens-access', message: `it admits pods of all privileges (${quoted(said)})` }];
  }
  const [was, now] = [before, after].map(({ metadata }) => metadata.labels?.[label] ?? 'privileged') as [string, string];
  if (levelOf(now) <= levelOf(was)) return [];
  return [{ type: 'widens-access', message: `it admits pods up to ${quoted(now)}, and did up to ${quoted(was)}` }];
}

/** The API server takes a level that it does not know for the one without bounds. */
function levelOf(label: string): number {
  const level = levels.indexOf(label);
  return level < 0 ? levels.length - 1 : level;
}
