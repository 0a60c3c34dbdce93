import { listAt, objectAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain, type TextFormat } from '../../../schema/formats.ts';
import { bytesOf } from './bytes.ts';
import { atLeast, exactlyOne, forbidden, formatted, invalid, missing, named, text } from './checks.ts';
import { ownNameProblem } from './devices.ts';
import { nodeSelector } from './nodeselector.ts';
import { once } from './once.ts';
import { all, each, eachValue, fields, fine, isSet, object, type Rule, when } from './rule.ts';
import { driverName } from './volumes.ts';

/** The most devices of a slice (resource, ResourceSliceMaxDevices), and the most that is told of one. */
const maxDevices = 128;
const maxFacts = 32;

/** The name of a pool: DNS subdomains with slashes between them. */
const poolName: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:[./][a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  max: 253,
  what: 'is made of lower-case domains with `/` between them',
};

const semver: TextFormat = {
  test: /^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/,
  what: 'is a version as `1.2.3`',
};

/** Ways to say which nodes the devices are on. */
const places = ['nodeName', 'nodeSelector', 'allNodes'] as const;

/**
 * Which nodes the devices are on: one way to say it, and none that says nothing. That the slice leaves it to its devices is
 * dropped where it is not switched on (DRAPartitionableDevices), so that nothing is said of it beside another way.
 */
const where: Rule = all(
  when((spec) => !isSet(spec['perDeviceNodeSelection']), exactlyOne(...places)),
  fields({ allNodes: (value, path) => (value === false ? [invalid(path, false, 'it is `true`, or not set')] : fine) }),
  fields({
    nodeName: named(dnsSubdomain),
    nodeSelector: all(nodeSelector, (value, path) =>
      listAt(value, 'nodeSelectorTerms').length > 1
        ? [invalid([...path, 'nodeSelectorTerms'], listAt(value, 'nodeSelectorTerms').length, 'it has just one entry')]
        : fine,
    ),
  }),
);

const ownNames: Rule = object((map, path) =>
  Object.keys(map).flatMap((name) => {
    const problem = ownNameProblem(name);
    return problem === undefined ? fine : [invalid([...path, name], name, problem)];
  }),
);

const short: Rule = text((value) => (bytesOf(value) > 64 ? 'it has at most 64 characters' : undefined));

const attribute: Rule = all(
  exactlyOne('int', 'bool', 'string', 'version'),
  fields({ string: short, version: all(short, formatted(semver)) }),
);

const facts: Rule = all(
  fields({ attributes: all(ownNames, eachValue(attribute)), capacity: ownNames }),
  object((device, path) => {
    const count = ['attributes', 'capacity'].reduce((sum, key) => sum + Object.keys(objectAt(device, key)).length, 0);
    return count > maxFacts ? [invalid([...path, 'attributes'], count, `with \`capacity\` there are at most ${maxFacts}`)] : fine;
  }),
);

/** Where a device is, when its slice leaves it to them. Where that is not switched on, what a device tells is dropped. */
const placed: Rule = object((spec, path) => {
  if (spec['perDeviceNodeSelection'] !== true || places.some((key) => isSet(spec[key]))) return fine;
  return listAt(spec, 'devices').flatMap((device, i) => {
    const [first, second] = places.filter((key) => isSet(objectAt(device)[key]));
    if (first === undefined) return [missing([...path, 'devices', i, 'nodeName'], 'the slice leaves it to its devices')];
    return second === undefined ? fine : [forbidden([...path, 'devices', i, second], `\`${first}\` is, too`)];
  });
});

/** A ResourceSlice (resource validation, validateResourceSliceSpec). What is shared between devices is not judged. */
export const resourceSlice: Rule = fields({
  spec: all(
    where,
    placed,
    fields({
      driver: named(driverName),
      pool: fields({ name: named(poolName), resourceSliceCount: atLeast(1), generation: atLeast(0) }),
      devices: all(
        (value, path) =>
          listAt(value).length > maxDevices ? [invalid(path, listAt(value).length, `a slice has at most ${maxDevices}`)] : fine,
        once('devices', (entry) => objectAt(entry)['name'], 'name'),
        each(all(facts, fields({ name: formatted(dnsLabel), basic: facts }))),
      ),
    }),
  ),
});
