import { at, isObject, type Json, type JsonObject, listAt, objectAt, type Path, pointer, stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf } from '../../src/model/ref.ts';
import { builtinKind } from '../../src/schema/kinds.ts';
import type { Form, Node } from '../../src/schema/node.ts';
import { ask, type Server } from '../controlplane/api.ts';
import { changed, isIdentity } from './mutate.ts';

/** An object that the API server takes, made of one that it refused; or why there is none. */
export type Repaired = { readonly manifest: Manifest } | { readonly manifest: undefined; readonly why: string };

/** How often an object is asked about. */
const rounds = 60;

/**
 * Replaces and takes away what the API server refuses of `written`, until it takes the rest. So what was written to fill every
 * field becomes something that changes can be made to.
 */
export async function repair(server: Server, written: Manifest, schema: Node): Promise<Repaired> {
  let manifest = written;
  let why = '';
  const repairing: Repairing = { schema, tried: new Map() };
  for (let round = 0; round < rounds; round++) {
    const answer = await ask(server, { method: 'POST', path: creationPath(manifest), body: manifest });
    if (answer.status === 201) return { manifest };
    const status = answer.value as Json;
    why = stringAt(status, 'message') ?? String(answer.status);
    const next = answer.status === 422 ? withoutCauses(manifest, listAt(status, 'details', 'causes'), repairing) : manifest;
    if (next === manifest) break;
    manifest = next;
  }
  return { manifest: undefined, why };
}

/** Where an object of one of Kubernetes' own kinds is made, without being kept. */
function creationPath({ apiVersion, kind, metadata }: Manifest): string {
  const group = groupOf(apiVersion);
  const place = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
  const plural = builtinKind({ group, kind })?.plural ?? '';
  return `/${group === '' ? 'api' : 'apis'}/${apiVersion}/${place}${plural}?dryRun=All&fieldValidation=Strict`;
}

/** What is known while an object is repaired. */
interface Repairing {
  readonly schema: Node;
  /** How many values were put where, by JSON pointer. */
  readonly tried: Map<string, number>;
}

/** What is said of places that there are comes first: the rest often follows from it. */
function withoutCauses(manifest: Manifest, causes: readonly Json[], repairing: Repairing): Manifest {
  const said = causes.map((cause) => ({ field: pathOf(stringAt(cause, 'field') ?? ''), message: stringAt(cause, 'message') ?? '' }));
  const exact = said.filter(({ field, message }) => !isIdentity(field) && isThere(manifest, field, message));
  const mend = (object: Manifest, { field, message }: Said): Manifest =>
    isThere(object, field, message) ? mended(object, placeOf(object, field), message, repairing) : object;
  if (exact.length > 0) return [...new Map(exact.map((one) => [pointer(one.field), one])).values()].reduce(mend, manifest);
  const [first] = said.map((one) => ({ ...one, field: meant(manifest, one.field) })).filter(({ field }) => !isIdentity(field));
  return first === undefined ? manifest : mended(manifest, first.field, first.message, repairing);
}

/** What a field that there is not stands for: the nearest of that name, or with more of a name, further up; else what it would be in. */
function meant(object: Manifest, field: Path): Path {
  const name = String(field.at(-1));
  const there = existing(object, field);
  for (let depth = there.length; depth >= 0; depth--) {
    const found = Object.keys(objectAt(object, ...there.slice(0, depth))).find((key) => key.startsWith(name));
    if (found !== undefined) return [...there.slice(0, depth), found];
  }
  return there;
}

interface Said {
  readonly field: Path;
  readonly message: string;
}

/** What is required, or is none of some values, may be missing in something that is there. */
function isThere(object: Manifest, field: Path, message: string): boolean {
  return existing(object, field).length >= field.length - (/^(?:Required|Unsupported)/.test(message) ? 1 : 0);
}

/** Values that some field or other of a form takes. */
const values: Partial<Readonly<Record<Form, readonly Json[]>>> = {
  string: [
    'a',
    'b',
    '/a',
    'Exists',
    'In',
    'metadata.name',
    'example.com/a',
    'example.com',
    'https://example.com',
    '10.0.0.1',
    '10.0.0.0/8',
    '1',
  ],
  integer: [1, 100, 0],
  boolean: [true, false],
  quantity: ['1'],
  'int-or-string': [1, 'a'],
};

/** Another value is tried where there can be one; else what is in it goes, piece by piece, and what nothing helps goes, too. */
function mended(object: Manifest, path: Path, message: string, { schema, tried }: Repairing): Manifest {
  const key = pointer(path);
  const before = tried.get(key) ?? 0;
  tried.set(key, before + 1);
  const value = at(object, ...path);
  const [child] = isObject(value) || Array.isArray(value) ? Object.keys(value) : [];
  if (message.startsWith('Forbidden') || message.startsWith('Duplicate')) return changed(object, path, undefined) as Manifest;
  const allowed = [...(/(?:supported|valid) values: (.*)/.exec(message)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
  const node = path.reduce<Node | undefined>((inner, name) => inner?.field(String(name)) ?? inner?.rest?.(), schema);
  const isTexts = node?.form === 'list' && node.rest?.().form === 'string';
  const known = node?.form === 'string' ? allowed : isTexts ? allowed.map((text) => [text]) : [];
  if (child !== undefined && known.length === 0)
    return changed(object, [...path, Array.isArray(value) ? Number(child) : child], undefined) as Manifest;
  const candidates = known.length > 0 || node === undefined ? known : (values[node.form] ?? []);
  const next = candidates[before];
  if (next === undefined && value === undefined)
    return isIdentity(path.slice(0, -1)) ? object : (changed(object, path.slice(0, -1), undefined) as Manifest);
  return changed(object, path, next) as Manifest;
}

/** Where `field` is, or would be. */
function placeOf(object: Manifest, field: Path): Path {
  const there = existing(object, field);
  return there.length < field.length ? [...there, ...field.slice(-1)] : there;
}

/** The keys in `spec.containers[0].env[a].name`. */
function pathOf(field: string): Path {
  return [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, inner, name]) =>
    inner === undefined ? (name ?? '') : /^\d+$/.test(inner) ? Number(inner) : inner,
  );
}

/** As much of `path` as there is in `object`: the only item of a list may be left out, and some names differ in case. */
function existing(object: JsonObject, path: Path): Path {
  const found: (string | number)[] = [];
  let here: Json | undefined = object;
  for (const key of path) {
    if (Array.isArray(here) && typeof key === 'string') {
      found.push(0);
      here = here[0];
    }
    const known = isObject(here) ? (Object.keys(here).find((name) => name.toLowerCase() === String(key).toLowerCase()) ?? key) : key;
    here = at(here, known);
    if (here === undefined) return found;
    found.push(known);
  }
  return found;
}
