import { type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { groupOf, versionOf } from '../model/ref.ts';
import { minorOf, scopeIn } from '../schema/builtin.ts';
import { builtinKind } from '../schema/kinds.ts';
import { type Node, prepare, structuralScope } from '../schema/node.ts';
import { readSchema } from '../schema/read-schema.ts';
import type { ComparedTree } from './tree.ts';

/** The schema of what `manifest` is; undefined where nothing is known of its fields. */
export type NodeOf = (manifest: Pick<Manifest, 'apiVersion' | 'kind'>) => Node | undefined;

/** The schemas of Kubernetes' own kinds, and of those that CustomResourceDefinitions of the trees define: the first that does counts. */
export function nodesOf(trees: readonly ComparedTree[]): NodeOf {
  const known = new Map<string, Node | undefined>();
  const minor = minorOf(trees[0]?.index.kubernetes ?? '');
  const written = definedSchemas(trees);
  return ({ apiVersion, kind }) => {
    const key = `${apiVersion}/${kind}`;
    if (!known.has(key)) known.set(key, builtinNode({ apiVersion, kind }, minor) ?? customNode(written.get(key), minor));
    return known.get(key);
  };
}

function builtinNode({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }, minor: number): Node | undefined {
  const version = versionOf(apiVersion);
  const served = builtinKind({ group: groupOf(apiVersion), kind })?.versions.find((one) => one.version === version);
  return served === undefined ? undefined : prepare({ $ref: served.definition }, scopeIn(minor));
}

function customNode(written: JsonObject | undefined, minor: number): Node | undefined {
  if (written === undefined) return undefined;
  return prepare({ ...readSchema(written), 'x-kubernetes-embedded-resource': true }, structuralScope(scopeIn(minor)));
}

function definedSchemas(trees: readonly ComparedTree[]): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const manifest of trees.flatMap(({ manifests }) => [...manifests.values()])) {
    if (manifest.kind !== 'CustomResourceDefinition') continue;
    const [group, kind] = [stringAt(manifest, 'spec', 'group'), stringAt(manifest, 'spec', 'names', 'kind')];
    for (const version of listAt(manifest, 'spec', 'versions')) {
      const key = `${group}/${stringAt(version, 'name')}/${kind}`;
      if (!found.has(key)) found.set(key, objectAt(version, 'schema', 'openAPIV3Schema'));
    }
  }
  return found;
}
