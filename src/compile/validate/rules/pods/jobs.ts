import { type Json, type JsonObject, listAt, numberAt, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { dnsLabel, formatProblem, qualifiedName, type TextFormat } from '../../../../schema/formats.ts';
import { selects } from '../../../../schema/selector.ts';
import { quotedList } from '../../../wording.ts';
import { atLeast, atMostEntries, filled, forbidden, formatted, invalid, missing, oneOf, outOfRange } from '../checks.ts';
import { once } from '../once.ts';
import { textOr } from '../ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule, when } from '../rule.ts';
import { labelSelector } from '../selectors.ts';
import { specOf } from '../spec.ts';
import { indexes } from './indexes.ts';
import { podTemplate } from './template.ts';

/** Who sees to a Job: a domain with a path (apimachinery, IsDomainPrefixedPath). */
const manager: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/,
  max: 63,
  what: 'is a domain with a path behind it: `example.com/name`',
};

/** The most indexes that a Job may run at once, and fail (batch validation). */
const maxIndexes = 100_000;
const maxOfMany = 10_000;

const isIndexed = (spec: JsonObject): boolean => spec['completionMode'] === 'Indexed';

/** The numbers of a Job whose pods have an index each (batch validation, validateJobSpec). */
const indexedNumbers: Rule = object((spec, path) => {
  const completions = numberAt(spec, 'completions');
  const failed = numberAt(spec, 'maxFailedIndexes') ?? 0;
  const parallelism = numberAt(spec, 'parallelism') ?? 1;
  const isMany = (completions ?? 0) > maxIndexes && isSet(spec['backoffLimitPerIndex']);
  const most = isMany ? maxOfMany : maxIndexes;
  return [
    ...(isSet(spec['completions']) ? fine : [missing([...path, 'completions'], '`completionMode` is `Indexed`')]),
    ...(parallelism > most ? [outOfRange([...path, 'parallelism'], parallelism, `at most ${most}`)] : fine),
    ...(failed > Math.min(completions ?? most, most)
      ? [outOfRange([...path, 'maxFailedIndexes'], failed, `at most ${Math.min(completions ?? most, most)}`)]
      : fine),
    ...(isMany && !isSet(spec['maxFailedIndexes'])
      ? [missing([...path, 'maxFailedIndexes'], `there are more than ${maxIndexes} \`completions\``)]
      : fine),
  ];
});

const ofIndexed = ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'];

const indexing: Rule = object((spec, path) => {
  if (isIndexed(spec)) return indexedNumbers(spec, path);
  return ofIndexed.filter((key) => isSet(spec[key])).map((key) => forbidden([...path, key], '`completionMode` is not `Indexed`'));
});

const exitCodes: Rule = all(
  fields({
    operator: filled,
    values: all(
      filled,
      atMostEntries(255),
      once('exit codes', (code) => code),
      (value, path) => (isOrdered(listAt(value)) ? fine : [invalid(path, value, 'they are in order')]),
    ),
  }),
  when(
    (value) => value['operator'] === 'In',
    fields({ values: each((value, path) => (value === 0 ? [invalid(path, 0, 'with `In` it is no success')] : fine)) }),
  ),
);

function isOrdered(codes: readonly Json[]): boolean {
  return codes.every((code, i) => i === 0 || typeof code !== 'number' || Number(codes[i - 1]) <= code);
}

const condition: Rule = fields({ type: formatted(qualifiedName), status: oneOf('True', 'False', 'Unknown', '') });

const failureRule: Rule = all(
  fields({ action: filled, onExitCodes: exitCodes, onPodConditions: all(atMostEntries(20), each(condition)) }),
  object((rule, path) => {
    const [byCode, byCondition] = [isSet(rule['onExitCodes']), isFilled(rule['onPodConditions'])];
    if (byCode !== byCondition) return fine;
    return byCode
      ? [
          {
            code: 'field-conflict',
            message: '`onExitCodes` and `onPodConditions` are set, and only one of them may be',
            path,
            help: 'make two rules of it',
          },
        ]
      : [missing(path, 'it has `onExitCodes` or `onPodConditions`')];
  }),
);

/** What failures of pods mean to the Job `spec` (batch validation, validatePodFailurePolicy). */
function failurePolicy(spec: JsonObject, path: Path): readonly Problem[] {
  if (!isSet(spec['podFailurePolicy'])) return fine;
  const names = ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, 'template', 'spec', list).map((one) => objectAt(one)['name']),
  );
  const at = [...path, 'podFailurePolicy', 'rules'];
  const policy = objectAt(spec, 'template', 'spec')['restartPolicy'];
  const replaced = spec['podReplacementPolicy'];
  return [
    ...(policy === 'OnFailure'
      ? [invalid([...path, 'template', 'spec', 'restartPolicy'], policy, 'with `podFailurePolicy` it is `Never`')]
      : fine),
    ...(isSet(replaced) && replaced !== 'Failed'
      ? [invalid([...path, 'podReplacementPolicy'], replaced, 'with `podFailurePolicy` it is `Failed`')]
      : fine),
    ...listAt(spec, 'podFailurePolicy', 'rules').flatMap((rule, i) => {
      const { action, onExitCodes } = objectAt(rule);
      const name = objectAt(onExitCodes)['containerName'];
      return [
        ...(action === 'FailIndex' && !isSet(spec['backoffLimitPerIndex'])
          ? [invalid([...at, i, 'action'], action, 'it needs `backoffLimitPerIndex`')]
          : fine),
        ...(typeof name === 'string' && !names.includes(name)
          ? [invalid([...at, i, 'onExitCodes', 'containerName'], name, 'the template has no such container')]
          : fine),
      ];
    }),
  ];
}

