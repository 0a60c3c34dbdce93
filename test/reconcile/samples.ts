import type { Fingerprint, Inventory, InventoryEntry } from '../../src/model/inventory.ts';
import type { DesiredObject, Live } from '../../src/model/plan.ts';
import { keyOf, type ObjectRef } from '../../src/model/ref.ts';
import { type RenderedIndex, usualIndex, usualRules } from '../../src/model/rendered.ts';
import type { DesiredTree } from '../../src/reconcile/desired.ts';

/** `Deployment/shop/web` as a ref; the groups are those of the kinds that the tests use. */
export function ref(text: string): ObjectRef {
  const parts = text.split('/');
  const [kind = '', namespace = '', name = ''] = parts.length === 2 ? [parts[0], '', parts[1]] : parts;
  const groups: Readonly<Record<string, string>> = {
    Deployment: 'apps',
    StatefulSet: 'apps',
    CustomResourceDefinition: 'apiextensions.k8s.io',
    Job: 'batch',
  };
  return { group: groups[kind] ?? '', kind, namespace, name };
}

/** An object as a branch wants it; its blob is `content`. */
export function desired(text: string, content = 'a', rest: Partial<DesiredObject> = {}): DesiredObject {
  const object = ref(text);
  const apiVersion = object.group === '' ? 'v1' : `${object.group}/v1`;
  return {
    ref: object,
    apiVersion,
    path: `${text}.yaml`,
    blob: content,
    sha256: content,
    wave: 0,
    dependsOn: [],
    slice: '',
    rules: usualRules,
    adopt: false,
    ...rest,
  };
}

/** The index of a revision, as far as an agent looks at it beside its objects. */
export function index(rest: Partial<RenderedIndex> = {}): RenderedIndex {
  return {
    ...usualIndex,
    environment: 'dev',
    cluster: 'local',
    kubernetes: '1.35',
    ...rest,
  };
}

/** A revision that wants `objects`. */
export function tree(...objects: readonly DesiredObject[]): DesiredTree {
  return { commit: 'c0ffee', index: index(), objects: new Map(objects.map((object) => [keyOf(object.ref), object])) };
}

/** What a live object looks like in its `state`th state. */
export function print(state = 1, uid = 'u1'): Fingerprint {
  return { uid, fields: `f${state}`, version: `${state}` };
}

/** A live object in its `state`th state. */
export function live(state = 1, rest: Partial<Live> = {}): Live {
  return { fingerprint: print(state), resourceVersion: `${100 + state}`, deleting: false, ...rest };
}

/** An inventory's entry for an object that was applied from blob `content` and then looked like `seen`. */
export function entry(text: string, content = 'a', rest: Partial<InventoryEntry> = {}): InventoryEntry {
  const { ref: object, apiVersion, path, wave } = desired(text);
  const usual = { slice: '', accepted: true, finished: undefined, keep: false, unsure: undefined, rewritten: [] };
  return { ref: object, apiVersion, path, blob: content, wave, ...usual, seen: print(), ...rest };
}

/** An inventory of `entries`. */
export function inventory(...entries: readonly InventoryEntry[]): Inventory {
  return { revision: 'beef', behind: new Map(), entries: new Map(entries.map((one) => [keyOf(one.ref), one])) };
}

/** What is seen of a cluster. */
export function observed(objects: Readonly<Record<string, Live>>): ReadonlyMap<string, Live> {
  return new Map(Object.entries(objects).map(([text, state]) => [keyOf(ref(text)), state]));
}
