import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { at, isObject, type Path, pointer, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Problem } from '../model/problem.ts';
import { generatedClass, type Serialized } from './constructs.ts';
import { lostValues } from './dropped.ts';
import { meantOr, quotedList, shown } from './wording.ts';

/** The manifest of an object, or what keeps it from being one. Nothing that its author wrote may be missing in it. */
export function readObject(serialized: Serialized, place: () => Place): Checked<Manifest | undefined> {
  const { object, outcome } = serialized;
  if (!outcome.ok) {
    // cdk8s puts the construct before the reason, which the place says already.
    const reason = messageOf(outcome.thrown).replace(/^Failed serializing construct at path .*?': (?:Error: )?/, '');
    const message = `\`${object.kind}\` \`${object.name}\` cannot be written: ${reason}`;
    return { value: undefined, diagnostics: [{ code: 'object-failed', severity: 'error', message, at: place() }] };
  }
  const isJson = foreignValues(outcome.json).length === 0;
  // cdk8s makes undefined of null, which is meant to be there.
  const json = isJson ? outcome.json : withNulls(outcome.json, propsOf(object));
  const problems = [...(isJson ? [] : foreignProblems(json)), ...identityProblems(json)];
  if (problems.length === 0) {
    return { value: json as Manifest, diagnostics: [...droppedFields(serialized, place), ...missedPatches(serialized, place)] };
  }
  return {
    value: undefined,
    diagnostics: problems.map(({ path, ...problem }) => ({ severity: 'error', ...problem, at: { ...place(), ...pointerTo(path) } })),
  };
}

function pointerTo(path: Path): Pick<Place, 'pointer'> {
  return path.length === 0 ? {} : { pointer: pointer(path) };
}

/** What in an object is not JSON: functions, symbols, NaN and the like. */
export function foreignProblems(json: unknown): readonly Problem[] {
  return foreignValues(json).map(({ path, value }) => {
    if (value === undefined) {
      const message = `\`${pointer(path)}\` is undefined, and a list would have an empty entry there`;
      return { code: 'value-not-json', message, path, help: 'leave the entry out: `...(isWanted ? [entry] : [])`' };
    }
    const what = typeof value === 'number' ? String(value) : `a ${typeof value}`;
    return { code: 'value-not-json', message: `\`${pointer(path)}\` is ${what}, which YAML cannot hold`, path };
  });
}

/** What makes an object this one and no other: each part must be text, and all but the namespace must be there. */
export function identityProblems(json: unknown): readonly Problem[] {
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

/** Patches of what is not there: RFC 6902 makes an error of them, and cdk8s applies what is left of them. */
function missedPatches({ missed }: Serialized, place: () => Place): readonly Diagnostic[] {
  return missed.map(({ op, path, key, known }) => ({
    code: 'patch-missed',
    severity: 'warning',
    message: `the patch \`${op} ${path}\` finds nothing there`,
    at: { ...place(), pointer: path },
    help: meantOr('correct the path, or remove the patch', key, known),
  }));
}

/** What a Secret holds is never told. */
function valueFor(kind: string, value: unknown, path: Path): string {
  return kind === 'Secret' ? '' : ` with the value ${shown(value, path.at(-1))}`;
}

/** What the author gave the constructor of `object`: it is private in types only. */
function propsOf(object: object): unknown {
  return (object as { readonly props?: unknown }).props;
}

/** `json` with null where a list has undefined and the author gave null. */
function withNulls(json: unknown, given: unknown): unknown {
  if (Array.isArray(json)) {
    const list: readonly unknown[] = Array.isArray(given) ? given : [];
    return json.map((item, i) => (item === undefined && list[i] === null ? null : withNulls(item, list[i])));
  }
  if (!isObject(json)) return json;
  const from = isObject(given) ? given : {};
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, withNulls(value, from[key])]));
}

interface ForeignValue {
  readonly path: Path;
  readonly value: unknown;
}

/** A field that is undefined is left out; an entry of a list cannot be. */
function foreignValues(value: unknown, path: Path = []): readonly ForeignValue[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => (item === undefined ? [{ path: [...path, i], value: item }] : foreignValues(item, [...path, i])));
  }
  if (isObject(value)) return Object.entries(value).flatMap(([key, inner]) => foreignValues(inner, [...path, key]));
  const isJson = value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  return isJson ? [] : [{ path, value }];
}
