import { isObject, type Json, pointer, stringAt } from '../model/json.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import { quantityOf } from '../model/quantity.ts';
import { appliedEntry, type FieldPath, fieldsOf, leavesOf, locate } from './fields.ts';
import { podTemplateOf } from './security.ts';

/** What the applied object holds otherwise than `manifest` says: admission made it so. JSON pointers, sorted. */
export function rewrittenFields(manifest: Manifest, live: LiveObject, manager: string): readonly string[] {
  const ours = leavesOf(fieldsOf(appliedEntry(live, manager)));
  const pointers = [...ours.values()].flatMap((path) => {
    const wanted = locate(manifest, path);
    const found = locate(live, path);
    // An item whose key is a default of the server cannot be found.
    if (wanted === undefined) return [];
    return isSameValue(wanted.value, found?.value) ? [] : [pointer(wanted.keys)];
  });
  return [...new Set([...pointers, ...injectedItems(live, manager)])].sort();
}

/** Lists that nobody but people and admission adds to: an item that no manager owns was put there by admission. */
const injectable: readonly string[] = ['initContainers', 'containers', 'volumes'];

function injectedItems(live: LiveObject, manager: string): readonly string[] {
  const template = podTemplateOf(live);
  if (template === undefined || appliedEntry(live, manager) === undefined) return [];
  const fields = [...fieldsOf(...(live.metadata.managedFields ?? [])).values()];
  const owned = new Set(fields.map((path) => placeOf(live, path.slice(0, template.length + 2))));
  return injectable.flatMap((list) => {
    const found = locate(live, [...template, `f:${list}`]);
    const items = Array.isArray(found?.value) ? found.value : [];
    const places = items.map((item: Json, i) => (isTokenVolume(item) ? [] : [pointer([...(found?.keys ?? []), i])]));
    return places.flat().filter((place) => !owned.has(place));
  });
}

function placeOf(live: LiveObject, path: FieldPath): string | undefined {
  const found = locate(live, path);
  return found && pointer(found.keys);
}

/** Every pod is given its token by a volume of this name. */
function isTokenVolume(item: Json): boolean {
  return stringAt(item, 'name')?.startsWith('kube-api-access-') ?? false;
}

/** The server leaves out what is empty, and writes quantities in one form and base64 in one line. */
function isSameValue(wanted: Json, found: Json | undefined): boolean {
  if (wanted === found) return true;
  if (typeof wanted === 'string' && wanted.replaceAll(/[\r\n]/g, '') === found) return true;
  if (isEmpty(wanted) && isEmpty(found)) return true;
  if (Array.isArray(wanted) && Array.isArray(found))
    return wanted.length === found.length && wanted.every((item, i) => isSameValue(item, found[i]));
  if (isObject(wanted)) {
    // What the server adds inside a value are its defaults.
    return isObject(found) && Object.entries(wanted).every(([key, value]) => value === undefined || isSameValue(value, found[key]));
  }
  return isSameQuantity(wanted, found);
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

/** Texts without a digit are no matter: the server writes none of its quantities so. */
function isSameQuantity(a: Json, b: Json | undefined): boolean {
  const [left, right] = [quantityOf(a), quantityOf(b)];
  return left !== undefined && left === right && /\d/.test(String(b));
}
