import type { GroupKind } from '../model/ref.ts';
import { type EmbeddedKind, readEmbedded } from './embedded.ts';

/** What is known of a kind without a schema. */
export interface Kind extends GroupKind {
  /** The plural in URLs and in RBAC: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** By group, then by name: it is asked several times of every object. */
let byGroup: ReadonlyMap<string, ReadonlyMap<string, EmbeddedKind>> | undefined;

/** What is known of a kind of Kubernetes' own, of whatever minor, or undefined for others. */
export function builtinKind({ group, kind }: GroupKind): EmbeddedKind | undefined {
  byGroup ??= kindsByGroup();
  return byGroup.get(group)?.get(kind);
}

function kindsByGroup(): ReadonlyMap<string, ReadonlyMap<string, EmbeddedKind>> {
  const grouped = new Map<string, Map<string, EmbeddedKind>>();
  for (const one of builtinKinds()) grouped.set(one.group, (grouped.get(one.group) ?? new Map()).set(one.kind, one));
  return grouped;
}

let groups: ReadonlySet<string> | undefined;

/** Whether Kubernetes' own API has, or had, a group of that name: whoever is in it is no custom resource. */
export function isBuiltinGroup(group: string): boolean {
  groups ??= new Set([
    ...builtinKinds().map((kind) => kind.group),
    ...Object.keys(readEmbedded().lifecycles).map((key) => key.slice(0, key.indexOf('/'))),
  ]);
  return groups.has(group);
}

/** All kinds of Kubernetes' own that can be applied. */
export function builtinKinds(): readonly EmbeddedKind[] {
  return readEmbedded().kinds;
}
