import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, stringAt } from '../../../../model/json.ts';
import { dnsLabel } from '../../../../schema/formats.ts';
import { selects } from '../../../../schema/selector.ts';
import { atLeast, forbidden, formattedIfAny, invalid, missing, oneOf, outOfRange } from '../checks.ts';
import { claimTemplateSpec } from '../claims.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule, when } from '../rule.ts';
import { filledSelector, labels } from '../selectors.ts';
import { specOf } from '../spec.ts';
import { numberOrPart, numberOrShare, sizeOf } from './shares.ts';
import { podTemplate, podTemplateWith, runsForEver } from './template.ts';

/** That the pods of a template are those that the selector beside it selects. */
const selectsItsOwn: Rule = object((spec, path) => {
  const { selector } = spec;
  const given = asTexts(objectAt(spec, 'template', 'metadata', 'labels'));
  const isText = Object.values(given).every((value) => typeof value === 'string');
  if (!isSet(selector) || !isSet(spec['template']) || !isText) return fine;
  const asked = isObject(selector) ? { ...selector, matchLabels: asTexts(objectAt(selector, 'matchLabels')) } : selector;
  if (selects(asked, given)) return fine;
  return [
    {
      code: 'selector-mismatch',
      message: 'the `selector` does not select the pods of the `template`',
      path: [...path, 'template', 'metadata', 'labels'],
      help: 'give the template every label that the selector asks for',
    },
  ];
});

/** A label that is `null` is an empty one. */
function asTexts(labels: JsonObject): JsonObject {
  if (!Object.values(labels).includes(null)) return labels;
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, value ?? '']));
}

/** What is left out where the whole `spec` is: the schema tells no more of what is in it. */
const needs = (...keys: readonly string[]): Rule =>
  object((spec, path) => (Object.keys(spec).length === 0 ? keys.map((key) => missing([...path, key])) : fine));

const counts = { replicas: atLeast(0), minReadySeconds: atLeast(0) };

const replicaSetSpec: Rule = all(
  needs('selector'),
  fields({ ...counts, selector: filledSelector, template: all(podTemplate, runsForEver('ReplicaSet')) }),
  selectsItsOwn,
);

/** What the defaults of `apps/v1` are. */
const defaultShare = '25%';
const defaultProgressDeadline = 600;

const deploymentRollout: Rule = all(
  fields({ maxUnavailable: numberOrPart, maxSurge: numberOrShare }),
  object((update, path) =>
    sizeOf(update['maxUnavailable'] ?? defaultShare) === 0 && sizeOf(update['maxSurge'] ?? defaultShare) === 0
      ? [invalid([...path, 'maxUnavailable'], update['maxUnavailable'] ?? 0, '`maxSurge` is 0, too, so that no pod could ever be replaced')]
      : fine,
  ),
);

const deploymentStrategy: Rule = all(
  when((strategy) => strategy['type'] === 'Recreate', without('rollingUpdate', '`type` is `Recreate`')),
  when((strategy) => strategy['type'] !== 'Recreate', fields({ rollingUpdate: deploymentRollout })),
);

function without(key: string, why: string): Rule {
  return object((value, path) => (isSet(value[key]) ? [forbidden([...path, key], why)] : fine));
}

const progress: Rule = object((spec, path) => {
  const ready = numberAt(spec, 'minReadySeconds') ?? 0;
  const deadline = numberAt(spec, 'progressDeadlineSeconds');
  if ((deadline ?? defaultProgressDeadline) > ready) return fine;
  const key = deadline === undefined ? 'minReadySeconds' : 'progressDeadlineSeconds';
  return deadline === undefined
    ? [outOfRange([...path, key], ready, `less than \`progressDeadlineSeconds\`, which is ${defaultProgressDeadline}`)]
    : [outOfRange([...path, key], deadline, `more than the ${ready} of \`minReadySeconds\``)];
});

/** A Deployment (apps validation, ValidateDeploymentSpec). */
export const deployment: Rule = specOf(
  all(
    needs('selector', 'template'),
    fields({
      ...counts,
      selector: filledSelector,
      template: all(podTemplate, runsForEver('Deployment')),
      strategy: deploymentStrategy,
      revisionHistoryLimit: atLeast(0),
      progressDeadlineSeconds: atLeast(0),
    }),
    selectsItsOwn,
    progress,
  ),
);

