import { isObject, type Json, type JsonObject } from '../../../../model/json.ts';
import { plainScalar, plainValue } from '../../../../schema/cel/plain.ts';
import type { Key, Value } from '../../../../schema/cel/values.ts';
import { fateOfZero, isContainers, mayBeSet } from './fields.ts';

/** What is known of the fields that stand in no manifest. */
export type Knowledge =
  /** A kind of Kubernetes' own: the API server sets many fields, and drops empty ones. */
  (
    | { readonly of: 'built-in'; readonly isPod: boolean }
    /** A custom resource with the defaults of its schema: it sets only what it needs to store it. */
    | { readonly of: 'custom' }
    /** A custom resource whose schema is not known: anything may be set. */
    | { readonly of: 'unknown' }
  ) & {
    /** Whether whoever applies the object gives it its namespace. */
    readonly lacksNamespace: boolean;
  };

/** The value that policies see of an object as it will be when it is created, as far as the manifest tells. */
export function seenValue(manifest: JsonObject, knowledge: Knowledge): Value {
  return seen(manifest, '', knowledge);
}

function entriesOf(json: JsonObject, toValue: (value: Json, key: string) => Value | undefined): ReadonlyMap<Key, Value> {
  const entries = new Map<Key, Value>();
  for (const [key, value] of Object.entries(json)) {
    const seenAs = value === undefined ? undefined : toValue(value, key);
    if (seenAs !== undefined) entries.set(key, seenAs);
  }
  return entries;
}

/** `parent` is the field that holds `json`, or the list that does. */
function seen(json: Json, parent: string, knowledge: Knowledge): Value {
  if (Array.isArray(json)) return { type: 'list', items: json.map((item) => seen(item, parent, knowledge)) };
  if (!isObject(json)) return plainScalar(json);
  if (isMap(parent)) return plainValue(json);
  const hidden = new Set<string>();
  const entries = entriesOf(json, (value, key) => {
    const fate = knowledge.of === 'built-in' && isZero(value) ? fateOfZero(key, value) : 'kept';
    if (fate === 'unsure' && key !== 'resources') hidden.add(key);
    return fate === 'kept' ? seen(value, key, knowledge) : undefined;
  });
  const written = knowledge.of === 'built-in' && isContainers(parent) ? withResources(entries, knowledge) : entries;
  return { type: 'map', entries: written, unsure: (key) => unsure(String(key), { parent, hidden, knowledge }) };
}

/** A container always has `resources`, be they empty. */
function withResources(entries: ReadonlyMap<Key, Value>, knowledge: Knowledge): ReadonlyMap<Key, Value> {
  return entries.has('resources') ? entries : new Map([...entries, ['resources', seen({}, 'resources', knowledge)]]);
}

/** Fields whose keys are the author's. */
function isMap(field: string): boolean {
  return /^(?:labels|annotations|matchLabels|nodeSelector|data|binaryData|stringData|limits|requests|hard|parameters|capacity)$/.test(
    field,
  );
}

function isZero(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) ? Object.keys(value).length === 0 : value === null || value === false || value === 0 || value === '';
}

interface Around {
  readonly parent: string;
  readonly hidden: ReadonlySet<string>;
  readonly knowledge: Knowledge;
}

/** Why nothing is known of the namespace of an object that is to have one. */
export const inNoNamespace = 'it looks at the namespace, which the object does not have before it is applied';

const stored = /^(?:uid|resourceVersion|generation|creationTimestamp|managedFields|selfLink|status)$/;

function unsure(key: string, { parent, hidden, knowledge }: Around): string | undefined {
  if (parent === 'metadata' && key === 'namespace' && knowledge.lacksNamespace) return inNoNamespace;
  if (hidden.has(key)) return `it looks at \`${key}\`, which is written as empty, and the API server may drop that`;
  const isOpen = knowledge.of === 'unknown' || (knowledge.of === 'custom' ? stored.test(key) : mayBeSet(parent, key, knowledge.isPod));
  return isOpen ? `it looks at \`${key}\`, which the object does not have, and the API server may set it` : undefined;
}
