import type { JsonObject } from '../../../../src/model/json.ts';
import { conditions, fresh, no, type OperatorCase, type OperatorCases, readyCases, stale, yes } from './cases.ts';

/** A condition that is True of the present generation. */
const seen = (type: string): JsonObject => yes(type, { observedGeneration: 2 });
const unseen = (type: string): JsonObject => yes(type, { observedGeneration: 1 });

const refused: JsonObject = { ...no('ResolvedRefs', 'BackendNotFound', 'Service api not found.'), observedGeneration: 2 };

const listening: JsonObject = {
  ...conditions(seen('Accepted'), seen('Programmed')),
  listeners: [{ name: 'https', ...conditions(seen('Accepted'), seen('ResolvedRefs')) }],
};
const https: JsonObject = { listeners: [{ name: 'https', port: 443 }] };

const web: JsonObject = { parentRefs: [{ name: 'web' }] };
const both: JsonObject = {
  parentRefs: [
    { name: 'web', sectionName: 'https' },
    { name: 'inner', namespace: 'mesh' },
  ],
};
/** What a controller says of a route, for the parent `web`. */
function answer(parentRef: JsonObject, ...all: readonly JsonObject[]): JsonObject {
  return {
    parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...parentRef },
    controllerName: 'example.org/a',
    ...conditions(...all),
  };
}
const accepted = answer({ name: 'web' }, seen('Accepted'), seen('ResolvedRefs'));

/** Replicas of Cluster API with machines of which none is old. */
const replicas: JsonObject = { observedGeneration: 2, replicas: 3, readyReplicas: 3, upToDateReplicas: 3 };
const busy = (type: string): OperatorCase => ({
  says: 'InProgress: 1 of 3 machines',
  status: { ...replicas, ...conditions(yes('Available'), yes(type, { message: '1 of 3 machines' })) },
});

const capi: readonly OperatorCase[] = [
  fresh,
  { says: stale, status: { observedGeneration: 1, ...conditions(yes('Available')) } },
  { says: 'InProgress: Waiting: not there yet', status: { observedGeneration: 2, ...conditions(no('Available')) } },
  { says: 'Current: paused', status: { observedGeneration: 2, ...conditions(yes('Paused')) } },
  {
    says: 'Failed: no such machine type',
    status: { observedGeneration: 2, deprecated: { v1beta1: { failureMessage: 'no such machine type' } }, ...conditions(no('Available')) },
  },
  ...['RollingOut', 'ScalingUp', 'ScalingDown'].map(busy),
];

