import { type Json, type JsonObject, listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { perUnit } from '../../../model/quantity.ts';
import { formatProblem, qualifiedName } from '../../../schema/formats.ts';
import { forbidden, invalid, missing } from './checks.ts';
import { once } from './once.ts';
import { amounts, amountsIn, containerResourceProblem, mayBePromisedTwice, quotaResourceProblem, resourceProblem } from './resources.ts';
import { all, each, fields, fine, isFilled, object, type Rule, when } from './rule.ts';
import { specOf } from './spec.ts';

const ofPods = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

/** The resources of Kubernetes' own that a scope of a quota can narrow (core helpers, IsResourceQuotaScopeValidForResource). */
const narrowed: Readonly<Record<string, readonly string[]>> = {
  Terminating: ['pods', ...ofPods],
  NotTerminating: ['pods', ...ofPods],
  BestEffort: ['pods'],
  NotBestEffort: ['pods', ...ofPods],
  PriorityClass: ['pods', ...ofPods],
  CrossNamespacePodAffinity: ['pods', ...ofPods],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};

const opposites: readonly (readonly [string, string])[] = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

/** Scopes that are there or not, with no values. */
const withoutValues = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];

/** What is wrong with `scopes`, which stand at `path`, of a quota that limits `hard`. */
function scopeProblems(scopes: readonly string[], hard: JsonObject, path: Path): readonly Problem[] {
  const limited = Object.keys(hard).filter((name) => !name.includes('/') && quotaResourceProblem(name) === undefined);
  const twoSides = opposites.filter((pair) => pair.every((scope) => scopes.includes(scope)));
  return [
    ...scopes.flatMap((scope) => {
      const beyond = limited.find((name) => narrowed[scope]?.includes(name) === false);
      return beyond === undefined ? fine : [invalid(path, scope, `the scope says nothing about \`${beyond}\`, which the quota limits`)];
    }),
    ...twoSides.map(
      ([one, other]): Problem => ({ code: 'field-conflict', path, message: `\`${one}\` and \`${other}\` exclude each other` }),
    ),
  ];
}

const scopeValues: Rule = object((value, path) => {
  const operator = stringAt(value, 'operator') ?? '';
  const scope = stringAt(value, 'scopeName') ?? '';
  const hasValues = isFilled(value['values']);
  return [
    ...(withoutValues.includes(scope) && !['Exists', ''].includes(operator)
      ? [invalid([...path, 'operator'], operator, `the scope \`${scope}\` takes \`Exists\` only`)]
      : fine),
    ...(['In', 'NotIn'].includes(operator) && !hasValues ? [missing([...path, 'values'], `\`${operator}\` needs at least one`)] : fine),
    ...(['Exists', 'DoesNotExist'].includes(operator) && hasValues ? [forbidden([...path, 'values'], `\`${operator}\` takes none`)] : fine),
  ];
});

const scopes: Rule = object((spec, path) => {
  const hard = objectAt(spec, 'hard');
  const texts = (list: readonly Json[]): readonly string[] => list.filter((one) => typeof one === 'string');
  const selected = listAt(spec, 'scopeSelector', 'matchExpressions').map((one) => stringAt(one, 'scopeName') ?? '');
  return [
    ...scopeProblems(texts(listAt(spec, 'scopes')), hard, [...path, 'scopes']),
    ...scopeProblems(selected, hard, [...path, 'scopeSelector', 'matchExpressions']),
  ];
});

/** A ResourceQuota (core validation, ValidateResourceQuotaSpec). */
export const resourceQuota: Rule = fields({
  spec: all(fields({ hard: amounts(quotaResourceProblem), scopeSelector: fields({ matchExpressions: each(scopeValues) }) }), scopes),
});

/** The maps of a limit, from the least to the most: no amount may be greater than one that comes after it. */
const order = ['min', 'defaultRequest', 'default', 'max'] as const;

/** The amounts of a limit, with what the API server fills in for containers (core/v1 defaults, SetDefaults_LimitRangeItem). */
function filledAmounts(limit: JsonObject): Readonly<Record<(typeof order)[number], ReadonlyMap<string, bigint>>> {
  const given = (key: string): ReadonlyMap<string, bigint> => amountsIn(limit, key);
  if (limit['type'] !== 'Container')
    return { min: given('min'), defaultRequest: given('defaultRequest'), default: given('default'), max: given('max') };
  const most = new Map([...given('max'), ...given('default')]);
  const request = new Map([...given('min'), ...most, ...given('defaultRequest')]);
  return { min: given('min'), defaultRequest: request, default: most, max: given('max') };
}

