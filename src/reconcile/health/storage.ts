import type { Health } from '../../model/health.ts';
import { at, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { current, exists, failed, firstLine, inProgress, type Rule } from './rule.ts';

/** Volumes, claims on them, and claims on devices. */
export const storage: Readonly<Record<string, Rule>> = {
  PersistentVolumeClaim: persistentVolumeClaim,
  PersistentVolume: persistentVolume,
  'VolumeAttachment.storage.k8s.io': volumeAttachment,
  // Allocated when a pod that uses it is scheduled, not before.
  'ResourceClaim.resource.k8s.io': exists,
  'DeviceTaintRule.resource.k8s.io': exists,
};

/**
 * Whether a pending claim waits for its first pod (WaitForFirstConsumer) stands in its StorageClass alone, so it is
 * InProgress like any other: nothing that brings that pod may wait for the claim.
 */
function persistentVolumeClaim(object: LiveObject): Health {
  const phase = stringAt(object, 'status', 'phase');
  if (phase === 'Bound') return current(`phase: Bound, capacity: ${stringAt(object, 'status', 'capacity', 'storage') ?? 'unknown'}`);
  if (phase === 'Lost') return failed('phase: Lost, its volume is gone');
  return inProgress(`phase: ${phase ?? 'none'}, waits for ${awaitedBy(object)}`);
}

/** The annotation is the volume controller's: it has asked a provisioner for a volume. */
function awaitedBy(claim: LiveObject): string {
  const volume = stringAt(claim, 'spec', 'volumeName');
  if (volume !== undefined) return `the volume \`${volume}\``;
  const provisioner = claim.metadata.annotations?.['volume.kubernetes.io/storage-provisioner'];
  return provisioner === undefined ? 'a volume, or for the first pod that uses it' : `the provisioner \`${provisioner}\``;
}

function persistentVolume(object: LiveObject): Health {
  const phase = stringAt(object, 'status', 'phase') ?? 'none';
  if (phase === 'Available' || phase === 'Bound') return current(`phase: ${phase}`);
  if (phase === 'Released') return current('phase: Released, its claim is gone and no other can take it');
  const message = firstLine(stringAt(object, 'status', 'message') ?? '');
  if (phase === 'Failed') return failed(`phase: Failed${message === '' ? '' : `, ${message}`}`);
  return inProgress(`phase: ${phase}`);
}

function volumeAttachment(object: LiveObject): Health {
  if (at(object, 'status', 'attached') === true) return current('attached');
  const error = stringAt(object, 'status', 'attachError', 'message');
  return inProgress(error === undefined ? 'not attached yet' : `not attached yet, ${firstLine(error)}`);
}
