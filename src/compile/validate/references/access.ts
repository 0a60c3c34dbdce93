import { listAt, objectAt, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import { boundRole } from '../../roles.ts';
import { pullSecrets } from './pods.ts';
import { named, type Reference } from './reference.ts';

/** A RoleBinding or ClusterRoleBinding: its role, and the ServiceAccounts among its subjects. */
export function ofBinding(manifest: Manifest): readonly Reference[] {
  const role = boundRole(manifest);
  const isRole = role?.kind === 'Role' || role?.kind === 'ClusterRole';
  return [
    ...(role !== undefined && isRole ? named(manifest['roleRef'], ['roleRef'], { field: 'name', to: role }) : []),
    ...listAt(manifest, 'subjects').flatMap((subject, i) => {
      const namespace = stringAt(subject, 'namespace') ?? '';
      // The controllers of the control plane have accounts in kube-system that nobody declares.
      if (stringAt(subject, 'kind') !== 'ServiceAccount' || namespace === '' || namespace === 'kube-system') return [];
      const to = { group: '', kind: 'ServiceAccount', namespace };
      return named(subject, ['subjects', i], { field: 'name', to, weight: 'at-home' });
    }),
  ];
}

/** A ServiceAccount: the secrets that its pods pull images with. */
export function ofServiceAccount(manifest: Manifest): readonly Reference[] {
  return pullSecrets(manifest, [], refOf(manifest).namespace);
}

/** A Secret that is filled with the token of a ServiceAccount: without the account, it is deleted. */
export function ofSecret(manifest: Manifest): readonly Reference[] {
  if (stringAt(manifest, 'type') !== 'kubernetes.io/service-account-token') return [];
  const to = { group: '', kind: 'ServiceAccount', namespace: refOf(manifest).namespace };
  const path = ['metadata', 'annotations'];
  return named(objectAt(manifest, ...path), path, { field: 'kubernetes.io/service-account.name', to });
}

/** A FlowSchema: without its level, requests are treated as any others. */
export function ofFlowSchema(manifest: Manifest): readonly Reference[] {
  const target = { group: 'flowcontrol.apiserver.k8s.io', kind: 'PriorityLevelConfiguration', namespace: '' };
  const path = ['spec', 'priorityLevelConfiguration'];
  return named(objectAt(manifest, ...path), path, { field: 'name', to: target, weight: 'warning' });
}
