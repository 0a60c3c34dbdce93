import { z } from 'zod';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { isObject, type Path } from '../model/json.ts';
import { isMergeable, mergeInput, unknownKeys } from './shape.ts';
import { meantOr, quotedList, shown } from './wording.ts';

/** The values that one definition gives, by chart, and where it stands. */
export interface ValueLayer {
  readonly values: object;
  readonly at: Place;
}

/** A chart's values in an environment, ready for its build. */
export interface ChartValues {
  readonly values: unknown;
}

/**
 * The values of each chart: what the layers (the farthest ancestor first) give, merged, then parsed once by the chart's
 * schema, so that a default never stands above a value. Charts whose values are wrong are left out. All problems are told.
 */
export function resolveValues(
  schemas: ReadonlyMap<string, z.core.$ZodType | undefined>,
  layers: readonly ValueLayer[],
): Checked<ReadonlyMap<string, ChartValues>> {
  const diagnostics: Diagnostic[] = [...strayCharts(schemas, layers)];
  const resolved = new Map<string, ChartValues>();
  for (const [chart, schema] of schemas) {
    if (schema === undefined) resolved.set(chart, { values: {} });
    else {
      const { value, diagnostics: found } = valuesOf(chart, schema, layers);
      diagnostics.push(...found);
      if (value !== undefined) resolved.set(chart, value);
    }
  }
  return { value: resolved, diagnostics };
}

/** Values for charts that there are not, or that take none. */
function strayCharts(schemas: ReadonlyMap<string, z.core.$ZodType | undefined>, layers: readonly ValueLayer[]): readonly Diagnostic[] {
  const takers = [...schemas].filter(([, schema]) => schema !== undefined).map(([chart]) => chart);
  return layers.flatMap(({ values, at }) =>
    Object.keys(values)
      .filter((chart) => !takers.includes(chart))
      .map((chart): Diagnostic => {
        const pointer = `values.${chart}`;
        if (schemas.has(chart)) {
          return {
            code: 'value-unknown',
            severity: 'error',
            message: `the chart \`${chart}\` takes no values`,
            at: { ...at, pointer },
            help: 'define it with `defineChart` and a schema, or remove them',
          };
        }
        const known = takers.length === 0 ? 'no chart takes values' : `charts with values: ${quotedList(takers)}`;
        return {
          code: 'value-unknown',
          severity: 'error',
          message: `values for \`${chart}\`, which is no chart of the environment`,
          at: { ...at, pointer },
          help: meantOr(known, chart, takers),
        };
      }),
  );
}

function valuesOf(chart: string, schema: z.core.$ZodType, layers: readonly ValueLayer[]): Checked<ChartValues | undefined> {
  const given = layers.map(({ values }) => at(values, [chart]));
  const merged = given.reduce((below, above) => mergeInput(schema, below, above), isMergeable(schema) ? {} : undefined);
  const unknown = unknownKeys(schema, merged).map((found): Diagnostic => {
    const path = [chart, ...found.path];
    const known = found.known.length === 0 ? 'nothing is known there' : `known there: ${quotedList(found.known)}`;
    return {
      code: 'value-unknown',
      severity: 'error',
      message: `unknown value \`${formatPath(path)}\`, given as ${shown(at(merged, found.path), found.path.at(-1))}`,
      at: placeOfValue(path, layers),
      help: meantOr(known, String(found.path.at(-1)), found.known),
    };
  });
  try {
    const parsed = z.safeParse(schema, merged, { reportInput: true });
    const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, { chart, merged, layers }));
    const diagnostics = [...unknown, ...issues];
    return { value: parsed.success && diagnostics.length === 0 ? { values: parsed.data } : undefined, diagnostics };
  } catch (thrown) {
    const message = `the schema of the chart \`${chart}\` threw: ${messageOf(thrown)}`;
    const help = 'refinements and transforms must not wait for anything, and must not throw';
    const failed: Diagnostic = { code: 'schema-failed', severity: 'error', message, at: placeOfValue([chart], layers), help };
    return { value: undefined, diagnostics: [...unknown, failed] };
  }
}

/** The chart whose values are parsed, what was parsed, and where it comes from. */
interface Parsed {
  readonly chart: string;
  readonly merged: unknown;
  readonly layers: readonly ValueLayer[];
}

function describe(issue: z.core.$ZodIssue, parsed: Parsed): readonly Diagnostic[] {
  const { chart, merged, layers } = parsed;
  // Told already, with a suggestion, by the walk that also finds them where zod would drop them.
  if (issue.code === 'unrecognized_keys') return [];
  const nearest = issue.code === 'invalid_union' ? nearestForm(issue) : undefined;
  if (nearest !== undefined) return nearest.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, parsed));
  const inner = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  const path = [chart, ...inner];
  const value = at(merged, inner);
  const place = placeOfValue(path, layers);
  if (value !== undefined) {
    const message = `\`${formatPath(path)}\` is ${shown(value, path.at(-1))}: ${expectation(issue)}`;
    return [{ code: 'value-invalid', severity: 'error', message, at: place }];
  }
  const message = `\`${formatPath(path)}\` is missing: ${expectation(issue)}`;
  return [
    {
      code: 'value-missing',
      severity: 'error',
      message,
      at: place,
      help: 'give it under `values` in the environment or in one of its bases',
    },
  ];
}

/** The problems of the one form of a union that was nearly met: some of its fields are wrong, not the whole. */
function nearestForm(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const forms = issue.errors.filter((issues) => issues.every(({ path }) => path.length > 0)).toSorted((a, b) => a.length - b.length);
  const [nearest, next] = forms;
  return nearest !== undefined && nearest.length < (next?.length ?? Number.POSITIVE_INFINITY) ? nearest : undefined;
}

/** zod's own words, or the schema author's, without what the message says already. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const forms = issue.errors.map((issues) =>
      issues.map(({ path, ...inner }) => withKeys(path, expectation({ path, ...inner }))).join(' and '),
    );
    return [...new Set(forms)].join(', or ');
  }
  return issue.message
    .replace(/^Invalid input: |^Invalid option: |^Invalid string: /, '')
    .replace(/, received .*$/, '')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

/** What is expected of a part of the value. */
function withKeys(path: readonly PropertyKey[], expected: string): string {
  return path.length === 0 ? expected : `${expected} at \`${path.map(String).join('.')}\``;
}

/** Where the definition stands that gave the value at `path` last; the environment itself for a missing one. */
function placeOfValue(path: Path, layers: readonly ValueLayer[]): Place {
  const giver = layers.findLast(({ values }) => at(values, path) !== undefined) ?? layers.at(-1);
  return { ...giver?.at, pointer: formatPath(path) };
}

function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${key}`), 'values');
}

/** The value under `path` in whatever an author wrote. */
function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, key) => {
    if (Array.isArray(here)) return here[Number(key)];
    return isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }, value);
}
