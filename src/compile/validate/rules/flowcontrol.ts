import { type JsonObject, listAt, numberAt, stringAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain } from '../../../schema/formats.ts';
import { atLeast, between, filled, forbidden, formatted, invalid, missing, named, oneOf, outOfRange, text } from './checks.ts';
import { textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { neededSpec } from './spec.ts';

const verbs = ['get', 'list', 'create', 'update', 'delete', 'deletecollection', 'patch', 'watch', 'proxy'];

/** A list that holds everything, or single things of which each is as `one` says. */
function everythingOr(one: Rule): Rule {
  return (value, path) => {
    if (!listAt(value).includes('*')) return each(one)(value, path);
    return listAt(value).length > 1 ? [invalid(path, value, '`*` stands alone')] : fine;
  };
}

const anything: Rule = () => fine;

/** A path on the API server, of which the last part may be `*` (flowcontrol validation, ValidateNonResourceURLPath). */
const urlPath: Rule = text((value) => {
  if (!value.startsWith('/')) return 'it begins with `/`';
  if (value.includes(' ') || value.includes('//')) return 'it has no space and no empty part';
  return /^[^*]*$|^[^*]*\/\*$/.test(value) ? undefined : '`*` is its last part only';
});

const resourceRule: Rule = all(
  object((value, path) =>
    value['clusterScope'] === true || isFilled(value['namespaces'])
      ? fine
      : [missing([...path, 'namespaces'], 'a rule is about the cluster, `clusterScope`, or about namespaces')],
  ),
  fields({
    verbs: all(filled, everythingOr(oneOf(...verbs))),
    apiGroups: all(filled, everythingOr(anything)),
    resources: all(filled, everythingOr(anything)),
    namespaces: everythingOr(formatted(dnsLabel)),
  }),
);

const urlRule: Rule = all(
  fields({
    verbs: all(filled, everythingOr(oneOf(...verbs))),
    nonResourceURLs: all(filled, everythingOr(urlPath)),
  }),
);

/** The field that tells who a subject of each kind is. */
const fieldOf: Readonly<Record<string, string>> = { User: 'user', Group: 'group', ServiceAccount: 'serviceAccount' };

const subject: Rule = all(
  object((value, path) => {
    const kind = textOr(value['kind'], '');
    const own = fieldOf[kind];
    if (own === undefined) return fine;
    const others = Object.values(fieldOf).filter((key) => key !== own && isSet(value[key]));
    return [
      ...(isSet(value[own]) ? fine : [missing([...path, own], `\`kind\` is \`${kind}\``)]),
      ...others.map((key) => forbidden([...path, key], `\`kind\` is \`${kind}\``)),
    ];
  }),
  fields({
    kind: oneOf(...Object.keys(fieldOf)),
    user: fields({ name: filled }),
    group: fields({ name: filled }),
    serviceAccount: fields({
      name: (value, path) => (value === '*' ? fine : named(dnsSubdomain)(value, path)),
      namespace: named(dnsLabel),
    }),
  }),
);

const flowRule: Rule = all(
  object((value, path) =>
    isFilled(value['resourceRules']) || isFilled(value['nonResourceRules'])
      ? fine
      : [missing([...path, 'resourceRules'], 'a rule has `resourceRules` or `nonResourceRules`')],
  ),
  fields({ subjects: all(filled, each(subject)), resourceRules: each(resourceRule), nonResourceRules: each(urlRule) }),
);

const precedence: Rule = object((schema, path) => {
  const isFirst = numberAt(schema, 'spec', 'matchingPrecedence') === 1 && stringAt(schema, 'metadata', 'name') !== 'exempt';
  return isFirst ? [outOfRange([...path, 'spec', 'matchingPrecedence'], 1, 'at least 2')] : fine;
});

/** A FlowSchema (flowcontrol validation, ValidateFlowSchemaSpec). */
export const flowSchema: Rule = all(
  precedence,
  neededSpec(
    all(
      fields({
        matchingPrecedence: between(0, 10_000),
        distinguisherMethod: fields({ type: oneOf('ByUser', 'ByNamespace') }),
        priorityLevelConfiguration: fields({ name: named(dnsSubdomain) }),
        rules: each(flowRule),
      }),
    ),
  ),
);

/** The bits that a shuffle may take (apiserver, shufflesharding, MaxHashBits and RequiredEntropyBits). */
const maxBits = 60;

const shuffle: Rule = object((value, path) => {
  const queues = numberAt(value, 'queues') || 64;
  const hand = numberAt(value, 'handSize') || 8;
  const here = [...path, 'handSize'];
  if (hand > queues) return [outOfRange(here, hand, `at most \`queues\`, ${queues}`)];
  return Math.log2(queues) * hand > maxBits ? [outOfRange(here, hand, `less for ${queues} queues`)] : fine;
});

const queuing: Rule = all(shuffle, fields({ queueLengthLimit: atLeast(0), queues: between(0, 10_000_000), handSize: atLeast(0) }));

const limitResponse: Rule = all(
  object((value, path) => {
    if (value['type'] === 'Reject') return isSet(value['queuing']) ? [forbidden([...path, 'queuing'], '`type` is `Reject`')] : fine;
    return value['type'] !== 'Queue' || isSet(value['queuing']) ? fine : [missing([...path, 'queuing'], '`type` is `Queue`')];
  }),
  fields({ type: oneOf('Queue', 'Reject'), queuing }),
);

const limited: Rule = all(
  object((value, path) => (isSet(value['limitResponse']) ? fine : [missing([...path, 'limitResponse'])])),
  fields({ nominalConcurrencyShares: atLeast(0), lendablePercent: between(0, 100), borrowingLimitPercent: atLeast(0), limitResponse }),
);

const byType: Rule = object((spec: JsonObject, path) => {
  const isExempt = spec['type'] === 'Exempt';
  const other = isExempt ? 'limited' : 'exempt';
  return [
    ...(isSet(spec[other]) ? [forbidden([...path, other], `\`type\` is \`${textOr(spec['type'], '')}\``)] : fine),
    ...(spec['type'] === 'Limited' && !isSet(spec['limited']) ? [missing([...path, 'limited'], '`type` is `Limited`')] : fine),
  ];
});

/** Only the level `exempt` is exempt, and it is. */
const nameAndType: Rule = object((level, path) => {
  const type = stringAt(level, 'spec', 'type');
  const isNamed = stringAt(level, 'metadata', 'name') === 'exempt';
  if (type === undefined || isNamed === (type === 'Exempt')) return fine;
  return [invalid([...path, 'spec', 'type'], type, 'the level `exempt` is `Exempt`, and no other one is')];
});

/** A PriorityLevelConfiguration (flowcontrol validation). */
export const priorityLevel: Rule = all(
  nameAndType,
  neededSpec(
    all(
      byType,
      fields({
        type: oneOf('Exempt', 'Limited'),
        limited,
        exempt: fields({ nominalConcurrencyShares: atLeast(0), lendablePercent: between(0, 100) }),
      }),
    ),
  ),
);
