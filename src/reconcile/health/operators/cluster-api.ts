import type { Health } from '../../../model/health.ts';
import { numberAt, objectAt, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { versionOf } from '../../../model/ref.ts';
import { conditionOf, count, current, failed, firstLine, short } from '../rule.ts';
import { conditions, judgeConditions } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

/**
 * Cluster API, by `api/core` and `api/controlplane` of sigs.k8s.io/cluster-api. In v1beta1 the condition Ready sums up; from v1beta2
 * on it is Available for what has machines, and others say that something is on its way.
 */
export const clusterApi: Judgements = {
  ...inGroup('cluster.x-k8s.io', {
    Cluster: (object) => judged(object, 'Available'),
    Machine: (object) => judged(object, 'Ready'),
    MachineDeployment: replicated,
    ClusterClass: (object) => judgeConditions(conditions({ current: [isOld(object) ? 'VariablesReconciled' : 'VariablesReady'] }), object),
  }),
  ...alike('controlplane.cluster.x-k8s.io', ['KubeadmControlPlane'], replicated),
};

function judged(object: LiveObject, type: string): Health {
  if (conditionOf(object, 'Paused')?.status === 'True') return current('paused');
  const words = isOld(object) ? conditions() : conditions({ current: [type], busy: ['RollingOut', 'ScalingUp', 'ScalingDown'] });
  return fatal(object) ?? judgeConditions({ ...words, seen: 'status' }, object);
}

/** Being available is compatible with some machines of the generation before: their numbers tell. */
function replicated(object: LiveObject): Health {
  const health = judged(object, 'Available');
  if (health.status !== 'Current' || health.message === 'paused') return health;
  const want = numberAt(object, 'spec', 'replicas') ?? 1;
  return (
    short('replicas', count(object, 'replicas'), want) ??
    short('up to date', count(object, isOld(object) ? 'updatedReplicas' : 'upToDateReplicas'), want) ??
    short('ready', count(object, 'readyReplicas'), want) ??
    current(`replicas: ${want}/${want}`)
  );
}

/** A failure message is set for what nobody tries again; v1beta2 only keeps what v1beta1 says of it. */
function fatal(object: LiveObject): Health | undefined {
  const status = isOld(object) ? objectAt(object, 'status') : objectAt(object, 'status', 'deprecated', 'v1beta1');
  const message = stringAt(status, 'failureMessage') ?? stringAt(status, 'failureReason');
  return message === undefined ? undefined : failed(firstLine(message));
}

function isOld({ apiVersion }: LiveObject): boolean {
  return /^v1(alpha\d|beta1)$/.test(versionOf(apiVersion));
}