/** The Gateway API, Knative, Crossplane, Cluster API, autoscalers, Kyverno, Istio and Sealed Secrets. */
export const platform: readonly OperatorCases[] = [
  {
    kinds: ['GatewayClass.gateway.networking.k8s.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: accepted', status: conditions(seen('Accepted')) },
      { says: stale, status: conditions(unseen('Accepted')) },
      { says: 'InProgress: `Accepted` does not say of which generation', status: conditions(yes('Accepted')) },
      { says: 'InProgress: Waiting: not there yet', status: conditions(no('Accepted')) },
    ],
  },
  {
    kinds: ['Gateway.gateway.networking.k8s.io', 'ListenerSet.gateway.networking.k8s.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: programmed, listeners: 1', spec: https, status: listening },
      { says: stale, spec: https, status: { ...listening, ...conditions(unseen('Accepted'), unseen('Programmed')) } },
      {
        says: 'InProgress: Waiting: not there yet',
        spec: https,
        status: { ...listening, ...conditions(seen('Accepted'), no('Programmed')) },
      },
      {
        says: 'InProgress: listener `http`: not seen by its controller yet',
        spec: { listeners: [{ name: 'https' }, { name: 'http' }] },
        status: listening,
      },
      {
        says: 'InProgress: listener `https`: BackendNotFound: Service api not found',
        spec: https,
        status: { ...listening, listeners: [{ name: 'https', ...conditions(seen('Accepted'), refused) }] },
      },
      {
        says: 'InProgress: listener `https`: Pending: no address',
        spec: https,
        status: {
          ...listening,
          listeners: [
            {
              name: 'https',
              ...conditions(seen('Accepted'), seen('ResolvedRefs'), {
                ...no('Programmed', 'Pending', 'no address'),
                observedGeneration: 2,
              }),
            },
          ],
        },
      },
      {
        says: 'InProgress: listener `https`: generation: 2, seen: 1',
        spec: https,
        status: { ...listening, listeners: [{ name: 'https', ...conditions(unseen('Accepted'), seen('ResolvedRefs')) }] },
      },
    ],
  },
  {
    kinds: ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `${kind}.gateway.networking.k8s.io`),
    version: 'v1',
    cases: [
      { says: 'InProgress: parent `web`: not seen by its controller yet', spec: web },
      { says: 'Current: accepted by its parents: 1', spec: web, status: { parents: [accepted] } },
      // Where it was attached before does not count.
      {
        says: 'Current: accepted by its parents: 1',
        spec: web,
        status: { parents: [accepted, answer({ name: 'old' }, { ...no('Accepted'), observedGeneration: 1 })] },
      },
      {
        says: 'InProgress: parent `inner`: not seen by its controller yet',
        spec: both,
        status: { parents: [answer({ name: 'web', sectionName: 'https' }, seen('Accepted'), seen('ResolvedRefs'))] },
      },
      {
        says: 'Current: accepted by its parents: 2',
        spec: both,
        status: {
          parents: [
            answer({ name: 'web', namespace: 'shop', sectionName: 'https' }, seen('Accepted'), seen('ResolvedRefs')),
            answer({ name: 'inner', namespace: 'mesh' }, seen('Accepted'), seen('ResolvedRefs')),
          ],
        },
      },
      {
        says: 'InProgress: parent `web`: BackendNotFound: Service api not found',
        spec: web,
        status: { parents: [accepted, answer({ name: 'web' }, seen('Accepted'), refused)] },
      },
      {
        says: 'InProgress: parent `web`: UnsupportedValue: Dropped Rule 2',
        spec: web,
        status: {
          parents: [
            answer(
              { name: 'web' },
              seen('Accepted'),
              seen('ResolvedRefs'),
              yes('PartiallyInvalid', { reason: 'UnsupportedValue', message: 'Dropped Rule 2' }),
            ),
          ],
        },
      },
      {
        says: 'InProgress: parent `web`: generation: 2, seen: 1',
        spec: web,
        status: { parents: [answer({ name: 'web' }, unseen('Accepted'), unseen('ResolvedRefs'))] },
      },
      {
        says: 'InProgress: parent `web`: `Accepted` does not say of which generation',
        spec: web,
        status: { parents: [answer({ name: 'web' }, yes('Accepted'), yes('ResolvedRefs'))] },
      },
    ],
  },
  { kinds: ['ReferenceGrant.gateway.networking.k8s.io'], version: 'v1beta1', cases: [{ says: 'Current: exists' }] },
  {
    kinds: [
      ...['Service', 'Configuration', 'Revision', 'Route', 'DomainMapping'].map((kind) => `${kind}.serving.knative.dev`),
      ...['Broker', 'Trigger'].map((kind) => `${kind}.eventing.knative.dev`),
      ...['Channel', 'InMemoryChannel', 'Subscription'].map((kind) => `${kind}.messaging.knative.dev`),
      ...['ApiServerSource', 'ContainerSource', 'PingSource', 'SinkBinding'].map((kind) => `${kind}.sources.knative.dev`),
    ],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: ready', status: { observedGeneration: 2, ...conditions(yes('Ready')) } },
      { says: stale, status: { observedGeneration: 1, ...conditions(yes('Ready')) } },
      { says: 'InProgress: not seen by its controller yet', status: conditions(yes('Ready')) },
      {
        says: 'InProgress: RevisionMissing: no image',
        status: { observedGeneration: 2, ...conditions(no('Ready', 'RevisionMissing', 'no image')) },
      },
    ],
  },
  {
    kinds: ['Provider.pkg.crossplane.io', 'Configuration.pkg.crossplane.io', 'Function.pkg.crossplane.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: installed, healthy', status: conditions(yes('Installed'), yes('Healthy')) },
      { says: 'InProgress: Waiting: not there yet', status: conditions(no('Installed'), yes('Healthy')) },
      {
        says: 'InProgress: UnhealthyPackageRevision: no pods',
        status: conditions(yes('Installed'), no('Healthy', 'UnhealthyPackageRevision', 'no pods')),
      },
      { says: stale, status: conditions(unseen('Installed'), yes('Healthy')) },
    ],
  },
  {
    kinds: ['CompositeResourceDefinition.apiextensions.crossplane.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: established', status: conditions(yes('Established')) },
      {
        says: 'Current: established, offered',
        spec: { claimNames: { kind: 'Shop' } },
        status: conditions(yes('Established'), yes('Offered')),
      },
      {
        says: 'InProgress: not seen by its controller yet',
        spec: { claimNames: { kind: 'Shop' } },
        status: conditions(yes('Established')),
      },
      { says: stale, status: conditions(unseen('Established')) },
    ],
  },
  { kinds: ['Composition.apiextensions.crossplane.io'], version: 'v1', cases: [{ says: 'Current: exists' }] },
  {
    kinds: ['Cluster.cluster.x-k8s.io'],
    version: 'v1beta2',
    cases: [
      ...capi,
      { says: 'Current: available', status: { observedGeneration: 2, ...conditions(yes('Available')) } },
      { says: 'Current: paused', spec: { paused: true }, status: { observedGeneration: 1 } },
    ],
  },
  {
    kinds: ['Machine.cluster.x-k8s.io'],
    version: 'v1beta2',
    cases: [
      ...capi.filter(({ says }) => !says.includes('machines')).map((one) => asReady(one)),
      { says: 'Current: ready', status: { observedGeneration: 2, ...conditions(yes('Ready')) } },
    ],
  },
  {
    kinds: ['MachineDeployment.cluster.x-k8s.io', 'KubeadmControlPlane.controlplane.cluster.x-k8s.io'],
    version: 'v1beta2',
    cases: [
      ...capi,
      { says: 'Current: replicas: 3/3', spec: { replicas: 3 }, status: { ...replicas, ...conditions(yes('Available')) } },
      { says: 'InProgress: replicas: 3/4', spec: { replicas: 4 }, status: { ...replicas, ...conditions(yes('Available')) } },
      {
        says: 'InProgress: up to date: 2/3',
        spec: { replicas: 3 },
        status: { ...replicas, upToDateReplicas: 2, ...conditions(yes('Available')) },
      },
      { says: 'InProgress: ready: 2/3', spec: { replicas: 3 }, status: { ...replicas, readyReplicas: 2, ...conditions(yes('Available')) } },
    ],
  },
  {
    kinds: ['ClusterClass.cluster.x-k8s.io'],
    version: 'v1beta2',
    cases: [
      fresh,
      { says: 'Current: variables ready', status: conditions(yes('VariablesReady')) },
      { says: 'InProgress: Waiting: not there yet', status: conditions(no('VariablesReady')) },
      { says: stale, status: conditions(unseen('VariablesReady')) },
    ],
  },
  {
    kinds: ['TriggerAuthentication.keda.sh', 'ClusterTriggerAuthentication.keda.sh'],
    version: 'v1alpha1',
    cases: [{ says: 'Current: exists' }],
  },
  {
    kinds: ['ScaledObject.keda.sh', 'ScaledJob.keda.sh'],
    version: 'v1alpha1',
    cases: [...readyCases, { says: 'Current: paused', status: conditions(no('Ready'), yes('Paused')) }],
  },
  { kinds: ['NodePool.karpenter.sh', 'NodeClaim.karpenter.sh'], version: 'v1', cases: readyCases },
  {
    kinds: ['VerticalPodAutoscaler.autoscaling.k8s.io'],
    version: 'v1',
    cases: [
      fresh,
      { says: 'Current: recommendation provided', status: conditions(yes('RecommendationProvided')) },
      { says: 'Current: no pods to recommend anything for', status: conditions(no('RecommendationProvided'), yes('NoPodsMatched')) },
      { says: 'InProgress: Waiting: not there yet', status: conditions(no('RecommendationProvided')) },
      { says: stale, status: { observedGeneration: 1, ...conditions(yes('RecommendationProvided')) } },
      { says: 'Failed: no such target', status: conditions(yes('ConfigUnsupported', { message: 'no such target' })) },
    ],
  },
  { kinds: ['ClusterPolicy.kyverno.io', 'Policy.kyverno.io'], version: 'v1', cases: readyCases },
  {
    kinds: [
      ...[
        'DestinationRule',
        'EnvoyFilter',
        'Gateway',
        'ProxyConfig',
        'ServiceEntry',
        'Sidecar',
        'VirtualService',
        'WorkloadEntry',
        'WorkloadGroup',
      ].map((kind) => `${kind}.networking.istio.io`),
      ...['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'].map((kind) => `${kind}.security.istio.io`),
      'Telemetry.telemetry.istio.io',
      'WasmPlugin.extensions.istio.io',
    ],
    version: 'v1',
    cases: [{ says: 'Current: exists', status: {} }],
  },
  {
    kinds: ['SealedSecret.bitnami.com'],
    version: 'v1alpha1',
    cases: [
      fresh,
      { says: 'Current: synced', status: { observedGeneration: 2, ...conditions(yes('Synced')) } },
      { says: stale, status: { observedGeneration: 1, ...conditions(yes('Synced')) } },
      {
        says: 'InProgress: no key could decrypt it',
        status: { observedGeneration: 2, ...conditions({ ...no('Synced'), reason: '', message: 'no key could decrypt it' }) },
      },
    ],
  },
];

