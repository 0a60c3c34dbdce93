import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { isObject, type JsonObject, pointer, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { generatedClass, type Serialized } from './constructs.ts';
import { lostValues } from './dropped.ts';
import type { Path } from './shape.ts';
import { quotedList, shown } from './wording.ts';

/** The manifest of an object, or what keeps it from being one. Nothing that its author wrote may be missing in it. */
export function readObject({ object, outcome, plain }: Serialized, place: () => Place): Checked<Manifest | undefined> {
  if (!outcome.ok) {
    // cdk8s puts the construct before the reason, which the place says already.
    const reason = messageOf(outcome.thrown).replace(/^Failed serializing construct at path .*?': (?:Error: )?/, '');
    const message = `\`${object.kind}\` \`${object.name}\` cannot be written: ${reason}`;
    return { value: undefined, diagnostics: [{ code: 'object-failed', severity: 'error', message, at: place() }] };
  }
  const { json } = outcome;
  const foreign = foreignValues(json).map(
    ({ path, value }): Diagnostic => ({
      code: 'value-not-json',
      severity: 'error',
      message: `\`${pointer(path)}\` is ${typeof value === 'number' ? String(value) : `a ${typeof value}`}, which YAML cannot hold`,
      at: { ...place(), pointer: pointer(path) },
    }),
  );
  if (foreign.length > 0) return { value: undefined, diagnostics: foreign };
  const missing = ['apiVersion', 'kind', 'metadata.name'].filter((key) => (stringAt(json as JsonObject, ...key.split('.')) ?? '') === '');
  if (missing.length > 0) {
    const message = `the object lacks ${quotedList(missing)}`;
    return { value: undefined, diagnostics: [{ code: 'object-incomplete', severity: 'error', message, at: place() }] };
  }
  // Checked above: it is JSON with all that a manifest needs.
  return { value: json as Manifest, diagnostics: droppedFields({ object, outcome, plain }, place) };
}

/** What the generated class of an object did not know and left out without a word. */
function droppedFields({ object, outcome, plain }: Serialized, place: () => Place): readonly Diagnostic[] {
  const generated = generatedClass(object);
  if (generated === undefined || !outcome.ok) return [];
  return lostValues(plain, outcome.json).map(({ path, value }) => ({
    code: 'field-dropped',
    severity: 'error',
    message: `\`${generated}\` drops \`${pointer(path)}\`${valueFor(object.kind, value)}: it writes only what it was generated with`,
    at: { ...place(), pointer: pointer(path) },
    help: `write the object with \`new ApiObject(chart, id, { apiVersion: '${object.apiVersion}', kind: '${object.kind}', … })\`, which keeps every field as it is in YAML`,
  }));
}

/** What a Secret holds is never told. */
function valueFor(kind: string, value: unknown): string {
  return kind === 'Secret' ? '' : ` with the value ${shown(value)}`;
}

/** What in `value` is not JSON: functions, symbols, NaN and the like. */
function foreignValues(value: unknown, path: Path = []): readonly { readonly path: Path; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => foreignValues(item, [...path, i]));
  if (isObject(value)) return Object.entries(value).flatMap(([key, inner]) => foreignValues(inner, [...path, key]));
  const isJson = value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  return isJson ? [] : [{ path, value }];
}
