import type { Health } from '../../../model/health.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { because, conditionOf, current, exists, failed, inProgress } from '../rule.ts';
import { conditions, judgeConditions } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

const ready = conditions();

/**
 * What scales pods and nodes: KEDA, by `apis/keda/v1alpha1` of github.com/kedacore/keda; Karpenter, by `pkg/apis/v1` of
 * sigs.k8s.io/karpenter; the vertical pod autoscaler, by `pkg/apis/autoscaling.k8s.io/v1` of k8s.io/autoscaler.
 */
export const scaling: Judgements = {
  ...alike('keda.sh', ['ScaledObject', 'ScaledJob'], scaled),
  ...alike('keda.sh', ['TriggerAuthentication', 'ClusterTriggerAuthentication'], exists),
  ...alike('karpenter.sh', ['NodePool', 'NodeClaim'], ready),
  ...inGroup('autoscaling.k8s.io', { VerticalPodAutoscaler: verticalPodAutoscaler }),
};

/** Paused by an annotation, whatever its triggers say. */
function scaled(object: LiveObject): Health {
  return conditionOf(object, 'Paused')?.status === 'True' ? current('paused') : judgeConditions(ready, object);
}

/** Without pods there is nothing to recommend anything for, and nothing wrong with it. */
function verticalPodAutoscaler(object: LiveObject): Health {
  const unsupported = conditionOf(object, 'ConfigUnsupported');
  const provided = conditionOf(object, 'RecommendationProvided');
  if (unsupported?.status === 'True') return failed(because(unsupported));
  if (provided?.status === 'True') return current('recommendation provided');
  if (conditionOf(object, 'NoPodsMatched')?.status === 'True') return current('no pods to recommend anything for');
  return inProgress(provided === undefined ? 'not seen by its controller yet' : because(provided));
}
