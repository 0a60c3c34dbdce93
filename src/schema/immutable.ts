import { at, type Path } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { formatGroupKind } from '../model/ref.ts';

/** The fields of a kind that the API server takes no other value for once there is an object (kubernetes 1.35, pkg/apis). */
interface Fixed {
  /** Whatever is below these. */
  readonly fields?: readonly Path[];
  /** All of `spec`, but for these. */
  readonly exceptInSpec?: readonly string[];
}

const spec = (...names: readonly string[]): readonly Path[] => names.map((name) => ['spec', name]);

const top = (...names: readonly string[]): readonly Path[] => names.map((name) => [name]);

const fixed: ReadonlyMap<string, Fixed> = new Map(
  Object.entries<Fixed>({
    'Deployment.apps': { fields: spec('selector') },
    'DaemonSet.apps': { fields: spec('selector') },
    'ReplicaSet.apps': { fields: spec('selector') },
    'StatefulSet.apps': {
      exceptInSpec: [
        'minReadySeconds',
        'ordinals',
        'persistentVolumeClaimRetentionPolicy',
        'replicas',
        'revisionHistoryLimit',
        'template',
        'updateStrategy',
      ],
    },
    'Job.batch': {
      fields: spec('selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'),
    },
    PersistentVolumeClaim: { exceptInSpec: ['resources', 'volumeAttributesClassName'] },
    PersistentVolume: {
      exceptInSpec: [
        'accessModes',
        'capacity',
        'claimRef',
        'mountOptions',
        'persistentVolumeReclaimPolicy',
        'storageClassName',
        'volumeAttributesClassName',
      ],
    },
    Secret: { fields: top('type') },
    'RoleBinding.rbac.authorization.k8s.io': { fields: top('roleRef') },
    'ClusterRoleBinding.rbac.authorization.k8s.io': { fields: top('roleRef') },
    'StorageClass.storage.k8s.io': { fields: top('provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode') },
    'PriorityClass.scheduling.k8s.io': { fields: top('value', 'preemptionPolicy') },
    'RuntimeClass.node.k8s.io': { fields: top('handler') },
    'IngressClass.networking.k8s.io': { fields: spec('controller') },
    'EndpointSlice.discovery.k8s.io': { fields: top('addressType') },
    'CustomResourceDefinition.apiextensions.k8s.io': {
      fields: [...spec('group', 'scope'), ['spec', 'names', 'kind'], ['spec', 'names', 'plural']],
    },
  }),
);

/** What an object that is declared immutable keeps. */
const content: ReadonlySet<string> = new Set(['data', 'binaryData', 'stringData', 'immutable']);

/** Whether the field at `path` of the object that is `before` can never have another value: only a new object can. */
export function isFixed(before: Manifest, path: Path): boolean {
  const kind = formatGroupKind(refOf(before));
  if ((kind === 'ConfigMap' || kind === 'Secret') && before['immutable'] === true && content.has(String(path[0]))) return true;
  const { fields = [], exceptInSpec } = fixed.get(kind) ?? {};
  if (exceptInSpec !== undefined && path[0] === 'spec') return path.length > 1 && !exceptInSpec.includes(String(path[1]));
  const isBelow = (field: Path): boolean => field.length <= path.length && field.every((key, i) => path[i] === key);
  // What is absent may be set to what the API server made of it.
  return fields.some((field) => isBelow(field) && !(field[1] === 'selector' && at(before, ...field) === undefined));
}
