import { Failure } from '../../src/model/failure.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { minorOf, scopeIn } from '../../src/schema/builtin.ts';
import { prepare } from '../../src/schema/node.ts';
import type { ControlPlane } from '../controlplane/start.ts';
import { inParallel } from './compare.ts';
import { allMutants, chosen, type Kinds, schemaOf, unchanged } from './mutants.ts';
import type { Mutant } from './mutate.ts';
import { repair } from './repair.ts';
import { readTestdata, type Testdata } from './testdata.ts';

/** Objects that are compared together. */
export interface Part {
  readonly mutants: readonly Mutant[];
  /** What the reader should know of where they come from, a sentence each. */
  readonly notes: readonly string[];
}

/** Why there is nothing to compare. */
export interface NoPart {
  readonly missing: string;
}

/** About `wanted` changes to `bases`. */
export function partOf(bases: readonly Manifest[], kinds: Kinds, wanted: number): Part {
  const all = allMutants(bases, kinds);
  const mutants = chosen(all, wanted);
  return { mutants, notes: [`${mutants.length} of ${all.length} changes to ${bases.length} objects`] };
}

/** Whom to ask, and about what. */
interface Asking {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly kinds: Kinds;
  /** How many changes are made to each object at the most. */
  readonly each: number;
}

/**
 * The objects of Kubernetes' own serialization tests: as they are, and changes to what remains of them when all is gone that the
 * API server refuses. They come with Go modules.
 */
export async function testdataPart(asking: Asking): Promise<Part | NoPart> {
  try {
    return partOfTestdata(await readTestdata(), asking);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { missing: thrown.message };
  }
}

async function partOfTestdata({ objects, others }: Testdata, { plane, cluster, kinds, each }: Asking): Promise<Part> {
  const isServed = await inParallel(objects, 8, async ({ apiVersion, kind }) => {
    const found = await cluster.resource(apiVersion, kind);
    return found.ok && found.value !== undefined;
  });
  const served = objects.filter((_, i) => isServed[i]);
  const scope = scopeIn(minorOf(kinds.kubernetes));
  const repaired = await inParallel(served, 8, (manifest) => repair(plane, manifest, prepare(schemaOf(manifest, kinds), scope)));
  const bases = repaired.flatMap(({ manifest }) => manifest ?? []);
  const all = bases.map((base) => allMutants([base], kinds));
  const mutants = [...served.map(unchanged), ...all.flatMap((some) => chosen(some, each))];
  return {
    mutants,
    notes: [
      `${mutants.length} of ${served.length + all.flat().length} changes to ${bases.length} of ${served.length} objects that are served`,
      `not served: ${named(objects.filter((_, i) => !isServed[i]))}`,
      `no objects of their own: ${others.join(', ')}`,
      ...repaired.flatMap((one, i) =>
        one.manifest === undefined ? [`not mended: ${named([served[i] as Manifest])}: ${one.why.slice(0, 200)}`] : [],
      ),
    ],
  };
}

function named(objects: readonly Manifest[]): string {
  return objects.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`).join(', ');
}
