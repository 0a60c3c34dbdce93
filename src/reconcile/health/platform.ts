import type { Health } from '../../model/health.ts';
import { stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { because, conditionOf, current, exists, failed, inProgress, type Rule } from './rule.ts';

/** The kinds that make up the cluster itself. */
export const platform: Readonly<Record<string, Rule>> = {
  Namespace: namespace,
  Node: ready,
  'ServiceCIDR.networking.k8s.io': ready,
  'CustomResourceDefinition.apiextensions.k8s.io': customResourceDefinition,
  'APIService.apiregistration.k8s.io': apiService,
  'CertificateSigningRequest.certificates.k8s.io': certificateSigningRequest,
  'PodCertificateRequest.certificates.k8s.io': podCertificateRequest,
  'StorageVersionMigration.storagemigration.k8s.io': storageVersionMigration,
  'StorageVersion.internal.apiserver.k8s.io': exists,
};

function namespace(object: LiveObject): Health {
  const phase = stringAt(object, 'status', 'phase') ?? 'none';
  return phase === 'Active' ? current('phase: Active') : inProgress(`phase: ${phase}`);
}

function ready(object: LiveObject): Health {
  const condition = conditionOf(object, 'Ready');
  if (condition === undefined) return inProgress('not seen by its controller yet');
  return condition.status === 'True' ? current('ready') : inProgress(because(condition));
}

/** Names that another definition has taken stay taken until somebody acts; being installed passes. */
function customResourceDefinition(object: LiveObject): Health {
  const names = conditionOf(object, 'NamesAccepted');
  const established = conditionOf(object, 'Established');
  if (names?.status === 'False') return failed(because(names));
  if (established?.status === 'True') return current('established');
  if (established?.status === 'False' && established.reason !== 'Installing') return failed(because(established));
  return inProgress('being installed');
}

/** Its backend may come later, so one that is not reached is InProgress. */
function apiService(object: LiveObject): Health {
  const available = conditionOf(object, 'Available');
  if (available === undefined) return inProgress('not seen by its controller yet');
  return available.status === 'True' ? current('available') : inProgress(because(available));
}

function certificateSigningRequest(object: LiveObject): Health {
  const refusal = conditionOf(object, 'Denied') ?? conditionOf(object, 'Failed');
  if (refusal !== undefined) return failed(because(refusal));
  if (stringAt(object, 'status', 'certificate') !== undefined) return current('issued');
  return inProgress(conditionOf(object, 'Approved') === undefined ? 'waits for an approval' : 'approved, not issued yet');
}

/** Nobody approves it: its signer issues, denies or fails. */
function podCertificateRequest(object: LiveObject): Health {
  const refusal = conditionOf(object, 'Denied') ?? conditionOf(object, 'Failed');
  if (refusal !== undefined) return failed(because(refusal));
  return stringAt(object, 'status', 'certificateChain') === undefined ? inProgress('not issued yet') : current('issued');
}

function storageVersionMigration(object: LiveObject): Health {
  const failure = conditionOf(object, 'Failed');
  if (failure?.status === 'True') return failed(because(failure));
  return conditionOf(object, 'Succeeded')?.status === 'True' ? current('migrated') : inProgress('being migrated');
}
