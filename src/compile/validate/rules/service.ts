import { type Json, type JsonObject, listAt, objectAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain, qualifiedName } from '../../../schema/formats.ts';
import { addressOf, blockOf } from '../../../schema/ip.ts';
import { anyAddress, anyBlock, endpointAddress, twoVersions } from './addresses.ts';
import { between, duplicate, forbidden, formatted, formattedIfAny, invalid, missing, oneOf, without } from './checks.ts';
import { once } from './once.ts';
import { portNumber, portNumberOrNameIfAny, textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { labels } from './selectors.ts';
import { specOf } from './spec.ts';

/** The longest that a client may stay with its pod: a day, in seconds. */
const maxAffinitySeconds = 86_400;

const onlyLoadBalancer = 'only a Service of type `LoadBalancer` has it';

const typeOf = (spec: JsonObject): string => textOr(spec['type'], 'ClusterIP');
const isHeadless = (spec: JsonObject): boolean => clusterIPs(spec).length === 1 && clusterIPs(spec)[0] === 'None';
const isReachedFromOutside = (spec: JsonObject): boolean =>
  ['LoadBalancer', 'NodePort'].includes(typeOf(spec)) || (typeOf(spec) === 'ClusterIP' && isFilled(spec['externalIPs']));

/** `clusterIPs`, which the API server fills from `clusterIP`. */
function clusterIPs(spec: JsonObject): readonly Json[] {
  const given = listAt(spec, 'clusterIPs');
  return given.length > 0 || !isFilled(spec['clusterIP']) ? given : [spec['clusterIP'] as Json];
}

const port: Rule = fields({
  name: formattedIfAny(dnsLabel),
  port: portNumber,
  targetPort: portNumberOrNameIfAny,
  appProtocol: formatted(qualifiedName),
  nodePort: between(0, 65_535),
});

const portNames: Rule = (value, path) =>
  listAt(value).flatMap((entry, i, ports) =>
    ports.length < 2 || isFilled(objectAt(entry)['name'])
      ? fine
      : [missing([...path, i, 'name'], 'ports have names as soon as there are several')],
  );

const nodePort: (entry: Json) => Json | undefined = (entry) => {
  const { nodePort: number, protocol } = objectAt(entry);
  return typeof number === 'number' && number !== 0 ? `${number}/${textOr(protocol, 'TCP')}` : undefined;
};

/** What a Service has only when it is of another type than it is. */
const byType: Rule = object((spec, path) => {
  const type = typeOf(spec);
  const external = type === 'ExternalName';
  const ports = listAt(spec, 'ports');
  return [
    ...(ports.length > 0 || external || isHeadless(spec) ? fine : [missing([...path, 'ports'], 'only a headless Service may have none')]),
    ...(isHeadless(spec) && ['LoadBalancer', 'NodePort'].includes(type)
      ? [
          invalid(
            [...path, isFilled(spec['clusterIP']) ? 'clusterIP' : 'clusterIPs'],
            'None',
            `a Service of type \`${type}\` needs an address`,
          ),
        ]
      : fine),
    ...(external ? externalName(spec, path) : fine),
    ...(type === 'ClusterIP'
      ? ports.flatMap((entry, i) =>
          [0, undefined, null].includes(objectAt(entry)['nodePort'] as number)
            ? fine
            : [forbidden([...path, 'ports', i, 'nodePort'], 'a Service of type `ClusterIP` is on no node')],
        )
      : fine),
    ...(type === 'LoadBalancer' ? fine : without(['allocateLoadBalancerNodePorts', 'loadBalancerClass'], onlyLoadBalancer)(spec, path)),
    ...(type !== 'LoadBalancer' && isFilled(spec['loadBalancerSourceRanges'])
      ? [forbidden([...path, 'loadBalancerSourceRanges'], onlyLoadBalancer)]
      : fine),
  ];
});

const externalName: Rule = object((spec, path) => {
  const name = typeof spec['externalName'] === 'string' ? spec['externalName'].replace(/\.$/, '') : spec['externalName'];
  return [
    ...(isFilled(name) ? formatted(dnsSubdomain)(name as Json, [...path, 'externalName']) : [missing([...path, 'externalName'])]),
    ...['clusterIP', 'clusterIPs', 'ipFamilies']
      .filter((key) => isFilled(spec[key]))
      .concat(isSet(spec['ipFamilyPolicy']) ? ['ipFamilyPolicy'] : [])
      .map((key) => forbidden([...path, key], 'a Service of type `ExternalName` has no address')),
  ];
});

const traffic: Rule = object((spec, path) => {
  const policy = textOr(spec['externalTrafficPolicy'], '');
  const checksHealth = typeOf(spec) === 'LoadBalancer' && policy === 'Local';
  return [
    ...(policy === '' || isReachedFromOutside(spec)
      ? fine
      : [forbidden([...path, 'externalTrafficPolicy'], 'the Service is not reached from outside of the cluster')]),
    ...(checksHealth || [0, undefined, null].includes(spec['healthCheckNodePort'] as number)
      ? fields({ healthCheckNodePort: between(0, 65_535) })(spec, path)
      : [forbidden([...path, 'healthCheckNodePort'], 'it goes with `type: LoadBalancer` and `externalTrafficPolicy: Local`')]),
  ];
});

const affinity: Rule = object((spec, path) =>
  textOr(spec['sessionAffinity'], 'None') === 'ClientIP'
    ? fields({ clientIP: fields({ timeoutSeconds: between(1, maxAffinitySeconds) }) })(objectAt(spec, 'sessionAffinityConfig'), [
        ...path,
        'sessionAffinityConfig',
      ])
    : fine,
);

const addresses: Rule = object((spec, path) => {
  if (typeOf(spec) === 'ExternalName') return fine;
  const ips = clusterIPs(spec);
  const here = [...path, isFilled(spec['clusterIPs']) ? 'clusterIPs' : 'clusterIP'];
  if (isFilled(spec['clusterIPs']) && textOr(spec['clusterIP'], '') !== ips[0])
    return [
      invalid(
        here,
        ips as Json,
        isFilled(spec['clusterIP']) ? 'its first entry is `clusterIP`' : '`clusterIP` is its first entry, and is not set',
      ),
    ];
  if (ips[0] === 'None') return ips.length > 1 ? [invalid(here, ips as Json, '`None` stands alone')] : fine;
  const one = here.at(-1) === 'clusterIP';
  return one
    ? ips.flatMap((ip) => anyAddress(ip, here))
    : [...each(anyAddress)(ips as Json, here), ...twoVersions(ips as Json, here, (text) => addressOf(text)?.version)];
});

const families: Rule = object((spec, path) => {
  const given = listAt(spec, 'ipFamilies');
  const here = [...path, 'ipFamilies'];
  if (typeOf(spec) === 'ExternalName') return fine;
  const policy = textOr(spec['ipFamilyPolicy'], isHeadless(spec) && !isFilled(spec['selector']) ? 'RequireDualStack' : 'SingleStack');
  const several = ['ipFamilies', 'clusterIPs'].find((key) => listAt(spec, key).length === 2);
  return [
    ...each(oneOf('IPv4', 'IPv6'))(given as Json, here),
    ...(given.length === 2 && given[0] === given[1] ? [duplicate([...here, 1], given[1] ?? '', 'families')] : fine),
    ...(policy === 'SingleStack' && several !== undefined
      ? [
          invalid(
            [...path, 'ipFamilyPolicy'],
            policy,
            `\`${several}\` has two entries, which takes \`PreferDualStack\` or \`RequireDualStack\``,
          ),
        ]
      : fine),
    ...clusterIPs(spec).flatMap((ip, i) => {
      const version = typeof ip === 'string' ? addressOf(ip)?.version : undefined;
      const family = given[i];
      return version === undefined || typeof family !== 'string' || family === `IPv${version}` || !family.startsWith('IPv')
        ? fine
        : [invalid([...here, i], family, `the address ${ip as string} in its place is one of IPv${version}`)];
    }),
  ];
});

/** Blocks with spaces around them are taken. */
const sourceRange: Rule = (value, path) => (typeof value === 'string' ? anyBlock(value.trim(), path) : fine);

/** The annotation that the field `loadBalancerSourceRanges` has replaced. */
const rangesKey = 'service.beta.kubernetes.io/load-balancer-source-ranges';

const rangesInAnnotation: Rule = object((service, path) => {
  const spec = objectAt(service, 'spec');
  const given = objectAt(service, 'metadata', 'annotations')[rangesKey];
  const here = [...path, 'metadata', 'annotations', rangesKey];
  if (typeof given !== 'string' || isFilled(spec['loadBalancerSourceRanges'])) return fine;
  const blocks = given.trim() === '' ? [] : given.split(',');
  return [
    ...(typeOf(spec) === 'LoadBalancer' ? fine : [forbidden(here, onlyLoadBalancer)]),
    ...blocks.filter((block) => blockOf(block.trim()) === undefined).map((block) => invalid(here, block, 'it is no block of IP addresses')),
  ];
});

const hintsKey = 'service.kubernetes.io/topology-aware-hints';
const modeKey = 'service.kubernetes.io/topology-mode';

const topologyAnnotations: Rule = object((service, path) => {
  const { [hintsKey]: hints, [modeKey]: mode } = objectAt(service, 'metadata', 'annotations');
  if (typeof hints !== 'string' || typeof mode !== 'string' || hints === mode) return fine;
  return [invalid([...path, 'metadata', 'annotations', modeKey], mode, `the annotation \`${hintsKey}\` says \`${hints}\``)];
});

/** A Service (core validation, validateService). Which addresses and ports of nodes are free only the cluster knows. */
export const service: Rule = all(
  rangesInAnnotation,
  topologyAnnotations,
  specOf(
    all(
      byType,
      traffic,
      affinity,
      addresses,
      families,
      fields({
        ports: all(
          each(port),
          portNames,
          once('ports', (entry) => textOr(objectAt(entry)['name'], '') || undefined, 'name'),
          once('ports of a node', nodePort, 'nodePort'),
        ),
        selector: labels,
        externalIPs: each(endpointAddress),
        loadBalancerSourceRanges: each(sourceRange),
        loadBalancerClass: formatted(qualifiedName),
        trafficDistribution: oneOf('PreferClose', 'PreferSameZone', 'PreferSameNode'),
      }),
    ),
  ),
);
