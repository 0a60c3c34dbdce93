import { type Json, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName, type TextFormat } from '../../../schema/formats.ts';
import { addressOf } from '../../../schema/ip.ts';
import { anyAddress, canonicalAddress, endpointAddress, reachableAddress } from './addresses.ts';
import { atMostEntries, filled, formatted, formattedIfAny, missing, text } from './checks.ts';
import { once } from './once.ts';
import { portNumber, textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, object, type Rule } from './rule.ts';

const address: Rule = fields({ ip: endpointAddress, hostname: formattedIfAny(dnsLabel), nodeName: formatted(dnsSubdomain) });

const port: Rule = fields({ name: formattedIfAny(dnsLabel), port: portNumber, appProtocol: formatted(qualifiedName) });

const subset: Rule = all(
  fields({ addresses: each(address), notReadyAddresses: each(address), ports: each(port) }),
  object((value, path) => [
    ...(isFilled(value['addresses']) || isFilled(value['notReadyAddresses'])
      ? fine
      : [missing([...path, 'addresses'], 'a subset has `addresses` or `notReadyAddresses`')]),
    ...listAt(value, 'ports').flatMap((entry, i, ports) =>
      ports.length > 1 && !isFilled(objectAt(entry)['name'])
        ? [missing([...path, 'ports', i, 'name'], 'ports have names as soon as there are several')]
        : fine,
    ),
  ]),
);

/** Endpoints (core validation, ValidateEndpoints). */
export const endpoints: Rule = fields({ subsets: each(subset) });

/** At least two labels, and perhaps a dot at the end. */
const fullDomain: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+\.?$/,
  max: 254,
  what: 'is a domain of at least two labels',
};

/** What an address is, by the `addressType` of its EndpointSlice. */
const addressRules: Readonly<Record<string, Rule>> = {
  IPv4: all(
    anyAddress,
    reachableAddress,
    text((value) => (addressOf(value)?.version === 6 ? 'it is no address of IPv4' : undefined)),
  ),
  IPv6: all(
    canonicalAddress,
    reachableAddress,
    text((value) => (addressOf(value)?.version === 4 ? 'it is no address of IPv6' : undefined)),
  ),
  FQDN: formatted(fullDomain),
};

/** Hints of one sort: a few, each once. */
function hints(format: TextFormat): Rule {
  return all(
    atMostEntries(8),
    each(fields({ name: formatted(format) })),
    once('hints', (entry) => stringAt(entry, 'name'), 'name'),
  );
}

const endpoint: Rule = fields({
  addresses: all(filled, atMostEntries(100)),
  nodeName: formatted(dnsSubdomain),
  hostname: formatted(dnsLabel),
  hints: fields({ forZones: hints(labelValue), forNodes: hints(dnsSubdomain) }),
});

const addressesByType: Rule = object((slice, path) => {
  const rule = addressRules[textOr(slice['addressType'], '')];
  if (rule === undefined) return fine;
  return each(fields({ addresses: each(rule) }))(listAt(slice, 'endpoints') as Json, [...path, 'endpoints']);
});

/** An EndpointSlice (discovery validation, ValidateEndpointSlice). */
export const endpointSlice: Rule = all(
  addressesByType,
  fields({
    addressType: filled,
    endpoints: all(atMostEntries(1000), each(endpoint)),
    ports: all(
      atMostEntries(20_000),
      each(fields({ name: formattedIfAny(dnsLabel), appProtocol: formatted(qualifiedName) })),
      once('ports', (entry) => stringAt(entry, 'name') ?? '', 'name'),
    ),
  }),
);
