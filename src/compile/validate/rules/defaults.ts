import type { Json, JsonObject, Path } from '../../../model/json.ts';
import { newestKubernetes } from '../../../model/kubernetes.ts';
import type { Problem } from '../../../model/problem.ts';
import { minorOf, scopeIn } from '../../../schema/builtin.ts';
import { structuralScope } from '../../../schema/node.ts';
import { readSchema } from '../../../schema/read-schema.ts';
import type { Schema } from '../../../schema/schema.ts';
import { walk } from '../../../schema/walk.ts';
import { problemOf } from '../fields.ts';
import { fine, isSet } from './rule.ts';

/** The minor whose metadata objects inside of defaults have: the last, which knows all fields. */
const minor = minorOf(newestKubernetes);

const schemaProps: Schema = { $ref: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps' };

/**
 * What is wrong with the default of `schema`, which has to fit it (apiserver/schema/defaulting, ValidateDefaults). A schema that
 * is no schema itself is told elsewhere, and then nothing of its default. Of what may be a number or a text, the server does not ask
 * the type.
 */
export function defaultProblems(schema: JsonObject, path: Path): readonly Problem[] {
  const given = schema['default'];
  if (!isSet(given) || !isSchema(schema)) return fine;
  const found = walk(given, { schema: judging(readSchema(schema)), scope: structuralScope(scopeIn(minor)) }, { hasNoDefaults: true });
  return found.map((finding) =>
    problemOf({ ...finding, path: [...path, 'default', ...finding.path] }, { kind: 'CustomResourceDefinition', minor }),
  );
}

/** What a default is judged by. */
function judging(schema: Schema): Schema {
  const { 'x-kubernetes-int-or-string': isEither, type: ____, properties: _, items: __, additionalProperties: ___, ...rest } = schema;
  return isEither === true ? rest : schema;
}

function isSchema(value: Json): boolean {
  return walk(value, { schema: schemaProps, scope: scopeIn(minor) }).length === 0;
}
