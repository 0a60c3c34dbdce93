import type { Health } from '../../../model/health.ts';
import { at, isObject, type Json, listAt, objectAt, sameJson, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { current, failed, firstLine, inProgress } from '../rule.ts';
import { conditions } from './conditions.ts';
import { inGroup, type Judgements } from './judgement.ts';

/** Argo CD, by `pkg/apis/application/v1alpha1` of github.com/argoproj/argo-cd and its user guide on automated sync. */
export const argoCd: Judgements = inGroup('argoproj.io', {
  Application: application,
  ApplicationSet: conditions({
    current: ['ResourcesUpToDate'],
    failed: ['InvalidRolloutConfig'],
    busy: ['ErrorOccurred', 'RolloutProgressing'],
  }),
});

/** Synced and healthy; where nobody syncs but a person, healthy is enough. */
function application(object: LiveObject): Health {
  const sync = stringAt(object, 'status', 'sync', 'status');
  if (sync === undefined) return inProgress('not seen by its controller yet');
  if (sync === 'Unknown') return inProgress(`sync: Unknown${errorOf(object)}`);
  return compared(object) ?? (sync === 'Synced' ? undefined : unsynced(object)) ?? healthiness(object, sync);
}

/**
 * Its status has no generation. What it was compared to stands there, and is another one while a change is not seen; what a
 * hydrator makes of its source is not compared.
 */
function compared(object: LiveObject): Health | undefined {
  const spec = objectAt(object, 'spec');
  const to = objectAt(object, 'status', 'sync', 'comparedTo');
  if (spec['sourceHydrator'] !== undefined) return undefined;
  const isSeen = sameJson(placesOf(spec), placesOf(to)) && sameJson(namespaceOf(spec), namespaceOf(to));
  return isSeen ? undefined : inProgress('its source or destination has changed and is not compared yet');
}

/** Where its sources are. What they are rendered with is left out: defaults may be written into it. */
function placesOf(of: Json): Json {
  const sources = listAt(of, 'sources');
  return (sources.length > 0 ? sources : [objectAt(of, 'source')]).map((source) =>
    ['repoURL', 'path', 'chart', 'targetRevision'].map((key) => stringAt(source, key) ?? ''),
  );
}

function namespaceOf(of: Json): Json {
  return stringAt(of, 'destination', 'namespace') ?? '';
}

/** The same revision is never synced automatically a second time: one that failed stays so. */
function unsynced(object: LiveObject): Health | undefined {
  const automated = at(object, 'spec', 'syncPolicy', 'automated');
  if (!isObject(automated) || automated['enabled'] === false) return undefined;
  const { operationState, sync } = objectAt(object, 'status');
  const isTried = sameJson(revisionsOf(at(operationState, 'syncResult')), revisionsOf(sync));
  const hasFailed = ['Failed', 'Error'].includes(stringAt(operationState, 'phase') ?? '');
  return (isTried && hasFailed ? failed : inProgress)(`sync: OutOfSync${errorOf(object)}`);
}

/** The first of its conditions that is an error: their types end so. */
function errorOf(object: LiveObject): string {
  const error = listAt(object, 'status', 'conditions').find((one) => stringAt(one, 'type')?.endsWith('Error'));
  return error === undefined ? '' : `, ${stringAt(error, 'type')}: ${firstLine(stringAt(error, 'message') ?? '')}`;
}

function revisionsOf(of: Json | undefined): Json {
  const several = listAt(of, 'revisions');
  return several.length > 0 ? several : (stringAt(of, 'revision') ?? '');
}

/** Degraded: something in it has failed, or has not become healthy in time. Suspended: something in it is paused. */
function healthiness(object: LiveObject, sync: string): Health {
  const health = stringAt(object, 'status', 'health', 'status') ?? 'Unknown';
  const message = firstLine(stringAt(object, 'status', 'health', 'message') ?? '');
  const told = `health: ${health}${message === '' ? '' : `, ${message}`}`;
  if (health === 'Degraded') return failed(told);
  if (health !== 'Healthy' && health !== 'Suspended') return inProgress(told);
  return current(health === 'Suspended' ? 'suspended' : sync === 'Synced' ? 'synced, healthy' : 'healthy, not synced automatically');
}
