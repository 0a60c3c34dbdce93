import type { ImageFields as Written } from '../authoring/environment.ts';
import type { Checked, Diagnostic, Place } from '../model/diagnostic.ts';
import { isObject, type Json, keysOfPointer, type Path } from '../model/json.ts';
import { type Manifest, refOf } from '../model/manifest.ts';
import { formatGroupKind } from '../model/ref.ts';
import type { Draft } from './draft.ts';
import { readEntries } from './entries.ts';
import { groupOfKind, openGroup, type Read } from './targets.ts';

/** A field that holds an image, of the objects of a kind or of one of them. */
export interface ImageField {
  /** Group and kind in one: `Rollout.argoproj.io`. */
  readonly kind: string;
  /** Only of objects with this name or in this namespace; undefined is of all. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The keys that lead to it; `*` is every entry of a list or a map. */
  readonly way: readonly string[];
  /** The same as it is written. */
  readonly pointer: string;
  /** The entry. */
  readonly at: Place;
}

/** What one definition says of images, and where it stands. */
interface ImageLayer {
  readonly definition: { readonly images?: unknown };
  readonly at: Place;
}

/** The fields that an environment and its ancestors name. */
export function resolveImageFields(layers: readonly ImageLayer[]): Checked<readonly ImageField[]> {
  const read = layers.map(({ definition, at }) =>
    readEntries({ given: definition.images, at: { ...at, pointer: 'images' }, code: 'image-fields-invalid', read: readFields }),
  );
  return {
    value: read.flatMap(({ value }) => value.flatMap((entry) => entry.value.map((field) => ({ ...field, at: entry.at })))),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

const form = "write `{ group: 'argoproj.io', kind: 'Rollout', paths: ['/spec/template/spec/containers/*/image'] }`";

function readFields(given: unknown): Read<readonly Omit<ImageField, 'at'>[]> {
  if (!isWritten(given)) return refused('this names no fields with images', form);
  const wrong = given.paths.find((path) => !/^(?:\/[^/]+)+$/.test(path));
  if (given.paths.length === 0) return refused(`of \`${given.kind}\` no fields with images are named`, form);
  if (wrong !== undefined) {
    return refused(
      `\`${wrong}\` is no way to a field`,
      'write the keys with `/` before each, and `*` for every entry: `/spec/images/*/name`',
    );
  }
  if (given.kind === 'Secret') return refused('no image belongs into a Secret', 'keep it in a ConfigMap');
  const group = groupOfKind(given);
  if (group === undefined) return { ok: false, problem: openGroup(given.kind) };
  const { kind, name, namespace } = given;
  const fields = given.paths.map((pointer) => ({
    kind: formatGroupKind({ group, kind }),
    name,
    namespace,
    way: keysOfPointer(pointer),
    pointer,
  }));
  return { ok: true, value: fields };
}

function isWritten(given: unknown): given is Written {
  if (!isObject(given) || typeof given['kind'] !== 'string' || given['kind'] === '' || !Array.isArray(given['paths'])) return false;
  const isText = (part: unknown): boolean => part === undefined || typeof part === 'string';
  return ['group', 'name', 'namespace'].every((key) => isText(given[key])) && given['paths'].every((path) => typeof path === 'string');
}

function refused(message: string, help: string): Read<never> {
  return { ok: false, problem: { message, help } };
}

/** Those of `fields` that `manifest` may have. */
export function fieldsOf(manifest: Manifest, fields: readonly ImageField[]): readonly ImageField[] {
  if (fields.length === 0) return fields;
  const ref = refOf(manifest);
  const kind = formatGroupKind(ref);
  return fields.filter(
    (field) =>
      field.kind === kind && (field.name ?? ref.name) === ref.name && (field.namespace === undefined || field.namespace === ref.namespace),
  );
}

/** Fields in which no object of `drafts` has an image, although there are such objects: most likely the way is a typo. */
export function fieldsWithoutImages(drafts: readonly Draft[], fields: readonly ImageField[]): readonly Diagnostic[] {
  return fields.flatMap((field): readonly Diagnostic[] => {
    const meant = drafts.filter(({ manifest }) => fieldsOf(manifest, [field]).length > 0);
    if (meant.length === 0 || meant.some(({ manifest }) => hasText(manifest, field))) return [];
    const message = `no \`${field.kind}\` has an image at \`${field.pointer}\``;
    return [{ code: 'image-field-unused', severity: 'warning', message, at: field.at, help: 'correct the way, or remove it' }];
  });
}

function hasText(manifest: Manifest, { way }: ImageField): boolean {
  let isThere = false;
  mapWay(manifest, {
    way,
    path: [],
    replace: (text) => {
      isThere = true;
      return text;
    },
  });
  return isThere;
}

/** `value` with the texts replaced to which `way` leads; unchanged where the way ends early. */
export function mapWay(
  value: Json,
  { way, path, replace }: { readonly way: readonly string[]; readonly path: Path; readonly replace: (image: string, path: Path) => string },
): Json {
  const [key, ...rest] = way;
  if (key === undefined) return typeof value === 'string' && value !== '' ? replace(value, path) : value;
  const below = (inner: Json, at: string | number): Json => mapWay(inner, { way: rest, path: [...path, at], replace });
  const isMeant = (at: string): boolean => key === '*' || key === at;
  if (Array.isArray(value)) return value.map((inner: Json, i) => (isMeant(String(i)) ? below(inner, i) : inner));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([at, inner]) => [at, inner !== undefined && isMeant(at) ? below(inner, at) : inner]),
  );
}
