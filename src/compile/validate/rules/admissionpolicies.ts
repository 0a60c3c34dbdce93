import { type JsonObject, listAt, stringAt } from '../../../model/json.ts';
import { dnsLabel1035, dnsSubdomain, formatProblem, pathSegment, qualifiedName, type TextFormat } from '../../../schema/formats.ts';
import {
  atMostEntries,
  atMostOne,
  forbidden,
  formatted,
  formattedIfAny,
  invalid,
  missing,
  named,
  oneOf,
  required,
  text,
} from './checks.ts';
import { once } from './once.ts';
import { textOr } from './ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { labelSelector } from './selectors.ts';
import { specOf } from './spec.ts';
import { matchConditions, notBlank, ruleWithOperations } from './webhooks.ts';

const resourceNames: Rule = all(
  each(formattedIfAny(pathSegment)),
  once('names', (value) => value),
);

const namedRule: Rule = all(ruleWithOperations, fields({ resourceNames }));

const matchResources: Rule = fields({
  namespaceSelector: labelSelector,
  objectSelector: labelSelector,
  resourceRules: each(namedRule),
  excludeResourceRules: each(namedRule),
});

/** Nothing is changed on its way out. */
const noDeletes: Rule = fields({
  resourceRules: each(
    fields({
      operations: each((value, path) => (value === 'DELETE' ? [invalid(path, value, 'what is deleted is not mutated')] : fine)),
    }),
  ),
});

/** `group/version`, or a version of the core group. */
const version: Rule = text((value) => {
  if (value === '') return undefined;
  const [version = '', group, ...more] = value.split('/').reverse();
  if (more.length > 0) return 'it is `group/version`';
  return (group ? formatProblem(group, dnsSubdomain) : undefined) ?? formatProblem(version, dnsLabel1035);
});

const paramKind: Rule = all(
  object((value, path) => ['apiVersion', 'kind'].filter((key) => !isFilled(value[key])).map((key) => missing([...path, key]))),
  fields({ apiVersion: version, kind: text((value) => (value === '' ? undefined : formatProblem(value.toLowerCase(), dnsLabel1035))) }),
);

const identifier: TextFormat = {
  test: /^(?!(?:true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)$)[_a-zA-Z][_a-zA-Z0-9]*$/,
  what: 'is the name of a variable: letters, digits and `_`, and no word of the language itself',
};

const variables: Rule = each(fields({ name: formatted(identifier), expression: notBlank() }));

/** Text on one line. */
const oneLine: Rule = text((value) => {
  if (value === '') return undefined;
  return value.trim() === '' ? 'it holds nothing but space' : /[\n\r]/.test(value.trim()) ? 'it stands on one line' : undefined;
});

const validation: Rule = fields({
  expression: notBlank(),
  message: oneLine,
  messageExpression: text((value) => (value !== '' && value.trim() === '' ? 'it holds nothing but space' : undefined)),
  reason: oneOf('Forbidden', 'Invalid', 'RequestEntityTooLarge'),
});

const annotations: Rule = all(
  atMostEntries(20),
  once('annotations', (entry) => stringAt(entry, 'key'), 'key'),
  each(
    fields({
      valueExpression: all(
        notBlank(),
        text((value) => (value.trim().length > 5 * 1024 ? 'it has at most 5120 bytes' : undefined)),
      ),
    }),
  ),
);

/** The key of an audit annotation follows the name of the policy. */
const annotationKeys: Rule = object((policy, path) => {
  const name = stringAt(policy, 'metadata', 'name') ?? '';
  return listAt(policy, 'spec', 'auditAnnotations').flatMap((one, i) => {
    const key = stringAt(one, 'key');
    const problem = key === undefined ? undefined : formatProblem(`${name}/${key}`, qualifiedName);
    return problem === undefined
      ? fine
      : [invalid([...path, 'spec', 'auditAnnotations', i, 'key'], key ?? '', `after the name of the policy and a \`/\`, ${problem}`)];
  });
});

const constraints: Rule = object((spec: JsonObject, path) => {
  const given = spec['matchConstraints'];
  if (!isSet(given)) return [missing([...path, 'matchConstraints'])];
  return required('resourceRules')(given, [...path, 'matchConstraints']);
});

const ofEveryPolicy: Rule = all(constraints, fields({ paramKind, matchConstraints: matchResources, matchConditions, variables }));

/** A ValidatingAdmissionPolicy, but for its expressions (admissionregistration validation). */
export const validatingAdmissionPolicy: Rule = all(
  annotationKeys,
  specOf(
    all(
      ofEveryPolicy,
      fields({ validations: each(validation), auditAnnotations: annotations }),
      object((spec, path) =>
        isFilled(spec['validations']) || isFilled(spec['auditAnnotations'])
          ? fine
          : [missing([...path, 'validations'], 'a policy has `validations` or `auditAnnotations`')],
      ),
    ),
  ),
);

/** The field that holds what a mutation of each type is. */
const fieldOf: Readonly<Record<string, string>> = { JSONPatch: 'jsonPatch', ApplyConfiguration: 'applyConfiguration' };

const mutation: Rule = all(
  fields({
    jsonPatch: fields({ expression: notBlank() }),
    applyConfiguration: fields({ expression: notBlank() }),
  }),
  object((value, path) => {
    const type = textOr(value['patchType'], '');
    const own = fieldOf[type];
    if (own === undefined) return fine;
    const others = Object.values(fieldOf).filter((key) => key !== own && isSet(value[key]));
    return [
      ...(isSet(value[own]) ? fine : [missing([...path, own], `\`patchType\` is \`${type}\``)]),
      ...others.map((key) => forbidden([...path, key], `\`patchType\` is \`${type}\``)),
    ];
  }),
);

/** A MutatingAdmissionPolicy, but for its expressions (admissionregistration validation). */
export const mutatingAdmissionPolicy: Rule = specOf(
  all(ofEveryPolicy, required('mutations'), fields({ mutations: each(mutation), matchConstraints: noDeletes })),
);

const paramRef: Rule = all(
  object((value, path) => {
    const isNamed = isFilled(value['name']);
    if (isNamed) return isSet(value['selector']) ? atMostOne('name', 'selector')(value, path) : fine;
    return isSet(value['selector']) ? fine : [missing([...path, 'name'], 'it has a `name` or a `selector`')];
  }),
  required('parameterNotFoundAction'),
  fields({
    name: (value, path) => (value === '' ? fine : formatted(pathSegment)(value, path)),
    selector: labelSelector,
    parameterNotFoundAction: oneOf('Allow', 'Deny', ''),
  }),
);

const binding: Rule = all(
  required('policyName'),
  fields({ policyName: (value, path) => (value === '' ? fine : named(dnsSubdomain)(value, path)), paramRef, matchResources }),
);

const actions: Rule = (value, path) =>
  ['Deny', 'Warn'].every((action) => listAt(value).includes(action))
    ? [invalid(path, value, '`Deny` and `Warn` would say the same twice')]
    : fine;

/** A ValidatingAdmissionPolicyBinding. */
export const validatingAdmissionPolicyBinding: Rule = specOf(
  all(binding, required('validationActions'), fields({ validationActions: actions })),
);

/** A MutatingAdmissionPolicyBinding. */
export const mutatingAdmissionPolicyBinding: Rule = specOf(all(binding, fields({ matchResources: noDeletes })));
