import { type JsonObject, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { forbidden, invalid, missing } from '../checks.ts';
import { labelsAndAnnotations } from '../metadata.ts';
import { all, fields, fine, isSet, object, type Rule } from '../rule.ts';
import { podAnnotations } from './annotations.ts';
import { mountsOf, volumesOf } from './mounts.ts';
import { barePod, ownNames, podSpec } from './pod.ts';

const mounts: Rule = object((spec, path) => mountsOf(spec, path, volumesOf(spec, [])));

const needsSpec: Rule = object((value, path) => (isSet(value['spec']) ? fine : [missing([...path, 'spec'], 'a pod has containers')]));

const anyTemplate: Rule = all(needsSpec, fields({ metadata: labelsAndAnnotations, spec: podSpec }), podAnnotations);

/** The template of a pod (core validation, ValidatePodTemplateSpec). */
export const podTemplate: Rule = all(anyTemplate, fields({ spec: all(ownNames, mounts) }));

/** The template of a StatefulSet, whose pods also have the volumes of `claims` (apps validation, ValidateStatefulSetSpec). */
export function podTemplateWith(claims: readonly string[]): Rule {
  return all(anyTemplate, fields({ spec: object((spec, path) => mountsOf(spec, path, volumesOf(spec, claims))) }));
}

/** A Pod but for the metadata that every object has (core validation, ValidatePodCreate). */
export const pod: Rule = all(needsSpec, fields({ spec: all(podSpec, ownNames, mounts, barePod) }), podAnnotations);

/** A template whose pods run for ever: `kind` makes no others. */
export function runsForEver(kind: string): Rule {
  return object((template, path) => {
    const spec = objectAt(template, 'spec');
    const at = [...path, 'spec'];
    return [
      ...restarts(spec, at, kind),
      ...(isSet(spec['activeDeadlineSeconds'])
        ? [forbidden([...at, 'activeDeadlineSeconds'], `the pods of a \`${kind}\` have no end`)]
        : fine),
    ];
  });
}

function restarts(spec: JsonObject, path: Path, kind: string): readonly Problem[] {
  const policy = spec['restartPolicy'];
  return typeof policy !== 'string' || policy === '' || policy === 'Always'
    ? fine
    : [invalid([...path, 'restartPolicy'], policy, `a \`${kind}\` keeps its pods running, so that it is \`Always\``)];
}
