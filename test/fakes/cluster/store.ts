import { isObject, type JsonObject, objectAt, stringAt } from '../../../src/model/json.ts';
import { type LiveObject, refOf } from '../../../src/model/manifest.ts';
import { compareText, groupOf, keyOf, type ObjectKey, type ObjectRef } from '../../../src/model/ref.ts';
import type { Resource } from '../../../src/ports.ts';
import { builtinResources, definedResources, hasGeneration } from './kinds.ts';
import { type Content, isEqual, managedFields } from './ownership.ts';

/** An object, who owns what of it, and how it is shown. */
export interface Stored {
  readonly resource: Resource;
  readonly content: Content;
  readonly live: LiveObject;
}

/** A change of an object, for watches; `before` is how it looked. */
export interface StoreEvent {
  readonly type: 'present' | 'absent';
  readonly object: LiveObject;
  readonly before: LiveObject | undefined;
}

/** The memory of the fake: objects by key, what is served, and deletion with its holds. */
export interface Store {
  /** What is served, by `apiVersion/kind`. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Where a kind is served: in this version, or else in another one of its group. */
  served(apiVersion: string, kind: string): Resource | undefined;
  /** Sorted by key. */
  readonly all: readonly Stored[];
  get(ref: ObjectRef): Stored | undefined;
  /** The time of the next write: RFC 3339. */
  time(): string;
  /** The object as it would be shown after `put`, which does not happen. */
  preview(resource: Resource, content: Content): LiveObject;
  put(resource: Resource, content: Content): LiveObject;
  /** Deletes what nothing holds, marks what is held, and takes along what lives inside a namespace or a definition. */
  remove(ref: ObjectRef): 'gone' | 'deleting';
}

/** An empty store. Its time moves on by a second with each write. */
export function openStore(tell: (event: StoreEvent) => void): Store {
  const resources = builtinResources();
  const objects = new Map<ObjectKey, Stored>();
  let revision = 1000;
  let identities = 0;
  const all = (): readonly Stored[] => [...objects].sort(([a], [b]) => compareText(a, b)).map(([, stored]) => stored);
  const time = (): string => new Date(Date.UTC(2026, 0, 1) + revision * 1000).toISOString().replace('.000Z', 'Z');

  const write = (resource: Resource, content: Content): LiveObject => {
    const before = objects.get(keyOf(refIn(resource, content)))?.live;
    revision++;
    const live = show(
      { resource, content, before },
      { uid: uidOf(before === undefined ? ++identities : 0), resourceVersion: `${revision}`, time: time() },
    );
    objects.set(keyOf(refOf(live)), { resource, content, live });
    if (before !== undefined && isDefinition(before)) for (const id of definedResources(before).keys()) resources.delete(id);
    if (isDefinition(live)) for (const [id, defined] of definedResources(live)) resources.set(id, defined);
    tell({ type: 'present', object: live, before });
    return live;
  };
  const drop = ({ live }: Stored): void => {
    revision++;
    objects.delete(keyOf(refOf(live)));
    if (isDefinition(live)) for (const id of definedResources(live).keys()) resources.delete(id);
    tell({ type: 'absent', object: { ...live, metadata: { ...live.metadata, resourceVersion: `${revision}` } }, before: live });
  };
  const inside = (container: LiveObject): readonly Stored[] => all().filter(({ live }) => isInside(live, container));
  /** Drops what is marked and held no longer, and then perhaps what it lived in. */
  const settle = (ref: ObjectRef): void => {
    const stored = objects.get(keyOf(ref));
    if (stored === undefined || stored.live.metadata.deletionTimestamp === undefined || isHeld(stored.live)) return;
    if (inside(stored.live).length > 0) return;
    drop(stored);
    for (const { live } of all()) if (isInside(stored.live, live)) settle(refOf(live));
  };
  const remove = (stored: Stored): 'gone' | 'deleting' => {
    const { live, resource, content } = stored;
    if (!isHeld(live) && live.kind !== 'Namespace' && !isDefinition(live)) {
      drop(stored);
      return 'gone';
    }
    if (live.metadata.deletionTimestamp === undefined) {
      const metadata = { ...objectAt(content.object, 'metadata'), deletionTimestamp: time() };
      write(resource, { ...content, object: { ...content.object, metadata } });
    }
    for (const other of inside(live)) if (other.live.metadata.deletionTimestamp === undefined) remove(other);
    settle(refOf(live));
    return 'deleting';
  };

  return {
    resources,
    served: (apiVersion, kind) =>
      resources.get(`${apiVersion}/${kind}`) ??
      [...resources.values()].find((resource) => resource.group === groupOf(apiVersion) && resource.kind === kind),
    get all() {
      return all();
    },
    get: (ref) => objects.get(keyOf(ref)),
    time,
    preview(resource, content) {
      const before = objects.get(keyOf(refIn(resource, content)))?.live;
      return show({ resource, content, before }, { uid: uidOf(0), resourceVersion: before?.metadata.resourceVersion ?? '', time: time() });
    },
    put(resource, content) {
      const live = write(resource, content);
      settle(refOf(live));
      return live;
    },
    remove(ref) {
      const stored = objects.get(keyOf(ref));
      return stored === undefined ? 'gone' : remove(stored);
    },
  };
}

