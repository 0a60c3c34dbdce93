import { listAt, objectAt, stringAt } from '../../model/json.ts';
import type { Manifest } from '../../model/manifest.ts';
import { joined, type Problem } from '../../model/problem.ts';
import { formatGroupKind, groupOf } from '../../model/ref.ts';
import { scopeIn } from '../../schema/builtin.ts';
import { type Scope, structuralScope } from '../../schema/node.ts';
import { readSchema } from '../../schema/read-schema.ts';
import type { Schema } from '../../schema/schema.ts';
import { walk } from '../../schema/walk.ts';
import { definedKind, isDefinition } from '../served.ts';
import { meantOr, quotedList } from '../wording.ts';
import { type JudgeOf, problemOf } from './fields.ts';
import { embeddedMetadata } from './rules/metadata.ts';
import type { Subject, WrittenKind } from './subject.ts';

/** A version of a kind that a CustomResourceDefinition of the environment defines. */
export interface DefinedVersion {
  readonly served: boolean;
  readonly deprecation?: string;
  /** That of the whole object. Undefined where the definition has none: then nothing is known of the fields. */
  readonly schema?: Schema;
}

/**
 * The judge of custom resources whose CustomResourceDefinition is among `subjects`: by the structural schema of the version
 * that they are written in.
 */
export function customJudge(subjects: readonly Subject[], minor: number): JudgeOf {
  const definitions = subjects.filter(({ manifest }) => isDefinition(manifest));
  const defined = new Map(definitions.map(({ manifest }) => [formatGroupKind(definedKind(manifest)), versionsOf(manifest)]));
  const scope = structuralScope(scopeIn(minor));
  return (kind) => {
    const versions = defined.get(kind.name);
    if (versions === undefined) return undefined;
    const version = versions.get(kind.version);
    const problems = version?.served === true ? deprecation(kind, version) : [notServed(kind, versions)];
    if (version?.served !== true) return () => problems;
    return (manifest) => joined(problems, fieldProblems(manifest, { version, scope, minor }));
  };
}

/** The versions that a CustomResourceDefinition defines, by name. */
export function versionsOf(definition: Manifest): ReadonlyMap<string, DefinedVersion> {
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

function notServed({ apiVersion, kind }: WrittenKind, versions: ReadonlyMap<string, DefinedVersion>): Problem {
  const served = [...versions].flatMap(([name, version]) => (version.served ? [`${groupOf(apiVersion)}/${name}`] : []));
  const message = `the CustomResourceDefinition of \`${kind}\` does not serve \`${apiVersion}\``;
  const help = meantOr(`it serves ${quotedList(served)}`, apiVersion, served);
  return { code: 'api-unknown', message, path: ['apiVersion'], help };
}

function deprecation({ apiVersion, kind }: WrittenKind, { deprecation: warning }: DefinedVersion): readonly Problem[] {
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
