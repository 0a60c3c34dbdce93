import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf } from '../../src/model/ref.ts';
import type { AccessRule } from '../../src/model/rendered.ts';
import { builtinKind } from '../../src/schema/kinds.ts';

/** What an agent needs for `manifests`. */
export function accessFor(manifests: readonly Manifest[]): readonly AccessRule[] {
  return manifests.map(({ apiVersion, kind, metadata }) => ({
    namespace: metadata.namespace ?? '',
    groups: [groupOf(apiVersion)],
    resources: [builtinKind({ group: groupOf(apiVersion), kind })?.plural ?? `${kind.toLowerCase()}s`],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  }));
}
