import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import type { ControlPlane } from '../controlplane/start.ts';

/** Where the peers themselves are. */
export const namespace = 'peers';

/** A server, and its administrator. */
export interface Ground {
  readonly plane: ControlPlane;
  readonly admin: Cluster;
}

/** A ServiceAccount of a peer's own, with an administrator's rights, whose requests can be told from others. */
export async function administratorFor(
  { plane, admin }: Ground,
  serviceAccount: string,
): Promise<{ readonly user: string; readonly kubeconfig: string }> {
  const objects: readonly Manifest[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `peers-${serviceAccount}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    },
  ];
  for (const manifest of objects) await applied({ admin }, manifest);
  const kubeconfig = await kubeconfigFor(plane, { namespace, serviceAccount, expirationSeconds: 86_400 });
  return { user: `system:serviceaccount:${namespace}:${serviceAccount}`, kubeconfig };
}

/** Applies an object that a peer needs, as an administrator would. */
export async function applied({ admin }: Pick<Ground, 'admin'>, manifest: Manifest): Promise<void> {
  const answer = await admin.apply(manifest, { manager: 'peers' });
  if (!answer.ok) throw new Error(answer.error.message);
}