/** A ReplicaSet (apps validation, ValidateReplicaSetSpec). Without a template it has one without containers. */
export const replicaSet: Rule = specOf(
  all(
    replicaSetSpec,
    object((spec, path) => (isSet(spec['template']) ? fine : [missing([...path, 'template'])])),
  ),
);

const daemonRollout: Rule = all(
  fields({ maxUnavailable: numberOrPart, maxSurge: numberOrPart }),
  object((update, path) => {
    const [down, surge] = [sizeOf(update['maxUnavailable'] ?? 1), sizeOf(update['maxSurge'] ?? 0)];
    if (down === undefined || surge === undefined || (down === 0) !== (surge === 0)) return fine;
    return down === 0
      ? [invalid([...path, 'maxUnavailable'], update['maxUnavailable'] ?? 0, '`maxSurge` is 0, too, so that no pod could ever be replaced')]
      : [
          invalid(
            [...path, 'maxSurge'],
            update['maxSurge'] ?? 0,
            '`maxUnavailable` is not 0, which it is by itself only where it is written',
          ),
        ];
  }),
);

/** A DaemonSet (apps validation, ValidateDaemonSetSpec). */
export const daemonSet: Rule = specOf(
  all(
    needs('selector', 'template'),
    fields({
      selector: filledSelector,
      template: all(podTemplate, runsForEver('DaemonSet')),
      minReadySeconds: atLeast(0),
      revisionHistoryLimit: atLeast(0),
      updateStrategy: when((strategy) => strategy['type'] !== 'OnDelete', fields({ rollingUpdate: daemonRollout })),
    }),
    selectsItsOwn,
  ),
);

const retention: Rule = oneOf('Retain', 'Delete', '');

const statefulTemplate: Rule = object((spec, path) => {
  const claims = listAt(spec, 'volumeClaimTemplates').map((claim) => stringAt(claim, 'metadata', 'name') ?? '');
  const template: Json = spec['template'] ?? null;
  return all(podTemplateWith(claims), runsForEver('StatefulSet'))(template, [...path, 'template']);
});

const claim: Rule = all(
  object((template, path) => (isSet(template['spec']) ? fine : [missing([...path, 'spec'])])),
  fields({ spec: claimTemplateSpec }),
);

/** A StatefulSet (apps validation, ValidateStatefulSetSpec). */
export const statefulSet: Rule = specOf(
  all(
    needs('selector', 'template'),
    fields({
      ...counts,
      selector: filledSelector,
      serviceName: formattedIfAny(dnsLabel),
      ordinals: fields({ start: atLeast(0) }),
      volumeClaimTemplates: each(claim),
      persistentVolumeClaimRetentionPolicy: fields({ whenDeleted: retention, whenScaled: retention }),
      updateStrategy: all(
        when((strategy) => strategy['type'] === 'OnDelete', without('rollingUpdate', '`type` is `OnDelete`')),
        fields({ rollingUpdate: fields({ partition: atLeast(0) }) }),
      ),
    }),
    statefulTemplate,
    selectsItsOwn,
  ),
);

/** Whether labels are just those that a selector of a ReplicationController asks for; without one it asks for all of them. */
const selectsByMap: Rule = object((spec, path) => {
  const given: JsonObject = objectAt(spec, 'template', 'metadata', 'labels');
  if (!isFilled(spec['selector']))
    return isFilled(given) ? fine : [missing([...path, 'selector'], 'the template has no labels to select by')];
  return selectsItsOwn({ ...spec, selector: { matchLabels: objectAt(spec, 'selector') } }, path);
});

/** A ReplicationController (core validation, ValidateReplicationControllerSpec). */
export const replicationController: Rule = specOf(
  all(
    object((spec, path) => (isSet(spec['template']) ? fine : [missing([...path, 'template'])])),
    fields({ ...counts, selector: labels, template: all(podTemplate, runsForEver('ReplicationController')) }),
    selectsByMap,
  ),
);
