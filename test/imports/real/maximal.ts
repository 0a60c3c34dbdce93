import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Node } from '../../../src/schema/node.ts';
import type { Schema } from '../../../src/schema/schema.ts';

/** A value of `node` in which every field has one. What is made of itself ends where it comes again. */
export function maximal(node: Node, within: readonly string[] = []): Json {
  const { definition, schema } = node;
  if (definition?.endsWith('.ObjectMeta')) return { labels: { a: 'b' }, annotations: { c: 'd' } };
  const around = definition === undefined ? within : [...within, definition];
  const [listed] = valuesIn(schema) ?? [];
  if (listed !== undefined) return listed;
  const rest = (): Json => {
    const inner = node.rest?.();
    return inner === undefined ? kept : maximal(inner, around);
  };
  switch (node.form) {
    case 'any':
      return [kept];
    case 'object':
    case 'object-or-boolean':
    case 'object-or-list':
      return definition !== undefined && within.includes(definition) ? {} : fieldsIn(node, around);
    case 'map':
      return node.rest === undefined ? kept : { key: rest() };
    case 'list':
      return isAgain(node, around) ? [] : [rest()];
    case 'integer':
    case 'int-or-string':
      return 1;
    case 'number':
      return 1.5;
    case 'quantity':
      return '1';
    case 'boolean':
      return true;
    case 'string':
      return texts[schema.format ?? ''] ?? (node.format?.test('a') === false ? '2026-01-31T12:00:00Z' : 'a');
  }
}

/** What stands where anything may. */
const kept: JsonObject = { kept: ['a', 1, { deep: true }] };

const texts: Readonly<Record<string, string>> = {
  byte: 'YQ==',
  'date-time': '2026-01-31T12:00:00Z',
};

function fieldsIn(node: Node, around: readonly string[]): Json {
  const { schema } = node;
  const names = Object.keys(schema.properties ?? {});
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const fields = names.flatMap((name): readonly (readonly [string, Json])[] => {
    const field = node.field(name);
    if (field === undefined || (around.length > 1 && name === 'status' && names.includes('kind'))) return [];
    return [[name, maximal(field, around)]];
  });
  return { ...Object.fromEntries(fields), ...(isOpen ? { unnamed: kept } : {}) };
}

/** Whether the items of a list are made of what they stand in. */
function isAgain(node: Node, around: readonly string[]): boolean {
  const definition = node.rest?.().definition;
  return definition !== undefined && around.includes(definition);
}

/** Values that are listed, for a field or for one of its alternatives. */
function valuesIn({ enum: own, allOf = [], anyOf = [], oneOf = [] }: Schema): readonly Json[] | undefined {
  const each = (schemas: readonly Schema[]): readonly Json[] | undefined => {
    const lists = schemas.map(valuesIn);
    return lists.length > 0 && lists.every((list) => list !== undefined) ? lists.flat() : undefined;
  };
  const all = allOf.map(valuesIn).filter((list) => list !== undefined);
  const inAll = all.reduce<readonly Json[] | undefined>((both, list) => both?.filter((one) => list.includes(one)) ?? list, own);
  return inAll ?? each(anyOf) ?? each(oneOf);
}
