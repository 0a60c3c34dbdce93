import { isObject, type JsonObject, listAt, numberAt, stringAt } from '../../../model/json.ts';
import { dnsLabel, pathSegment } from '../../../schema/formats.ts';
import {
  atLeast,
  atMostOne,
  between,
  filled,
  forbidden,
  formattedIfAny,
  invalid,
  missing,
  named,
  oneOf,
  outOfRange,
  text,
} from './checks.ts';
import { containerResourceProblem, notNegative, positive } from './resources.ts';
import { all, each, fields, fine, isSet, object, type Rule } from './rule.ts';
import { neededSpec } from './spec.ts';

/** How long what an autoscaler looks at may be, in seconds (autoscaling validation). */
const maxPeriod = 1800;
const maxWindow = 3600;

/** The apiVersion of something: at most one `/`. */
const version: Rule = text((value) => (value.split('/').length > 2 ? 'it is `group/version`' : undefined));

const reference = fields({ kind: named(pathSegment), name: named(pathSegment), apiVersion: version });

/** What is scaled has a group, but for a ReplicationController. */
const target: Rule = all(
  reference,
  object((value, path) => {
    const given = stringAt(value, 'apiVersion') ?? '';
    if (given.includes('/') || stringAt(value, 'kind') === 'ReplicationController') return fine;
    const here = [...path, 'apiVersion'];
    return given === '' ? [missing(here, 'it tells the group of what is scaled')] : [invalid(here, given, 'it has a group: `apps/v1`')];
  }),
);

const metric: Rule = fields({ name: named(pathSegment) });

const amount: Rule = fields({
  type: oneOf('Utilization', 'Value', 'AverageValue'),
  value: positive,
  averageValue: positive,
  averageUtilization: atLeast(1),
});

/** Just one of two ways to say how much of a resource. */
const ofResource: Rule = all(amount, atMostOne('averageUtilization', 'averageValue'), needsOne('averageUtilization', 'averageValue'));

function needsOne(...keys: readonly string[]): Rule {
  return object((value, path) =>
    keys.some((key) => isSet(value[key])) ? fine : [missing([...path, keys.at(-1) ?? ''], `a target has one of \`${keys.join('`, `')}\``)],
  );
}

/** The field that holds what a metric of each type is. */
const fieldOf: Readonly<Record<string, string>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
};

const onlyOfType: Rule = object((value, path) => {
  const type = stringAt(value, 'type') ?? '';
  const own = fieldOf[type];
  if (own === undefined) return fine;
  const others = Object.values(fieldOf).filter((key) => key !== own && isSet(value[key]));
  return [
    ...(isSet(value[own]) ? fine : [missing([...path, own], `\`type\` is \`${type}\``)]),
    ...others.map((key) => forbidden([...path, key], `\`type\` is \`${type}\``)),
  ];
});

const metricSpec: Rule = all(
  onlyOfType,
  fields({
    type: oneOf(...Object.keys(fieldOf)),
    object: fields({ describedObject: reference, metric, target: all(amount, needsOne('value', 'averageValue')) }),
    pods: fields({ metric, target: all(amount, needsOne('averageValue')) }),
    resource: fields({ name: filled, target: ofResource }),
    external: fields({ metric, target: all(amount, atMostOne('value', 'averageValue'), needsOne('value', 'averageValue')) }),
    containerResource: fields({
      name: all(
        filled,
        text((value) => (value === '' ? undefined : containerResourceProblem(value))),
      ),
      container: all(filled, formattedIfAny(dnsLabel)),
      target: ofResource,
    }),
  }),
);

const scaling: Rule = fields({
  stabilizationWindowSeconds: between(0, maxWindow),
  selectPolicy: oneOf('Max', 'Min', 'Disabled'),
  policies: all(filled, each(fields({ type: oneOf('Pods', 'Percent'), value: atLeast(1), periodSeconds: between(1, maxPeriod) }))),
  tolerance: notNegative,
});

const replicas: Rule = object((spec, path) => {
  const least = numberAt(spec, 'minReplicas') ?? 1;
  const most = numberAt(spec, 'maxReplicas') ?? least;
  return most < least && most >= 1 ? [outOfRange([...path, 'maxReplicas'], most, `at least \`minReplicas\`, ${least}`)] : fine;
});

/** Down to zero only by what can be seen while there is no pod (HPAScaleToZero, which few clusters have). */
const toZero: Rule = object((spec, path) => {
  if (spec['minReplicas'] !== 0 || listAt(spec, 'metrics').some(isSeenWithoutPods)) return fine;
  return [outOfRange([...path, 'minReplicas'], 0, 'at least 1')];
});

function isSeenWithoutPods(one: unknown): boolean {
  return isObject(one) && ['Object', 'External'].includes(stringAt(one as JsonObject, 'type') ?? '');
}

/** A HorizontalPodAutoscaler of any version (autoscaling validation). */
export const autoscaler: Rule = neededSpec(
  all(
    replicas,
    toZero,
    fields({
      minReplicas: atLeast(0),
      maxReplicas: atLeast(1),
      scaleTargetRef: target,
      targetCPUUtilizationPercentage: atLeast(1),
      metrics: each(metricSpec),
      behavior: fields({ scaleUp: scaling, scaleDown: scaling }),
    }),
  ),
);
