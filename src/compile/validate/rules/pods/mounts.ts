import { type JsonObject, listAt, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { quotedList, shown } from '../../../wording.ts';
import { atMostOne, duplicate, filled, forbidden, invalid, oneOf } from '../checks.ts';
import { textOr } from '../ports.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { containersOf, type Placed } from './containers.ts';
import { noStepsBack, pathBelow } from './paths.ts';

const recursively: Rule = object((mount, path) => {
  if (!['Enabled', 'IfPossible'].includes(textOr(mount['recursiveReadOnly'], ''))) return fine;
  const at = [...path, 'recursiveReadOnly'];
  if (mount['readOnly'] !== true) return [forbidden(at, '`readOnly` is not true')];
  return isSet(mount['mountPropagation']) && mount['mountPropagation'] !== 'None'
    ? [forbidden(at, '`mountPropagation` is not `None`')]
    : fine;
});

const oneSubPath: Rule = object((mount, path) =>
  isFilled(mount['subPath']) && isFilled(mount['subPathExpr']) ? atMostOne('subPath', 'subPathExpr')(mount, path) : fine,
);

/** A mount, whatever volumes there are (core validation, ValidateVolumeMounts). */
export const mount: Rule = all(
  fields({
    name: filled,
    mountPath: filled,
    subPath: pathBelow,
    subPathExpr: pathBelow,
    recursiveReadOnly: oneOf('Disabled', 'Enabled', 'IfPossible'),
  }),
  oneSubPath,
  recursively,
);

/** A block device, whatever volumes there are (core validation, ValidateVolumeDevices). */
export const device: Rule = fields({ name: filled, devicePath: all(filled, noStepsBack) });

/** The volumes that a pod has by name, and whether each may be a block device: one that a claim stands behind. */
export type KnownVolumes = ReadonlyMap<string, boolean>;

/** The volumes of the pod `spec`; those of claims that a StatefulSet adds, which come in the place of others of their name. */
export function volumesOf(spec: JsonObject, claims: readonly string[]): KnownVolumes {
  const own = listAt(spec, 'volumes').map((entry): readonly [string, boolean] => {
    const volume = objectAt(entry);
    return [textOr(volume['name'], ''), isSet(volume['persistentVolumeClaim']) || isSet(volume['ephemeral'])];
  });
  return new Map([...own, ...claims.map((name): readonly [string, boolean] => [name, true])]);
}

/** What containers mount, against the volumes that there are (core validation, ValidateVolumeMounts and ValidateVolumeDevices). */
export function mountsOf(spec: JsonObject, path: Path, volumes: KnownVolumes): readonly Problem[] {
  return containersOf(spec, path)
    .filter(({ container }) => mounting.some((key) => isSet(container[key])))
    .flatMap((placed) => [
      ...unknownMounts(placed, volumes),
      ...propagation(placed),
      ...devices(placed, volumes),
      ...filesOfVariables(placed, spec),
    ]);
}

/** The fields in which a container names volumes. */
const mounting = ['volumeMounts', 'volumeDevices', 'env'];

interface Entry {
  readonly entry: JsonObject;
  readonly path: Path;
  readonly name: string;
}

function entriesOf({ container, path }: Placed, list: string): readonly Entry[] {
  return listAt(container, list).map((given, i) => {
    const entry = objectAt(given);
    return { entry, path: [...path, list, i], name: textOr(entry['name'], '') };
  });
}

function unknownVolume(name: string, path: Path, volumes: KnownVolumes): readonly Problem[] {
  if (name === '' || volumes.has(name)) return fine;
  const names = [...volumes.keys()].filter((known) => known !== '');
  const help = names.length === 0 ? 'add it to the `volumes` of the pod' : `the volumes of the pod are ${quotedList(names)}`;
  return [{ code: 'mount-unknown', message: `the pod has no volume ${shown(name)}`, path, help }];
}

function unknownMounts(placed: Placed, volumes: KnownVolumes): readonly Problem[] {
  return entriesOf(placed, 'volumeMounts').flatMap(({ name, path }) => unknownVolume(name, [...path, 'name'], volumes));
}

function propagation(placed: Placed): readonly Problem[] {
  if (objectAt(placed.container, 'securityContext')['privileged'] === true) return fine;
  return entriesOf(placed, 'volumeMounts').flatMap(({ entry, path }) =>
    entry['mountPropagation'] === 'Bidirectional'
      ? [invalid([...path, 'mountPropagation'], 'Bidirectional', 'the container is not privileged')]
      : fine,
  );
}

function devices(placed: Placed, volumes: KnownVolumes): readonly Problem[] {
  const mounts = entriesOf(placed, 'volumeMounts');
  const names = new Set<string>();
  return entriesOf(placed, 'volumeDevices').flatMap(({ entry, path, name }) => {
    const at = [...path, 'name'];
    const isSecond = name !== '' && names.has(name);
    names.add(name);
    return [
      ...unknownVolume(name, at, volumes),
      ...(isSecond ? [duplicate(at, name, 'devices')] : fine),
      ...(volumes.get(name) === false ? [invalid(at, name, 'only a volume with a claim behind it can be a device')] : fine),
      ...(name !== '' && mounts.some((one) => one.name === name) ? [invalid(at, name, 'the container mounts the volume, too')] : fine),
      ...(isFilled(entry['devicePath']) && mounts.some((one) => one.entry['mountPath'] === entry['devicePath'])
        ? [invalid([...path, 'devicePath'], entry['devicePath'] ?? '', 'a volume is mounted there, too')]
        : fine),
    ];
  });
}

/** Variables can be read from files of `emptyDir` volumes only (core validation, validateFileKeyRefVolumes). */
function filesOfVariables(placed: Placed, spec: JsonObject): readonly Problem[] {
  return entriesOf(placed, 'env').flatMap(({ entry, path }) => {
    const name = textOr(objectAt(entry, 'valueFrom', 'fileKeyRef')['volumeName'], '');
    const volume = listAt(spec, 'volumes').find((one) => objectAt(one)['name'] === name);
    const at = [...path, 'valueFrom', 'fileKeyRef', 'volumeName'];
    if (name === '') return fine;
    if (volume === undefined) return unknownVolume(name, at, volumesOf(spec, []));
    return isSet(objectAt(volume)['emptyDir']) || !hasSource(objectAt(volume)) ? fine : [invalid(at, name, 'the volume is no `emptyDir`')];
  });
}

/** A volume without a source is an `emptyDir`. */
function hasSource(volume: JsonObject): boolean {
  return Object.keys(volume).some((key) => key !== 'name' && isSet(volume[key]));
}
