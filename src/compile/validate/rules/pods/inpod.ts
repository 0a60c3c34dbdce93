import { type JsonObject, listAt, numberAt, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { quotedList } from '../../../wording.ts';
import { duplicate, forbidden, invalid, outOfRange } from '../checks.ts';
import { textOr } from '../ports.ts';
import { fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { containersOf, type Placed } from './containers.ts';

/** What of each container depends on the rest of its pod. */
export const inPod: Rule = object((spec, path) => {
  const containers = containersOf(spec, path);
  return [
    ...containers.flatMap((placed) => [
      ...longSleeps(placed, spec),
      ...restartingResizes(placed, spec),
      ...unmasked(placed, spec),
      ...unknownClaims(placed, spec),
      ...devicesOfOthers(placed, spec),
    ]),
    ...sameNames(containers),
    ...hostPorts(containers, spec),
  ];
});

/** What a pod takes for `terminationGracePeriodSeconds` unless it is told (core/v1 defaults). */
const defaultGracePeriod = 30;

/** A container cannot sleep longer than its pod has time to end (core validation, validateSleepAction). */
function longSleeps({ container, path }: Placed, spec: JsonObject): readonly Problem[] {
  if (!isSet(container['lifecycle'])) return fine;
  const given = numberAt(spec, 'terminationGracePeriodSeconds') ?? defaultGracePeriod;
  // A negative one is taken for one second, or refused for itself.
  const period = given < 0 ? 1 : given;
  return ['postStart', 'preStop'].flatMap((hook) => {
    const seconds = numberAt(container, 'lifecycle', hook, 'sleep', 'seconds') ?? 0;
    if (seconds <= period) return fine;
    return [
      outOfRange([...path, 'lifecycle', hook, 'sleep', 'seconds'], seconds, `at most the ${period} of \`terminationGracePeriodSeconds\``),
    ];
  });
}

function restartingResizes({ container, path }: Placed, spec: JsonObject): readonly Problem[] {
  if (spec['restartPolicy'] !== 'Never') return fine;
  return listAt(container, 'resizePolicy').flatMap((policy, i) =>
    objectAt(policy)['restartPolicy'] === 'RestartContainer'
      ? [invalid([...path, 'resizePolicy', i, 'restartPolicy'], 'RestartContainer', 'the `restartPolicy` of the pod is `Never`')]
      : fine,
  );
}

function unmasked({ container, path }: Placed, spec: JsonObject): readonly Problem[] {
  if (objectAt(container, 'securityContext')['procMount'] !== 'Unmasked' || spec['hostUsers'] === false) return fine;
  return [invalid([...path, 'securityContext', 'procMount'], 'Unmasked', 'it needs `hostUsers: false` in the pod')];
}

/** A container has claims of its pod (core validation, validateResourceClaimNames). */
function unknownClaims({ container, path }: Placed, spec: JsonObject): readonly Problem[] {
  const claims = listAt(container, 'resources', 'claims');
  if (claims.length === 0) return fine;
  const known = listAt(spec, 'resourceClaims').map((claim) => textOr(objectAt(claim)['name'], ''));
  return claims.flatMap((claim, i) => {
    const name = textOr(objectAt(claim)['name'], '');
    if (name === '' || known.includes(name)) return fine;
    const why = known.length === 0 ? 'the pod has no `resourceClaims`' : `the \`resourceClaims\` of the pod are ${quotedList(known)}`;
    return [invalid([...path, 'resources', 'claims', i, 'name'], name, why)];
  });
}

function devicesOfOthers({ container, path }: Placed, spec: JsonObject): readonly Problem[] {
  if (spec['hostUsers'] !== false || !isFilled(container['volumeDevices'])) return fine;
  return [forbidden([...path, 'volumeDevices'], '`hostUsers` is false')];
}

/** Names of containers in one list are keys of it, which the schema tells; here are those in two lists. */
function sameNames(containers: readonly Placed[]): readonly Problem[] {
  if (containers.length < 2) return fine;
  const main = new Set(containers.filter(({ list }) => list === 'containers').map(({ container }) => container['name']));
  return containers
    .filter(({ list, container }) => list === 'initContainers' && isFilled(container['name']) && main.has(container['name']))
    .map(({ container, path }) => duplicate([...path, 'name'], container['name'] ?? '', 'containers'));
}

/** Ports of the node, which containers that run together need one each of (core validation, AccumulateUniqueHostPorts). */
function hostPorts(containers: readonly Placed[], spec: JsonObject): readonly Problem[] {
  const together = containers.filter(({ list }) => list === 'containers');
  const alone = containers.filter(({ list }) => list === 'initContainers').map((placed) => [placed]);
  return [...[together, ...alone].flatMap(samePorts), ...(spec['hostNetwork'] === true ? together.flatMap(otherPorts) : fine)];
}

interface Port {
  readonly port: JsonObject;
  readonly path: Path;
  /** Zero is none. */
  readonly hostPort: number;
}

function portsOf({ container, path }: Placed): readonly Port[] {
  return listAt(container, 'ports').map((given, i) => {
    const port = objectAt(given);
    return { port, path: [...path, 'ports', i, 'hostPort'], hostPort: numberAt(port, 'hostPort') ?? 0 };
  });
}

function samePorts(containers: readonly Placed[]): readonly Problem[] {
  const taken = containers.flatMap(portsOf).filter(({ hostPort }) => hostPort !== 0);
  if (taken.length < 2) return fine;
  const seen = new Set<string>();
  return taken.flatMap(({ port, path, hostPort }): readonly Problem[] => {
    const key = `${textOr(port['protocol'], 'TCP')}/${textOr(port['hostIP'], '')}/${hostPort}`;
    const isSecond = seen.has(key);
    seen.add(key);
    if (!isSecond) return fine;
    const message = `the port ${hostPort} of the node is taken twice in the pod`;
    return [{ code: 'field-duplicate', message, path, help: 'give one of the containers another `hostPort`, or none' }];
  });
}

/** In the network of the node, a container's port is the node's (core validation, validatePodHostNetworkDeps). */
function otherPorts(placed: Placed): readonly Problem[] {
  return portsOf(placed).flatMap(({ port, path, hostPort }) =>
    hostPort === 0 || hostPort === port['containerPort']
      ? fine
      : [invalid(path, hostPort, 'with `hostNetwork` it is the same as `containerPort`, or left out')],
  );
}
