import { type Json, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { dnsLabel1035, dnsSubdomain, formatProblem, qualifiedName, type TextFormat } from '../../../schema/formats.ts';
import { atMostEntries, between, exactlyOne, filled, formatted, invalid, missing, named, text } from './checks.ts';
import { once } from './once.ts';
import { portNumber } from './ports.ts';
import { all, each, fields, fine, isFilled, object, type Rule } from './rule.ts';
import { labelSelector } from './selectors.ts';

/** The versions of what is sent to a webhook, of which the API server knows these two. */
const reviewVersions = ['v1', 'v1beta1'];

/** A list that holds everything, or single things. */
const everythingOrSome: Rule = (value, path) =>
  listAt(value).length > 1 && listAt(value).includes('*') ? [invalid(path, value, '`*` stands alone')] : fine;

/** A list of texts that are not empty. */
const texts: Rule = each(text((value) => (value === '' ? 'it is empty' : undefined)));

/** Resources with their parts, of which `*` stands for all on its side (admissionregistration validation, validateResources). */
const resources: Rule = (value, path) => {
  const given = listAt(value).filter((one): one is string => typeof one === 'string');
  if (given.length > 1 && given.includes('*/*')) return [invalid(path, value, '`*/*` stands alone')];
  // The server looks only at the last resource without a part, which this repeats.
  const last = given.findLast((one) => !one.includes('/'));
  if (given.includes('*') && last !== undefined && last !== '*') return [invalid(path, value, `\`*\` holds \`${last}\` already`)];
  return given.flatMap((one, i) => {
    const [resource, part] = splitOnce(one);
    const wider = given.slice(0, i).find((other) => part !== undefined && (other === `${resource}/*` || other === `*/${part}`));
    return wider === undefined ? fine : [invalid([...path, i], one, `\`${wider}\` holds it already`)];
  });
};

function splitOnce(resource: string): readonly [string, string | undefined] {
  const slash = resource.indexOf('/');
  return slash < 0 ? [resource, undefined] : [resource.slice(0, slash), resource.slice(slash + 1)];
}

/** Which requests somebody wants to see. */
export const ruleWithOperations: Rule = all(
  object((value, path) =>
    ['operations', 'apiGroups', 'apiVersions', 'resources'].filter((key) => !isFilled(value[key])).map((key) => missing([...path, key])),
  ),
  fields({
    operations: everythingOrSome,
    apiGroups: everythingOrSome,
    apiVersions: all(everythingOrSome, texts),
    resources: all(resources, texts),
  }),
);

/** The address of a webhook (apiserver, ValidateWebhookURL). */
const url: Rule = text((value) => {
  const parsed = URL.parse(value);
  if (parsed === null || !/^https:\/\/[^/?#]/i.test(value)) return 'it is `https://host/path`';
  if (parsed.username !== '' || parsed.password !== '' || /^https:\/\/[^/?#]*@/i.test(value)) return 'it holds no user';
  if (parsed.hash !== '') return 'it has no fragment';
  return parsed.search === '' ? undefined : 'it has no query';
});

/** A path on a server, of which every part is a DNS subdomain (apiserver, ValidateWebhookService). */
const servicePath: Rule = text((value) => {
  if (value === '' || value === '/') return undefined;
  if (!value.startsWith('/')) return 'it begins with `/`';
  const parts = value.slice(1).replace(/\/$/, '').split('/');
  const wrong = parts
    .map((part) => (part === '' ? 'it has an empty part' : formatProblem(part, dnsSubdomain)))
    .find((one) => one !== undefined);
  return wrong === undefined ? undefined : `of each part, ${wrong}`;
});

/** How a webhook is reached: a URL or a Service. */
export const clientConfig: Rule = all(
  exactlyOne('url', 'service'),
  fields({ url, service: fields({ name: filled, namespace: filled, path: servicePath, port: portNumber }) }),
);

/** Versions of a review, with at least one that the API server knows. */
export const knownReviewVersions: Rule = all(
  filled,
  each(formatted(dnsLabel1035)),
  once('versions', (value) => value),
  (value, path) =>
    listAt(value).length === 0 || listAt(value).some((one) => reviewVersions.includes(String(one)))
      ? fine
      : [invalid(path, value, 'the API server knows `v1` and `v1beta1` only')],
);

/** Conditions under which something is asked at all; what they say is judged where expressions are. */
export const matchConditions: Rule = all(
  atMostEntries(64),
  once('conditions', (entry) => stringAt(entry, 'name') || undefined, 'name'),
  each(fields({ name: named(qualifiedName), expression: notBlank() })),
);

/** Text that holds more than space. */
export function notBlank(): Rule {
  return text((value) => (value.trim() === '' ? 'it is empty' : undefined));
}

const fullName: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?){2,}$/,
  max: 253,
  what: 'is a domain of at least three labels, as `pods.example.com`',
};

/** Webhooks that change something even in a dry run are those of older versions only. */
const sideEffects: Rule = (value, path) =>
  value === 'Some' || value === 'Unknown' ? [invalid(path, value, 'it is `None` or `NoneOnDryRun`')] : fine;

const webhook: Rule = fields({
  name: named(fullName),
  rules: each(ruleWithOperations),
  sideEffects,
  timeoutSeconds: between(1, 30),
  namespaceSelector: labelSelector,
  objectSelector: labelSelector,
  clientConfig,
  admissionReviewVersions: knownReviewVersions,
  matchConditions,
});

/** A ValidatingWebhookConfiguration or a MutatingWebhookConfiguration (admissionregistration validation). */
export const webhookConfiguration: Rule = fields({
  webhooks: all(
    once('webhooks', (entry: Json) => stringAt(objectAt(entry), 'name'), 'name'),
    each(webhook),
  ),
});