const pairs = order.flatMap((low, i) => order.slice(i + 1).map((high) => [low, high] as const));

function isMore(one: bigint | undefined, other: bigint | undefined): boolean {
  return one !== undefined && other !== undefined && one > other;
}

const sizes: Rule = object((limit, path) => {
  const known = filledAmounts(limit);
  const isGiven = (key: string, name: string): boolean => objectAt(limit, key)[name] !== undefined;
  const at = (key: string, name: string): Path => [...path, isGiven(key, name) ? key : 'max', name];
  const names = new Set(order.flatMap((key) => [...known[key].keys()]));
  const crossed = [...names].flatMap((name): readonly Problem[] => {
    const found = pairs.filter(([low, high]) => isMore(known[low].get(name), known[high].get(name)));
    const [low, high] = found.find((pair) => pair.every((key) => isGiven(key, name))) ?? found[0] ?? [];
    if (low === undefined) return fine;
    return [{ code: 'field-range', path: at(low, name), message: `\`${low}\` of \`${name}\` is more than \`${high}\`` }];
  });
  const promised = [...known.default]
    .filter(([name, most]) => !mayBePromisedTwice(name) && (known.defaultRequest.get(name) ?? most) !== most)
    .map(([name]) =>
      invalid(at('defaultRequest', name), objectAt(limit, 'defaultRequest')[name] ?? '', `it equals \`default\` for \`${name}\``),
    );
  return [...crossed, ...promised];
});

/** Whether `ratio` is more than `most` divided by `least`, which may be negative. */
function isBeyond(ratio: bigint, { least, most }: { readonly least: bigint; readonly most: bigint }): boolean {
  return least > 0n ? ratio * least > most * perUnit : ratio * least < most * perUnit;
}

/** From here on the API server counts wrongly, by whole units in 64 bits, so that nobody knows what it says. */
const mostCounted = 2n ** 63n * perUnit;

const ratios: Rule = object((limit, path) => {
  const { min, max } = filledAmounts(limit);
  return [...amountsIn(limit, 'maxLimitRequestRatio')].flatMap(([name, ratio]) => {
    const here = [...path, 'maxLimitRequestRatio', name];
    const given = objectAt(limit, 'maxLimitRequestRatio')[name] ?? '';
    const [least, most] = [min.get(name), max.get(name)];
    if (ratio < perUnit) return [invalid(here, given, 'a limit is never less than the request')];
    if (least === undefined || most === undefined || least === 0n || !isBeyond(ratio, { least, most })) return fine;
    if ([ratio, least, most].some((amount) => amount >= mostCounted)) return fine;
    return [invalid(here, given, 'it is more than `max` divided by `min`')];
  });
});

const maps = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'];

/** The names of what is limited. `Pod` and `Container` limit what containers ask for. */
const limitNames: Rule = object((limit, path) => {
  const problemOf = ['Pod', 'Container'].includes(stringAt(limit, 'type') ?? '') ? containerResourceProblem : resourceProblem;
  return maps.flatMap((key) =>
    Object.keys(objectAt(limit, key)).flatMap((name) => {
      const problem = problemOf(name);
      return problem === undefined ? fine : [invalid([...path, key, name], name, problem)];
    }),
  );
});

const limitType: Rule = (value, path) => {
  if (typeof value !== 'string') return fine;
  const form = formatProblem(value, qualifiedName);
  if (form !== undefined) return [invalid(path, value, form)];
  return value.includes('/') || ['Pod', 'Container', 'PersistentVolumeClaim'].includes(value)
    ? fine
    : [invalid(path, value, 'it is `Pod`, `Container`, `PersistentVolumeClaim` or a name with a domain')];
};

const limit: Rule = all(
  fields({ type: limitType }),
  limitNames,
  sizes,
  ratios,
  when(
    ({ type }) => type === 'Pod',
    object((value, path) =>
      ['default', 'defaultRequest']
        .filter((key) => isFilled(value[key]))
        .map((key) => forbidden([...path, key], 'a limit of type `Pod` has none')),
    ),
  ),
  when(
    (value) => value['type'] === 'PersistentVolumeClaim' && ['min', 'max'].every((key) => !isFilled(objectAt(value, key)['storage'])),
    (_, path) => [missing([...path, 'max', 'storage'], 'a limit of type `PersistentVolumeClaim` has a least or a greatest `storage`')],
  ),
);

/** A LimitRange (core validation, ValidateLimitRange). */
export const limitRange: Rule = specOf(
  fields({
    limits: all(
      each(limit),
      once('limits', (one) => stringAt(one, 'type'), 'type'),
    ),
  }),
);
