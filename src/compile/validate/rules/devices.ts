import { isObject, type Json, type JsonObject, listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { dnsLabel, dnsSubdomain, formatProblem, type TextFormat } from '../../../schema/formats.ts';
import { bytesOf, tooManyBytes } from './bytes.ts';
import { atLeast, atMostEntries, exactlyOne, filled, forbidden, formatted, invalid, missing, named, text } from './checks.ts';
import { isGivenInTemplate, labelsAndAnnotations } from './metadata.ts';
import { once } from './once.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule, when } from './rule.ts';
import { specOf } from './spec.ts';
import { driverName } from './volumes.ts';

/** The most entries of most lists here (resource, DeviceRequestsMaxSize and its siblings). */
const maxEntries = 32;

/** The bytes that a driver's own parameters may have (resource, OpaqueParametersMaxLength). */
const maxParameters = 10 * 1024;

const identifier: TextFormat = { test: /^[A-Za-z_][A-Za-z0-9_]*$/, max: 32, what: 'is a name of letters, digits and `_`' };

/** What is wrong with a name of a device's own, that may have the domain of its driver. */
export function ownNameProblem(name: string): string | undefined {
  const [first = '', second, ...more] = name.split('/');
  if (more.length > 0) return undefined;
  return second === undefined ? formatProblem(first, identifier) : (formatProblem(first, driverName) ?? formatProblem(second, identifier));
}

/** A name of a device's own with the domain of its driver. */
const fullName: Rule = text((value) => (value.includes('/') ? ownNameProblem(value) : 'it has a domain: `example.com/name`'));

const selectors: Rule = all(
  atMostEntries(maxEntries),
  each((value, path) => (isObject(value) && isSet(value['cel']) ? fine : isObject(value) ? [missing([...path, 'cel'])] : fine)),
);

const opaque: Rule = all(
  fields({ driver: named(driverName) }),
  object((value, path) => {
    const parameters = value['parameters'];
    const here = [...path, 'parameters'];
    if (!isSet(parameters)) return fine;
    if (!isObject(parameters)) return [invalid(here, parameters, 'it is an object')];
    const help = 'keep long parameters where the driver reads them';
    return tooManyBytes(here, { bytes: bytesOf(JSON.stringify(parameters)), most: maxParameters, help });
  }),
);

/** What drivers are told, which is opaque to all others. */
const configuration: Rule = all(
  object((value, path) => (isSet(value['opaque']) ? fine : [missing([...path, 'opaque'])])),
  fields({ opaque }),
);

const howMany: Rule = object((value, path) => {
  const count = value['count'];
  if (value['allocationMode'] === 'All')
    return typeof count === 'number' && count !== 0 ? [forbidden([...path, 'count'], '`allocationMode` is `All`')] : fine;
  return isSet(count) ? atLeast(0)(count, [...path, 'count']) : fine;
});

const oneDevice: Rule = all(howMany, fields({ deviceClassName: named(dnsSubdomain), selectors }));

const byName = (entry: Json): Json | undefined => objectAt(entry)['name'];

const request: Rule = all(
  oneDevice,
  fields({
    name: formatted(dnsLabel),
    exactly: oneDevice,
    firstAvailable: all(atMostEntries(8), once('requests', byName, 'name'), each(all(oneDevice, fields({ name: formatted(dnsLabel) })))),
  }),
);

/** An empty list of what is tried in order is the same as none. */
const oneOfTwo: Rule = object((request, path) => {
  const { firstAvailable, ...rest } = request;
  return exactlyOne('exactly', 'firstAvailable')(isFilled(firstAvailable) ? request : rest, path);
});

/** Before v1beta2, what is asked for exactly stands in the request itself. */
const oneWay: Rule = when((value) => !isSet(value['deviceClassName']), oneOfTwo);

/** The requests of a claim, and of each that are tried in order. */
function requestsOf(devices: JsonObject): ReadonlySet<string> {
  return new Set(
    listAt(devices, 'requests').flatMap((one) => {
      const name = stringAt(one, 'name') ?? '';
      return [name, ...listAt(one, 'firstAvailable').map((inner) => `${name}/${stringAt(inner, 'name') ?? ''}`)];
    }),
  );
}

/** Names in `constraints` and `config` of requests that the claim does not have. */
const references: Rule = object((devices, path) => {
  const known = requestsOf(devices);
  return ['constraints', 'config'].flatMap((key) =>
    listAt(devices, key).flatMap((one, i) => unknownRequests(one, known, [...path, key, i, 'requests'])),
  );
});

function unknownRequests(value: Json, known: ReadonlySet<string>, path: Path): readonly Problem[] {
  const given = listAt(value, 'requests');
  return given.flatMap((name, i) =>
    (typeof name !== 'string' && name !== null) || known.has(name ?? '')
      ? fine
      : [invalid([...path, i], name, 'the claim has no such request')],
  );
}

const requestNames: Rule = all(
  atMostEntries(maxEntries),
  once('requests', (name) => name),
);

const constraint: Rule = all(
  object((value, path) =>
    ['matchAttribute', 'distinctAttribute'].some((key) => isSet(value[key])) ? fine : [missing([...path, 'matchAttribute'])],
  ),
  fields({ requests: requestNames, matchAttribute: fullName }),
);

const claimSpec: Rule = fields({
  devices: all(
    references,
    fields({
      requests: all(atMostEntries(maxEntries), once('requests', byName, 'name'), each(all(oneWay, request))),
      constraints: all(atMostEntries(maxEntries), each(constraint)),
      config: all(atMostEntries(maxEntries), each(all(configuration, fields({ requests: requestNames })))),
    }),
  ),
});

/** A ResourceClaim (resource validation). Expressions are judged elsewhere, and so is what is allocated. */
export const resourceClaim: Rule = fields({ spec: claimSpec });

/** A ResourceClaimTemplate, whose metadata may hold labels and annotations only. */
export const resourceClaimTemplate: Rule = fields({
  spec: fields({
    spec: claimSpec,
    metadata: all(
      labelsAndAnnotations,
      object((value, path) =>
        Object.keys(value)
          .filter((key) => !['labels', 'annotations'].includes(key) && isGivenInTemplate(key, value[key]))
          .map((key) => forbidden([...path, key], 'a template has labels and annotations only')),
      ),
    ),
  }),
});

/** A DeviceClass (resource validation, validateDeviceClassSpec). */
export const deviceClass: Rule = specOf(fields({ selectors, config: all(atMostEntries(maxEntries), each(configuration)) }));

/** A DeviceTaintRule (resource validation, validateDeviceTaintRuleSpec). */
export const deviceTaintRule: Rule = specOf(
  fields({
    deviceSelector: fields({ driver: named(driverName), device: formatted(dnsLabel) }),
    taint: fields({ key: filled, effect: filled }),
  }),
);
