/** One operation of an interface over HTTP, as its description has it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** `/repos/{owner}/{repo}/pulls`. */
  readonly path: string;
  /** By the names of the parameters. */
  readonly query: Readonly<Record<string, Schema>>;
  /** The body of a request; without it, there is none. */
  readonly body?: Schema;
  /** The status of success. */
  readonly status: number;
  /** What is answered then, by the description. */
  readonly example?: unknown;
}

/** As much of a JSON schema as descriptions use for requests. */
export interface Schema {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** What is asked. */
export interface Asked {
  readonly method: string;
  /** Not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** The operation that is asked for, and the values in its path. */
export function operationOf(
  operations: readonly Operation[],
  { method, path }: Asked,
): { readonly operation: Operation; readonly values: Readonly<Record<string, string>> } | undefined {
  const given = path.split('/');
  for (const operation of operations.filter((one) => one.method === method)) {
    const wanted = operation.path.split('/');
    if (wanted.length !== given.length) continue;
    const pairs = wanted.map((part, i): [string, string] => [part, given[i] ?? '']);
    if (!pairs.every(([part, value]) => (part.startsWith('{') ? value !== '' : part === value))) continue;
    const values = pairs.filter(([part]) => part.startsWith('{')).map(([part, value]) => [part.slice(1, -1), decodeURIComponent(value)]);
    return { operation, values: Object.fromEntries(values) };
  }
  return undefined;
}

/** What of a request the description does not allow. */
export function problemsOf(operation: Operation, { query, body }: Asked): readonly string[] {
  const parameters = [...query].flatMap(([name, value]) => {
    const schema = operation.query[name];
    if (schema === undefined) return [`there is no parameter ${name}`];
    return problemsAt(`parameter ${name}`, schema.type === 'integer' ? Number(value) : value, schema);
  });
  if (operation.body === undefined) return body === undefined ? parameters : [...parameters, 'it has no body'];
  return [...parameters, ...problemsAt('body', body ?? {}, operation.body)];
}

function problemsAt(where: string, value: unknown, schema: Schema): readonly string[] {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) {
    const found = choices.map((one) => problemsAt(where, value, one));
    return found.some((problems) => problems.length === 0) ? [] : (found[0] ?? []);
  }
  if (value === null) return schema.nullable === true ? [] : [`${where} is null`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${where} is ${JSON.stringify(value)}`];
  if (schema.type !== undefined && typeOf(value, schema.type) !== schema.type) return [`${where} is no ${schema.type}`];
  if (Array.isArray(value)) return [...fewIn(where, value, schema), ...value.flatMap((one) => problemsAt(where, one, schema.items ?? {}))];
  if (typeof value !== 'object' || schema.properties === undefined) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${where} lacks ${name}`);
  const others = Object.entries(value).flatMap(([name, of]) => {
    const property = schema.properties?.[name];
    return property === undefined ? [`${where} has no ${name}`] : problemsAt(`${where}.${name}`, of, property);
  });
  return [...missing, ...others];
}

function fewIn(where: string, { length }: readonly unknown[], { minItems = 0 }: Schema): readonly string[] {
  return length < minItems ? [`${where} has fewer than ${minItems}`] : [];
}

function typeOf(value: unknown, wanted: string): string {
  if (Array.isArray(value)) return 'array';
  if (wanted === 'integer' && Number.isInteger(value)) return 'integer';
  return typeof value;
}
