import { type Json, listAt, objectAt, type Path, stringAt } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { keyOf, type ObjectKey, type ObjectRef } from '../model/ref.ts';
import { type IndexedObject, type ObjectRules, usualRules } from '../model/rendered.ts';
import { podPath } from '../schema/pods.ts';
import { fieldsOf, type ObjectChange } from './compare.ts';
import type { Consequence } from './consequence.ts';
import type { ComparedTree } from './tree.ts';

/** What is judged beside a change itself: both trees, and what else changes. */
export interface Scene {
  readonly before: ComparedTree;
  readonly after: ComparedTree;
  /** How the agent treats an object: by the tree after, or that before where it is gone. */
  readonly rulesOf: (ref: ObjectRef) => ObjectRules;
  /** Whether an object stayed in the cluster, by the tree before, whatever the branch says (`keep`). */
  readonly wasKept: (ref: ObjectRef) => boolean;
  /** The workloads after that read a ConfigMap or a Secret, and how. */
  readonly readersOf: (source: ObjectRef) => readonly Reader[];
  /** Whether the pods of a workload are replaced by what changes in it. */
  readonly isRolled: (ref: ObjectRef) => boolean;
}

/** A workload that reads a ConfigMap or a Secret: as files, which follow it, or once, when a container starts. */
export interface Reader {
  readonly ref: ObjectRef;
  readonly as: 'files' | 'start';
}

/** Tells what a change does; nothing where that is no matter of this judge. */
export type Judge = (change: ObjectChange, scene: Scene) => readonly Consequence[];

/** What `changes` are judged by. */
export function sceneOf(before: ComparedTree, after: ComparedTree, changes: readonly ObjectChange[]): Scene {
  const indexed = new Map<ObjectKey, IndexedObject>();
  for (const object of [...before.index.objects, ...after.index.objects]) indexed.set(keyOf(object.ref), object);
  const kept = new Set(before.index.objects.flatMap(({ ref, rules }) => (rules.keep ? [keyOf(ref)] : [])));
  const rolled = new Set(changes.filter(touchesPods).map(({ ref }) => keyOf(ref)));
  let readers: ReadonlyMap<ObjectKey, readonly Reader[]> | undefined;
  return {
    before,
    after,
    rulesOf: (ref) => indexed.get(keyOf(ref))?.rules ?? usualRules,
    wasKept: (ref) => kept.has(keyOf(ref)),
    readersOf: (source) => {
      readers ??= readersIn([...after.manifests.values()]);
      return readers.get(keyOf(source)) ?? [];
    },
    isRolled: (ref) => rolled.has(keyOf(ref)),
  };
}

/** The pod of `manifest`: what has the metadata and the spec of one. Undefined for kinds that run none. */
export function podOf(manifest: Manifest | undefined): Json | undefined {
  const path = manifest === undefined ? undefined : podPath(refOf(manifest));
  return path === undefined ? undefined : objectAt(manifest, ...path);
}

/** Whether a field of the pods of a workload changes. */
export function touchesPods(change: ObjectChange): boolean {
  const path = podPath(change.ref);
  return path !== undefined && fieldsOf(change).some((field) => isBelow(path, field.path));
}

/** Whether `path` is `field`, or leads to something in it. */
function isBelow(field: Path, path: Path): boolean {
  return field.length <= path.length && field.every((key, i) => path[i] === key);
}

/** All containers of a pod, those first that run before the others. */
export function containersOf(pod: Json | undefined): readonly Json[] {
  return ['initContainers', 'containers'].flatMap((field) => listAt(pod, 'spec', field));
}

function readersIn(manifests: readonly Manifest[]): ReadonlyMap<ObjectKey, readonly Reader[]> {
  const found = new Map<ObjectKey, Reader[]>();
  for (const manifest of manifests) {
    const pod = podOf(manifest);
    if (pod === undefined) continue;
    const ref = refOf(manifest);
    for (const [kind, name, as] of sourcesOf(pod)) {
      const key = keyOf({ group: '', kind, namespace: ref.namespace, name });
      const readers = found.get(key) ?? [];
      if (readers.every((reader) => keyOf(reader.ref) !== keyOf(ref) || reader.as !== as)) found.set(key, [...readers, { ref, as }]);
    }
  }
  return found;
}

type Source = readonly [kind: 'ConfigMap' | 'Secret', name: string, as: Reader['as']];

/** What a pod reads. A file that is mounted alone (`subPath`) never follows its source. */
function sourcesOf(pod: Json): readonly Source[] {
  const containers = containersOf(pod);
  const alone = new Set(
    containers
      .flatMap((one) => listAt(one, 'volumeMounts'))
      .flatMap((mount) => (stringAt(mount, 'subPath') === undefined ? [] : [stringAt(mount, 'name')])),
  );
  const volumes = listAt(pod, 'spec', 'volumes').flatMap((volume) => {
    const as = alone.has(stringAt(volume, 'name')) ? 'start' : 'files';
    const parts = [volume, ...listAt(volume, 'projected', 'sources')];
    return parts.flatMap((part) => [
      ...named('ConfigMap', stringAt(part, 'configMap', 'name'), as),
      ...named('Secret', stringAt(part, 'secret', 'secretName') ?? stringAt(part, 'secret', 'name'), as),
    ]);
  });
  const variables = containers.flatMap((container) => [
    ...listAt(container, 'envFrom').flatMap((from) => [
      ...named('ConfigMap', stringAt(from, 'configMapRef', 'name'), 'start'),
      ...named('Secret', stringAt(from, 'secretRef', 'name'), 'start'),
    ]),
    ...listAt(container, 'env').flatMap((variable) => [
      ...named('ConfigMap', stringAt(variable, 'valueFrom', 'configMapKeyRef', 'name'), 'start'),
      ...named('Secret', stringAt(variable, 'valueFrom', 'secretKeyRef', 'name'), 'start'),
    ]),
  ]);
  return [...volumes, ...variables];
}

function named(kind: Source[0], name: string | undefined, as: Reader['as']): readonly Source[] {
  return name === undefined ? [] : [[kind, name, as]];
}
