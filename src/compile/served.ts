import { objectAt, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { formatGroupKind, type GroupKind, groupOf } from '../model/ref.ts';
import { builtinKind, type Kind } from '../schema/kinds.ts';

/** Looks up what is known of a kind: one of Kubernetes' own, or of a CustomResourceDefinition in the same environment. */
export type KindTable = (kind: GroupKind) => Kind | undefined;

/** The kinds that a cluster with `manifests` serves, as far as they tell. */
export function kindsServed(manifests: readonly Manifest[]): KindTable {
  const defined = new Map(
    manifests.filter(isDefinition).map((manifest) => [formatGroupKind(definedKind(manifest)), definedKind(manifest)]),
  );
  return (kind) => builtinKind(kind) ?? defined.get(formatGroupKind(kind));
}

/** Whether `manifest` is a CustomResourceDefinition. */
export function isDefinition({ apiVersion, kind }: Manifest): boolean {
  return kind === 'CustomResourceDefinition' && groupOf(apiVersion) === 'apiextensions.k8s.io';
}

/** The kind that a CustomResourceDefinition defines. */
export function definedKind(definition: Manifest): Kind {
  const spec = objectAt(definition, 'spec');
  return {
    group: stringAt(spec, 'group') ?? '',
    kind: stringAt(spec, 'names', 'kind') ?? '',
    plural: stringAt(spec, 'names', 'plural') ?? '',
    namespaced: stringAt(spec, 'scope') !== 'Cluster',
  };
}
