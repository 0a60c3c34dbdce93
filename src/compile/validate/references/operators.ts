import type { Subject } from '../subject.ts';

/** API groups of other projects of which it is known that no kind of theirs makes pods that anybody would select. */
const withoutPods: ReadonlySet<string> = new Set([
  'bitnami.com',
  'cert-manager.io',
  'cilium.io',
  'external-secrets.io',
  'gateway.networking.k8s.io',
  'generators.external-secrets.io',
  'kyverno.io',
  'networking.istio.io',
  'secrets-store.csi.x-k8s.io',
  'secrets.hashicorp.com',
  'security.istio.io',
  'snapshot.storage.k8s.io',
  'telemetry.istio.io',
  'traefik.io',
]);

/** The namespaces with custom resources, of which an operator may make pods that nobody here knows. */
export function namespacesWithOperators(subjects: readonly Subject[]): ReadonlySet<string> {
  const custom = subjects.filter(({ kind }) => kind.builtin === undefined && !withoutPods.has(kind.group));
  return new Set(custom.map(({ ref }) => ref.namespace));
}
