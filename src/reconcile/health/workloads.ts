import type { Health } from '../../model/health.ts';
import { at, numberAt, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { because, conditionOf, count, current, failed, inProgress, type Rule, short, surplus, unobserved } from './rule.ts';

/** The kinds that keep pods running, by kstatus' rules and `kubectl rollout status`. */
export const workloads: Readonly<Record<string, Rule>> = {
  'Deployment.apps': deployment,
  'StatefulSet.apps': statefulSet,
  'DaemonSet.apps': daemonSet,
  'ReplicaSet.apps': replicaSet,
  ReplicationController: replicaSet,
};

/** What a controller takes an absent `spec.replicas` for. */
const defaultReplicas = 1;

/** `spec.progressDeadlineSeconds` at which the deployment controller sets no Progressing condition: the largest int32. */
const noDeadline = 2_147_483_647;

function deployment(object: LiveObject): Health {
  const want = wanted(object);
  const replicas = count(object, 'replicas');
  const updated = count(object, 'updatedReplicas');
  const available = count(object, 'availableReplicas');
  if (conditionOf(object, 'Progressing')?.reason === 'ProgressDeadlineExceeded')
    return failed(`progress deadline exceeded, available: ${available}/${want}${hindrance(object)}`);
  const waiting =
    unobserved(object) ??
    short('replicas', replicas, want) ??
    short('updated', updated, want) ??
    surplus(replicas, want) ??
    short('available', available, updated) ??
    short('ready', count(object, 'readyReplicas'), want) ??
    unsettled(object);
  return waiting === undefined ? current(`replicas: ${replicas}/${want}`) : inProgress(`${waiting.message}${hindrance(object)}`);
}

/** InProgress while the deployment controller does not say that the new replica set is complete and enough is available. */
function unsettled(object: LiveObject): Health | undefined {
  const deadline = numberAt(object, 'spec', 'progressDeadlineSeconds') ?? noDeadline;
  const progressing = conditionOf(object, 'Progressing');
  const complete = progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable';
  if (deadline !== noDeadline && !complete) return inProgress('the new replica set is not complete yet');
  const available = conditionOf(object, 'Available');
  return available?.status === 'True' ? undefined : inProgress('not available yet');
}

/** What keeps a deployment from going on: somebody paused it, or its pods cannot be created (a quota, an admission webhook). */
function hindrance(object: LiveObject): string {
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True') return `, ${because(failure)}`;
  return at(object, 'spec', 'paused') === true ? ', paused' : '';
}

/**
 * With the strategy OnDelete somebody else decides when a pod is updated, so only readiness is waited for. (kstatus calls
 * such a set Current without looking at its pods.) A partition holds the pods below it at the old revision on purpose.
 */
function statefulSet(object: LiveObject): Health {
  const want = wanted(object);
  const updated = count(object, 'updatedReplicas');
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const waiting =
    unobserved(object) ??
    short('replicas', count(object, 'replicas'), want) ??
    short('ready', count(object, 'readyReplicas'), want) ??
    short('available', count(object, 'availableReplicas'), want) ??
    surplus(count(object, 'replicas'), want);
  if (waiting !== undefined) return waiting;
  if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    return current(`replicas: ${want}/${want}, updated: ${updated}/${want}, the rest on deletion`);
  if (partition > 0)
    return (
      short('updated', updated, want - partition) ?? current(`replicas: ${want}/${want}, updated: ${updated}, partition: ${partition}`)
    );
  return revisionChange(object) ?? current(`replicas: ${want}/${want}`);
}

/** InProgress while pods of an older revision are left. */
function revisionChange(object: LiveObject): Health | undefined {
  const same = stringAt(object, 'status', 'currentRevision') === stringAt(object, 'status', 'updateRevision');
  return same ? undefined : inProgress(`updated: ${count(object, 'updatedReplicas')}/${wanted(object)}`);
}

/** As with a StatefulSet, nobody waits for the updates of the strategy OnDelete. */
function daemonSet(object: LiveObject): Health {
  const want = count(object, 'desiredNumberScheduled');
  const onDelete = stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  return (
    unobserved(object) ??
    short('scheduled', count(object, 'currentNumberScheduled'), want) ??
    (onDelete ? undefined : short('updated', count(object, 'updatedNumberScheduled'), want)) ??
    short('available', count(object, 'numberAvailable'), want) ??
    short('ready', count(object, 'numberReady'), want) ??
    current(`nodes: ${want}/${want}`)
  );
}

function replicaSet(object: LiveObject): Health {
  const want = wanted(object);
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True') return inProgress(`replicas: ${count(object, 'replicas')}/${want}, ${because(failure)}`);
  return (
    unobserved(object) ??
    short('labelled', count(object, 'fullyLabeledReplicas'), want) ??
    short('available', count(object, 'availableReplicas'), want) ??
    short('ready', count(object, 'readyReplicas'), want) ??
    surplus(count(object, 'replicas'), want) ??
    current(`replicas: ${want}/${want}`)
  );
}

function wanted(object: LiveObject): number {
  return numberAt(object, 'spec', 'replicas') ?? defaultReplicas;
}
