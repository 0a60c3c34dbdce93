import { objectAt, stringAt } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import type { ObjectRef } from '../model/ref.ts';

/** The API group of roles and bindings. */
export const rbacGroup = 'rbac.authorization.k8s.io';

/** Whether `manifest` is a Role or a ClusterRole. */
export function isRole(manifest: Manifest): boolean {
  return refOf(manifest).group === rbacGroup && (manifest.kind === 'Role' || manifest.kind === 'ClusterRole');
}

/** The role that a binding refers to, or undefined for other objects. A Role stands in the namespace of its binding. */
export function boundRole(manifest: Manifest): ObjectRef | undefined {
  const binding = refOf(manifest);
  if (binding.group !== rbacGroup || (binding.kind !== 'RoleBinding' && binding.kind !== 'ClusterRoleBinding')) return undefined;
  const roleRef = objectAt(manifest, 'roleRef');
  const kind = stringAt(roleRef, 'kind') ?? '';
  return { group: rbacGroup, kind, namespace: kind === 'Role' ? binding.namespace : '', name: stringAt(roleRef, 'name') ?? '' };
}
