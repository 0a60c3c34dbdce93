import { isObject, type JsonObject, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { dnsLabel1035, formatProblem, type TextFormat } from '../../../schema/formats.ts';
import { bytesOf } from './bytes.ts';
import { atMostEntries, filled, forbidden, formattedIfAny, invalid, missing, named, oneOf, text } from './checks.ts';
import { once } from './once.ts';
import { textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { specOf } from './spec.ts';
import { rootSchema } from './structural.ts';
import { clientConfig, knownReviewVersions } from './webhooks.ts';

const groupFormat: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
  max: 253,
  what: 'is a domain of at least two labels, as `shop.example.com`',
};

/** A name that is a label once it is in lower case: a kind. */
const kindName: Rule = text((value) => (value === '' ? undefined : formatProblem(value.toLowerCase(), dnsLabel1035)));

const names: Rule = all(
  fields({
    plural: named(dnsLabel1035),
    singular: formattedIfAny(dnsLabel1035),
    kind: all(filled, kindName),
    listKind: kindName,
    shortNames: each(named(dnsLabel1035)),
    categories: each(named(dnsLabel1035)),
  }),
  object((value, path) =>
    isFilled(value['kind']) && value['kind'] === value['listKind']
      ? [invalid([...path, 'listKind'], value['kind'] ?? '', 'the list has a kind of its own')]
      : fine,
  ),
);

/** A path into an object, which begins with one of `starts`. */
function pathBelow(...starts: readonly string[]): Rule {
  return text((value) => (starts.some((start) => value.startsWith(start)) ? undefined : `it begins with \`${starts.join('` or `')}\``));
}

const scale: Rule = fields({
  specReplicasPath: pathBelow('.spec.'),
  statusReplicasPath: pathBelow('.status.'),
  labelSelectorPath: text((value) =>
    value === '' || /^\.(?:spec|status)\./.test(value) ? undefined : 'it begins with `.spec.` or `.status.`',
  ),
});

const column: Rule = fields({
  name: filled,
  type: oneOf('integer', 'number', 'string', 'boolean', 'date'),
  format: oneOf('int32', 'int64', 'float', 'double', 'byte', 'date', 'date-time', 'password', ''),
  jsonPath: pathBelow('.'),
});

const selectable: Rule = all(
  once('fields', (entry) => objectAt(entry)['jsonPath'], 'jsonPath'),
  atMostEntries(8),
  each(
    fields({
      jsonPath: all(
        filled,
        text((value) => {
          if (/^\.metadata\b/.test(value)) return 'what is in `metadata` can be selected anyway';
          return value === '' || /^[.[]/.test(value) ? undefined : 'it begins with `.` or `[`';
        }),
      ),
    }),
  ),
);

/** That what may be selected by is in the schema, as far as its path is plain: `.spec.size`. */
const knownFields: Rule = object((version, path) =>
  listAt(version, 'selectableFields').flatMap((field, i) => {
    const given = stringAt(field, 'jsonPath') ?? '';
    const names = given.split('.').slice(1);
    if (!given.startsWith('.') || given.includes('[') || given.startsWith('.metadata')) return fine;
    const schema = objectAt(version, 'schema', 'openAPIV3Schema');
    const found = names.reduce<JsonObject | undefined>((inner, name) => propertyOf(inner, name), schema);
    return found === undefined ? [invalid([...path, 'selectableFields', i, 'jsonPath'], given, 'the schema has no such field')] : fine;
  }),
);

function propertyOf(schema: JsonObject | undefined, name: string): JsonObject | undefined {
  const properties = objectAt(schema ?? {}, 'properties');
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isObject(property) ? property : undefined;
}

const deprecation: Rule = object((version, path) => {
  const warning = version['deprecationWarning'];
  const here = [...path, 'deprecationWarning'];
  if (typeof warning !== 'string') return fine;
  if (version['deprecated'] !== true) return [forbidden(here, 'the version is not `deprecated`')];
  if (warning === '') return [missing(here)];
  return bytesOf(warning) > 256 || /[\p{C}\p{Zl}\p{Zp}]/u.test(warning)
    ? [invalid(here, warning, 'it is a line of at most 256 characters')]
    : fine;
});

const schemaOf: Rule = object((version, path) =>
  isSet(objectAt(version, 'schema')['openAPIV3Schema'])
    ? rootSchema(isSet(objectAt(version, 'subresources')['status']))(objectAt(version, 'schema', 'openAPIV3Schema'), [
        ...path,
        'schema',
        'openAPIV3Schema',
      ])
    : [missing([...path, 'schema', 'openAPIV3Schema'])],
);

const version: Rule = all(
  knownFields,
  deprecation,
  schemaOf,
  fields({
    name: named(dnsLabel1035),
    subresources: fields({ scale }),
    additionalPrinterColumns: each(column),
    selectableFields: selectable,
  }),
);

const oneStored: Rule = (value, path) => {
  const stored = listAt(value).filter((one) => objectAt(one)['storage'] === true).length;
  return stored === 1 ? fine : [invalid(path, stored, 'just one version has `storage: true`')];
};

const conversion: Rule = all(
  fields({ strategy: oneOf('None', 'Webhook') }),
  object((value, path) => {
    const webhook = objectAt(value, 'webhook');
    const here = [...path, 'webhook'];
    if (value['strategy'] !== 'Webhook')
      return ['clientConfig', 'conversionReviewVersions']
        .filter((key) => isFilled(webhook[key]))
        .map((key) => forbidden([...here, key], '`strategy` is not `Webhook`'));
    return [
      ...['clientConfig', 'conversionReviewVersions']
        .filter((key) => !isFilled(webhook[key]))
        .map((key) => missing([...here, key], '`strategy` is `Webhook`')),
      ...fields({ clientConfig, conversionReviewVersions: knownReviewVersions })(webhook, here),
    ];
  }),
);

const nameOfAll: Rule = object((definition, path) => {
  const right = `${stringAt(definition, 'spec', 'names', 'plural') ?? ''}.${stringAt(definition, 'spec', 'group') ?? ''}`;
  const name = stringAt(definition, 'metadata', 'name');
  return name === undefined || name === right
    ? fine
    : [invalid([...path, 'metadata', 'name'], name, `after its plural and group it is \`${right}\``)];
});

const approvalKey = 'api-approved.kubernetes.io';

/** Kubernetes keeps its own groups to itself (apiextensions-apiserver, GetAPIApprovalState). */
const approval: Rule = object((definition, path) => {
  const group = stringAt(definition, 'spec', 'group') ?? '';
  const given = textOr(objectAt(definition, 'metadata', 'annotations')[approvalKey], '');
  const here = [...path, 'metadata', 'annotations', approvalKey];
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group) || given.startsWith('unapproved')) return fine;
  if (given === '') return [missing(here, `\`${group}\` is a group of Kubernetes' own`)];
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(given)
    ? fine
    : [invalid(here, given, 'it is the URL of an approval, or begins with `unapproved`')];
});

/** A CustomResourceDefinition, but for what it says in expressions (apiextensions-apiserver, apis/apiextensions/validation). */
export const customResourceDefinition: Rule = all(
  nameOfAll,
  approval,
  specOf(
    all(
      fields({
        group: named(groupFormat),
        scope: all(filled, oneOf('Cluster', 'Namespaced', '')),
        names,
        versions: all(
          oneStored,
          once('versions', (entry) => objectAt(entry)['name'], 'name'),
          each(version),
        ),
        conversion,
      }),
      object((spec: JsonObject, path) =>
        spec['preserveUnknownFields'] === true
          ? [invalid([...path, 'preserveUnknownFields'], true, 'schemas say it instead, with `x-kubernetes-preserve-unknown-fields`')]
          : fine,
      ),
    ),
  ),
);
