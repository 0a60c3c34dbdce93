import { type Json, type JsonObject, objectAt } from '../../../model/json.ts';
import { perUnit, quantityOf } from '../../../model/quantity.ts';
import { formatProblem, qualifiedName } from '../../../schema/formats.ts';
import { fieldName, invalid, outOfRange } from './checks.ts';
import { eachValue, fine, object, type Rule } from './rule.ts';

/** What a container can ask for, beside pages and what has a domain (core helpers, standardContainerResources). */
const ofContainers = ['cpu', 'memory', 'ephemeral-storage'];

/** What a quota can count, beside pages and what has a domain (core helpers, standardQuotaResources). */
const counted = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const ofQuotas = [
  ...ofContainers,
  ...ofContainers.map((name) => `requests.${name}`),
  ...ofContainers.map((name) => `limits.${name}`),
  'requests.storage',
  ...counted,
];

const isOfKubernetes = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isPages = (name: string): boolean => name.startsWith('hugepages-');

/** Whether an amount of it comes in whole numbers only: what is counted, and what somebody else adds to nodes. */
function isWhole(name: string): boolean {
  if (isOfKubernetes(name)) return counted.includes(name);
  return !name.startsWith('requests.') && formatProblem(`requests.${name}`, qualifiedName) === undefined;
}

/** Whether more of it may be promised than there is. */
export function mayBePromisedTwice(name: string): boolean {
  return isOfKubernetes(name) && !isPages(name);
}

/** What is wrong with `name` as a resource of which `known` are all without a domain. */
function nameProblem(name: string, known: (name: string) => boolean): string | undefined {
  const form = formatProblem(name, qualifiedName);
  if (form !== undefined || name.includes('/')) return form;
  return known(name) ? undefined : 'it is no resource of Kubernetes, and a resource of others has a domain';
}

/** A resource that a quota can limit. */
export function quotaResourceProblem(name: string): string | undefined {
  return nameProblem(name, (one) => ofQuotas.includes(one) || isPages(one) || one.startsWith('requests.hugepages-'));
}

/** A resource of any kind. */
export function resourceProblem(name: string): string | undefined {
  return nameProblem(name, (one) => one === 'storage' || quotaResourceProblem(one) === undefined);
}

/** A resource that a container can ask for. */
export function containerResourceProblem(name: string): string | undefined {
  const problem = nameProblem(name, (one) => ofContainers.includes(one) || isPages(one));
  if (problem !== undefined || isOfKubernetes(name)) return problem;
  return isWhole(name) ? undefined : 'it cannot be the resource of a node, whose name has no `requests.` in front';
}

/** A map of amounts, whose keys are resources. */
export function amounts(problemOf: (name: string) => string | undefined): Rule {
  return object((map, path) => [
    ...Object.keys(map).flatMap((name) => {
      const problem = problemOf(name);
      return problem === undefined ? fine : [invalid([...path, name], name, problem)];
    }),
    ...eachValue((value, at) => amount(fieldName(at))(value, at))(map, path),
  ]);
}

/** An amount of the resource `name`: not negative, and whole where it is counted. */
function amount(name: string): Rule {
  return (value, path) => {
    const found = quantityOf(value);
    if (found === undefined) return fine;
    if (found < 0n) return [outOfRange(path, value, 'at least 0')];
    return isWhole(name) && found % perUnit !== 0n ? [invalid(path, value, 'it is counted, so that there is no part of one')] : fine;
  };
}

/** An amount of at least zero. */
export const notNegative: Rule = (value, path) => ((quantityOf(value) ?? 0n) < 0n ? [outOfRange(path, value, 'at least 0')] : fine);

/** An amount of more than zero. */
export const positive: Rule = (value, path) => ((quantityOf(value) ?? 1n) <= 0n ? [outOfRange(path, value, 'more than 0')] : fine);

/** The amounts in a map of an object, by resource, as far as they can be read, where `null` is zero: in billionths, rounded up to thousandths. */
export function amountsIn(value: Json | undefined, ...keys: readonly string[]): ReadonlyMap<string, bigint> {
  const map: JsonObject = objectAt(value, ...keys);
  return new Map(Object.entries(map).flatMap(([name, given]) => pair(name, given === null ? 0n : quantityOf(given))));
}

function pair(name: string, amount: bigint | undefined): readonly (readonly [string, bigint])[] {
  return amount === undefined ? [] : [[name, ((amount + 999_999n) / 1_000_000n) * 1_000_000n]];
}
