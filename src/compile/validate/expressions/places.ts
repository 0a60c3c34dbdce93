import { isObject, type Json, type Path } from '../../../model/json.ts';
import type { Manifest } from '../../../model/manifest.ts';
import { formatGroupKind, type GroupKind, groupOf } from '../../../model/ref.ts';

/** What an expression that only selects something sees: a request to the API server, or a device of a node. */
export type Seen = 'request' | 'device';

/** An expression that only selects something: which requests a webhook is asked about, which devices are meant. */
export interface SelectingExpression {
  readonly path: Path;
  readonly source: string;
  readonly sees: Seen;
}

/** Where such expressions stand in a kind: `*` is each entry of a list. */
interface Places {
  readonly kind: GroupKind;
  readonly sees: Seen;
  readonly paths: readonly string[];
}

const claim: readonly string[] = [
  // Before v1beta2, what is asked for exactly stands in the request itself.
  'devices/requests/*/selectors/*/cel/expression',
  'devices/requests/*/exactly/selectors/*/cel/expression',
  'devices/requests/*/firstAvailable/*/selectors/*/cel/expression',
];

const admission = 'admissionregistration.k8s.io';
const resource = 'resource.k8s.io';

const places: readonly Places[] = [
  ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map(
    (kind): Places => ({ kind: { group: admission, kind }, sees: 'request', paths: ['webhooks/*/matchConditions/*/expression'] }),
  ),
  { kind: { group: resource, kind: 'DeviceClass' }, sees: 'device', paths: ['spec/selectors/*/cel/expression'] },
  { kind: { group: resource, kind: 'ResourceClaim' }, sees: 'device', paths: claim.map((path) => `spec/${path}`) },
  { kind: { group: resource, kind: 'ResourceClaimTemplate' }, sees: 'device', paths: claim.map((path) => `spec/spec/${path}`) },
];

const byKind: ReadonlyMap<string, Places> = new Map(places.map((one) => [formatGroupKind(one.kind), one]));

/** The expressions in `manifest` that only select something. */
export function selectingExpressions(manifest: Manifest): readonly SelectingExpression[] {
  const found = byKind.get(formatGroupKind({ group: groupOf(manifest.apiVersion), kind: manifest.kind }));
  if (found === undefined) return [];
  return found.paths.flatMap((path) => textsAt(manifest, path.split('/')).map((one) => ({ ...one, sees: found.sees })));
}

function textsAt(
  value: Json | undefined,
  [step, ...steps]: readonly string[],
  path: Path = [],
): readonly Omit<SelectingExpression, 'sees'>[] {
  if (step === undefined) return typeof value === 'string' ? [{ path, source: value }] : [];
  if (step === '*') return Array.isArray(value) ? value.flatMap((entry: Json, i) => textsAt(entry, steps, [...path, i])) : [];
  return isObject(value) ? textsAt(value[step], steps, [...path, step]) : [];
}
