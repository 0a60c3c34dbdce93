import { at, type Json, type JsonObject, listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { Subject } from '../subject.ts';
import { named, type Reference, type Target } from './reference.ts';
import { referencesOfClaim } from './storage.ts';

/** What the pod of an object refers to; nothing for objects that have none. */
export function referencesOfPod({ manifest, ref, kind: { pod } }: Subject): readonly Reference[] {
  if (pod === undefined) return [];
  const path = [...pod, 'spec'];
  const spec: Spec = { path, value: objectAt(manifest, ...path), namespace: ref.namespace };
  return [...ofSpec(spec), ...ofContainers(spec), ...ofVolumes(spec)];
}

/** The spec of a pod, and where its object holds it. */
interface Spec {
  readonly path: Path;
  readonly value: JsonObject;
  readonly namespace: string;
}

const priorityClass = { group: 'scheduling.k8s.io', kind: 'PriorityClass', namespace: '' };
const runtimeClass = { group: 'node.k8s.io', kind: 'RuntimeClass', namespace: '' };

function ofSpec({ path, value, namespace }: Spec): readonly Reference[] {
  // `serviceAccount` is the old name of the field, and counts where the new one is empty.
  const account = (stringAt(value, 'serviceAccountName') ?? '') === '' ? 'serviceAccount' : 'serviceAccountName';
  const group = 'resource.k8s.io';
  const claims = listAt(value, 'resourceClaims').flatMap((claim, i) => [
    ...named(claim, [...path, 'resourceClaims', i], { field: 'resourceClaimName', to: { group, kind: 'ResourceClaim', namespace } }),
    ...named(claim, [...path, 'resourceClaims', i], {
      field: 'resourceClaimTemplateName',
      to: { group, kind: 'ResourceClaimTemplate', namespace },
    }),
  ]);
  return [
    ...named(value, path, { field: account, to: { group: '', kind: 'ServiceAccount', namespace } }),
    ...named(value, path, { field: 'priorityClassName', to: priorityClass, weight: 'warning' }),
    ...named(value, path, { field: 'runtimeClassName', to: runtimeClass, weight: 'warning' }),
    ...claims,
    ...pullSecrets(value, path, namespace),
  ];
}

/**
 * The secrets for pulling images of a pod or a ServiceAccount, which stands under `path`. A pod starts without them where the
 * image is public or the node has it.
 */
export function pullSecrets(holder: JsonObject, path: Path, namespace: string): readonly Reference[] {
  const to = { group: '', kind: 'Secret', namespace };
  return listAt(holder, 'imagePullSecrets').flatMap((secret, i) =>
    named(secret, [...path, 'imagePullSecrets', i], { field: 'name', to, weight: 'warning' }),
  );
}

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'];

/** The fields of a container that name a ConfigMap or a Secret: one key of it, or all. */
const keySources: ReadonlyMap<string, string> = new Map(Object.entries({ configMapKeyRef: 'ConfigMap', secretKeyRef: 'Secret' }));
const wholeSources: ReadonlyMap<string, string> = new Map(Object.entries({ configMapRef: 'ConfigMap', secretRef: 'Secret' }));

function ofContainers({ path, value, namespace }: Spec): readonly Reference[] {
  return containerLists.flatMap((list) =>
    listAt(value, list).flatMap((container, i) => [
      ...listAt(container, 'env').flatMap((variable, j) =>
        fieldsOf(variable, 'valueFrom').flatMap(([field, source]) => {
          const kind = keySources.get(field);
          return kind === undefined ? [] : keyed(source, [...path, list, i, 'env', j, 'valueFrom', field], { group: '', kind, namespace });
        }),
      ),
      ...listAt(container, 'envFrom').flatMap((from, j) =>
        fieldsOf(from).flatMap(([field, source]) => {
          const kind = wholeSources.get(field);
          return kind === undefined
            ? []
            : whole(source, [...path, list, i, 'envFrom', j, field], { field: 'name', to: { group: '', kind, namespace } });
        }),
      ),
    ]),
  );
}

/** Where volumes name an object in the pod's namespace: the field of the volume, the way below it, and the kind. */
const volumeSources: ReadonlyMap<string, readonly [below: readonly string[], field: string, kind: string]> = new Map(
  Object.entries({
    azureFile: [[], 'secretName', 'Secret'],
    cephfs: [['secretRef'], 'name', 'Secret'],
    cinder: [['secretRef'], 'name', 'Secret'],
    configMap: [[], 'name', 'ConfigMap'],
    csi: [['nodePublishSecretRef'], 'name', 'Secret'],
    flexVolume: [['secretRef'], 'name', 'Secret'],
    iscsi: [['secretRef'], 'name', 'Secret'],
    persistentVolumeClaim: [[], 'claimName', 'PersistentVolumeClaim'],
    rbd: [['secretRef'], 'name', 'Secret'],
    scaleIO: [['secretRef'], 'name', 'Secret'],
    secret: [[], 'secretName', 'Secret'],
    storageos: [['secretRef'], 'name', 'Secret'],
  }),
);
const projectedSources: ReadonlyMap<string, string> = new Map(Object.entries({ configMap: 'ConfigMap', secret: 'Secret' }));

function ofVolumes({ path, value, namespace }: Spec): readonly Reference[] {
  return listAt(value, 'volumes').flatMap((volume, i) =>
    fieldsOf(volume).flatMap(([name, source]) => {
      const here = [...path, 'volumes', i, name];
      if (name === 'projected') return ofProjected(source, here, namespace);
      if (name === 'ephemeral') {
        const template = ['volumeClaimTemplate', 'spec'];
        return referencesOfClaim(objectAt(source, ...template), [...here, ...template], namespace);
      }
      const [below, field, kind] = volumeSources.get(name) ?? [];
      if (below === undefined || field === undefined || kind === undefined) return [];
      return whole(objectAt(source, ...below), [...here, ...below], { field, to: { group: '', kind, namespace } });
    }),
  );
}

function ofProjected(projected: Json | undefined, path: Path, namespace: string): readonly Reference[] {
  return listAt(projected, 'sources').flatMap((from, i) =>
    fieldsOf(from).flatMap(([field, source]) => {
      const kind = projectedSources.get(field);
      return kind === undefined ? [] : whole(source, [...path, 'sources', i, field], { field: 'name', to: { group: '', kind, namespace } });
    }),
  );
}

/** A ConfigMap or Secret with one key of it, as `source` under `path` names them. */
function keyed(source: Json | undefined, path: Path, to: Target): readonly Reference[] {
  if (at(source, 'optional') === true) return [];
  const key = stringAt(source, 'key');
  const found = named(source, path, { field: 'name', to });
  return key === undefined ? found : found.map((reference) => ({ ...reference, key: { name: key, path: [...path, 'key'] } }));
}

/** An object, as `source` under `path` names it, with the keys that its `items` name. */
function whole(source: Json | undefined, path: Path, { field, to }: { readonly field: string; readonly to: Target }): readonly Reference[] {
  if (at(source, 'optional') === true) return [];
  return named(source, path, { field, to }).flatMap((reference) => {
    const items = listAt(source, 'items').flatMap((item, i): readonly Reference[] => {
      const key = stringAt(item, 'key');
      return key === undefined ? [] : [{ ...reference, key: { name: key, path: [...path, 'items', i, 'key'] } }];
    });
    return [reference, ...items];
  });
}

function fieldsOf(value: Json | undefined, ...keys: Path): readonly (readonly [string, Json | undefined])[] {
  return Object.entries(objectAt(value, ...keys));
}
