import { objectAt, stringAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain, pathSegment } from '../../../schema/formats.ts';
import { atLeast, atMostEntries, exactlyOne, filled, formatted, formattedIfAny, invalid, named, outOfRange } from './checks.ts';
import { once } from './once.ts';
import { all, each, fields, fine, object, type Rule } from './rule.ts';
import { specOf } from './spec.ts';

/** The highest priority that is not one of Kubernetes' own (scheduling, HighestUserDefinablePriority). */
const highest = 1_000_000_000;

/** Kubernetes' own classes, which every cluster has, with their priorities. */
const ofKubernetes: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };

/** A PriorityClass (scheduling validation, ValidatePriorityClass). */
export const priorityClass: Rule = object((value, path) => {
  const name = stringAt(value, 'metadata', 'name') ?? '';
  const given = value['value'];
  if (!name.startsWith('system-'))
    return typeof given === 'number' && given > highest ? [outOfRange([...path, 'value'], given, `at most ${highest}`)] : fine;
  const own = ofKubernetes[name];
  if (own === undefined) return [invalid([...path, 'metadata', 'name'], name, '`system-` is reserved for classes of Kubernetes')];
  return given === undefined || given === own ? fine : [invalid([...path, 'value'], given ?? 0, `the class \`${name}\` has ${own}`)];
});

/** A Workload (scheduling validation, ValidateWorkload). */
export const workload: Rule = specOf(
  all(
    fields({
      controllerRef: fields({ apiGroup: formattedIfAny(dnsSubdomain), kind: named(pathSegment), name: named(pathSegment) }),
      podGroups: all(
        filled,
        atMostEntries(8),
        once('groups', (entry) => objectAt(entry)['name'], 'name'),
        each(
          fields({
            name: formatted(dnsLabel),
            policy: all(exactlyOne('basic', 'gang'), fields({ gang: fields({ minCount: atLeast(1) }) })),
          }),
        ),
      ),
    }),
  ),
);
