import { exists } from '../rule.ts';
import { conditions } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

/**
 * What steers and limits traffic, objects and secrets: Kyverno, by `api/kyverno/v1` of github.com/kyverno/kyverno; Istio, by
 * istio.io/api, whose kinds have a status that istiod leaves empty unless told otherwise; Sealed Secrets, by
 * `pkg/apis/sealedsecrets/v1alpha1` of github.com/bitnami-labs/sealed-secrets.
 */
export const meshAndPolicies: Judgements = {
  ...alike('kyverno.io', ['ClusterPolicy', 'Policy'], conditions()),
  ...alike(
    'networking.istio.io',
    [
      'DestinationRule',
      'EnvoyFilter',
      'Gateway',
      'ProxyConfig',
      'ServiceEntry',
      'Sidecar',
      'VirtualService',
      'WorkloadEntry',
      'WorkloadGroup',
    ],
    exists,
  ),
  ...alike('security.istio.io', ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'], exists),
  ...alike('telemetry.istio.io', ['Telemetry'], exists),
  ...alike('extensions.istio.io', ['WasmPlugin'], exists),
  ...inGroup('bitnami.com', { SealedSecret: conditions({ current: ['Synced'] }) }),
};
