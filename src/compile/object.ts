import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { at, isObject, type Path, pointer, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Problem } from '../model/problem.ts';
import { generatedClass, type Serialized } from './constructs.ts';
import { lostValues } from './dropped.ts';
import { quotedList, shown } from './wording.ts';

/** The manifest of an object, or what keeps it from being one. Nothing that its author wrote may be missing in it. */
export function readObject(serialized: Serialized, place: () => Place): Checked<Manifest | undefined> {
  const { object, outcome } = serialized;
  if (!outcome.ok) {
    // cdk8s puts the construct before the reason, which the place says already.
    const reason = messageOf(outcome.thrown).replace(/^Failed serializing construct at path .*?': (?:Error: )?/, '');
    const message = `\`${object.kind}\` \`${object.name}\` cannot be written: ${reason}`;
    return { value: undefined, diagnostics: [{ code: 'object-failed', severity: 'error', message, at: place() }] };
  }
  const problems = [...foreignProblems(outcome.json), ...identityProblems(outcome.json)];
  if (problems.length === 0) return { value: outcome.json as Manifest, diagnostics: droppedFields(serialized, place) };
  return {
    value: undefined,
    diagnostics: problems.map(({ path, ...problem }) => ({ severity: 'error', ...problem, at: { ...place(), ...pointerTo(path) } })),
  };
}

function pointerTo(path: Path): Pick<Place, 'pointer'> {
  return path.length === 0 ? {} : { pointer: pointer(path) };
}

/** What in an object is not JSON: functions, symbols, NaN and the like. */
function foreignProblems(json: unknown): readonly Problem[] {
  return foreignValues(json).map(({ path, value }) => {
    const what = typeof value === 'number' ? String(value) : `a ${typeof value}`;
    return { code: 'value-not-json', message: `\`${pointer(path)}\` is ${what}, which YAML cannot hold`, path };
  });
}

/** What makes an object this one and no other: each part must be text, and all but the namespace must be there. */
function identityProblems(json: unknown): readonly Problem[] {
  const manifest = isObject(json) ? json : {};
  const lacking = [['apiVersion'], ['kind'], ['metadata', 'name']].filter((keys) => (stringAt(manifest, ...keys) ?? '') === '');
  const namespace = at(manifest, 'metadata', 'namespace');
  const found: Problem[] = [];
  if (lacking.length > 0) {
    const names = quotedList(lacking.map((keys) => keys.join('.')));
    found.push({ code: 'object-incomplete', message: `the object lacks ${names}`, path: [] });
  }
  if (namespace !== undefined && typeof namespace !== 'string') {
    found.push({
      code: 'namespace-invalid',
      message: `the namespace is ${shown(namespace)}, which is no text`,
      path: ['metadata', 'namespace'],
    });
  }
  return found;
}

/** What the generated class of an object did not know and left out without a word. */
function droppedFields({ object, outcome, plain }: Serialized, place: () => Place): readonly Diagnostic[] {
  const generated = generatedClass(object);
  if (generated === undefined || !outcome.ok) return [];
  return lostValues(plain, outcome.json).map(({ path, value }) => ({
    code: 'field-dropped',
    severity: 'error',
    message: `\`${generated}\` drops \`${pointer(path)}\`${valueFor(object.kind, value, path)}: it writes only what it was generated with`,
    at: { ...place(), pointer: pointer(path) },
    help: `write the object with \`new ApiObject(chart, id, { apiVersion: '${object.apiVersion}', kind: '${object.kind}', … })\`, which keeps every field as it is in YAML`,
  }));
}

/** What a Secret holds is never told. */
function valueFor(kind: string, value: unknown, path: Path): string {
  return kind === 'Secret' ? '' : ` with the value ${shown(value, path.at(-1))}`;
}

function foreignValues(value: unknown, path: Path = []): readonly { readonly path: Path; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => foreignValues(item, [...path, i]));
  if (isObject(value)) return Object.entries(value).flatMap(([key, inner]) => foreignValues(inner, [...path, key]));
  const isJson = value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  return isJson ? [] : [{ path, value }];
}
