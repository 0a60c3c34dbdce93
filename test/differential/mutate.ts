import { isObject, type Json, type JsonObject, type Path } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { scopeIn } from '../../src/schema/builtin.ts';
import { type Node, prepare } from '../../src/schema/node.ts';
import type { Schema } from '../../src/schema/schema.ts';

/** A sample with one change. */
export interface Mutant {
  readonly manifest: Manifest;
  /** What was changed: `set /spec/replicas to -1`. */
  readonly change: string;
}

/** Every change to `manifest` that is known: at every place, what is there is removed and replaced, and what is not there is added. */
export function mutantsOf(manifest: Manifest, { schema, minor }: { readonly schema: Schema; readonly minor: number }): readonly Mutant[] {
  const scope = scopeIn(minor);
  const found: Mutant[] = [];
  const make = (path: Path, value: Json | undefined): void => {
    if (isIdentity(path)) return;
    const change = value === undefined ? `remove /${path.join('/')}` : `set /${path.join('/')} to ${shortened(value)}`;
    found.push({ manifest: changed(manifest, path, value) as Manifest, change });
  };
  const visit = (value: Json, node: Node | undefined, path: Path): void => {
    for (const other of othersFor(value, node)) make(path, other);
    if (Array.isArray(value)) {
      if (value.length > 0) make(path, [...value, value[0] as Json]);
      for (const [i, item] of value.entries()) {
        make([...path, i], undefined);
        visit(item, node?.rest?.(), [...path, i]);
      }
    } else if (isObject(value)) {
      const isMap = node === undefined || node.form === 'map';
      make([...path, isMap ? 'Not a key!' : 'unknownField'], 'x');
      for (const [name, property] of Object.entries(node?.schema.properties ?? {})) {
        if (value[name] !== undefined || path.length === 0) continue;
        for (const added of valuesOf(prepare(property, scope), 3)) make([...path, name], added);
      }
      for (const [key, inner] of Object.entries(value)) {
        if (inner === undefined) continue;
        make([...path, key], undefined);
        visit(inner, node?.field(key) ?? node?.rest?.(), [...path, key]);
      }
    }
  };
  visit(manifest, prepare(schema, scope), []);
  return found;
}

/** What an object is, and where: changing it makes another object, or another request. */
export function isIdentity([first, second]: Path): boolean {
  return (
    first === undefined ||
    first === 'apiVersion' ||
    first === 'kind' ||
    (first === 'metadata' && (second === undefined || second === 'name' || second === 'namespace'))
  );
}

const texts: readonly Json[] = [
  '',
  'a',
  'Not valid!',
  'x'.repeat(300),
  '-1',
  '10',
  '150%',
  '/abs/path',
  '../up',
  'a.example.com/b',
  'UPPER_case',
  '*',
];
const numbers: readonly Json[] = [-1, 0, 1, 2, 101, 65_536, 2_147_483_648, 1.5];

/** What a quantity may be, or may not: the API server reads more than its documentation says (apimachinery, ParseQuantity). */
const quantities: readonly Json[] = [
  '0',
  '-1',
  '+5',
  '.5',
  '5.',
  '.',
  '-',
  'Mi',
  'Pi',
  '1Ti',
  '8Ei',
  '100m',
  '1u',
  '1e3',
  '1E',
  '1Ei',
  '12e',
  '1e-12',
  '1e30',
  '1e99999999999999999999',
  '0.0000000001',
  '1.5Gi',
  '1K',
  '1mi',
  '1_0',
  '0x1',
  '1,5',
  ' 5',
  '5 ',
  '\t5',
  '\u00a05',
  '',
  'a',
  0,
  -1,
  1.5,
  1e21,
];

/** Values to put in the place of `value`: of other types, and of its own. */
function othersFor(value: Json, node: Node | undefined): readonly Json[] {
  const allowed = (node?.schema.enum ?? []) as readonly Json[];
  if (node?.form === 'quantity') return [...quantities, true, null, {}, []].filter((other) => other !== value);
  switch (typeof value) {
    case 'string':
      return [...texts, ...allowed, 1, true, null, {}, []].filter((other) => other !== value);
    case 'number':
      return [...numbers, 'x', '5', true, null, {}].filter((other) => other !== value);
    case 'boolean':
      return [!value, 'true', 1, null];
    default:
      return Array.isArray(value) ? [[], {}, 'x', null, [null], [1], ['']] : [{}, [], 'x', 1, null];
  }
}

/** Values that the schema takes, as far as it tells; `depth` levels deep. */
function valuesOf(node: Node, depth: number): readonly Json[] {
  const { schema, form } = node;
  if (schema.enum !== undefined) return [...(schema.enum as readonly Json[]), ''];
  switch (form) {
    case 'string':
      if (node.format !== undefined)
        return node.definition?.endsWith('Duration') ? ['30s'] : schema.format === 'byte' ? ['YQ=='] : ['2026-01-31T12:00:00Z'];
      return ['a', 'Not valid!', '/abs', '10.0.0.1'];
    case 'integer':
    case 'number':
      return [0, 1, -1, 80, 70_000];
    case 'boolean':
      return [true, false];
    case 'quantity':
      return ['1', '1Gi', '-1', 'x'];
    case 'int-or-string':
      return [1, 0, 'a', '50%'];
    case 'map':
    case 'list': {
      const inner = depth === 0 || node.rest === undefined ? [] : valuesOf(node.rest(), depth - 1).slice(0, 2);
      return form === 'list' ? [[], ...inner.map((item) => [item])] : [{}, ...inner.map((item) => ({ a: item }))];
    }
    case 'object':
      return [{}, ...objectsOf(node, depth)];
    default:
      return [{}];
  }
}

/** With what is required alone, and with one field more at a time. */
function objectsOf(node: Node, depth: number): readonly JsonObject[] {
  if (depth === 0) return [];
  const names = Object.keys(node.schema.properties ?? {});
  const first = (name: string): Json | undefined => {
    const field = node.field(name);
    return field === undefined
      ? undefined
      : valuesOf(field, depth - 1).find((value) => JSON.stringify(value) !== '{}' && JSON.stringify(value) !== '[]');
  };
  const required = Object.fromEntries((node.schema.required ?? []).map((name) => [name, first(name)]));
  return [required, ...names.map((name) => ({ ...required, [name]: first(name) }))];
}

/** `value` with `replacement` under the keys; without them where there is none. */
export function changed(value: Json | undefined, [key, ...rest]: Path, replacement: Json | undefined): Json | undefined {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    const next = changed(value[key as number], rest, replacement);
    return value.flatMap((item: Json, i) => (i !== key ? [item] : next === undefined ? [] : [next]));
  }
  const object: JsonObject = isObject(value) ? value : {};
  const next = changed(object[key], rest, replacement);
  return Object.fromEntries([
    ...Object.entries(object).filter(([name]) => name !== key),
    ...(next === undefined ? [] : [[key, next]]),
  ]) as JsonObject;
}

function shortened(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