/** When a Job with indexes is done before all of them are (batch validation, validateSuccessPolicy). */
function successPolicy(spec: JsonObject, path: Path): readonly Problem[] {
  const completions = numberAt(spec, 'completions');
  if (!isIndexed(spec) || completions === undefined) return fine;
  return listAt(spec, 'successPolicy', 'rules').flatMap((entry, i) => {
    const rule = objectAt(entry);
    const at = [...path, 'successPolicy', 'rules', i];
    const given = rule['succeededIndexes'];
    const found = typeof given === 'string' ? indexes(given, completions) : undefined;
    const count = numberAt(rule, 'succeededCount') ?? 0;
    const most = typeof found === 'number' ? Math.min(completions, found) : completions;
    return [
      ...(isSet(given) || isSet(rule['succeededCount']) ? fine : [missing(at, 'it has `succeededCount` or `succeededIndexes`')]),
      ...(typeof found === 'string' ? [invalid([...at, 'succeededIndexes'], given ?? '', found)] : fine),
      ...(count < 0 || count > most ? [outOfRange([...at, 'succeededCount'], count, `between 0 and ${most}`)] : fine),
    ];
  });
}

/** Pods of a Job have an end. */
const ends: Rule = object((template, path) => {
  const policy = objectAt(template, 'spec')['restartPolicy'];
  const at = [...path, 'spec', 'restartPolicy'];
  if (!isSet(template['spec']) || policy === 'Never' || policy === 'OnFailure') return fine;
  if (!isFilled(policy)) return [missing(at, 'the pods of a Job have an end, so that it is `Never` or `OnFailure`')];
  return policy === 'Always' ? [invalid(at, policy, 'the pods of a Job have an end, so that it is `Never` or `OnFailure`')] : fine;
});

/** The spec of a Job but for its selector (batch validation, validateJobSpec). */
const jobSpec: Rule = all(
  fields({
    parallelism: atLeast(0),
    completions: atLeast(0),
    activeDeadlineSeconds: atLeast(0),
    backoffLimit: atLeast(0),
    ttlSecondsAfterFinished: atLeast(0),
    backoffLimitPerIndex: atLeast(0),
    maxFailedIndexes: atLeast(0),
    managedBy: formatted(manager),
    podFailurePolicy: fields({ rules: all(atMostEntries(20), each(failureRule)) }),
    successPolicy: fields({ rules: all(filled, atMostEntries(20)) }),
    template: all(podTemplate, ends),
  }),
  indexing,
  object((spec, path) => [
    ...(isSet(spec['maxFailedIndexes']) && !isSet(spec['backoffLimitPerIndex'])
      ? [missing([...path, 'backoffLimitPerIndex'], '`maxFailedIndexes` stands beside it')]
      : fine),
    ...failurePolicy(spec, path),
    ...successPolicy(spec, path),
  ]),
);

/** Labels that the API server gives the pods of a Job. */
const ownLabels = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'];

/** A Job selects its pods by labels of its own making, unless it says that it does not (batch validation, validateGeneratedSelector). */
const ownSelector: Rule = object((spec, path) => {
  const { selector } = spec;
  const at = [...path, 'selector'];
  if (spec['manualSelector'] !== true) {
    const asked = Object.keys(objectAt(spec, 'selector', 'matchLabels')).filter((key) => !ownLabels.includes(key));
    return asked.length > 0 ? [forbidden(at, `a Job selects its pods by itself, and not by ${quotedList(asked)}`)] : fine;
  }
  if (!isSet(selector)) return [missing(at, '`manualSelector` is true')];
  return selects(selector, objectAt(spec, 'template', 'metadata', 'labels'))
    ? fine
    : [
        {
          code: 'selector-mismatch',
          message: 'the `selector` does not select the pods of the `template`',
          path: at,
          help: 'give the template every label that the selector asks for',
        },
      ];
});

/** The pods of a Job with indexes have its name and their index as their host name. */
const hostnames: Rule = object((job, path) => {
  const spec = objectAt(job, 'spec');
  const completions = numberAt(withDefaults(spec), 'completions') ?? 0;
  const name = textOr(objectAt(job, 'metadata')['name'], '');
  if (!isIndexed(spec) || completions <= 0) return fine;
  const problem = formatProblem(`${name}-${completions - 1}`, dnsLabel);
  return problem === undefined
    ? fine
    : [invalid([...path, 'metadata', 'name'], name, `as the host name \`${name}-${completions - 1}\` ${problem}`)];
});

/** A Job runs one pod unless it is told (batch/v1 defaults). */
function withDefaults(spec: JsonObject): JsonObject {
  return isSet(spec['completions']) || isSet(spec['parallelism']) || Object.keys(spec).length === 0 ? spec : { ...spec, completions: 1 };
}

const ownSpec: Rule = all(
  jobSpec,
  fields({ selector: labelSelector }),
  ownSelector,
  object((spec, path) => (Object.keys(spec).length === 0 ? [missing([...path, 'template'])] : fine)),
);

/** A Job (batch validation, ValidateJob). */
export const job: Rule = all(hostnames, specOf(object((spec, path) => ownSpec(withDefaults(spec), path))));

/** The template of the Jobs of a CronJob (batch validation, ValidateJobTemplateSpec). */
export const jobTemplate: Rule = specOf(
  all(
    jobSpec,
    object((spec, path) => [
      ...(isSet(spec['selector']) ? [forbidden([...path, 'selector'], 'Jobs select their pods by themselves')] : fine),
      ...(spec['manualSelector'] === true
        ? [invalid([...path, 'manualSelector'], true, 'Jobs of a CronJob select their pods by themselves')]
        : fine),
      ...(Object.keys(spec).length === 0 ? [missing([...path, 'template'])] : fine),
    ]),
  ),
);
