import type { Health } from '../../model/health.ts';
import { at, listAt, numberAt, objectAt, parseJson, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { because, conditionOf, count, current, exists, failed, inProgress, type LiveCondition, type Rule, unobserved } from './rule.ts';

/** The kinds that limit or steer others. */
export const policies: Readonly<Record<string, Rule>> = {
  'HorizontalPodAutoscaler.autoscaling': horizontalPodAutoscaler,
  'PodDisruptionBudget.policy': podDisruptionBudget,
  ResourceQuota: resourceQuota,
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': validatingAdmissionPolicy,
  'FlowSchema.flowcontrol.apiserver.k8s.io': flowSchema,
  // Its status stays empty.
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io': exists,
};

/**
 * Current when it can scale, wherever its limits have stopped it. Metrics and the target may be late, so failing to get
 * them is InProgress; a selector or metric that the controller calls invalid is Failed.
 */
function horizontalPodAutoscaler(object: LiveObject): Health {
  const seen = upgraded(object);
  const able = conditionOf(seen, 'AbleToScale');
  const active = conditionOf(seen, 'ScalingActive');
  if (able === undefined) return inProgress('not seen by its controller yet');
  if (able.status !== 'True') return inProgress(because(able));
  if (active === undefined) return inProgress('no metric was read yet');
  if (active.reason === 'ScalingDisabled') return current(because(active));
  if (active.status !== 'True') return mayPass(active) ? inProgress(because(active)) : failed(because(active));
  return current(`replicas: ${count(object, 'currentReplicas')}/${count(object, 'desiredReplicas')}`);
}

/** FailedGetScale, FailedGetResourceMetric and their like: something could not be read just now. */
function mayPass({ status, reason }: LiveCondition): boolean {
  return status !== 'False' || reason.startsWith('FailedGet');
}

/** In autoscaling/v1 the conditions stand as JSON in an annotation of the API server. */
function upgraded(object: LiveObject): LiveObject {
  const text = object.metadata.annotations?.['autoscaling.alpha.kubernetes.io/conditions'];
  if (object.apiVersion !== 'autoscaling/v1' || text === undefined) return object;
  // Text that is no JSON was put there by somebody else and tells nothing.
  return { ...object, status: { ...objectAt(object, 'status'), conditions: parseJson(text) ?? null } };
}

/** Current when the disruption controller has computed it, whether or not a pod may be evicted now. */
function podDisruptionBudget(object: LiveObject): Health {
  const allowed = conditionOf(object, 'DisruptionAllowed');
  if (allowed?.reason === 'SyncFailed') return inProgress(because(allowed));
  const healthy = `healthy: ${count(object, 'currentHealthy')}/${count(object, 'desiredHealthy')}`;
  return unobserved(object) ?? current(`${healthy}, disruptions allowed: ${count(object, 'disruptionsAllowed')}`);
}

/** Current when the quota controller counts by these limits; a quota has no generation that would tell. */
function resourceQuota(object: LiveObject): Health {
  const wanted = Object.entries(objectAt(object, 'spec', 'hard'));
  const counted = wanted.filter(([resource, limit]) => at(object, 'status', 'hard', resource) === limit).length;
  return counted < wanted.length ? inProgress(`counted: ${counted}/${wanted.length}`) : current(`limits: ${wanted.length}`);
}

/** A warning of the type checker says that an expression cannot hold for some kind: the policy is enforced all the same. */
function validatingAdmissionPolicy(object: LiveObject): Health {
  const warnings = listAt(object, 'status', 'typeChecking', 'expressionWarnings');
  const [first] = warnings;
  const where = first === undefined ? '' : `, first at \`${stringAt(first, 'fieldRef') ?? ''}\``;
  return unobserved(object) ?? current(`type checked, warnings: ${warnings.length}${where}`);
}

/** Dangling: the priority level that it names is not there (yet). */
function flowSchema(object: LiveObject): Health {
  const dangling = conditionOf(object, 'Dangling');
  if (dangling === undefined) return inProgress('not seen by its controller yet');
  if (dangling.status === 'True') return inProgress(because(dangling));
  return current(`precedence: ${numberAt(object, 'spec', 'matchingPrecedence') ?? 'unset'}`);
}
