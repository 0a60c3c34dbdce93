import { createHash } from 'node:crypto';
import type { Fingerprint } from '../model/inventory.ts';
import type { LiveObject, ManagedFieldsEntry } from '../model/manifest.ts';
import { ignoredManager, isOfMarks } from './managers.ts';

/**
 * What tells whether anybody touched what `manager` applied to `live`. Status writes and foreign annotations leave it
 * alone for kinds with a generation; for the others every write shows.
 */
export function fingerprintOf(live: LiveObject, manager: string): Fingerprint {
  const { uid, generation, resourceVersion, managedFields = [] } = live.metadata;
  const ours = managedFields.find((entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);
  return {
    uid,
    fields: ours === undefined ? '' : digestOf(ours),
    version: generation === undefined ? `rv${resourceVersion}` : `${generation}`,
  };
}

/** Whether two fingerprints show the same state. */
export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return a.uid === b.uid && a.fields === b.fields && a.version === b.version;
}

/** The manager, other than `manager`, that wrote to `live` last, status and marks aside: whom a repair has to be blamed on. */
export function lastForeignManager(live: LiveObject, manager: string): string | undefined {
  const own = new Set([manager, ignoredManager(manager)]);
  let last: ManagedFieldsEntry | undefined;
  for (const entry of live.metadata.managedFields ?? []) {
    if (own.has(entry.manager ?? '') || entry.subresource === 'status' || isOfMarks(entry)) continue;
    if (last === undefined || (entry.time ?? '') >= (last.time ?? '')) last = entry;
  }
  return last?.manager;
}

function digestOf(entry: ManagedFieldsEntry): string {
  const text = JSON.stringify([entry.apiVersion, entry.time, entry.fieldsV1]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
