import { formatGroupKind, type GroupKind } from '../model/ref.ts';
import { type EmbeddedKind, readEmbedded } from './embedded.ts';

/** What is known of a kind without a schema. */
export interface Kind extends GroupKind {
  /** The plural in URLs and in RBAC: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

let byName: ReadonlyMap<string, EmbeddedKind> | undefined;

/** What is known of a kind of Kubernetes' own, of whatever minor, or undefined for others. */
export function builtinKind(kind: GroupKind): EmbeddedKind | undefined {
  byName ??= new Map(builtinKinds().map((one) => [formatGroupKind(one), one]));
  return byName.get(formatGroupKind(kind));
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
