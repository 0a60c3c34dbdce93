import { isObject, type Path } from '../model/json.ts';
import { customFormats } from './custom-formats.ts';
import { matcherOf } from './regex.ts';
import type { Schema } from './schema.ts';

/** A constraint of a structural schema that a value does not keep. */
export interface Breach {
  readonly path: Path;
  /** What is expected, for the end of `and must …`. */
  readonly expected: string;
}

/** The constraints at the top of `schema` that `value`, which has its type, does not keep. What is below is not looked at. */
export function breachesOf(schema: Schema, value: unknown): readonly Breach[] {
  const own = ownExpectations(schema, value).map((expected): Breach => ({ path: [], expected }));
  return [...own, ...combined(schema, value)];
}

function ownExpectations(schema: Schema, value: unknown): readonly string[] {
  if (typeof value === 'string') return forText(schema, value);
  if (typeof value === 'number') return forNumber(schema, value);
  if (Array.isArray(value)) return forCount(value.length, { min: schema.minItems, max: schema.maxItems, of: 'items' });
  if (isObject(value)) return forCount(Object.keys(value).length, { min: schema.minProperties, max: schema.maxProperties, of: 'entries' });
  return [];
}

function forText({ pattern, minLength, maxLength, format }: Schema, text: string): readonly string[] {
  const matches = pattern === undefined ? undefined : matcherOf(pattern);
  const known = format === undefined ? undefined : customFormats[format];
  return [
    ...(matches === undefined || matches(text) ? [] : [`match \`${pattern}\``]),
    ...(known === undefined || known.test(text) ? [] : [`be ${known.expected}`]),
    // Go counts runes.
    ...forCount([...text].length, { min: minLength, max: maxLength, of: 'characters' }),
  ];
}

/** The API server compares a whole number with whole ones: it cuts what is behind the point of a bound. */
function forNumber({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema, number: number): readonly string[] {
  const found: string[] = [];
  const bound = (limit: number): number => (Number.isInteger(number) ? Math.trunc(limit) : limit);
  if (typeof minimum === 'number' && (exclusiveMinimum === true ? number <= bound(minimum) : number < bound(minimum))) {
    found.push(exclusiveMinimum === true ? `be greater than ${minimum}` : `be at least ${minimum}`);
  }
  if (typeof maximum === 'number' && (exclusiveMaximum === true ? number >= bound(maximum) : number > bound(maximum))) {
    found.push(exclusiveMaximum === true ? `be less than ${maximum}` : `be at most ${maximum}`);
  }
  if (typeof multipleOf === 'number' && !isMultiple(number, multipleOf)) found.push(multipleExpected(number, multipleOf));
  return found;
}

/** The API server divides a whole number by a whole one, of which it cuts what is behind the point (validateMultipleOf). */
function isMultiple(number: number, factor: number): boolean {
  const divisor = Number.isInteger(number) ? Math.trunc(factor) : factor;
  return divisor > 0 && Number.isInteger(number / divisor);
}

function multipleExpected(number: number, factor: number): string {
  if (factor <= 0) return 'be a multiple of something greater than 0, which its schema does not say';
  return Number.isInteger(number) && factor < 1
    ? `have a part behind the point: the API server takes no whole number for a multiple of ${factor}`
    : `be a multiple of ${factor}`;
}

function forCount(
  count: number,
  { min, max, of }: { readonly min: number | undefined; readonly max: number | undefined; readonly of: string },
): readonly string[] {
  if (typeof min === 'number' && count < min) return [`have at least ${min} ${of}`];
  return typeof max === 'number' && count > max ? [`have at most ${max} ${of}`] : [];
}

/**
 * `allOf`, `anyOf`, `oneOf` and `not`: their parts only hold constraints, which may lie deep in the value. An empty list says
 * nothing; and what a format without a type excludes, nobody but the server knows.
 */
function combined({ allOf = [], anyOf = [], oneOf = [], not }: Schema, value: unknown): readonly Breach[] {
  const fitting = (schemas: readonly Schema[]): number => schemas.filter((schema) => deepBreaches(schema, value).length === 0).length;
  const found = allOf.flatMap((schema) => deepBreaches(schema, value));
  if (anyOf.length > 0 && fitting(anyOf) === 0) found.push({ path: [], expected: 'fit one of the forms of `anyOf`' });
  if (oneOf.length > 0 && fitting(oneOf) !== 1) found.push({ path: [], expected: 'fit exactly one of the forms of `oneOf`' });
  if (not !== undefined && not.format === undefined && deepBreaches(not, value).length === 0)
    found.push({ path: [], expected: 'not have the form that `not` excludes' });
  return found;
}

function deepBreaches(schema: Schema, value: unknown): readonly Breach[] {
  const found = [...typeBreaches(schema, value), ...breachesOf(schema, value)];
  const { items, properties = {}, additionalProperties } = schema;
  if (Array.isArray(value) && items !== undefined) found.push(...value.flatMap((item, i) => below(i, deepBreaches(items, item))));
  if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const next = Object.hasOwn(properties, key)
        ? properties[key]
        : typeof additionalProperties === 'object'
          ? additionalProperties
          : undefined;
      if (next !== undefined) found.push(...below(key, deepBreaches(next, inner)));
    }
  }
  return found;
}

/** Types, required fields and enums, which the walk itself looks after at the top of a schema. */
function typeBreaches({ type, required = [], enum: allowed }: Schema, value: unknown): readonly Breach[] {
  const found: Breach[] = [];
  if (type !== undefined && !hasType(type, value)) found.push({ path: [], expected: `be of the type \`${type}\`` });
  if (isObject(value))
    found.push(...required.filter((key) => value[key] === undefined).map((key): Breach => ({ path: [key], expected: 'be there' })));
  if (allowed !== undefined && allowed.length > 0 && !allowed.some((one) => JSON.stringify(one) === JSON.stringify(value))) {
    found.push({ path: [], expected: `be one of ${allowed.map((one) => `\`${String(one)}\``).join(', ')}` });
  }
  return found;
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return typeof value === type;
  }
}

function below(key: string | number, found: readonly Breach[]): readonly Breach[] {
  return found.map(({ path, expected }) => ({ path: [key, ...path], expected }));
}
