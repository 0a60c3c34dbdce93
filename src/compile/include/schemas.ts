import type { Manifest } from '../../model/manifest.ts';
import { formatGroupKind, groupOf, versionOf } from '../../model/ref.ts';
import { isWithin, scopeIn } from '../../schema/builtin.ts';
import { builtinKind } from '../../schema/kinds.ts';
import { type Node, prepare, structuralScope } from '../../schema/node.ts';
import { definedKind, isDefinition } from '../served.ts';
import { versionsOf } from '../validate/custom.ts';

/** Finds the schema of an object: of Kubernetes' own kinds in `minor`, and of those that a definition among `manifests` defines. */
export function schemaTable(manifests: readonly Manifest[], minor: number): (manifest: Manifest) => Node | undefined {
  const definitions = manifests.filter(isDefinition).map((definition) => [formatGroupKind(definedKind(definition)), definition] as const);
  const defined = new Map(definitions);
  const scope = structuralScope(scopeIn(minor));
  return ({ apiVersion, kind }) => {
    const id = { group: groupOf(apiVersion), kind };
    const version = versionOf(apiVersion);
    const served = builtinKind(id)?.versions.find((one) => one.version === version && isWithin(one.minors, minor));
    if (served !== undefined) return prepare({ $ref: served.definition }, scopeIn(minor));
    const definition = defined.get(formatGroupKind(id));
    const schema = definition === undefined ? undefined : versionsOf(definition).get(version)?.schema;
    return schema === undefined ? undefined : prepare(schema, scope);
  };
}