/** The apiVersion of what `resource` serves. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Metadata that the server keeps, whatever a writer says. */
const kept = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];

/** `object` as it is stored: without what the server adds when it shows it. */
export function contentOf(object: JsonObject): JsonObject {
  const metadata = Object.entries(objectAt(object, 'metadata')).filter(([key]) => !kept.includes(key));
  return { ...object, metadata: Object.fromEntries(metadata) };
}

function refIn(resource: Resource, { object }: Content): ObjectRef {
  const { name, namespace } = objectAt(object, 'metadata');
  return { group: resource.group, kind: resource.kind, namespace: resource.namespaced ? String(namespace) : '', name: String(name) };
}

function uidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function isDefinition({ kind }: LiveObject): boolean {
  return kind === 'CustomResourceDefinition';
}

function isHeld({ metadata }: LiveObject): boolean {
  return (metadata.finalizers ?? []).length > 0;
}

/** Whether `object` goes when `container`, a namespace or the definition of its kind, does. */
function isInside(object: LiveObject, container: LiveObject): boolean {
  if (container.kind === 'Namespace') return object.metadata.namespace === container.metadata.name;
  const group = stringAt(container, 'spec', 'group');
  return isDefinition(container) && group === groupOf(object.apiVersion) && stringAt(container, 'spec', 'names', 'kind') === object.kind;
}

/** An object as the API server shows it. */
function show(
  { resource, content, before }: { readonly resource: Resource; readonly content: Content; readonly before: LiveObject | undefined },
  next: { readonly uid: string; readonly resourceVersion: string; readonly time: string },
): LiveObject {
  const { metadata: said, ...rest } = content.object;
  const metadata = isObject(said) ? said : {};
  const same = before !== undefined && isEqual(countedIn(before), countedIn(content.object));
  const fields = managedFields(content.owners);
  return {
    ...rest,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      ...metadata,
      name: String(metadata['name']),
      uid: before?.metadata.uid ?? next.uid,
      resourceVersion: next.resourceVersion,
      creationTimestamp: before?.metadata.creationTimestamp ?? next.time,
      ...(hasGeneration(resource.kind) ? { generation: (before?.metadata.generation ?? 0) + (same ? 0 : 1) } : {}),
      ...(fields.length === 0 ? {} : { managedFields: fields }),
    },
  };
}

/** What moves the generation: anything but metadata and status; of a Deployment its annotations too. */
function countedIn({ apiVersion, metadata, status, ...spec }: JsonObject): JsonObject {
  return spec['kind'] === 'Deployment' ? { ...spec, annotations: objectAt(metadata, 'annotations') } : spec;
}
