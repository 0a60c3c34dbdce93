import type { Health } from '../../../model/health.ts';
import { at, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { current, failed, firstLine, inProgress } from '../rule.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';
import { judgePhase, phase } from './phase.ts';

/** A failure of Rook is tried again; Connected is what a cluster or store of elsewhere becomes. */
const rook = phase({ current: ['Ready', 'Connected'], message: ['message'] });

/** What ends in one of these was not saved, or not restored, as a whole, and is not tried again. */
const velero = phase({ current: ['Completed'], failed: ['FailedValidation', 'PartiallyFailed', 'Failed'], message: ['failureReason'] });

/**
 * Snapshots of volumes, by `client/apis` of github.com/kubernetes-csi/external-snapshotter; Velero, by `pkg/apis/velero/v1` of
 * github.com/vmware-tanzu/velero; Rook, by `pkg/apis/ceph.rook.io/v1` of github.com/rook/rook; Longhorn, by
 * `k8s/pkg/apis/longhorn/v1beta2` of github.com/longhorn/longhorn-manager.
 */
export const volumes: Judgements = {
  ...alike('snapshot.storage.k8s.io', ['VolumeSnapshot', 'VolumeSnapshotContent'], snapshot),
  ...alike('groupsnapshot.storage.k8s.io', ['VolumeGroupSnapshot', 'VolumeGroupSnapshotContent'], snapshot),
  ...alike('velero.io', ['Backup', 'Restore'], velero),
  ...inGroup('velero.io', {
    Schedule: phase({ current: ['Enabled'], failed: ['FailedValidation'] }),
    BackupStorageLocation: phase({ current: ['Available'], message: ['message'] }),
  }),
  ...inGroup('ceph.rook.io', { CephCluster: cephCluster }),
  ...alike('ceph.rook.io', ['CephBlockPool', 'CephFilesystem', 'CephObjectStore', 'CephObjectStoreUser', 'CephClient', 'CephNFS'], rook),
  ...inGroup('longhorn.io', { Volume: longhornVolume }),
};

/** The snapshot controller tries again after an error. */
function snapshot(object: LiveObject): Health {
  if (at(object, 'status', 'readyToUse') === true) return current('ready to use');
  const error = firstLine(stringAt(object, 'status', 'error', 'message') ?? '');
  return inProgress(error || 'not ready to use yet');
}

/** HEALTH_WARN is often about nothing that ends by itself, and all data is served. */
function cephCluster(object: LiveObject): Health {
  const ceph = stringAt(object, 'status', 'ceph', 'health') ?? 'unknown';
  const health = judgePhase(rook, object);
  if (health.status !== 'Current') return health;
  return (ceph === 'HEALTH_ERR' ? inProgress : current)(`${health.message}, health: ${ceph}`);
}

/** A volume that no pod uses is detached; one whose replicas have all failed is faulted. */
function longhornVolume(object: LiveObject): Health {
  const state = stringAt(object, 'status', 'state') ?? '';
  const robustness = stringAt(object, 'status', 'robustness') ?? 'unknown';
  if (state === '') return inProgress('not seen by its controller yet');
  if (robustness === 'faulted') return failed(`state: ${state}, robustness: faulted`);
  const isWanted = state === 'detached' || (state === 'attached' && robustness === 'healthy');
  return (isWanted ? current : inProgress)(`state: ${state}, robustness: ${robustness}`);
}
