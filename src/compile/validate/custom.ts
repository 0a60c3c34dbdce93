import { listAt, objectAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Problem } from '../../model/problem.ts';
import { formatGroupKind, type GroupKind, groupOf, versionOf } from '../../model/ref.ts';
import { scopeIn } from '../../schema/builtin.ts';
import { type Scope, structuralScope } from '../../schema/node.ts';
import { readSchema } from '../../schema/read-schema.ts';
import type { Schema } from '../../schema/schema.ts';
import { walk } from '../../schema/walk.ts';
import { definedKind, isDefinition } from '../served.ts';
import { meantOr, quotedList } from '../wording.ts';
import { type FieldJudge, problemOf } from './fields.ts';
import { embeddedMetadata } from './rules/metadata.ts';

/** A version of a kind that a CustomResourceDefinition of the environment defines. */
interface DefinedVersion {
  readonly served: boolean;
  readonly deprecation?: string;
  /** That of the whole object. Undefined where the definition has none: then nothing is known of the fields. */
  readonly schema?: Schema;
}

/**
 * The judge of custom resources whose CustomResourceDefinition is among `manifests`: by the structural schema of the version
 * that they are written in. Objects of other kinds have no problems here.
 */
export function customJudge(manifests: readonly Manifest[], minor: number): FieldJudge {
  const defined = new Map(manifests.filter(isDefinition).map((manifest) => [formatGroupKind(definedKind(manifest)), versionsOf(manifest)]));
  const scope = structuralScope(scopeIn(minor));
  return (manifest) => {
    const { apiVersion } = manifest;
    const kind: GroupKind = { group: groupOf(apiVersion), kind: manifest.kind };
    const versions = defined.get(formatGroupKind(kind));
    if (versions === undefined) return [];
    const version = versions.get(versionOf(apiVersion));
    if (version?.served !== true) return [notServed(manifest, versions)];
    return [...deprecation(manifest, version), ...fieldProblems(manifest, { version, scope, minor })];
  };
}

function versionsOf(definition: Manifest): ReadonlyMap<string, DefinedVersion> {
  return new Map(
    listAt(definition, 'spec', 'versions').map((version): [string, DefinedVersion] => {
      const written = objectAt(version);
      const schema = objectAt(version, 'schema', 'openAPIV3Schema');
      const warning = stringAt(version, 'deprecationWarning') ?? 'it is deprecated';
      return [
        stringAt(version, 'name') ?? '',
        {
          served: written['served'] === true,
          ...(written['deprecated'] === true ? { deprecation: warning } : {}),
          ...(Object.keys(schema).length === 0 ? {} : { schema: { ...readSchema(schema), 'x-kubernetes-embedded-resource': true } }),
        },
      ];
    }),
  );
}

function notServed({ apiVersion, kind }: Manifest, versions: ReadonlyMap<string, DefinedVersion>): Problem {
  const served = [...versions].flatMap(([name, version]) => (version.served ? [`${groupOf(apiVersion)}/${name}`] : []));
  const message = `the CustomResourceDefinition of \`${kind}\` does not serve \`${apiVersion}\``;
  const help = meantOr(`it serves ${quotedList(served)}`, apiVersion, served);
  return { code: 'api-unknown', message, path: ['apiVersion'], help };
}

function deprecation({ apiVersion, kind }: Manifest, { deprecation: warning }: DefinedVersion): readonly Problem[] {
  if (warning === undefined) return [];
  return [{ code: 'api-deprecated', severity: 'warning', message: `\`${apiVersion}\` of \`${kind}\`: ${warning}`, path: ['apiVersion'] }];
}

function fieldProblems(
  manifest: Manifest,
  { version, scope, minor }: { readonly version: DefinedVersion; readonly scope: Scope; readonly minor: number },
): readonly Problem[] {
  const { schema } = version;
  if (schema === undefined) return [];
  const { status, ...rest } = manifest;
  const inside: Problem[] = [];
  const found = walk(rest, { schema, scope }, { onEmbedded: (object, path) => void inside.push(...embeddedMetadata(object, path)) });
  const inStatus = status === undefined ? [] : walk({ status }, { schema, scope }, { lenient: true });
  return [...[...found, ...inStatus].map((finding) => problemOf(finding, { kind: manifest.kind, minor })), ...inside];
}
