import { listAt, objectAt, stringAt } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { groupOf, versionOf } from '../../src/model/ref.ts';
import { definitionIn, isWithin, minorOf } from '../../src/schema/builtin.ts';
import { builtinKind } from '../../src/schema/kinds.ts';
import { readSchema } from '../../src/schema/read-schema.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { type Mutant, mutantsOf } from './mutate.ts';

/** What objects are of. */
export interface Kinds {
  /** The minor whose schemas Kubernetes' own objects have. */
  readonly kubernetes: string;
  /** The CustomResourceDefinitions of the others. */
  readonly definitions: readonly Manifest[];
}

/** Each of `bases` as it is, followed by all changes to it. */
export function allMutants(bases: readonly Manifest[], kinds: Kinds): readonly Mutant[] {
  const minor = minorOf(kinds.kubernetes);
  return bases.flatMap((manifest) => [unchanged(manifest), ...mutantsOf(manifest, { schema: schemaOf(manifest, kinds), minor })]);
}

/** `manifest` as it is, in the place of a mutant. */
export function unchanged(manifest: Manifest): Mutant {
  return { manifest, change: 'nothing' };
}

/** About `wanted` of `mutants`, spread evenly, the same ones every time; and all that are no changes. */
export function chosen(mutants: readonly Mutant[], wanted: number): readonly Mutant[] {
  const step = Math.max(1, mutants.length / wanted);
  return mutants.filter(({ change }, i) => change === 'nothing' || Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** The schema that `manifest` has. */
export function schemaOf(manifest: Manifest, { kubernetes, definitions }: Kinds): Schema {
  const { apiVersion, kind } = manifest;
  const served = builtinKind({ group: groupOf(apiVersion), kind })?.versions.find(
    ({ version, minors }) => version === versionOf(apiVersion) && isWithin(minors, minorOf(kubernetes)),
  );
  if (served !== undefined) return definitionIn(minorOf(kubernetes), served.definition) ?? {};
  const [version] = listAt(
    definitions.find((definition) => isOf(manifest, definition)),
    'spec',
    'versions',
  );
  return readSchema(objectAt(version, 'schema', 'openAPIV3Schema'));
}

/** Whether `definition` defines the kind of `manifest`. */
export function isOf({ apiVersion, kind }: Manifest, definition: Manifest): boolean {
  return stringAt(definition, 'spec', 'group') === groupOf(apiVersion) && stringAt(definition, 'spec', 'names', 'kind') === kind;
}
