import { writeYaml } from '../codec/yaml-write.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { parseImage } from '../model/image.ts';
import { isObject, type Json, type JsonObject, type Path, pointer } from '../model/json.ts';
import { type Lockfile, pinOf } from '../model/lockfile.ts';
import { refOf } from '../model/manifest.ts';
import { compareText } from '../model/ref.ts';
import { podPath } from '../schema/pods.ts';
import { type Draft, errorAbout } from './draft.ts';
import { lockPathOf } from './given.ts';
import { fieldsOf, type ImageField, mapWay } from './image-fields.ts';

/** Where a pod's spec has images: in items of these lists, under these keys. */
const imagePaths: readonly (readonly [list: string, path: readonly string[]])[] = [
  ['containers', ['image']],
  ['initContainers', ['image']],
  ['ephemeralContainers', ['image']],
  ['volumes', ['image', 'reference']],
];

/** What images are pinned by. */
export interface Pinning {
  readonly lock: Lockfile;
  /** The name of the environment. */
  readonly environment: string;
  /** Where images stand beside pods. */
  readonly fields: readonly ImageField[];
}

/**
 * Gives every image the digest that the lock holds for it, keeping the tag, or with the one that stands in for it:
 * `name:tag@sha256:…`. One that has a digest stays as it is. An image that the lock does not hold is an error, told once with the lines to add.
 */
export function pin(drafts: readonly Draft[], { lock, environment, fields }: Pinning): Checked<readonly Draft[]> {
  const missing = new Map<string, Diagnostic>();
  const pinned = drafts.map((draft) => ({
    ...draft,
    manifest: mapImages(draft.manifest, fields, (image, path) => {
      const found = pinnedImage(image, lock);
      if (found !== undefined) return found;
      if (!missing.has(image)) missing.set(image, unpinned(image, { draft, path, environment }));
      return image;
    }),
  }));
  return { value: pinned, diagnostics: [...missing].toSorted(([a], [b]) => compareText(a, b)).map(([, diagnostic]) => diagnostic) };
}

/** The images of `drafts` that need a pin, as they were before they were pinned: those with a tag and no digest, sorted. */
export function taggedImages(drafts: readonly Draft[], fields: readonly ImageField[]): readonly string[] {
  return imagesIn(drafts, fields).filter((image) => {
    const { tag, digest } = parseImage(image) ?? {};
    return tag !== undefined && digest === undefined;
  });
}

/** All images of `drafts`, as they were before they were pinned, sorted. */
export function imagesIn(drafts: readonly Draft[], fields: readonly ImageField[]): readonly string[] {
  const found = new Set<string>();
  for (const { manifest } of drafts) {
    mapImages(manifest, fields, (image) => {
      found.add(image);
      return image;
    });
  }
  return [...found].sort(compareText);
}

/** Entries of the lock that none of `images`, as charts write them, needs. */
export function unusedPins(images: readonly string[], { lock, environment }: Omit<Pinning, 'fields'>): readonly Diagnostic[] {
  const used = new Set(images);
  return Object.keys(lock.images)
    .filter((image) => !used.has(image))
    .sort(compareText)
    .map((image) => ({
      code: 'pin-unused',
      severity: 'warning',
      message: `nothing uses the pin of \`${image}\``,
      at: { file: lockPathOf(environment), environment },
      help: `remove it, or let \`lockstep pin ${environment}\` do it`,
    }));
}

function pinnedImage(image: string, lock: Lockfile): string | undefined {
  const { repository, tag, digest } = parseImage(image) ?? {};
  if (digest !== undefined) return image;
  if (repository === undefined) return undefined;
  const pin = pinOf(lock, image);
  return pin === undefined ? undefined : `${repository}:${pin.tag ?? tag}@${pin.digest}`;
}

function unpinned(
  image: string,
  { draft, path, environment }: { readonly draft: Draft; readonly path: Path; readonly environment: string },
): Diagnostic {
  const at = { pointer: pointer(path) };
  const found = parseImage(image);
  if (found === undefined) {
    const help = 'write it like `nginx:1.27` or `registry.example.com/team/app:1.0`';
    return errorAbout(draft, { ...at, code: 'image-invalid', message: `\`${image}\` is no image reference`, help });
  }
  if (found.tag === undefined) {
    const help = `say which one: \`${image}:<tag>\``;
    return errorAbout(draft, { ...at, code: 'image-without-tag', message: `image \`${image}\` has neither a tag nor a digest`, help });
  }
  const lines = writeYaml({ images: { [image]: { digest: 'sha256:<the 64 digits of its digest>' } } }).trimEnd();
  const help = `\`lockstep pin ${environment}\` asks the registry for it; or add it to \`${lockPathOf(environment)}\`:\n${lines}`;
  return errorAbout(draft, { ...at, code: 'image-not-pinned', message: `image \`${image}\` has no digest in the lock`, help });
}

/** `manifest` with every image replaced; unchanged, and not copied, where there can be none. */
function mapImages<T extends Draft['manifest']>(
  manifest: T,
  fields: readonly ImageField[],
  replace: (image: string, path: Path) => string,
): T {
  const pod = podPath(refOf(manifest));
  const told = fieldsOf(manifest, fields);
  if (pod === undefined && told.length === 0) return manifest;
  const path = [...(pod ?? []), 'spec'];
  const inPod: Json =
    pod === undefined ? manifest : mapAt(manifest, path, (spec) => (isObject(spec) ? mapLists(spec, { path, replace }) : spec));
  // Texts are replaced by texts, and nothing else.
  return told.reduce<Json>((value, { way }) => mapWay(value, { way, path: [], replace }), inPod) as T;
}

function mapLists(
  spec: JsonObject,
  { path, replace }: { readonly path: Path; readonly replace: (image: string, path: Path) => string },
): JsonObject {
  const changed = imagePaths.flatMap(([list, keys]): readonly (readonly [string, Json])[] => {
    const items = spec[list];
    if (!Array.isArray(items)) return [];
    const replaced = items.map((item: Json, i) =>
      mapAt(item, keys, (image) => (typeof image === 'string' ? replace(image, [...path, list, i, ...keys]) : image)),
    );
    return [[list, replaced]];
  });
  return changed.length === 0 ? spec : { ...spec, ...Object.fromEntries(changed) };
}

/** `value` with what stands under `keys` replaced; unchanged where the way ends early. */
function mapAt(value: Json, keys: Path, replace: (found: Json) => Json): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return replace(value);
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(value) && inner !== undefined ? { ...value, [key]: mapAt(inner, rest, replace) } : value;
}
