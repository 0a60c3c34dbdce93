import { listAt, objectAt } from '../../../../model/json.ts';
import { perUnit, quantityOf } from '../../../../model/quantity.ts';
import { dnsLabel } from '../../../../schema/formats.ts';
import { quotedList, shown } from '../../../wording.ts';
import { duplicate, filled, forbidden, formattedIfAny, invalid, missing } from '../checks.ts';
import { textOr } from '../ports.ts';
import { amounts, amountsIn, containerResourceProblem, mayBePromisedTwice } from '../resources.ts';
import { all, each, eachKey, fields, fine, object, type Rule } from '../rule.ts';

const isPages = (name: string): boolean => name.startsWith('hugepages-');

/** Pages come whole, and their size stands in the name of the resource (core helpers, IsHugePageResourceValueDivisible). */
const wholePages: Rule = eachKey((name, value, path) => {
  if (!isPages(name)) return fine;
  const size = quantityOf(name.slice('hugepages-'.length));
  const amount = quantityOf(value);
  if (amount === undefined || (size !== undefined && size > 0n && size % perUnit === 0n && roundedUp(amount) % size === 0n)) return fine;
  return [invalid(path, value, `it is no multiple of ${shown(name.slice('hugepages-'.length))}`)];
});

/** An amount in billionths as whole units, which quantities are rounded up to. */
function roundedUp(amount: bigint): bigint {
  return ((amount + perUnit - 1n) / perUnit) * perUnit;
}

/** What is asked for, beside what is allowed (core validation, validateResourceRequirements). */
const requestsWithinLimits: Rule = object((value, path) => {
  const limits = amountsIn(value, 'limits');
  return [...amountsIn(value, 'requests')].flatMap(([name, asked]) => {
    const allowed = limits.get(name);
    const at = [...path, 'requests', name];
    const given = objectAt(value, 'requests')[name] ?? '';
    if (mayBePromisedTwice(name))
      return allowed === undefined || asked <= allowed
        ? fine
        : [invalid(at, given, `the limit is ${shown(objectAt(value, 'limits')[name])}`)];
    if (allowed === undefined)
      return [missing([...path, 'limits', name], `\`${name}\` cannot be promised twice, so its limit is its request`)];
    return asked === allowed ? fine : [invalid(at, given, `\`${name}\` cannot be promised twice, so its limit is its request`)];
  });
});

/** Pages alone tell nothing of how a container is to be treated. */
const pagesNeedMore: Rule = object((value, path) => {
  const names = [...Object.keys(objectAt(value, 'limits')), ...Object.keys(objectAt(value, 'requests'))];
  if (!names.some(isPages) || names.includes('cpu') || names.includes('memory')) return fine;
  return [missing([...path, 'limits'], 'pages need `cpu` or `memory` beside them')];
});

/** Amounts of resources that `problemOf` takes the names of. */
function requirements(problemOf: (name: string) => string | undefined): Rule {
  const map = all(amounts(problemOf), wholePages);
  return all(fields({ limits: map, requests: map }), requestsWithinLimits, pagesNeedMore);
}

/** A container has a claim as a whole, or some of its requests, each once. */
const claimedTwice: Rule = (value, path) => {
  const seen: (readonly [name: string, request: string])[] = [];
  return listAt(value).flatMap((entry, i) => {
    const [name, request] = [textOr(objectAt(entry)['name'], ''), textOr(objectAt(entry)['request'], '')];
    const isTwice = name !== '' && seen.some(([other, part]) => other === name && (part === '' || request === '' || part === request));
    seen.push([name, request]);
    return isTwice ? [duplicate([...path, i, 'name'], name, 'claims')] : fine;
  });
};

const claims: Rule = all(each(fields({ name: filled, request: formattedIfAny(dnsLabel) })), claimedTwice);

/** The resources of a container (core validation, ValidateContainerResourceRequirements). */
export const containerResources: Rule = all(requirements(containerResourceProblem), fields({ claims }));

/** What a pod can ask for as a whole, beside pages (component-helpers, SupportedPodLevelResources). */
const ofPods = ['cpu', 'memory'];

const ofPod: Rule = requirements((name) =>
  ofPods.includes(name) || isPages(name) ? undefined : `a pod as a whole has ${quotedList(ofPods)} and pages only`,
);

/** The resources of a pod as a whole (core validation, validatePodResources). */
export const podResources: Rule = all(
  ofPod,
  object((value, path) => (Array.isArray(value['claims']) ? [forbidden([...path, 'claims'], 'claims are made by containers')] : fine)),
);

/** The extra resources that a pod costs whatever runs in it. */
export const overhead: Rule = all(amounts(containerResourceProblem), wholePages, (value, path) =>
  pagesNeedMore({ limits: value }, path).map((problem) => ({ ...problem, path })),
);
