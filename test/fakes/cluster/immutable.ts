import type { ApiError } from '../../../src/model/apierror.ts';
import { at, type Json, type JsonObject, listAt, objectAt, stringAt } from '../../../src/model/json.ts';
import { groupOf } from '../../../src/model/ref.ts';
import { isEqual } from './ownership.ts';

/** One thing that is wrong with the new form of an object, and whether it is only that it differs from the old. */
interface Cause {
  readonly text: string;
  readonly immutable: boolean;
}

/** Finds what may not change between two forms of an object. */
type Rule = (before: JsonObject, next: JsonObject) => readonly Cause[];

/** What of which kinds cannot change, as measured on 1.35. */
const rules: Readonly<Record<string, Rule>> = {
  ConfigMap: frozenData(['data', 'binaryData']),
  Secret: (before, next) => [...sameType(before, next), ...frozenData(['data', 'stringData'])(before, next)],
  Deployment: same(['spec', 'selector']),
  DaemonSet: same(['spec', 'selector']),
  StatefulSet: sameSpecBut(
    [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ],
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ),
  Job: same(['spec', 'template']),
  RoleBinding: same(['roleRef'], 'cannot change roleRef'),
  ClusterRoleBinding: same(['roleRef'], 'cannot change roleRef'),
  Service: sameAddress,
  PersistentVolumeClaim: sameClaim,
  CustomResourceDefinition: (before, next) =>
    [['scope'], ['group'], ['names', 'kind']].flatMap((keys) => same(['spec', ...keys])(before, next)),
};

/** Why `next` cannot take the place of `before`, if there is one, in the words of the API server; undefined when it can. */
export function contentRefusal(before: JsonObject | undefined, next: JsonObject): ApiError | undefined {
  const kind = stringAt(next, 'kind') ?? '';
  const causes = [...fittingSelector(next), ...(before === undefined ? [] : (rules[kind]?.(before, next) ?? []))];
  if (causes.length === 0) return undefined;
  const group = groupOf(stringAt(next, 'apiVersion') ?? '');
  const texts = causes.map(({ text }) => text).join(', ');
  return {
    status: 422,
    reason: causes.every(({ immutable }) => immutable) ? 'immutable' : 'invalid',
    message: `${group === '' ? kind : `${kind}.${group}`} "${stringAt(next, 'metadata', 'name')}" is invalid: ${causes.length === 1 ? texts : `[${texts}]`}`,
  };
}

function fixed(field: string, detail: string): Cause {
  return { text: `${field}: ${detail}`, immutable: true };
}

function invalidValue(value: Json | undefined, detail: string): string {
  return `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`;
}

function same(keys: readonly string[], detail = 'field is immutable'): Rule {
  return (before, next) => {
    const value = at(next, ...keys);
    return isEqual(at(before, ...keys), value) ? [] : [fixed(keys.join('.'), invalidValue(value, detail))];
  };
}

/** A workload finds its pods by their labels: one that would not is wrong as a new object too. */
function fittingSelector(next: JsonObject): readonly Cause[] {
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(stringAt(next, 'kind') ?? '')) return [];
  const labels = objectAt(next, 'spec', 'template', 'metadata', 'labels');
  const wanted = Object.entries(objectAt(next, 'spec', 'selector', 'matchLabels'));
  if (wanted.every(([key, value]) => labels[key] === value)) return [];
  const detail = '`selector` does not match template `labels`';
  return [{ text: `spec.template.metadata.labels: ${invalidValue(labels, detail)}`, immutable: false }];
}

function sameSpecBut(fields: readonly string[], detail: string): Rule {
  const rest = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(objectAt(object, 'spec')).filter(([key]) => !fields.includes(key)));
  return (before, next) => (isEqual(rest(before), rest(next)) ? [] : [fixed('spec', detail)]);
}

/** What says `immutable: true` stays as it is, that word included. */
function frozenData(fields: readonly string[]): Rule {
  return (before, next) => {
    if (before['immutable'] !== true) return [];
    const differing = fields.filter((field) => !isEqual(before[field], next[field]));
    const changed = next['immutable'] === true ? differing : ['immutable', ...differing];
    return changed.map((field) => fixed(field, 'Forbidden: field is immutable when `immutable` is set'));
  };
}

function sameType(before: JsonObject, next: JsonObject): readonly Cause[] {
  const typeOf = (object: JsonObject): Json => object['type'] ?? 'Opaque';
  return isEqual(typeOf(before), typeOf(next)) ? [] : [fixed('type', invalidValue(typeOf(next), 'field is immutable'))];
}

/** A name for something outside has no address, and may get or lose one. */
function sameAddress(before: JsonObject, next: JsonObject): readonly Cause[] {
  const [was, is] = [before, next].map((object) => listAt(object, 'spec', 'clusterIPs'));
  if (was === undefined || is === undefined || was.length === 0 || is.length === 0 || isEqual(was, is)) return [];
  return [fixed('spec.clusterIPs[0]', invalidValue(is, 'may not change once set'))];
}

/** A bound claim may ask for more; which volume it is bound to is written after it was made. */
function sameClaim(before: JsonObject, next: JsonObject): readonly Cause[] {
  const isBound = stringAt(before, 'status', 'phase') === 'Bound';
  const hasVolume = stringAt(before, 'spec', 'volumeName') !== undefined;
  const free = [...(isBound ? ['resources', 'volumeAttributesClassName'] : []), ...(hasVolume ? [] : ['volumeName'])];
  const detail = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return sameSpecBut(free, `Forbidden: ${detail}`)(before, next);
}
