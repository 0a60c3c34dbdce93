import { type Json, pointer, stringAt } from '../model/json.ts';
import type { LiveObject, Manifest } from '../model/manifest.ts';
import { isSameValue } from '../schema/same-value.ts';
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
