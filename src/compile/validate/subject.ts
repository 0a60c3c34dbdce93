import type { Path } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { formatGroupKind, type GroupKind, groupOf, keyOf, type ObjectKey, type ObjectRef, versionOf } from '../../model/ref.ts';
import type { EmbeddedKind } from '../../schema/embedded.ts';
import { builtinKind } from '../../schema/kinds.ts';
import { podPath } from '../../schema/pods.ts';
import type { Draft } from '../draft.ts';

/** A kind in a version, with what is the same for all of its objects. */
export interface WrittenKind extends GroupKind {
  readonly apiVersion: string;
  readonly version: string;
  /** Group and kind in one: `Deployment.apps`. */
  readonly name: string;
  /** What is known of it, when it is of Kubernetes' own. */
  readonly builtin: EmbeddedKind | undefined;
  /** Where its objects keep their pod; undefined when they have none. */
  readonly pod: Path | undefined;
}

/** An object that is judged, with what every judge asks of it. */
export interface Subject {
  readonly draft: Draft;
  readonly manifest: Manifest;
  readonly ref: ObjectRef;
  readonly key: ObjectKey;
  /** One and the same for all objects of a kind that are written in the same version. */
  readonly kind: WrittenKind;
}

/** What is judged of `drafts`, in their order. */
export function subjectsOf(drafts: readonly Draft[]): readonly Subject[] {
  const versions = new Map<string, Map<string, WrittenKind>>();
  return drafts.map((draft) => {
    const { manifest } = draft;
    const { apiVersion, kind } = manifest;
    const kinds = versions.get(apiVersion) ?? new Map<string, WrittenKind>();
    const written = kinds.get(kind) ?? writtenKind(apiVersion, kind);
    if (kinds.size === 0) versions.set(apiVersion, kinds);
    kinds.set(kind, written);
    const ref: ObjectRef = { group: written.group, kind, namespace: manifest.metadata.namespace ?? '', name: manifest.metadata.name };
    return { draft, manifest, ref, key: keyOf(ref), kind: written };
  });
}

function writtenKind(apiVersion: string, kind: string): WrittenKind {
  const id: GroupKind = { group: groupOf(apiVersion), kind };
  return { ...id, apiVersion, version: versionOf(apiVersion), name: formatGroupKind(id), builtin: builtinKind(id), pod: podPath(id) };
}
