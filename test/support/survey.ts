import { readChunk } from '../../src/codec/inventory.ts';
import { applySetMarks } from '../../src/model/applyset.ts';
import type { InventoryEntry } from '../../src/model/inventory.ts';
import { type JsonObject, objectAt, stringAt } from '../../src/model/json.ts';
import { type LiveObject, refOf } from '../../src/model/manifest.ts';
import { compareText, keyOf, type ObjectKey } from '../../src/model/ref.ts';
import { fingerprintOf, sameFingerprint } from '../../src/reconcile/fingerprint.ts';

/** The manager of the environment whose objects are surveyed, and the ConfigMap that its state begins with. */
export interface Surveyed {
  readonly manager: string;
  readonly parent: ObjectKey;
}

/** All that stands in a cluster, without what differs between two histories that come to the same: identities, versions and times. */
export function surveyOf(objects: readonly LiveObject[], { manager, parent }: Surveyed): readonly JsonObject[] {
  const live = new Map(objects.map((object) => [keyOf(refOf(object)), object]));
  return objects
    .filter(({ kind }) => kind !== 'Lease')
    .map((object) => {
      const { uid, resourceVersion, generation, creationTimestamp, managedFields, ...metadata } = object.metadata;
      const rest = { ...object, metadata, managers: managersOf(object) };
      if (keyOf(refOf(object)) === parent) return { ...rest, metadata: withoutMembers(metadata), data: parentData(object) };
      const entries = entriesIn(object).map((entry) => rowOf(entry, { live: live.get(keyOf(entry.ref)), manager }));
      return entries.length === 0 ? rest : { ...rest, binaryData: { entries } };
    });
}

/** The inventory's entries that stand in `object`; none where it is no part of one. */
export function entriesIn(object: LiveObject): readonly InventoryEntry[] {
  const text = stringAt(object, 'binaryData', 'entries');
  return text === undefined ? [] : (readChunk(text) ?? []);
}

function rowOf(
  { seen, ...entry }: InventoryEntry,
  { live, manager }: { readonly live: LiveObject | undefined; readonly manager: string },
): JsonObject {
  const isSeen = live !== undefined && seen !== undefined && sameFingerprint(seen, fingerprintOf(live, manager));
  return { ...entry, ref: keyOf(entry.ref), finished: entry.finished ?? null, unsure: entry.unsure ?? null, isSeen };
}

/** Where members are to be looked for (KEP-3659) may say more than there is until the next change. */
function withoutMembers(metadata: JsonObject): JsonObject {
  const { [applySetMarks.groupKinds]: _, [applySetMarks.namespaces]: __, ...annotations } = objectAt(metadata, 'annotations');
  return { ...metadata, annotations };
}

function parentData(parent: LiveObject): JsonObject {
  const { status, ...data } = objectAt(parent, 'data');
  return { ...data, status: typeof status === 'string' ? { ...JSON.parse(status), updated: '' } : null };
}

function managersOf({ metadata }: LiveObject): readonly string[] {
  const entries = (metadata.managedFields ?? []).map(({ time, ...entry }) => JSON.stringify(entry));
  return entries.sort(compareText);
}
