import type { z } from 'zod';
import { readingInput } from '../model/looked.ts';

/** The process, as far as it is needed. */
const host = globalThis as unknown as {
  readonly process: { readonly env: Readonly<Record<string, string | undefined>> };
  [readingInput]?: boolean;
};

/**
 * The variable `name` of the process that renders, checked by `schema` (zod 4): `input('REGION', z.string())`, and
 * `z.string().default('eu')` where it need not be set. This is the way to depend on a variable: reading `process.env` is an error, since
 * nobody would see what a rendered environment depends on. Never for a secret: what is rendered is read by many. Throws when the variable
 * is not as the schema wants it.
 */
export function input<S extends z.ZodType<unknown, string | undefined>>(name: string, schema: S): z.output<S> {
  const value = variable(name);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const what = result.error.issues.map(({ message }) => message).join('; ');
  throw new Error(`the variable \`${name}\` is ${value === undefined ? 'not set, and has to be' : 'not as it has to be'}: ${what}`);
}

function variable(name: string): string | undefined {
  host[readingInput] = true;
  try {
    return host.process.env[name];
  } finally {
    host[readingInput] = false;
  }
}