/** The same case of a Machine, which is Ready where others are Available. */
function asReady(one: OperatorCase): OperatorCase {
  return JSON.parse(JSON.stringify(one).replaceAll('"Available"', '"Ready"')) as OperatorCase;
}

/** Cluster API as v1beta1 has it. */
export const older: readonly OperatorCases[] = [
  {
    kinds: ['Cluster.cluster.x-k8s.io', 'Machine.cluster.x-k8s.io'],
    version: 'v1beta1',
    cases: [
      { says: 'Current: ready', status: { observedGeneration: 2, ...conditions(yes('Ready')) } },
      { says: 'InProgress: Waiting: not there yet', status: { observedGeneration: 2, ...conditions(no('Ready')) } },
      { says: 'Failed: CreateError', status: { observedGeneration: 2, failureReason: 'CreateError' } },
    ],
  },
  {
    kinds: ['MachineDeployment.cluster.x-k8s.io', 'KubeadmControlPlane.controlplane.cluster.x-k8s.io'],
    version: 'v1beta1',
    cases: [
      // Available says no more there than that some machine is.
      { says: 'InProgress: Waiting: not there yet', status: { observedGeneration: 2, ...conditions(yes('Available'), no('Ready')) } },
      {
        says: 'InProgress: up to date: 1/2',
        spec: { replicas: 2 },
        status: { observedGeneration: 2, replicas: 2, readyReplicas: 2, updatedReplicas: 1, ...conditions(yes('Ready')) },
      },
      {
        says: 'Current: replicas: 1/1',
        status: { observedGeneration: 2, replicas: 1, readyReplicas: 1, updatedReplicas: 1, ...conditions(yes('Ready')) },
      },
    ],
  },
  {
    kinds: ['ClusterClass.cluster.x-k8s.io'],
    version: 'v1beta1',
    cases: [{ says: 'Current: variables reconciled', status: conditions(yes('VariablesReconciled')) }],
  },
];
