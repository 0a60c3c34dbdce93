import { type Json, listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import { named, type Reference } from './reference.ts';

const storageClass = { group: 'storage.k8s.io', kind: 'StorageClass', namespace: '' };
const attributesClass = { group: 'storage.k8s.io', kind: 'VolumeAttributesClass', namespace: '' };
const persistentVolume = { group: '', kind: 'PersistentVolume', namespace: '' };

/**
 * What the spec of a claim, which its object holds under `path`, refers to. A snapshot or claim that it was filled from may be
 * gone when it is bound.
 */
export function referencesOfClaim(spec: Json | undefined, path: Path, namespace: string): readonly Reference[] {
  return [
    ...named(spec, path, { field: 'storageClassName', to: storageClass, weight: 'warning' }),
    ...named(spec, path, { field: 'volumeAttributesClassName', to: attributesClass, weight: 'warning' }),
    ...named(spec, path, { field: 'volumeName', to: persistentVolume, weight: 'warning' }),
    ...['dataSource', 'dataSourceRef'].flatMap((field) => ofDataSource(objectAt(spec, field), [...path, field], namespace)),
  ];
}

/** The kinds that a claim is filled from, with their groups: others are known to populators. */
const dataSources: ReadonlyMap<string, string> = new Map(
  Object.entries({
    PersistentVolumeClaim: '',
    VolumeSnapshot: 'snapshot.storage.k8s.io',
  }),
);

function ofDataSource(source: Json, path: Path, home: string): readonly Reference[] {
  const kind = stringAt(source, 'kind') ?? '';
  const group = stringAt(source, 'apiGroup') ?? '';
  if (dataSources.get(kind) !== group) return [];
  return named(source, path, { field: 'name', to: { group, kind, namespace: stringAt(source, 'namespace') ?? home }, weight: 'warning' });
}

/** A PersistentVolumeClaim. */
export function ofPersistentVolumeClaim(manifest: Manifest): readonly Reference[] {
  return referencesOfClaim(manifest['spec'], ['spec'], refOf(manifest).namespace);
}

/** The claims that a StatefulSet makes for each of its pods. */
export function ofClaimTemplates(manifest: Manifest): readonly Reference[] {
  const { namespace } = refOf(manifest);
  return listAt(manifest, 'spec', 'volumeClaimTemplates').flatMap((template, i) =>
    referencesOfClaim(objectAt(template, 'spec'), ['spec', 'volumeClaimTemplates', i, 'spec'], namespace),
  );
}

const volumeSecrets = [
  'controllerExpandSecretRef',
  'controllerPublishSecretRef',
  'nodeExpandSecretRef',
  'nodePublishSecretRef',
  'nodeStageSecretRef',
];

/** A PersistentVolume: the secrets of its CSI driver. Its class need not exist, since claims are matched by the name alone. */
export function ofPersistentVolume(manifest: Manifest): readonly Reference[] {
  return volumeSecrets.flatMap((field) => {
    const path = ['spec', 'csi', field];
    const secret = objectAt(manifest, ...path);
    return named(secret, path, { field: 'name', to: { group: '', kind: 'Secret', namespace: stringAt(secret, 'namespace') ?? '' } });
  });
}

/** A VolumeSnapshot of snapshot.storage.k8s.io. */
export function ofVolumeSnapshot(manifest: Manifest): readonly Reference[] {
  const { group, namespace } = refOf(manifest);
  const spec = objectAt(manifest, 'spec');
  const to = { group: '', kind: 'PersistentVolumeClaim', namespace };
  return [
    ...named(spec, ['spec'], {
      field: 'volumeSnapshotClassName',
      to: { group, kind: 'VolumeSnapshotClass', namespace: '' },
      weight: 'warning',
    }),
    ...named(spec['source'], ['spec', 'source'], { field: 'persistentVolumeClaimName', to }),
  ];
}

/** The classes of the devices that a ResourceClaim, or its template, asks for: by `exactly`, by alternatives, or by itself (v1beta1). */
export function ofResourceClaim(manifest: Manifest): readonly Reference[] {
  const base: Path = manifest.kind === 'ResourceClaimTemplate' ? ['spec', 'spec', 'devices', 'requests'] : ['spec', 'devices', 'requests'];
  const naming = {
    field: 'deviceClassName',
    to: { group: 'resource.k8s.io', kind: 'DeviceClass', namespace: '' },
    weight: 'warning',
  } as const;
  return listAt(manifest, ...base).flatMap((request, i) => [
    ...named(request, [...base, i], naming),
    ...named(objectAt(request, 'exactly'), [...base, i, 'exactly'], naming),
    ...listAt(request, 'firstAvailable').flatMap((device, j) => named(device, [...base, i, 'firstAvailable', j], naming)),
  ]);
}
