import { objectAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain, formatProblem, pathSegment, portName, type TextFormat } from '../../../schema/formats.ts';
import { addressOf } from '../../../schema/ip.ts';
import {
  atMostOne,
  between,
  exactlyOne,
  filled,
  formatted,
  formattedIfAny,
  invalid,
  missing,
  named,
  oneOf,
  required,
  text,
} from './checks.ts';
import { textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule, when } from './rule.ts';
import { specOf } from './spec.ts';

/** A domain of which the first label is any. */
const wildcard: TextFormat = {
  test: /^\*(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
  max: 253,
  what: 'is a domain, of which the first label may be `*`',
};

const domain: Rule = text((value) => formatProblem(value, value.includes('*') ? wildcard : dnsSubdomain));

const host: Rule = text((value) => {
  if (value === '') return undefined;
  if (addressOf(value) !== undefined) return 'it is the name of a host, and no address';
  return formatProblem(value, value.includes('*') ? wildcard : dnsSubdomain);
});

const portGiven: Rule = object((service, path) => {
  const port = objectAt(service, 'port');
  const isGiven = isFilled(port['name']) || (isSet(port['number']) && port['number'] !== 0);
  return isGiven ? fine : [missing([...path, 'port'], 'it has a `name` or a `number`')];
});

const nameOrNumber: Rule = when(({ number }) => number !== 0, atMostOne('name', 'number'));

const backend: Rule = all(
  exactlyOne('service', 'resource'),
  fields({
    service: all(
      portGiven,
      fields({
        name: named(dnsLabel),
        port: all(nameOrNumber, fields({ name: formattedIfAny(portName), number: between(0, 65_535) })),
      }),
    ),
    resource: all(
      required('kind', 'name'),
      fields({ apiGroup: formatted(dnsSubdomain), kind: formattedIfAny(pathSegment), name: formattedIfAny(pathSegment) }),
    ),
  }),
);

const unsafeParts = ['//', '/./', '/../', '%2f', '%2F'];

const path: Rule = object((value, at) => {
  const given = textOr(value['path'], '');
  const isMatched = value['pathType'] === 'Exact' || value['pathType'] === 'Prefix';
  const here = [...at, 'path'];
  if (!given.startsWith('/'))
    return isMatched || (given !== '' && value['pathType'] === 'ImplementationSpecific')
      ? [invalid(here, given, 'it begins with `/`')]
      : fine;
  const found = isMatched
    ? (unsafeParts.find((part) => given.includes(part)) ?? ['/..', '/.'].find((end) => given.endsWith(end)))
    : undefined;
  return found === undefined ? fine : [invalid(here, given, `it may not have \`${found}\``)];
});

const classKey = 'kubernetes.io/ingress.class';

const oneClass: Rule = object((ingress, at) => {
  const annotated = objectAt(ingress, 'metadata', 'annotations')[classKey];
  const given = objectAt(ingress, 'spec')['ingressClassName'];
  if (typeof annotated !== 'string' || typeof given !== 'string' || annotated === given) return fine;
  return [invalid([...at, 'metadata', 'annotations', classKey], annotated, `\`ingressClassName\` is \`${given}\``)];
});

const anyTraffic: Rule = object((spec, at) =>
  isFilled(spec['rules']) || isSet(spec['defaultBackend'])
    ? fine
    : [missing([...at, 'rules'], 'an Ingress has `rules` or a `defaultBackend`')],
);

/** An Ingress (networking validation, ValidateIngressCreate). */
export const ingress: Rule = all(
  oneClass,
  specOf(
    all(
      anyTraffic,
      fields({
        defaultBackend: backend,
        ingressClassName: formatted(dnsSubdomain),
        tls: each(fields({ hosts: each(domain), secretName: formattedIfAny(dnsSubdomain) })),
        rules: each(fields({ host, http: fields({ paths: all(filled, each(all(path, fields({ backend })))) }) })),
      }),
    ),
  ),
);

const controller: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/,
  max: 250,
  what: 'is a path after a domain: `example.com/ingress`',
};

const parametersScope: Rule = object((value, at) => {
  const scope = textOr(value['scope'], 'Cluster');
  const isThere = isSet(value['namespace']);
  if (scope === 'Namespace' && !isThere) return [missing([...at, 'namespace'], '`scope` is `Namespace`')];
  return scope === 'Cluster' && isThere ? [invalid([...at, 'scope'], scope, 'with a `namespace` it is `Namespace`')] : fine;
});

/** An IngressClass (networking validation, validateIngressClassSpec). */
export const ingressClass: Rule = specOf(
  all(
    object((spec, at) => (isFilled(spec['controller']) ? fine : [missing([...at, 'controller'])])),
    fields({
      controller: formattedIfAny(controller),
      parameters: all(
        parametersScope,
        fields({
          apiGroup: formatted(dnsSubdomain),
          kind: named(pathSegment),
          name: named(pathSegment),
          scope: oneOf('Cluster', 'Namespace'),
          namespace: formatted(dnsLabel),
        }),
      ),
    }),
  ),
);
